// The concern board between real y-websocket clients and a real server: who may write, and that nothing is lost.
import { and, eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { rightsOnBoard } from '#db/documentRights.ts';
import type { Database } from '#db/client.ts';
import { pseudonymsIn } from '#db/identity.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import { blocks, documentClients, documentUpdates, personRoles } from '#db/schema/index.ts';
import { identify } from '#db/sessions.ts';
import { addCard, cardText, firstColumns, markCard, moveCard, readBoard, removeCard } from '#domain/board.ts';
import { anEvening, dana, liveMeeting, maria, sam } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { message, openBoard, rawBoard, startBoard, type BoardClient } from './boards.ts';
import { until } from './line.ts';
import { makeTown, metric, type Town } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let town: Town;
let server: ServerProcess;
let meetingId: string;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});
beforeEach(async () => {
	({ id: meetingId } = await liveMeeting(db, { boardOpen: true }));
});

/** The beginning of the keys of what this browser's person writes here. */
async function authorOf(cookie: string): Promise<string> {
	const actor = await identify(db, config, cookie);
	return rightsOnBoard({ meetingId, state: 'live', boardOpen: true, blocked: [] }, actor).author!;
}

async function resident() {
	const cookie = visitorBrowser(config);
	return { cookie, author: await authorOf(cookie), ...(await openBoard(server.url, meetingId, cookie)) };
}
async function moderator() {
	const cookie = await signedInBrowser(db, config, dana);
	return { cookie, author: await authorOf(cookie), ...(await openBoard(server.url, meetingId, cookie)) };
}
const watch = () => openBoard(server.url, meetingId, '');

const textsOn = ({ doc }: Pick<BoardClient, 'doc'>) => readBoard(doc).cards.map(({ text }) => text);
const write = (who: { doc: Y.Doc; author: string }, text: string) =>
	addCard(who.doc, who.author, randomUUID(), { text, column: 'heard', kind: 'resident' });
const boardIn = ({ doc }: Pick<BoardClient, 'doc'>) => JSON.stringify(readBoard(doc));
const logOf = (id = meetingId) =>
	db
		.select()
		.from(documentUpdates)
		.where(eq(documentUpdates.document, `board:${id}`))
		.orderBy(documentUpdates.id);

/** What the log alone makes of the board. */
async function loggedBoard(id = meetingId) {
	const doc = new Y.Doc();
	for (const { update } of await logOf(id)) Y.applyUpdate(doc, update);
	return { doc };
}

test('a new board has its first columns, once, however many come first', async () => {
	const other = await town.start();
	const clients = await Promise.all(
		[server, other, server, other].map(({ url }) => openBoard(url, meetingId, visitorBrowser(config))),
	);
	for (const client of clients) {
		expect(readBoard(client.doc).columns.map(({ id }) => id)).toEqual([...firstColumns]);
		client.leave();
	}
	expect(await logOf()).toHaveLength(1);
	await other.stop();
});

test('two type in the same card, and a watcher sees it', async () => {
	const [ann, desk, watcher] = [await resident(), await moderator(), await watch()];
	const key = write(ann, 'Lights');
	await until(() => textsOn(desk).length === 1);
	for (const letter of ' on Elm') cardText(ann.doc, key)!.insert(cardText(ann.doc, key)!.length, letter);
	for (const letter of 'More: ') cardText(desk.doc, key)!.insert(0, letter);
	await until(() => boardIn(ann) === boardIn(desk) && boardIn(desk) === boardIn(watcher));
	expect(textsOn(watcher)[0]).toHaveLength('More: Lights on Elm'.length);
	expect(boardIn(await loggedBoard())).toBe(boardIn(watcher));
	expect((await logOf()).map(({ author }) => author).toSorted()[0]).not.toBe(undefined);
	for (const client of [ann, desk, watcher]) {
		expect(client.closed).toEqual([]);
		client.leave();
	}
});

test('who only watches writes nothing: the line is ended, and nobody sees it', async () => {
	const [ann, watcher] = [await resident(), await watch()];
	write({ ...watcher, author: ann.author }, 'In ann’s name');
	await until(() => watcher.closed.length > 0);
	expect(watcher.closed).toEqual([{ code: 4401, reason: 'sign-in-needed' }]);
	write(ann, 'Mine');
	await until(async () => textsOn(await loggedBoard()).length === 1);
	expect(textsOn(ann)).toEqual(['Mine']);
	ann.leave();
});

