// Photos and files of a map as a real server hands them out, and what it does not let in.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { check } from '@placemarkio/check-geojson';
import { parse } from 'csv-parse/sync';
import type { FeatureCollection } from 'geojson';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { vetPin } from '#db/pinActs.ts';
import { addPhoto } from '#db/pinPhotos.ts';
import { placePin } from '#db/pins.ts';
import { createRound } from '#db/rounds.ts';
import { activities, activityPins, areas } from '#db/schema/index.ts';
import type { Actor } from '#domain/people.ts';
import type { Round } from '#domain/rounds.ts';
import { readGuest } from '#db/guest.ts';
import { dana, guest, settle } from '#tests/cast.ts';
import { aRound, middle, openMap, pinOf } from '#tests/maps.ts';
import { cameraPhoto, plainPhoto, pngThatSays, svg } from '#tests/pictureFiles.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { makeTown } from './town.ts';

const config = testConfig();
let db: Database;
let server: ServerProcess;
let round: Round;
let photo: Buffer;

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	await settle(db);
	server = await town.start();
	photo = await plainPhoto().jpeg().toBuffer();
});
beforeEach(async () => {
	round = await openMap(db, { vetting: true });
});

/** A browser, and the guest that it is. */
function somebody(): { cookie: string; actor: Actor } {
	const cookie = visitorBrowser(config);
	return { cookie, actor: { guest: readGuest(config, cookie.split('=')[1])!.secret, account: null } };
}
const get = (path: string, cookie = '', headers: Record<string, string> = {}) =>
	fetch(server.url + path, { headers: { cookie, ...headers }, redirect: 'manual' });
const photoPath = (id: string) => `/map/${round.slug}/photos/${id}.webp`;
const photosPage = (pinId: string) => `/map/${round.slug}/pins/${pinId}/photos`;

/** Sends files as the form without script does, or (`as: 'json'`) as the one with it. */
async function send(
	pinId: string,
	cookie: string,
	files: Record<string, Buffer>,
	as: 'page' | 'json' = 'json',
) {
	const body = new FormData();
	for (const [name, bytes] of Object.entries(files))
		body.append('photos', new File([Uint8Array.from(bytes)], name));
	return fetch(`${server.url}${photosPage(pinId)}?/add`, {
		method: 'POST',
		headers: {
			...{ cookie, origin: server.url },
			...(as === 'json'
				? { accept: 'application/json', 'x-sveltekit-action': 'true' }
				: { accept: 'text/html' }),
		},
		body,
	});
}

