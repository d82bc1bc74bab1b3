// What becomes of the board beside its document: rows that follow it, and supports that everybody in the hall is told of.
import { and, eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { captureCard } from '#db/cards.ts';
import type { Database } from '#db/client.ts';
import { changeDocument, documentIn } from '#db/documents.ts';
import { askQuestion } from '#db/questions.ts';
import { boardCards, documentUpdates, personRoles } from '#db/schema/index.ts';
import { addCard, cardText, markCard, readBoard, removeCard } from '#domain/board.ts';
import { emptyDocument } from '#domain/documents.ts';
import type { CardFacts } from '#domain/cards.ts';
import { dana, guest, liveMeeting, noor, settle } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { authorOf, openBoard, resident } from './boards.ts';
import { openLine, until, type Line } from './line.ts';
import { makeTown, type Town } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

let db: Database;
let town: Town;
let server: ServerProcess;
let meeting: { id: string; slug: string };
beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});
beforeEach(async () => {
	meeting = await liveMeeting(db, { boardOpen: true });
});

const rows = () =>
	db
		.select({ key: boardCards.key, text: boardCards.text, theme: boardCards.theme })
		.from(boardCards)
		.where(eq(boardCards.meetingId, meeting.id))
		.orderBy(boardCards.order);
const texts = async () => (await rows()).map(({ text }) => text);
const write = (who: { doc: Y.Doc; author: string }, text: string) =>
	addCard(who.doc, who.author, randomUUID(), { text, column: 'heard', kind: 'resident' });
const told = ({ events }: Line) =>
	events.flatMap((event): CardFacts[] => (event.type === 'card:facts' ? event.payload.cards : []));
/** A question on the board, so that there is a card to support. */
const card = async () => {
	const asked = { meetingId: meeting.id, text: 'When is the crossing built?', anonymous: true };
	const { id } = await askQuestion(db, guest('ann'), asked);
	return (await captureCard(db, dana, { meetingId: meeting.id, kind: 'question', id })).key;
};

test('rows follow what is written, changed and taken away on the board', async () => {
	const [ann, tom] = [await resident(db, server, meeting.id), await resident(db, server, meeting.id)];
	const [first, second] = [write(ann, 'Lights'), write(tom, 'Noise')];
	await until(async () => (await texts()).length === 2);
	cardText(ann.doc, first)!.insert(0, 'No ');
	markCard(ann.doc, first, { theme: 'Elm Street' });
	removeCard(tom.doc, second);
	await until(async () => (await rows())[0]?.theme === 'Elm Street');
	expect(await rows()).toEqual([{ key: first, text: 'No Lights', theme: 'Elm Street' }]);
	for (const client of [ann, tom]) client.leave();
});

test('a server that stops has copied what was written before', async () => {
	const other = await town.start();
	const ann = await resident(db, other, meeting.id);
	write(ann, 'Lights');
	// In the log, and the quiet second is not over.
	await until(async () => (await texts()).length > 0 || (await logged()) > 1);
	await other.stop();
	expect(await texts()).toEqual(['Lights']);
	ann.leave();
});
const logged = async () => db.$count(documentUpdates, eq(documentUpdates.document, `board:${meeting.id}`));

test('what a server that was killed has not copied is copied when the board is opened again', async () => {
	await db.transaction((tx) =>
		changeDocument(tx, { kind: 'board', id: meeting.id }, (doc) =>
			addCard(doc, 'somebody', randomUUID(), { text: 'Lights', column: 'heard', kind: 'resident' }),
		),
	);
	expect(await texts()).toEqual([]);
	const watcher = await openBoard(server.url, meeting.id, '');
	await until(async () => (await texts()).length === 1);
	watcher.leave();
});

test('twenty who write at once leave rows that are equal to the document', async () => {
	const clients = await Promise.all(Array.from({ length: 20 }, () => resident(db, server, meeting.id)));
	for (let round = 0; round < 5; round++)
		for (const client of clients) {
			const key = write(client, `Card ${round}`);
			if (round % 2) markCard(client.doc, key, { theme: `Theme ${round}` });
			if (round === 3) removeCard(client.doc, key);
		}
	await until(async () => (await texts()).length === 80);
	const inDocument = readBoard(await documentIn(db, { kind: 'board', id: meeting.id })).cards;
	expect((await rows()).toSorted(byKey)).toEqual(
		inDocument.map(({ key, text, theme }) => ({ key, text, theme })).toSorted(byKey),
	);
	for (const client of clients) client.leave();
});
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

