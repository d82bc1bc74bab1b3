// The map as the browser draws it: by keyboard, with names for screen readers, with very many pins, and on a city's own tiles.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { guest } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { expect, seriousFaults, test } from './hall.ts';

/** Where the page of base components is. */
let workshop: ServerProcess;
test.beforeAll(async ({ town }) => {
	workshop = await startServer({
		...{ DATABASE_URL: town.databaseUrl, DATA_DIR: town.dataDir, LOG_LEVEL: 'warn', NODE_ENV: 'test' },
	});
});
test.afterAll(() => workshop.stop());

const map = (page: Page) => page.locator('[data-sample-map]');
const pins = (page: Page) => map(page).locator('[data-map-pin]');
const clusters = (page: Page) => map(page).getByRole('button', { name: /^\d+ pins: / });

async function onSample(page: Page, search = ''): Promise<string[]> {
	const faults: string[] = [];
	page.on('console', (said) => said.type() === 'error' && faults.push(said.text()));
	await page.goto(`${workshop.url}/dev/ui${search}`);
	await expect(pins(page).or(clusters(page)).first()).toBeAttached();
	return faults;
}

for (const colorScheme of ['light', 'dark'] as const)
	test(`the map has no serious fault for assistive technology, and breaks no rule of the page’s policy (${colorScheme})`, async ({
		page,
	}) => {
		await page.emulateMedia({ colorScheme });
		const faults = await onSample(page);
		await expect(map(page).locator('.map-town path.map-water')).toBeAttached();
		expect(await seriousFaults(page)).toEqual([]);
		expect(faults).toEqual([]);
		// Leaflet's own words are English alone, and nobody's tiles are shown.
		await expect(map(page).locator('.leaflet-control')).toHaveCount(0);
	});

test('by keyboard alone: a cluster falls apart, a pin is opened, the map is zoomed and walked', async ({
	page,
}) => {
	await onSample(page, '?pins=400');
	const before = await clusters(page).count();
	expect(before).toBeGreaterThan(0);
	const largest = clusters(page).first();
	// It says of what it is made.
	await expect(largest).toHaveAccessibleName(/Speeding|lighting|unsafe|Parking|Noise|Litter|Crossing|good/);
	await largest.focus();
	await expect(map(page).locator('.map-town')).toHaveAttribute('data-zoom', '15');
	await page.keyboard.press('Enter');
	await expect(map(page).locator('.map-town')).toHaveAttribute('data-zoom', /^1[6-8]$/);
	while ((await pins(page).count()) === 0)
		await map(page).getByRole('button', { name: 'Zoom in' }).press('Enter');
	const id = await pins(page).first().getAttribute('data-map-pin');
	await map(page).locator(`[data-map-pin="${id}"]`).focus();
	await page.keyboard.press('Enter');
	await expect(map(page)).toHaveAttribute('data-selected', id!);
	await map(page).getByRole('button', { name: 'Show the whole map' }).press('Enter');
	await expect(clusters(page).first()).toBeAttached();
});

test('twenty thousand pins are drawn as some clusters, and where many are is shown as warmth', async ({
	page,
}) => {
	await onSample(page, '?pins=20000');
	await expect(clusters(page).first()).toBeVisible();
	const counts = await clusters(page).evaluateAll((all) => all.map((one) => parseInt(one.ariaLabel!)));
	expect(counts.length).toBeLessThan(500);
	expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1_000);
	await map(page).getByRole('button', { name: 'Show where many pins are' }).click();
	await expect(clusters(page)).toHaveCount(0);
	const painted = await map(page)
		.locator('canvas')
		.evaluate((canvas: HTMLCanvasElement) => {
			const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
			return data.some((part, at) => at % 4 === 3 && part > 100);
		});
	expect(painted).toBe(true);
	await map(page).getByRole('button', { name: 'Show where many pins are' }).click();
	await expect(clusters(page).first()).toBeVisible();
});

test('what is shown is chosen in a form, at once with script and by its button without', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	await pinOf(db, guest('ann'), round.id, { note: 'Too fast here' });
	await pinOf(db, guest('ann'), round.id, { note: 'Dark corner', category: 'unsafe' });
	for (const javaScriptEnabled of [false, true]) {
		const fresh = await browser.newContext({ baseURL: town.server.url, javaScriptEnabled });
		const page = await fresh.newPage();
		await page.goto(`/map/${round.slug}`);
		if (javaScriptEnabled) await expect(page.locator('[data-map=connected]')).toBeAttached();
		await expect(page.locator('[data-pin]')).toHaveCount(2);
		await page.getByText('Choose what is shown').click();
		await page.getByRole('checkbox', { name: 'Feeling unsafe' }).check();
		if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show these' }).click();
		await expect(page.locator('[data-pin]')).toHaveCount(1);
		await expect(page.locator('[data-pin]')).toContainText('Dark corner');
		expect(new URL(page.url()).search).toContain('category=unsafe');
		await page.getByRole('link', { name: 'Show all' }).click();
		await expect(page.locator('[data-pin]')).toHaveCount(2);
		await fresh.close();
	}
});

/** One dot, stretched over everything. */
const dot = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

