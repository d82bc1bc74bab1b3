// The map as a shared document, through the stock client: who may move what, and what becomes of it in the rows.
import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import { publishedPins } from '#db/pinReads.ts';
import { closeRound } from '#db/rounds.ts';
import { personRoles } from '#db/schema/index.ts';
import { changePin, putPin, readPins, removePin, type PinEntry } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, guest, maria, sam } from '#tests/cast.ts';
import { middle, openMap, outside, pinOf } from '#tests/maps.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { until } from './line.ts';
import { makeTown } from './town.ts';

const config = testConfig();
let db: Database;
let server: ServerProcess;
let round: Round;
beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});
beforeEach(async () => {
	round = await openMap(db);
});

async function open(cookie: string) {
	const headers = { cookie, origin: server.url };
	class Browser extends WebSocket {
		constructor(address: string | URL) {
			super(address, { headers });
		}
	}
	const doc = new Y.Doc();
	const provider = new WebsocketProvider(
		`${server.url.replace('http', 'ws')}/documents`,
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

test('not somebody else’s, not outside, not without a browser of their own: the line is closed with 4403, and nothing has changed', async () => {
	const mine = await pinOf(db, account, round.id);
	const theirs = await pinOf(db, guest('bob'), round.id);
	const cookie = await signedInBrowser(db, config, maria);
	const before = JSON.stringify(await publishedPins(db, round.id));
	const attempts: [string, (doc: Y.Doc) => void][] = [
		[cookie, (doc) => changePin(doc, round, keyIn(doc, theirs.id), { lat })],
		[cookie, (doc) => removePin(doc, keyIn(doc, theirs.id))],
		[cookie, (doc) => changePin(doc, round, keyIn(doc, mine.id), outside)],
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