test('a support reaches everybody in the hall, on every process; two tabs of one browser are one', async () => {
	const key = await card();
	const other = await town.start();
	const cookie = visitorBrowser(testConfig());
	const [first, second] = [await openLine(server.url, cookie), await openLine(other.url, cookie)];
	const watcher = await openLine(other.url);
	for (const line of [first, second, watcher]) await line.stayIn(meeting.slug);
	const input = { meetingId: meeting.id, key };
	const answers = await Promise.all(
		[first, second].map((line) => line.send('card:support', { ...input, on: true })),
	);
	expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
	await until(() => told(watcher).length > 0);
	await second.send('card:support', { ...input, on: false });
	await until(() => told(watcher).length > 1);
	expect(told(watcher).map(({ supports }) => supports)).toEqual([1, 0]);
	for (const line of [first, second, watcher]) line.close();
	await other.stop();
});

test('a concern made of a card is told to the hall with its number', async () => {
	const key = await card();
	const [desk, watcher] = [
		await openLine(server.url, await signedInBrowser(db, testConfig(), dana)),
		await openLine(server.url),
	];
	for (const line of [desk, watcher]) await line.stayIn(meeting.slug);
	const answer = await desk.send('card:accept', { meetingId: meeting.id, key });
	const { number } = (answer as { result: { number: string } }).result;
	await until(() => told(watcher).some(({ concern }) => concern?.number === number));
	await desk.send('card:release', { meetingId: meeting.id, key });
	await until(() => told(watcher).at(-1)?.concern === null);
	for (const line of [desk, watcher]) line.close();
});

test('a moderator looks back and restores; who has the board open sees it, and without the role nothing is done', async () => {
	await settle(db, [noor]);
	const line = await openLine(server.url, await signedInBrowser(db, testConfig(), noor));
	const ann = await resident(db, server, meeting.id);
	write(ann, 'Lights');
	await until(async () => (await texts()).length === 1);
	await db
		.update(documentUpdates)
		.set({ at: new Date(Date.now() - 600_000) })
		.where(eq(documentUpdates.document, `board:${meeting.id}`));
	write(ann, 'Noise');
	await until(async () => (await texts()).length === 2);
	const place = { kind: 'board' as const, id: meeting.id };
	const moments = await line.send('document:moments', place);
	const { at } = (moments as { result: { at: string }[] }).result.at(-1)!;
	const look = await line.send('document:look', { ...place, at });
	const then = emptyDocument('board');
	Y.applyUpdate(then, new Uint8Array((look as { result: { state: Uint8Array } }).result.state));
	expect(readBoard(then).cards.map(({ text }) => text)).toEqual(['Lights']);
	expect(await line.send('document:restore', { ...place, at })).toMatchObject({ ok: true });
	await until(() => readBoard(ann.doc).cards.length === 1);
	expect(await texts()).toEqual(['Lights']);

	await db
		.delete(personRoles)
		.where(and(eq(personRoles.personId, 'noor'), eq(personRoles.role, 'moderator')));
	await until(async () => !(await line.send('document:moments', place)).ok);
	expect(await line.send('document:restore', { ...place, at })).toMatchObject({ ok: false });
	ann.leave();
	line.close();
});

test('keys of cards are the author’s: a captured card belongs to nobody, and its text is not a resident’s to change', async () => {
	const key = await card();
	const ann = await resident(db, server, meeting.id);
	expect(key.startsWith(await authorOf(db, meeting.id, ann.cookie))).toBe(false);
	await until(() => cardText(ann.doc, key) !== undefined);
	cardText(ann.doc, key)!.insert(0, 'Not ');
	await until(() => ann.closed.length > 0);
	expect(ann.closed).toEqual([{ code: 4403, reason: 'not-yours' }]);
	ann.leave();
});