describe('a photo', () => {
	test('that is held is for its browser and the moderator, is kept nowhere on the way, and looks to others as if it were not there', async () => {
		const { cookie, actor } = somebody();
		const { id: pinId } = await pinOf(db, actor, round.id);
		const { id } = await addPhoto(db, actor, { pinId, id: randomUUID(), sent: photo });
		for (const known of [cookie, await signedInBrowser(db, config, dana)]) {
			const answer = await get(photoPath(id), known);
			expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
		}
		const [hidden, missing] = [
			await get(photoPath(id), somebody().cookie),
			await get(photoPath(randomUUID())),
		];
		expect([hidden.status, missing.status]).toEqual([404, 404]);
		const words = async (answer: Response) => (await answer.text()).replaceAll(/[\w-]{20,}/g, '');
		expect(await words(hidden)).toBe(await words(missing));

		await vetPin(db, dana, { pinId, act: 'publish' });
		const shown = await get(photoPath(id));
		expect(shown.status).toBe(200);
		expect(Object.fromEntries(shown.headers)).toMatchObject({
			'content-type': 'image/webp',
			'cache-control': 'public, max-age=60, must-revalidate',
			'x-content-type-options': 'nosniff',
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
		});
		expect(shown.headers.get('set-cookie')).toBeNull();
		expect(Buffer.from(await shown.arrayBuffer()).toString('latin1', 8, 12)).toBe('WEBP');
	});

	test('is taken from a form without script, whatever its file is called', async () => {
		const { cookie, actor } = somebody();
		const { id: pinId } = await pinOf(db, actor, round.id);
		const answer = await send(pinId, cookie, { 'evil.svg': await cameraPhoto(), 'page.html': photo }, 'page');
		expect(answer.status).toBe(200);
		const page = await answer.text();
		const shown = [...page.matchAll(/src="([^"]+\.webp)"/g)].map(([, src]) => src!);
		expect(shown).toHaveLength(2);
		const bytes = Buffer.from(await (await get(shown[0]!, cookie)).arrayBuffer());
		expect(bytes.includes('SpyCam')).toBe(false);
	});

	test('that is none is refused by name; those beside it are added', async () => {
		const { cookie, actor } = somebody();
		const { id: pinId } = await pinOf(db, actor, round.id);
		const files = { 'drawing.png': svg, 'wall.png': pngThatSays(50_000, 50_000), 'good.jpg': photo };
		const page = await (await send(pinId, cookie, files, 'page')).text();
		expect(page).toContain('“drawing.png” was not added');
		expect(page).toContain('“wall.png” was not added');
		expect([...page.matchAll(/src="[^"]+\.webp"/g)]).toHaveLength(1);
	});

	test('is not taken from somebody else, nor from another site', async () => {
		const { actor } = somebody();
		const { id: pinId } = await pinOf(db, actor, round.id);
		const stranger = somebody().cookie;
		expect((await get(photosPage(pinId), stranger)).status).toBe(404);
		expect(await (await send(pinId, stranger, { 'a.jpg': photo })).json()).toMatchObject({ type: 'error' });
		const body = new FormData();
		body.append('photos', new File([Uint8Array.from(photo)], 'a.jpg'));
		const elsewhere = await fetch(`${server.url}${photosPage(pinId)}?/add`, {
			method: 'POST',
			headers: { cookie: stranger, origin: 'https://evil.example' },
			body,
		});
		expect(elsewhere.status).toBe(403);
	});
});

describe('what is too large', () => {
	/** Says how much it will send, sends a little, and waits for the answer: nothing is read first. */
	async function announce(path: string, head: string, bytes = 1_000): Promise<string> {
		const { hostname, port } = new URL(server.url);
		const socket = connect(Number(port), hostname);
		socket.on('error', () => {});
		await once(socket, 'connect');
		socket.write(
			`POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${server.url}\r\n${head}\r\n\r\n`,
		);
		let sent = 0;
		let answer = '';
		socket.on('data', (chunk) => (answer += chunk));
		while (sent < bytes && !answer && !socket.destroyed) {
			const chunk = Buffer.alloc(Math.min(64 * 1024, bytes - sent), 'a');
			const isChunked = head.includes('chunked');
			socket.write(
				isChunked
					? Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])
					: chunk,
			);
			sent += chunk.length;
			await new Promise((resolve) => setImmediate(resolve));
		}
		if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
		return answer.split('\r\n')[0]!;
	}
	const form = 'Content-Type: application/x-www-form-urlencoded';

	test('100 MB are refused before they are read, where photos are taken, too', async () => {
		const length = `Content-Length: ${100 * 1024 * 1024}`;
		for (const path of [photosPage(randomUUID()), `/map/${round.slug}/new`, '/sign-in', '/nowhere'])
			expect(await announce(path, `${form}\r\n${length}`)).toBe('HTTP/1.1 413 Payload Too Large');
	});

	test('a megabyte is taken where photos are, and nowhere else', async () => {
		const length = `Content-Length: ${1024 * 1024}`;
		for (const path of [
			'/sign-in',
			'/map',
			`/map/${round.slug}`,
			`/map/${round.slug}/photos`,
			'/preferences',
		])
			expect(await announce(path, `${form}\r\n${length}`)).toBe('HTTP/1.1 413 Payload Too Large');
		const { cookie, actor } = somebody();
		const { id: pinId } = await pinOf(db, actor, round.id);
		const noise = Buffer.concat([photo, Buffer.alloc(1024 * 1024)]);
		expect(await (await send(pinId, cookie, { 'large.jpg': noise })).json()).toMatchObject({
			type: 'success',
		});
	});

	test('what does not say how long it is ends where the others end', async () => {
		const head = `${form}\r\nTransfer-Encoding: chunked`;
		expect(await announce('/preferences', head, 4 * 1024 * 1024)).toMatch(/^HTTP\/1\.1 413|^$/);
	});

	test('ten hundred-megabyte senders at once do not keep the others from the hall', async () => {
		const length = `Content-Length: ${36 * 1024 * 1024}`;
		const { cookie, actor } = somebody();
		const { id: pinId } = await pinOf(db, actor, round.id);
		const { hostname, port, host } = new URL(server.url);
		const senders = await Promise.all(
			Array.from({ length: 10 }, async () => {
				const socket = connect(Number(port), hostname).on('error', () => {});
				await once(socket, 'connect');
				socket.write(
					`POST ${photosPage(pinId)}?/add HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nOrigin: ${server.url}\r\nContent-Type: multipart/form-data; boundary=a\r\n${length}\r\n\r\n`,
				);
				return socket;
			}),
		);
		const answers: string[] = [];
		for (const socket of senders) socket.on('data', (chunk) => answers.push(String(chunk).split('\r\n')[0]!));
		// Four fit; the others are told to come back.
		await expect.poll(() => answers.filter((line) => line.includes(' 429 ')).length).toBe(6);
		expect((await get('/meetings')).status).toBe(200);
		for (const socket of senders) socket.destroy();
		await expect
			.poll(
				async () =>
					(await send(pinId, cookie, { 'a.jpg': Buffer.concat([photo, Buffer.alloc(600_000)]) })).status,
			)
			.toBe(200);
	});
});