test('a contributor moves their own card and not another’s', async () => {
	const [ann, tom] = [await resident(), await resident()];
	const key = write(ann, 'Lights');
	await until(() => textsOn(tom).length === 1);
	moveCard(ann.doc, key, { column: 'grouped', before: null });
	await until(() => readBoard(tom.doc).cards[0]!.column === 'grouped');
	moveCard(tom.doc, key, { column: 'not-ours', before: null });
	await until(() => tom.closed.length > 0);
	expect(tom.closed).toEqual([{ code: 4403, reason: 'not-yours' }]);
	expect(readBoard((await loggedBoard()).doc).cards[0]!.column).toBe('grouped');
	expect(readBoard(ann.doc).cards[0]!.column).toBe('grouped');
	ann.leave();
});

test('nobody writes under another’s Yjs client id, so nobody can be shut out', async () => {
	const [ann, tom] = [await resident(), await resident()];
	write(ann, 'Mine');
	await until(() => textsOn(tom).length === 1);
	const forged = new Y.Doc();
	Y.applyUpdate(forged, Y.encodeStateAsUpdate(tom.doc));
	forged.clientID = ann.doc.clientID;
	const known = Y.encodeStateVector(forged);
	write({ doc: forged, author: tom.author }, 'Forged');
	const line = await rawBoard(server, meetingId, tom.cookie);
	line.send(Y.encodeStateAsUpdate(forged, known));
	await until(() => line.closed !== null);
	expect(line.closed).toEqual({ code: 4403, reason: 'not-yours' });
	write(ann, 'Mine too');
	await until(() => textsOn(tom).includes('Mine too'));
	const owners = await db.select().from(documentClients).where(eq(documentClients.client, ann.doc.clientID));
	expect(owners.map(({ author }) => author)).toEqual([ann.author]);
	for (const client of [ann, tom]) client.leave();
});

test('a role that is taken away, a block, a closed board and an ended meeting stop the next message', async () => {
	const desk = await moderator();
	const residents = [await resident(), await resident(), await resident()];
	const keys = residents.map((one) => write(one, 'Lights'));
	await until(() => textsOn(desk).length === 3);
	markCard(desk.doc, keys[0]!, { colour: 'amber' });
	await until(() => readBoard(residents[0]!.doc).cards.some(({ colour }) => colour === 'amber'));

	const role = and(eq(personRoles.personId, 'dana'), eq(personRoles.role, 'moderator'));
	await db.delete(personRoles).where(role);
	markCard(desk.doc, keys[0]!, { colour: 'danger' });
	await until(() => desk.closed.length > 0);
	expect(desk.closed[0]).toEqual({ code: 4403, reason: 'not-yours' });
	await db.insert(personRoles).values({ personId: 'dana', role: 'moderator' });

	const [blocked, shut, late] = residents as [
		(typeof residents)[0],
		(typeof residents)[0],
		(typeof residents)[0],
	];
	const pseudonym = pseudonymsIn(meetingId, await identify(db, config, blocked.cookie)).guest!;
	await db.insert(blocks).values({ meetingId, pseudonym, reason: 'spam', blockedBy: 'dana' });
	write(blocked, 'Again');
	await until(() => blocked.closed.length > 0);
	expect(blocked.closed[0]).toEqual({ code: 4403, reason: 'blocked' });

	await setSwitches(db, dana, { meetingId, boardOpen: false });
	write(shut, 'Again');
	await until(() => shut.closed.length > 0);
	expect(shut.closed[0]).toEqual({ code: 4403, reason: 'board-closed' });

	await setSwitches(db, dana, { meetingId, boardOpen: true });
	await endMeeting(db, dana, { meetingId });
	write(late, 'Again');
	await until(() => late.closed.length > 0);
	expect(late.closed[0]).toEqual({ code: 4403, reason: 'meeting-not-live' });
	expect(textsOn(await loggedBoard())).toEqual(['Lights', 'Lights', 'Lights']);
});

test('staff put the board in order after the meeting', async () => {
	const ann = await resident();
	const key = write(ann, 'Lights');
	await until(async () => (await logOf()).length === 2);
	await endMeeting(db, dana, { meetingId });
	const staff = await openBoard(server.url, meetingId, await signedInBrowser(db, config, sam));
	moveCard(staff.doc, key, { column: 'taking-on', before: null });
	await until(() => readBoard(ann.doc).cards[0]!.column === 'taking-on');
	for (const client of [ann, staff]) client.leave();
});