async function tileServer(): Promise<{ url: string; server: Server; asked: string[] }> {
	const asked: string[] = [];
	const files: Record<string, Buffer> = {
		'/town.pmtiles': oneTile(dot, 2),
		'/shapes.pmtiles': oneTile(groundEverywhere(), 1),
	};
	const server = createServer((request, response) => {
		asked.push(request.url!);
		response.setHeader('access-control-allow-origin', '*');
		const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
		const file = files[request.url!];
		if (file && from && to) {
			const end = Math.min(Number(to), file.length - 1);
			response.writeHead(206, { 'content-range': `bytes ${from}-${end}/${file.length}` });
			response.end(file.subarray(Number(from), end + 1));
		} else response.setHeader('content-type', 'image/png').end(dot);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, asked };
}

/** A PMTiles file (version 3) with one tile of the whole world. @param type 1: shapes (MVT), 2: PNG */
function oneTile(tile: Buffer, type: 1 | 2): Buffer {
	// One entry: as many tiles from the first are this one as there are to its deepest zoom.
	const [deepest, run] = type === 1 ? [1, 5] : [0, 1];
	const directory = Buffer.from([1, 0, run, tile.length, 1]);
	const meta = Buffer.from('{}');
	const header = Buffer.alloc(127);
	header.write('PMTiles');
	header[7] = 3;
	const at = [127, directory.length, 127 + directory.length, meta.length];
	const tilesAt = 127 + directory.length + meta.length;
	for (const [i, value] of [...at, tilesAt, 0, tilesAt, tile.length, 1, 1, 1].entries())
		header.writeBigUInt64LE(BigInt(value), 8 + i * 8);
	// Nothing is compressed.
	header.set([1, 1, 1, type, 0, deepest], 96);
	return Buffer.concat([header, directory, meta, tile]);
}

/** A Mapbox Vector Tile (2.1): a square of layer `earth` over all of it. */
function groundEverywhere(): Buffer {
	const varint = (value: number): number[] =>
		value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
	const number = (field: number, value: number) => [field << 3, ...varint(value)];
	const bytes = (field: number, inner: number[]) => [(field << 3) | 2, ...varint(inner.length), ...inner];
	const zigzag = (value: number) => varint((value << 1) ^ (value >> 31));
	const extent = 64;
	// Move to 0,0; three lines; close.
	const square = [
		...[9, ...zigzag(0), ...zigzag(0), 26],
		...[
			[extent, 0],
			[0, extent],
			[-extent, 0],
		]
			.flat()
			.flatMap(zigzag),
		15,
	];
	const feature = [...number(3, 3), ...bytes(4, square)];
	const layer = [
		...number(15, 2),
		...bytes(1, [...Buffer.from('earth')]),
		...bytes(2, feature),
		...number(5, extent),
	];
	return Buffer.from(bytes(3, layer));
}

for (const [name, address, asked, drawn] of [
	['MAP_TILES', '/{z}/{x}/{y}.png', /^\/1[34]\/\d+\/\d+\.png$/, 'img'],
	['MAP_PMTILES', '/town.pmtiles', /^\/town\.pmtiles$/, 'img'],
	['MAP_PMTILES', '/shapes.pmtiles', /^\/shapes\.pmtiles$/, 'canvas'],
] as const)
	test(`${name} ${address}: the city’s own map lies under the pins, comes from its site alone, and says whose it is`, async ({
		page,
		town,
		db,
	}) => {
		const tiles = await tileServer();
		const city = await startServer({
			...{ DATABASE_URL: town.databaseUrl, DATA_DIR: town.dataDir, LOG_LEVEL: 'warn' },
			[name]: `${tiles.url}${address}`,
			MAP_ATTRIBUTION: '© <b>Springfield</b>, https://springfield.example/map',
		});
		const round = await openMap(db);
		const faults: string[] = [];
		page.on('console', (said) => said.type() === 'error' && faults.push(said.text()));
		const answer = await page.goto(`${city.url}/map/${round.slug}`);
		await expect(page.locator(`${drawn}.leaflet-tile-loaded`).first()).toBeAttached();
		expect(tiles.asked[0]).toMatch(asked);
		// Words of the configuration are words.
		await expect(page.locator('.leaflet-control-attribution')).toHaveText(
			'© <b>Springfield</b>, https://springfield.example/map',
		);
		const policy = answer!.headers()['content-security-policy']!;
		expect(policy.split(tiles.url)).toHaveLength(2);
		if (drawn === 'canvas') {
			await expect.poll(() => brightness(page)).toBeGreaterThan(180);
			await page.emulateMedia({ colorScheme: 'dark' });
			await expect.poll(() => brightness(page)).toBeLessThan(80);
		}
		expect(faults).toEqual([]);
		await city.stop();
		tiles.server.closeAllConnections();
		tiles.server.close();
	});

/** How bright a drawn tile is in its middle, from 0 to 255; -1 while nothing is drawn there. */
function brightness(page: Page): Promise<number> {
	return page
		.locator('canvas.leaflet-tile-loaded')
		.first()
		.evaluate((canvas: HTMLCanvasElement) => {
			const { data } = canvas.getContext('2d')!.getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
			return data[3] === 255 ? (data[0]! + data[1]! + data[2]!) / 3 : -1;
		});
}
