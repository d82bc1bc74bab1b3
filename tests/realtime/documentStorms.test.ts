// The board when everything goes wrong at once: servers that are killed, twenty people who move everything, online and off.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import { eq } from 'drizzle-orm';
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import { boardCards } from '#db/schema/index.ts';
import { addCard, cardText, firstColumns, markCard, moveCard, readBoard, removeCard } from '#domain/board.ts';
import { liveMeeting } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { boardIn, loggedBoard, openBoard, resident, type Resident } from './boards.ts';
import { until, upTo } from './line.ts';
import { makeDice, type Dice } from './mutations.ts';
import { makeTown, type Town } from './town.ts';

/** STORM_ROUNDS asks for more kills. */
const rounds = Number(process.env.STORM_ROUNDS ?? 3);
vi.setConfig({ testTimeout: 60_000 + rounds * 15_000 });

const config = testConfig();
let db: Database;
let town: Town;
let server: ServerProcess;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});

test(`after ${rounds} kills under a stream of changes everything that somebody else has seen is there`, async () => {
	const { id } = await liveMeeting(db, { boardOpen: true });
	const writers = await Promise.all(upTo(5).map(() => resident(db, server, id)));
	const screen = await openBoard(server.url, id, visitorBrowser(config));
	const keys = writers.map(({ doc, author }) =>
		addCard(doc, author, randomUUID(), { text: '', column: 'heard', kind: 'resident' }),
	);
	// Each appends numbers to their card, as fast as a stock client may: 5 × 40 changes a second.
	let n = 0;
	const typing = setInterval(() => {
		n++;
		for (const [i, { doc }] of writers.entries()) {
			const text = cardText(doc, keys[i]!)!;
			doc.transact(() => {
				text.delete(0, text.length);
				text.insert(0, String(n));
			});
		}
	}, 25);
	const numberOn = (doc: Y.Doc, key: string) => Number(cardText(doc, key)?.toString() || 0);
	for (let round = 0; round < rounds; round++) {
		const before = n;
		await until(() => keys.every((key) => numberOn(screen.doc, key) > before + 10));
		const port = new URL(server.url).port;
		await server.kill();
		// Seen elsewhere means written: nobody connected has more in common than the log has.
		const seen = keys.map((key) => numberOn(screen.doc, key));
		const logged = await loggedBoard(db, id);
		for (const [i, key] of keys.entries()) expect(numberOn(logged, key)).toBeGreaterThanOrEqual(seen[i]!);
		const known = Y.decodeStateVector(Y.encodeStateVector(screen.doc));
		const has = Y.decodeStateVector(Y.encodeStateVector(logged));
		for (const [client, clock] of known) expect(has.get(client)).toBeGreaterThanOrEqual(clock);
		server = await town.start({ PORT: port });
	}
	clearInterval(typing);
	await until(() => writers.every(({ doc }) => boardIn(doc) === boardIn(screen.doc)));
	expect(keys.map((key) => numberOn(screen.doc, key))).toEqual(keys.map(() => n));
	expect(boardIn(await loggedBoard(db, id))).toBe(boardIn(screen.doc));
	for (const client of [...writers, screen]) {
		expect(client.closed).toEqual([]);
		client.leave();
	}
});

test('twenty people with 500 random changes each, online and off, end with the same bytes, and the rows with them', async () => {
	const { id } = await liveMeeting(db, { boardOpen: true });
	const people = await Promise.all(upTo(20).map(() => resident(db, server, id)));
	await Promise.all(
		people.map(async (one, i) => {
			const dice = makeDice(i + 1);
			for (let done = 0; done < 500;) {
				// A burst that a bucket lets through; or, offline, everything that piles up comes as one.
				const isOffline = dice.below(10) < 3;
				if (isOffline) one.provider.disconnect();
				for (const end = Math.min(500, done + 25); done < end; done++) changeSomething(one, dice);
				if (isOffline) one.provider.connect();
				await until(async () => one.provider.synced);
			}
		}),
	);
	const last = people[0]!.doc;
	const bytes = (doc: Y.Doc) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64');
	await until(() => people.every(({ doc }) => boardIn(doc) === boardIn(last)));
	await until(() => people.every(({ doc }) => vectorOf(doc) === vectorOf(last)));
	expect(people.flatMap(({ closed }) => closed)).toEqual([]);
	await until(async () => boardIn(await loggedBoard(db, id)) === boardIn(last));
	// As anybody reads it who comes now.
	const fresh = (doc: Y.Doc) => {
		const copy = new Y.Doc();
		Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
		return bytes(copy);
	};
	expect(new Set([...people.map(({ doc }) => doc), await loggedBoard(db, id)].map(fresh)).size).toBe(1);
	const { cards } = readBoard(last);
	expect(cards.length).toBeGreaterThan(20);
	// And so are the rows that are copied from it.
	const told = (all: { key: string; text: string; column: string; theme: string }[]) =>
		JSON.stringify(
			all.map(({ key, text, column, theme }) => [key, text, column, theme].join('\n')).toSorted(),
		);
	await until(
		async () => told(await db.select().from(boardCards).where(eq(boardCards.meetingId, id))) === told(cards),
	);
	for (const one of people) one.leave();
});

const vectorOf = (doc: Y.Doc) =>
	JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(doc))].toSorted(([a], [b]) => a - b));

function changeSomething({ doc, author }: Resident, dice: Dice): void {
	const own = readBoard(doc).cards.filter((card) => card.author === author);
	const card = own[dice.below(own.length)];
	const column = dice.oneOf(firstColumns);
	const what = dice.below(100) / 100;
	if (!card || (own.length < 12 && what < 0.15))
		return void addCard(doc, author, randomUUID(), { text: 'New', column, kind: 'resident' });
	if (what < 0.2) return removeCard(doc, card.key);
	if (what < 0.4) return moveCard(doc, card.key, { column, before: null });
	if (what < 0.5) return markCard(doc, card.key, { theme: `Theme ${dice.below(9)}` });
	const text = cardText(doc, card.key)!;
	const at = dice.below(text.length);
	if (text.length > 200 || (text.length > 0 && what < 0.65))
		return text.delete(at, Math.min(9, text.length - at));
	text.insert(at, 'abcdefghij'.slice(0, 1 + dice.below(9)));
}
