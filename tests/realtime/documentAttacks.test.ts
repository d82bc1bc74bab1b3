// Ten thousand changes of a board that no browser makes, from lines that have the right to write there.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import { addCard, cardText, moveCard } from '#domain/board.ts';
import { liveMeeting } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { loggedBoard, openBoard, rawBoard, resident, type Resident } from './boards.ts';
import { until, upTo } from './line.ts';
import { makeDice, type Dice } from './mutations.ts';
import { makeTown, metric } from './town.ts';

vi.setConfig({ testTimeout: 120_000 });

const config = testConfig();
let db: Database;
let server: ServerProcess;

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});

test('ten thousand broken changes end the lines they came on, and nobody else notices', async () => {
	const { id } = await liveMeeting(db, { boardOpen: true });
	const [ann, watcher] = [await resident(db, server, id), await openBoard(server.url, id, '')];
	const dice = makeDice(7);
	const cookie = visitorBrowser(config);
	const attacker = await resident(db, server, id);
	const refused = () => metric(server, 'porchlight_document_changes_total{outcome="refused"}');
	const before = await refused();
	const key = addCard(ann.doc, ann.author, randomUUID(), { text: '', column: 'heard', kind: 'resident' });
	let ended = 0;
	let sent = 0;
	for (let group = 0; group < 100; group++) {
		// A hundred at a time, each on a line of its own: the first that is broken ends it.
		await Promise.all(
			upTo(100).map(async () => {
				const line = await rawBoard(server, id, sent % 2 ? cookie : attacker.cookie);
				line.send(brokenChange(attacker, dice));
				sent++;
				await line.written();
				if (line.closed) ended++;
				else line.socket.close();
			}),
		);
		cardText(ann.doc, key)!.insert(0, 'x');
		await until(() => cardText(watcher.doc, key)?.length === group + 1);
	}
	expect(sent).toBe(10_000);
	// A few are still in order: a letter changed inside a text of one's own.
	expect(ended).toBeGreaterThan(7_000);
	expect(await refused()).toBeGreaterThan(before + 7_000);
	expect([...ann.closed, ...watcher.closed]).toEqual([]);
	const logged = await loggedBoard(db, id);
	expect(cardText(logged, key)!.length).toBe(100);
	expect(logged.store.pendingStructs).toBe(null);
	expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
	for (const client of [ann, watcher, attacker]) client.leave();
});

/** A change as somebody might make it, with some of its bytes changed, cut off, doubled or put in. */
function brokenChange({ author }: Resident, dice: Dice): Uint8Array {
	const doc = new Y.Doc();
	const key = addCard(doc, author, 'broken', {
		text: 'A card like others',
		column: 'heard',
		kind: 'resident',
	});
	if (dice.below(2)) cardText(doc, key)!.delete(2, 4);
	if (dice.below(2)) moveCard(doc, key, { column: 'grouped', before: null });
	const bytes = [...Y.encodeStateAsUpdate(doc)];
	for (let times = 1 + dice.below(4); times > 0; times--) {
		const at = dice.below(bytes.length);
		const how = dice.below(100) / 100;
		if (how < 0.5) bytes[at] = dice.below(256);
		else if (how < 0.65) bytes.length = Math.max(1, at);
		else if (how < 0.8) bytes.splice(at, 0, ...[0, 0, 0].map(() => dice.below(256)));
		else if (how < 0.9) bytes.splice(at, 0, 255, 255, 255, 255, 255, 255, 7);
		else bytes.push(...bytes.slice(at));
	}
	return Uint8Array.from(bytes);
}