test('what is not to be seen, and what is not there, look the same', async () => {
	const draft = await createMeeting(db, dana, anEvening);
	for (const id of [draft.id, randomUUID()]) {
		const visitor = await openBoard(server.url, id, visitorBrowser(config));
		expect(visitor.closed).toEqual([{ code: 4404, reason: 'not-found' }]);
	}
	await expect(
		rawBoard(server, meetingId, visitorBrowser(config), { origin: 'https://evil.example' }),
	).rejects.toThrow('403');
});

test('a browser that was offline for a while, and a restart of the server, lose nothing', async () => {
	const [ann, tom] = [await resident(), await resident()];
	const key = write(ann, 'Lights');
	await until(() => textsOn(tom).length === 1);
	ann.provider.disconnect();
	cardText(ann.doc, key)!.insert(0, 'No ');
	const gone = write(ann, 'Written and taken back');
	removeCard(ann.doc, gone);
	write(ann, 'Offline');
	write(tom, 'Meanwhile');
	await until(async () => textsOn(await loggedBoard()).includes('Meanwhile'));
	const port = new URL(server.url).port;
	expect(await server.stop()).toBe(0);
	server = await town.start({ PORT: port });
	ann.provider.connect();
	await until(() => textsOn(tom).length === 3 && boardIn(ann) === boardIn(tom));
	expect(textsOn(tom).toSorted()).toEqual(['Meanwhile', 'No Lights', 'Offline']);
	expect(boardIn(await loggedBoard())).toBe(boardIn(tom));
	expect([...ann.closed, ...tom.closed]).toEqual([]);
	for (const client of [ann, tom]) client.leave();
});

test('the last one leaves while the log is being written, and a new one comes: everything is there', async () => {
	for (let round = 0; round < 10; round++) {
		const ann = await resident();
		write(ann, `Round ${round}`);
		ann.leave();
		const next = await watch();
		await until(() => textsOn(next).length === round + 1);
		next.leave();
	}
});

test('two processes show the same board', async () => {
	const other = await town.start();
	const ann = await resident();
	const cookie = visitorBrowser(config);
	const tom = { author: await authorOf(cookie), ...(await openBoard(other.url, meetingId, cookie)) };
	for (let n = 0; n < 20; n++) {
		write(ann, `ann ${n}`);
		write(tom, `tom ${n}`);
	}
	await until(() => textsOn(ann).length === 40 && boardIn(ann) === boardIn(tom));
	expect([...ann.closed, ...tom.closed]).toEqual([]);
	expect(boardIn(await loggedBoard())).toBe(boardIn(ann));
	// The same browser moves over to the other process with what it knows from this one.
	write(ann, 'Before moving');
	await until(() => textsOn(tom).length === 41);
	tom.leave();
	const moved = startBoard(server.url, meetingId, cookie, tom.doc);
	write({ ...moved, author: tom.author }, 'Moved');
	await until(() => textsOn(ann).includes('Moved'));
	expect(moved.closed).toEqual([]);
	for (const client of [ann, moved]) client.leave();
	await other.stop();
});

test('a change too large for a short frame reaches who writes and who watches', async () => {
	const [ann, tom, watcher] = [await resident(), await resident(), await watch()];
	write(tom, 'Tom writes, too');
	await until(() => textsOn(watcher).length === 1 && textsOn(ann).length === 1);
	const long = 'x'.repeat(280);
	ann.doc.transact(() => {
		for (let n = 0; n < 180; n++) write(ann, long);
	});
	await until(() => textsOn(tom).length === 181 && textsOn(watcher).length === 181);
	expect(Y.encodeStateAsUpdate(ann.doc).length).toBeGreaterThan(65_536);
	expect([boardIn(tom), boardIn(watcher)]).toEqual([boardIn(ann), boardIn(ann)]);
	for (const client of [ann, tom, watcher]) client.leave();
});

test('who begins to write in the middle of others’ changes has missed none of them', async () => {
	const [ann, tom] = [await resident(), await resident()];
	for (let n = 0; n < 40; n++) {
		write(ann, `ann ${n}`);
		if (n === 20) await until(() => textsOn(tom).length > 5);
		if (n > 20) write(tom, `tom ${n}`);
	}
	await until(() => textsOn(ann).length === 59 && boardIn(ann) === boardIn(tom));
	expect([...ann.closed, ...tom.closed]).toEqual([]);
	for (const client of [ann, tom]) client.leave();
});

