// What waits for a moderator, was declined or was taken off: a canary's words are planted in it, and every output is looked through.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { commentPin, vetPin } from '#db/pinActs.ts';
import { placePin } from '#db/pins.ts';
import { readGuest } from '#db/guest.ts';
import type { Actor } from '#domain/people.ts';
import type { Round } from '#domain/rounds.ts';
import { ada, dana, guest, maria, sam } from '#tests/cast.ts';
import { middle, openMap, pinOf } from '#tests/maps.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import WebSocket from 'ws';
import { openLine } from './line.ts';
import { makeTown } from './town.ts';

const canary = 'kanarienvogel-77';
const config = testConfig();

let db: Database;
let server: ServerProcess;
let round: Round;
let published: string;
let author: string;
const cookies: Record<string, string> = {};

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
	round = await openMap(db, { vetting: true });
	author = visitorBrowser(config);
	const secret = readGuest(config, author.split('=')[1])!;
	const ann: Actor = { guest: secret.secret, guestSince: secret.since, account: null };
	const plant = () =>
		placePin(db, ann, {
			...{ roundId: round.id, id: randomUUID(), category: 'speeding', at: middle },
			...{ note: `${canary} note`, answers: [`${canary} answer`] },
		});
	await plant();
	await vetPin(db, dana, { pinId: (await plant()).id, act: 'decline', reason: 'insult' });
	const removed = await plant();
	// Never public, not even for a moment: what was shown once may have been seen.
	await vetPin(db, dana, { pinId: removed.id, act: 'remove', reason: 'insult' });
	const shown = await pinOf(db, guest('bob'), round.id, { note: 'Everybody sees this' });
	await vetPin(db, dana, { pinId: shown.id, act: 'publish' });
	published = shown.id;
	await commentPin(db, ann, { pinId: published, id: randomUUID(), text: `${canary} comment` });
	cookies.visitor = '';
	cookies.guest = visitorBrowser(config);
	cookies.resident = await signedInBrowser(db, config, maria);
	cookies.staff = await signedInBrowser(db, config, sam);
	cookies.admin = await signedInBrowser(db, config, ada);
	cookies.moderator = await signedInBrowser(db, config, dana);
});

/** Follows every link that a person can, from the map and from the first page; and asks for what only programs ask for. */
async function everythingFor(cookie: string): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	const here = `/map/${round.slug}`;
	const waiting = [
		...['/', '/map', '/map?all', '/concerns', '/desk/map', '/admin/audit', here, `${here}?pin=${published}`],
		...[
			'pins.json',
			'state.json',
			'pins.geojson',
			'pins.csv',
			'pins.kml',
			'activities.geojson',
			'report',
		].map((name) => `${here}/${name}`),
		...[`${here}/pins/${published}.json`, `/map/current/state.json`, `/embed/map/${round.slug}`],
		...[
			`${here}/__data.json`,
			`${here}/new`,
			`/desk/map/${round.slug}/vetting`,
			`/desk/map/${round.slug}/history`,
		],
	];
	while (waiting.length > 0 && found.size < 120) {
		const address = waiting.shift()!;
		if (found.has(address)) continue;
		const answer = await fetch(server.url + address, { headers: { cookie }, redirect: 'manual' });
		const text = await answer.text();
		found.set(address, text);
		for (const [, href] of text.matchAll(/href="(\/[^"#]*)"/g))
			if (!/^\/(_app|sign-out)/.test(href!)) waiting.push(href!.replaceAll('&amp;', '&'));
	}
	return found;
}

test.each(['visitor', 'guest', 'resident', 'staff', 'admin'])(
	'nothing of it is on any page or file for a %s',
	async (who) => {
		const found = await everythingFor(cookies[who]!);
		expect([...found.values()].join('\n')).toContain('Everybody sees this');
		expect([...found].filter(([, text]) => text.includes(canary)).map(([address]) => address)).toEqual([]);
	},
);

test('its author and the moderators see it', async () => {
	for (const cookie of [author, cookies.moderator!]) {
		const found = await everythingFor(cookie);
		expect([...found].filter(([, text]) => text.includes(`${canary} note`)).length).toBeGreaterThan(0);
	}
});

test.each(['visitor', 'guest', 'resident', 'staff'])(
	'nothing of it is in the shared document or on the line of a %s',
	async (who) => {
		const cookie = cookies[who]!;
		const line = await openLine(server.url, cookie);
		const joined = await line.send('map:join', { roundId: round.id, seen: {} });
		expect(JSON.stringify(joined)).toContain(published);
		expect(JSON.stringify(joined)).not.toContain(canary);
		line.close();
		const bytes = await documentBytes(cookie);
		expect(bytes.includes('Everybody sees this')).toBe(true);
		expect(bytes.includes(canary)).toBe(false);
	},
);

/** All that the server sends to whoever asks the document for everything. */
async function documentBytes(cookie: string): Promise<Buffer> {
	const socket = new WebSocket(`${server.url.replace('http', 'ws')}/documents/map:${round.id}`, {
		headers: { cookie, origin: server.url },
	});
	const received: Buffer[] = [];
	socket.on('message', (data: Buffer) => void received.push(data));
	await new Promise((resolve) => socket.once('open', resolve));
	// Sync step 1 with an empty state vector.
	socket.send(new Uint8Array([0, 0, 1, 0]));
	await expect.poll(() => received.some((data) => data[0] === 0 && data[1] === 1)).toBe(true);
	socket.close();
	return Buffer.concat(received);
}
