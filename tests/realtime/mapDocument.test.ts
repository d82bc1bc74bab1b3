// The map as a shared document, through the stock client: who may move what, and what becomes of it in the rows.
import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import { changeDocument, documentIn, loadDocument } from '#db/documents.ts';
import { vetPin } from '#db/pinActs.ts';
import { publishedPins } from '#db/pinReads.ts';
import { editPin, withdrawPin } from '#db/pins.ts';
import { closeRound } from '#db/rounds.ts';
import { personRoles } from '#db/schema/index.ts';
import { identify } from '#db/sessions.ts';
import { documentName } from '#domain/documents.ts';
import { changePin, putPin, readPins, removePin, type PinEntry } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, guest, maria, sam } from '#tests/cast.ts';
import { middle, openMap, outside, pinOf } from '#tests/maps.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { until } from './line.ts';
import { makeTown, type Town } from './town.ts';

const config = testConfig();
let db: Database;
let town: Town;
let server: ServerProcess;
let round: Round;
beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});
beforeEach(async () => {
	round = await openMap(db);
});

async function open(cookie: string, at = server) {
	const headers = { cookie, origin: at.url };
	class Browser extends WebSocket {
		constructor(address: string | URL) {
			super(address, { headers });
		}
	}
	const doc = new Y.Doc();
	const provider = new WebsocketProvider(
		`${at.url.replace('http', 'ws')}/documents`,
		`map:${round.id}`,
		doc,
		{
			WebSocketPolyfill: Browser as unknown as typeof globalThis.WebSocket,
			disableBc: true,
			maxBackoffTime: 200,
		},
	);
	const closed: number[] = [];
	provider.on('closed', ({ code }: { code: number }) => void closed.push(code));
	await until(() => provider.synced || closed.length > 0);
	return { doc, closed, leave: () => provider.destroy() };
}
const keyIn = (doc: Y.Doc, id: string) => readPins(doc).find((pin) => pin.id === id)!.key;
const lat = 41.6215;
/** A resident by account alone, whose pins are theirs in every browser. */
const account = { ...maria, guest: null };

test('a resident moves their own pin: it is elsewhere for all, and in its row', async () => {
	const { id } = await pinOf(db, account, round.id);
	const [resident, watcher] = [await open(await signedInBrowser(db, config, maria)), await open('')];
	changePin(resident.doc, round, keyIn(resident.doc, id), { lat });
	await until(() => readPins(watcher.doc)[0]?.lat === lat);
	await until(async () => (await publishedPins(db, round.id))[0]?.lat === lat);
	expect([...resident.closed, ...watcher.closed]).toEqual([]);
	for (const client of [resident, watcher]) client.leave();
});

test('not somebody else’s, not outside, not again what was taken off, not without a browser of their own: the line is closed with 4403, and nothing has changed', async () => {
	const mine = await pinOf(db, account, round.id);
	const theirs = await pinOf(db, guest('bob'), round.id);
	const cookie = await signedInBrowser(db, config, maria);
	const off = await pinOf(db, account, round.id);
	const offKey = keyIn(await documentIn(db, { kind: 'map', id: round.id }), off.id);
	await vetPin(db, dana, { pinId: off.id, act: 'remove', reason: 'insult' });
	const before = JSON.stringify(await publishedPins(db, round.id));
	const attempts: [string, (doc: Y.Doc) => void][] = [
		[cookie, (doc) => changePin(doc, round, keyIn(doc, theirs.id), { lat })],
		[cookie, (doc) => removePin(doc, keyIn(doc, theirs.id))],
		[cookie, (doc) => changePin(doc, round, keyIn(doc, mine.id), outside)],
		[cookie, (doc) => putPin(doc, offKey, aPin())],
		['', (doc) => changePin(doc, round, keyIn(doc, mine.id), { lat })],
		['', (doc) => putPin(doc, `visitor:${randomUUID()}`, aPin())],
	];
	for (const [who, change] of attempts) {
		const client = await open(who);
		change(client.doc);
		await until(() => client.closed.length > 0);
		expect(client.closed).toEqual([4403]);
		client.leave();
	}
	const watcher = await open('');
	expect(readPins(watcher.doc).map(({ lat }) => lat)).toEqual([middle.lat, middle.lat]);
	expect(JSON.stringify(await publishedPins(db, round.id))).toBe(before);
	watcher.leave();
});
const aPin = (): PinEntry => ({
	...{ category: 'speeding', ...middle, note: '', answers: [], kind: 'resident' },
	placedAt: new Date().toISOString(),
});

