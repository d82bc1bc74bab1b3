// The minutes between real y-websocket clients and a real server: typed together by those of the city, and there for nobody else.
import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import { documentIn } from '#db/documents.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, endMeeting, publishMeeting } from '#db/meetings.ts';
import { documentUpdates, personRoles } from '#db/schema/index.ts';
import { emptyDocument } from '#domain/documents.ts';
import { addItem, itemText, moveItem, readMinutes, removeItem, setMoment } from '#domain/minutes.ts';
import type { Actor } from '#domain/people.ts';
import { OwnSteps } from '#lib/minutes/ownSteps.ts';
import { ada, anEvening, dana, liveMeeting, maria, noor, rosa, sam, settle } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openBoard, rawBoard, type BoardClient } from './boards.ts';
import { openLine, until } from './line.ts';
import { makeTown, type Town } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let town: Town;
let server: ServerProcess;
let meetingId: string;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	await settle(db, [noor]);
	server = await town.start();
});
beforeEach(async () => {
	({ id: meetingId } = await liveMeeting(db));
});

const cookieOf = (actor: Actor) => signedInBrowser(db, config, actor);
const open = async (actor: Actor, { url } = server, id = meetingId) =>
	openBoard(url, id, await cookieOf(actor), 'minutes');
const shown = ({ doc }: Pick<BoardClient, 'doc'>) => JSON.stringify(readMinutes(doc));
const titles = ({ doc }: Pick<BoardClient, 'doc'>) => readMinutes(doc).map(({ title }) => title);
const logged = async () => ({ doc: await documentIn(db, { kind: 'minutes', id: meetingId }) });
const firstText = ({ doc }: Pick<BoardClient, 'doc'>) => itemText(doc, readMinutes(doc)[0]!.key, 'text')!;
const notThere = [{ code: 4404, reason: 'not-found' }];

test('moderators and staff find the points of the agenda, once, however many come first', async () => {
	const other = await town.start();
	const clients = await Promise.all([open(dana), open(sam, other), open(noor), open(dana, other)]);
	for (const client of clients) expect(titles(client)).toEqual(['Welcome']);
	for (const client of clients) client.leave();
	const rows = await db
		.select()
		.from(documentUpdates)
		.where(eq(documentUpdates.document, `minutes:${meetingId}`));
	expect(rows).toHaveLength(1);
	await other.stop();
});

test('for nobody else there are any, nor of a draft or of a meeting that was called off', async () => {
	const desk = await open(dana);
	for (const cookie of [
		'',
		visitorBrowser(config),
		...(await Promise.all([maria, ada, rosa].map(cookieOf))),
	]) {
		const client = await openBoard(server.url, meetingId, cookie, 'minutes');
		expect([client.closed, readMinutes(client.doc)]).toEqual([notThere, []]);
	}
	const draft = await createMeeting(db, dana, anEvening);
	expect((await open(dana, server, draft.id)).closed).toEqual(notThere);
	await publishMeeting(db, dana, { meetingId: draft.id });
	const planned = await open(sam, server, draft.id);
	expect(planned.closed).toEqual([]);
	await cancelMeeting(db, dana, { meetingId: draft.id, reason: 'Snow.' });
	addItem(planned.doc, 'late');
	await until(() => planned.closed.length > 0);
	expect(planned.closed).toEqual(notThere);
	desk.leave();
});

test('two type in the same item at the same time, on two processes, and both texts are there', async () => {
	const other = await town.start();
	const [here, there] = [await open(dana), await open(noor, other)];
	for (const letter of 'Crossing in March. ') firstText(here).insert(firstText(here).length, letter);
	for (const letter of 'Noted by Noor: ') firstText(there).insert(0, letter);
	addItem(here.doc, 'mine', 'From Dana');
	addItem(there.doc, 'hers', 'From Noor');
	setMoment(there.doc, 'hers', 90);
	await until(() => shown(here) === shown(there) && readMinutes(here.doc).length === 3);
	expect([...firstText(here).toString()].toSorted().join('')).toBe(
		[...'Crossing in March. Noted by Noor: '].toSorted().join(''),
	);
	moveItem(here.doc, 'hers', -1);
	removeItem(there.doc, 'mine');
	await until(() => shown(here) === shown(there) && readMinutes(here.doc).length === 2);
	expect(shown(await logged())).toBe(shown(here));
	expect([...here.closed, ...there.closed]).toEqual([]);
	for (const client of [here, there]) client.leave();
	await other.stop();
});

test('undo takes back one’s own typing alone, and what was deleted of others comes back', async () => {
	const [here, there] = [await open(dana), await open(noor)];
	const own = new OwnSteps(here.doc, ['field']);
	const type = (change: (text: Y.Text) => void) => here.doc.transact(() => change(firstText(here)), 'field');
	type((text) => text.insert(0, 'Dana. '));
	await until(() => firstText(there).toString() === 'Dana. ');
	firstText(there).insert(6, 'Noor.');
	await until(() => firstText(here).toString() === 'Dana. Noor.');
	own.pause();
	type((text) => text.delete(0, text.length));
	await until(() => firstText(there).toString() === '');
	own.undo();
	await until(() => firstText(there).toString() === 'Dana. Noor.');
	// The rest of her own history is given up rather than Noor's words.
	own.undo();
	own.redo();
	await until(() => firstText(there).toString() === '');
	own.undo();
	await until(() => firstText(there).toString() === 'Dana. Noor.');
	expect(here.closed).toEqual([]);
	await until(async () => shown(await logged()) === shown(here));
	for (const client of [here, there]) client.leave();
});