describe('files of the pins', () => {
	const kinds = ['geojson', 'csv', 'kml'] as const;
	const file = (kind: (typeof kinds)[number], search = '') => `/map/${round.slug}/pins.${kind}${search}`;
	const idsIn = async (kind: (typeof kinds)[number], search: string): Promise<string[]> => {
		const text = await (await get(file(kind, search))).text();
		if (kind === 'geojson')
			return (check(text) as { features: { id: string }[] }).features.map(({ id }) => id);
		if (kind === 'csv')
			return (parse(text, { bom: true, columns: true }) as { id: string }[]).map(({ id }) => id);
		return [...text.matchAll(/Placemark id="pin-([^"]+)"/g)].map(([, id]) => id!);
	};

	test('hold what the filter shows, the same in each, and nothing that is held', async () => {
		round = await openMap(db);
		const shape = round.boundary!;
		await db.insert(areas).values({ name: 'Riverside', shape }).onConflictDoNothing();
		const ann = guest('ann');
		const fast = await pinOf(db, ann, round.id, { note: 'Too fast on Elm' });
		const slow = await pinOf(db, ann, round.id, { note: 'Too slow on Oak' });
		const dark = await pinOf(db, ann, round.id, { category: 'unsafe', note: 'Dark at the underpass' });
		await vetPin(db, dana, { pinId: slow.id, act: 'remove', reason: 'double' });
		const today = new Intl.DateTimeFormat('en-CA', { timeZone: config.TIME_ZONE }).format(new Date());
		const cases: [string, string[]][] = [
			['', [fast.id, dark.id]],
			['?category=unsafe', [dark.id]],
			['?category=unsafe&category=speeding', [fast.id, dark.id]],
			['?q=elm', [fast.id]],
			['?state=acted-on', []],
			['?area=Riverside', [fast.id, dark.id]],
			['?area=Hilltop', []],
			[`?from=${today}&until=${today}`, [fast.id, dark.id]],
			['?until=2020-01-01', []],
			['?from=nonsense&state=nonsense', [fast.id, dark.id]],
		];
		for (const kind of kinds)
			for (const [search, ids] of cases) expect(await idsIn(kind, search), kind + search).toEqual(ids);
	});

	test('may be read by programs of any site, are asked for again cheaply, and speak the language asked for', async () => {
		round = await openMap(db);
		await placePin(db, guest('ann'), {
			...{ roundId: round.id, id: randomUUID(), category: 'speeding', at: middle, note: '' },
		});
		for (const kind of kinds) {
			const answer = await get(file(kind), '', { origin: 'https://maps.example' });
			expect(answer.headers.get('access-control-allow-origin')).toBe('*');
			expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
			expect(answer.headers.get('content-disposition')).toBe(
				`attachment; filename="map-${round.slug}.${kind}"`,
			);
			const again = await get(file(kind), '', { 'if-none-match': answer.headers.get('etag')! });
			expect([again.status, await again.text()]).toEqual([304, '']);
			expect(await answer.text()).toContain('Speeding');
			expect(await (await get(file(kind, '?language=es'))).text()).toContain('Exceso de velocidad');
			expect(await (await get(file(kind), '', { 'accept-language': 'es' })).text()).toContain(
				'Exceso de velocidad',
			);
		}
	});

	test('what the city did is a file of its own: points and lines, in the days that are asked for', async () => {
		round = await openMap(db);
		const { id: pinId } = await pinOf(db, guest('ann'), round.id);
		const stretch = [middle, { lat: 41.621, lng: -90.58 }];
		const done = {
			roundId: round.id,
			kind: 'repair' as const,
			...middle,
			counts: { repairs: 2 },
			note: 'Lamps mended',
		};
		const rows = await db
			.insert(activities)
			.values([
				{ ...done, fromDay: '2026-11-03', untilDay: '2026-11-05' },
				{ ...done, fromDay: '2026-11-20', untilDay: '2026-11-20', stretch },
			])
			.returning();
		await db.insert(activityPins).values({ activityId: rows[0]!.id, pinId });
		const read = async (search = '') => {
			const text = await (await get(`/map/${round.slug}/activities.geojson${search}`)).text();
			return (check(text) as FeatureCollection).features;
		};
		const all = await read();
		expect(all.map(({ geometry }) => geometry.type)).toEqual(['Point', 'LineString']);
		expect(all[0]!.properties).toMatchObject({
			kind: 'repair',
			counts: { repairs: 2 },
			note: 'Lamps mended',
		});
		expect(all[0]!.properties!['answers']).toEqual([
			expect.stringMatching(`/map/${round.slug}\\?pin=${pinId}$`),
		]);
		for (const [search, count] of [
			['?from=2026-11-06', 1],
			['?until=2026-11-04', 1],
			['?from=2026-11-05&until=2026-11-20', 2],
			['?from=2026-12-01', 0],
		] as const)
			expect(await read(search), search).toHaveLength(count);
	});

	test('of a round that is only planned are for those who prepare it', async () => {
		const { slug } = await createRound(db, dana, aRound);
		const moderator = await signedInBrowser(db, config, dana);
		for (const kind of kinds) {
			expect((await get(`/map/${slug}/pins.${kind}`)).status).toBe(404);
			expect((await get(`/map/${slug}/pins.${kind}`, moderator)).status).toBe(200);
		}
	});
});