test('a role that is taken away, and a round that is closed, stop the next change', async () => {
	const { id } = await pinOf(db, guest('bob'), round.id);
	const staff = await open(await signedInBrowser(db, config, sam));
	changePin(staff.doc, round, keyIn(staff.doc, id), { lat });
	await until(async () => (await publishedPins(db, round.id))[0]?.lat === lat);
	await db.delete(personRoles).where(and(eq(personRoles.personId, 'sam'), eq(personRoles.role, 'staff')));
	changePin(staff.doc, round, keyIn(staff.doc, id), { lat: middle.lat });
	await until(() => staff.closed.length > 0);
	expect(staff.closed).toEqual([4403]);
	await db.insert(personRoles).values({ personId: 'sam', role: 'staff' });

	const mine = await pinOf(db, account, round.id);
	const resident = await open(await signedInBrowser(db, config, maria));
	await closeRound(db, dana, { roundId: round.id });
	changePin(resident.doc, round, keyIn(resident.doc, mine.id), { lat });
	await until(() => resident.closed.length > 0);
	expect(resident.closed).toEqual([4403]);
	for (const client of [staff, resident]) client.leave();
});

test('a pin that is placed while others look is in their document within the same breath', async () => {
	const watcher = await open('');
	const { id } = await pinOf(db, guest('ann'), round.id, { note: 'New' });
	await until(() => readPins(watcher.doc).some((pin) => pin.id === id));
	watcher.leave();
});

/** What the document and the rows both tell of the pins. */
type Told = Pick<PinEntry, 'category' | 'lat' | 'lng' | 'note'> & { id: string };
const told = (pins: Told[]) =>
	pins
		.map(({ id, category, lat, lng, note }) => ({ id, category, lat, lng, note }))
		.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const inDocument = async () => told(readPins(await documentIn(db, { kind: 'map', id: round.id })));
const inRows = async () => told(await publishedPins(db, round.id));

test('twenty who write at once on two processes, while commands change pins too, leave rows that are equal to the document', async () => {
	const other = await town.start();
	const people = await Promise.all(
		Array.from({ length: 20 }, async (_, n) => {
			const cookie = visitorBrowser(config);
			const actor = await identify(db, config, cookie);
			const pins = [await pinOf(db, actor, round.id), await pinOf(db, actor, round.id)];
			const client = await open(cookie, n % 2 ? other : server);
			return { actor, pins, client };
		}),
	);
	for (let turn = 0; turn < 6; turn++) {
		const commands = people.map(async ({ actor, pins: [first, second], client: { doc } }, n) => {
			changePin(doc, round, keyIn(doc, first!.id), { lat: lat + (n + turn) / 100_000 });
			changePin(doc, round, keyIn(doc, first!.id), { note: `Turn ${turn} of ${n}` });
			if (turn === 1) await pinOf(db, actor, round.id, { note: `Added by ${n}` });
			if (turn === 2 && n % 3 === 0) await editPin(db, actor, { pinId: first!.id, note: `Edited by ${n}` });
			if (turn === 3 && n % 4 === 0) await withdrawPin(db, actor, { pinId: second!.id });
			if (turn === 4 && n % 4 === 1) removePin(doc, keyIn(doc, second!.id));
		});
		await Promise.all(commands);
	}
	await until(async () => (await inDocument()).length === 50);
	await until(async () => JSON.stringify(await inRows()) === JSON.stringify(await inDocument()));
	for (const { client } of people) {
		await until(
			async () => JSON.stringify(told(readPins(client.doc))) === JSON.stringify(await inDocument()),
		);
		expect(client.closed).toEqual([]);
		client.leave();
	}
	await other.stop();
	expect(await inRows()).toEqual(await inDocument());
});

test('what a server that was killed has not copied is copied when the map is opened again; what is copied is known to be', async () => {
	const place = { kind: 'map', id: round.id } as const;
	const { id } = await pinOf(db, guest('ann'), round.id, { note: 'Placed' });
	await db.transaction((tx) =>
		changeDocument(tx, place, (doc) => changePin(doc, round, keyIn(doc, id), { note: 'Found' })),
	);
	expect((await inRows()).map(({ note }) => note)).toEqual(['Placed']);
	const watcher = await open('');
	await until(async () => (await inRows())[0]?.note === 'Found');
	const { upTo, copiedUpTo } = await loadDocument(db, documentName(place));
	expect(copiedUpTo).toBe(upTo);
	watcher.leave();
});
