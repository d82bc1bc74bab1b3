// A map inside other sites' pages: of those that the city has named, and of no others; and nothing else of ours in anybody's.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from '@playwright/test';
import { vetPin } from '#db/pinActs.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, guest } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';

let hall: ServerProcess;
let round: Round;
let dark: { id: string };
/** Other people's sites: each shows in a frame what its address asks for (`/?<address>`). */
let friend: { url: string; server: Server };
let stranger: typeof friend;

test.beforeAll(async ({ town, db }) => {
	[friend, stranger] = [await site(), await site()];
	hall = await startServer({
		...{ DATABASE_URL: town.databaseUrl, DATA_DIR: town.dataDir, LOG_LEVEL: 'warn' },
		EMBED_ORIGINS: friend.url,
	});
	round = await openMap(db);
	await pinOf(db, guest('ann'), round.id, { note: 'Too fast on Elm' });
	dark = await pinOf(db, guest('ann'), round.id, { category: 'unsafe', note: 'Dark at the underpass' });
	const gone = await pinOf(db, guest('bob'), round.id, { note: 'Taken off' });
	await vetPin(db, dana, { pinId: gone.id, act: 'remove', reason: 'insult' });
});
test.afterAll(async () => {
	await hall.stop();
	for (const { server } of [friend, stranger]) {
		server.closeAllConnections();
		server.close();
	}
});

async function site(): Promise<typeof friend> {
	const server = createServer((request, response) => {
		const address = decodeURIComponent(request.url!.slice(2));
		response.setHeader('content-type', 'text/html');
		response.end(
			`<!doctype html><title>News</title><iframe src="${address}" width="600" height="500"></iframe>`,
		);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const embed = (search = '') => `${hall.url}/embed/map/${round.slug}${search}`;
/** What is in the frame of another site's page, when that has come to rest. */
async function framed(page: Page, around: typeof friend, address: string): Promise<Frame> {
	await page.goto(`${around.url}/?${encodeURIComponent(address)}`);
	return page.frames()[1]!;
}

test('a site that the city has named shows the map with the filter of its address, and leads to the full one', async ({
	page,
}) => {
	const [answers, faults]: string[][] = [[], []];
	page.on('console', (message) => message.type() === 'error' && faults!.push(message.text()));
	page.on('response', (response) => answers!.push(String(response.headers()['set-cookie'] ?? '')));
	const frame = await framed(page, friend, embed('?category=unsafe'));
	await expect(frame.getByRole('heading', { name: 'Map: November' })).toBeVisible();
	await expect(frame.getByText('Dark at the underpass')).toBeVisible();
	await expect(frame.getByRole('button', { name: /Feeling unsafe: Dark at the underpass/ })).toBeVisible();
	await expect(frame.getByRole('button', { name: /Too fast on Elm/ })).toHaveCount(0);
	for (const other of ['Too fast on Elm', 'Taken off']) await expect(frame.getByText(other)).toHaveCount(0);
	expect([answers!.filter(Boolean), faults!]).toEqual([[], []]);
	expect(await page.context().cookies()).toEqual([]);

	const beside = page.waitForEvent('popup');
	await frame.getByRole('link', { name: 'Open the full map' }).click();
	await expect(await beside).toHaveURL(`${hall.url}/map/${round.slug}?category=unsafe`);
	const pin = page.waitForEvent('popup');
	await frame.getByRole('link', { name: /Dark at the underpass/ }).click();
	await expect(await pin).toHaveURL(`${hall.url}/map/${round.slug}?category=unsafe&pin=${dark.id}`);
	expect(page.frames()[1]!.url()).toBe(embed('?category=unsafe'));
});

test('another site does not, and no other page of ours is shown inside anybody’s', async ({ page }) => {
	for (const [around, address] of [
		[stranger, embed()],
		[friend, `${hall.url}/map/${round.slug}`],
		[friend, `${hall.url}/meetings`],
		[friend, `${hall.url}/sign-in`],
	] as const) {
		const frame = await framed(page, around, address);
		await expect.poll(() => frame.url(), address).toBe('chrome-error://chromewebdata/');
	}
});

test('where the city has named nobody, nobody shows it', async ({ page, town }) => {
	const frame = await framed(page, friend, `${town.server.url}/embed/map/${round.slug}`);
	await expect.poll(() => frame.url()).toBe('chrome-error://chromewebdata/');
	const answer = await page.request.get(`${town.server.url}/embed/map/${round.slug}`);
	expect(answer.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
});

test('the headers say it to every browser', async ({ request }) => {
	const headersOf = async (path: string) => (await request.get(hall.url + path)).headers();
	const open = await headersOf(`/embed/map/${round.slug}`);
	expect(open['content-security-policy']).toMatch(new RegExp(`frame-ancestors ${friend.url}$`));
	expect(open['content-security-policy']).not.toContain('unsafe-inline');
	expect(open['x-frame-options']).toBeUndefined();
	for (const path of [`/map/${round.slug}`, '/', '/embed', '/embed/map/none']) {
		const closed = await headersOf(path);
		expect(closed['content-security-policy'], path).toContain(
			path === '/embed/map/none' ? 'frame-ancestors' : "frame-ancestors 'none'",
		);
	}
	expect((await headersOf('/'))['x-frame-options']).toBe('SAMEORIGIN');
});

test('it is the same for somebody who is signed in, and works without script', async ({ browser, db }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	await signIn(context, hall.url, db, dana);
	const page = await context.newPage();
	await page.goto(embed());
	await expect(page.getByText('Too fast on Elm')).toBeVisible();
	await expect(page.getByText('Dana')).toHaveCount(0);
	await expect(page.getByText('Taken off')).toHaveCount(0);
});

test('it has room on a narrow page, in light and dark, and axe has nothing serious to say', async ({
	page,
}) => {
	await page.setViewportSize({ width: 320, height: 600 });
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.goto(embed());
		await expect(page.getByText('Too fast on Elm')).toBeVisible();
		expect(await seriousFaults(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
	}
});