test('editors are seen where they are; nobody else announces anything', async () => {
	const [desk, second, ann] = [await moderator(), await moderator(), await resident()];
	ann.provider.awareness.setLocalState({ name: 'ann' });
	desk.provider.awareness.setLocalState({ name: 'Dana', at: 'heard' });
	const seen = () => second.provider.awareness.getStates().get(desk.doc.clientID);
	await until(() => JSON.stringify(seen()) === JSON.stringify({ name: 'Dana', at: 'heard' }));
	await until(() => ann.provider.awareness.getStates().has(desk.doc.clientID));
	expect(second.provider.awareness.getStates().has(ann.doc.clientID)).toBe(false);
	desk.leave();
	await until(() => !ann.provider.awareness.getStates().has(desk.doc.clientID));
	second.provider.awareness.setLocalState({ name: 'x'.repeat(3_000) });
	await until(() => second.closed.length > 0);
	expect(second.closed[0]).toEqual({ code: 4403, reason: 'too-large' });
	ann.leave();
});

test('who asks is told when everything sent so far is written', async () => {
	const ann = await resident();
	const line = await rawBoard(server, meetingId, ann.cookie);
	const doc = new Y.Doc();
	write({ doc, author: ann.author }, 'On disk');
	line.send(Y.encodeStateAsUpdate(doc));
	await line.written();
	expect(textsOn(await loggedBoard())).toEqual(['On disk']);
	line.socket.close();
	ann.leave();
});

test.each<[string, Uint8Array | string, number]>([
	['text', 'hello', 4400],
	['a word that nobody knows', message(9), 4400],
	['something cut short', message(0, 2), 4400],
	['a change that is none', message(0, 2, Uint8Array.of(1, 2, 3)), 4403],
	// One struct that claims to be 2^50 letters long.
	['a length that cannot be', message(0, 2, message(1, 1, 7, 0, 0, 2 ** 50, 0)), 4403],
	['billions of structs', message(0, 2, message(1, 2 ** 50, 7, 0)), 4403],
	['V2', message(0, 2, Y.convertUpdateFormatV1ToV2(someUpdate())), 4403],
	['more than a quarter of a megabyte', message(0, 2, new Uint8Array(256 * 1024 + 1)), 4403],
	['a state vector that is none', message(0, 0, Uint8Array.of(200, 200, 200)), 4400],
])('%s ends the line', async (_, sent, code) => {
	const line = await rawBoard(server, meetingId, visitorBrowser(config));
	line.socket.send(sent);
	await until(() => line.closed !== null);
	expect(line.closed!.code).toBe(code);
});

function someUpdate(): Uint8Array {
	const doc = new Y.Doc();
	doc.getMap('cards').set('a', 1);
	return Y.encodeStateAsUpdate(doc);
}

test('a change that builds on something nobody has is refused, and kept nowhere', async () => {
	const cookie = visitorBrowser(config);
	const doc = new Y.Doc();
	write({ doc, author: await authorOf(cookie) }, 'First');
	const known = Y.encodeStateVector(doc);
	write({ doc, author: await authorOf(cookie) }, 'Second');
	const line = await rawBoard(server, meetingId, cookie);
	line.send(Y.encodeStateAsUpdate(doc, known));
	await until(() => line.closed !== null);
	expect(line.closed).toEqual({ code: 4403, reason: 'something-is-missing' });
	expect(await logOf()).toHaveLength(1);
});

test('one that is too fast is sent away for a moment, and brings the rest when it is back', async () => {
	const [ann, watcher] = [await resident(), await watch()];
	const key = write(ann, '');
	for (let n = 0; n < 250; n++) cardText(ann.doc, key)!.insert(0, 'x');
	await until(() => textsOn(watcher)[0]?.length === 250);
	expect(ann.closed).toEqual([]);
	for (const client of [ann, watcher]) client.leave();
});

test('the numbers say how many documents and lines are open', async () => {
	const open = await metric(server, 'porchlight_document_lines');
	const ann = await resident();
	expect(await metric(server, 'porchlight_document_lines')).toBe(open + 1);
	expect(await metric(server, 'porchlight_documents')).toBeGreaterThan(0);
	ann.leave();
	await until(async () => (await metric(server, 'porchlight_document_lines')) === open);
	expect(maria.account).not.toBe(null);
});