test.each<[string, (doc: Y.Doc, key: string) => void, string]>([
	[
		'a text that is too long',
		(doc, key) => itemText(doc, key, 'text')!.insert(0, 'x'.repeat(10_001)),
		'not-in-form',
	],
	['a moment that is none', (doc, key) => setMoment(doc, key, -5), 'not-in-form'],
	['formatting', (doc, key) => itemText(doc, key, 'text')!.insert(0, 'x', { bold: true }), 'not-an-update'],
	['another list', (doc) => void doc.getMap('cards').set('x', 1), 'not-an-update'],
	[
		'a hundred and one items',
		(doc) => Array.from({ length: 101 }, (_, n) => addItem(doc, `n${n}`)),
		'too-many',
	],
])('%s ends the line, and is kept nowhere', async (_, change, reason) => {
	const [writer, other] = [await open(dana), await open(noor)];
	const before = shown(other);
	const doc = new Y.Doc();
	Y.applyUpdate(doc, Y.encodeStateAsUpdate(writer.doc));
	const known = Y.encodeStateVector(doc);
	doc.transact(() => change(doc, readMinutes(doc)[0]!.key));
	const line = await rawBoard(server, meetingId, await cookieOf(dana), {}, 'minutes');
	line.send(Y.encodeStateAsUpdate(doc, known));
	await until(() => line.closed !== null);
	expect(line.closed).toEqual({ code: 4403, reason });
	firstText(other).insert(0, 'Still typed. ');
	await until(() => firstText(writer).toString() === 'Still typed. ');
	expect(shown(await logged())).toBe(shown(writer));
	expect(before).not.toBe(shown(writer));
	for (const client of [writer, other]) client.leave();
});

test('who loses the role is sent away with the next change, and it is not taken', async () => {
	const [staff, desk] = [await open(sam), await open(dana)];
	const role = and(eq(personRoles.personId, 'sam'), eq(personRoles.role, 'staff'));
	await db.delete(personRoles).where(role);
	firstText(staff).insert(0, 'Too late');
	await until(() => staff.closed.length > 0);
	expect(staff.closed).toEqual(notThere);
	await db.insert(personRoles).values({ personId: 'sam', role: 'staff' });
	expect(firstText(await logged()).toString()).toBe('');
	desk.leave();
});

test('corrections are typed when the meeting is over; a restart in between loses nothing', async () => {
	const [here, there] = [await open(dana), await open(noor)];
	firstText(here).insert(0, 'Opened. ');
	await until(() => firstText(there).toString() === 'Opened. ');
	await endMeeting(db, dana, { meetingId });
	there.provider.disconnect();
	firstText(there).insert(8, 'Typed while away. ');
	const port = new URL(server.url).port;
	expect(await server.stop()).toBe(0);
	server = await town.start({ PORT: port });
	firstText(here).insert(0, 'Corrected: ');
	there.provider.connect();
	await until(
		() =>
			shown(here) === shown(there) &&
			firstText(here).length === 'Corrected: Opened. Typed while away. '.length,
	);
	expect(firstText(await logged()).toString()).toBe('Corrected: Opened. Typed while away. ');
	for (const client of [here, there]) client.leave();
});

test('editors are seen where they type, by nobody but editors', async () => {
	const [here, there] = [await open(dana), await open(sam)];
	here.provider.awareness.setLocalState({ name: 'Dana Reyes', item: 'a' });
	await until(() => there.provider.awareness.getStates().get(here.doc.clientID)?.item === 'a');
	here.leave();
	await until(() => !there.provider.awareness.getStates().has(here.doc.clientID));
	there.leave();
});

test('how the minutes stood before is seen and restored by moderators alone', async () => {
	const here = await open(dana);
	firstText(here).insert(0, 'Right');
	await until(async () => firstText(await logged()).toString() === 'Right');
	await db
		.update(documentUpdates)
		.set({ at: new Date(Date.now() - 600_000) })
		.where(eq(documentUpdates.document, `minutes:${meetingId}`));
	removeItem(here.doc, readMinutes(here.doc)[0]!.key);
	await until(async () => titles(await logged()).length === 0);
	const place = { kind: 'minutes' as const, id: meetingId };
	const [staff, resident] = [await openLine(server.url, await cookieOf(sam)), await openLine(server.url)];
	expect(await staff.send('document:moments', place)).toMatchObject({ ok: false, code: 'forbidden' });
	expect(await resident.send('document:moments', place)).toMatchObject({ ok: false, code: 'not-found' });
	expect(await resident.send('document:look', { ...place, at: new Date().toISOString() })).toMatchObject({
		...{ ok: false, code: 'not-found' },
	});
	const desk = await openLine(server.url, await cookieOf(dana));
	const moments = await desk.send('document:moments', place);
	const { at } = (moments as { result: { at: string }[] }).result.at(-1)!;
	const look = await desk.send('document:look', { ...place, at });
	const then = emptyDocument('minutes');
	Y.applyUpdate(then, new Uint8Array((look as { result: { state: Uint8Array } }).result.state));
	expect(titles({ doc: then })).toEqual(['Welcome']);
	expect(await desk.send('document:restore', { ...place, at })).toMatchObject({ ok: true });
	await until(() => titles(here).length === 1);
	expect(firstText(here).toString()).toBe('Right');
	for (const line of [staff, resident, desk]) line.close();
	here.leave();
});
