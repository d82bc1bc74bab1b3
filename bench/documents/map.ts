// Twenty thousand pins in a browser: when the first are to be seen, and how smoothly the map is dragged.
import { randomUUID } from 'node:crypto';
import { chromium, type Page } from '@playwright/test';
import { emptyDocument, type DocumentPlace } from '#domain/documents.ts';
import { pinKeyOf } from '#domain/pins.ts';
import { openMap } from '#tests/maps.ts';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { makeHistogram, type Histogram } from '../histogram.ts';
import type { Place } from '../place.ts';
import { putPins, write } from './work.ts';

export const pinsOnScreen = 20_000;
export const visits = 5;
const drags = 6;
const stepsOfDrag = 60;

export type Screen = {
	/** From the first contentful paint to the first pins; negative when they were there with it. */
	firstPins: number[];
	/** Between pictures, while the map is dragged. */
	frames: Histogram;
	perSecond: number;
};

export async function measureMap(place: Place): Promise<Screen> {
	const slug = await fill(place);
	const server = await place.serve();
	const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
	try {
		const screen: Screen = { firstPins: [], frames: makeHistogram(), perSecond: 0 };
		const perVisit: number[] = [];
		for (let n = 0; n < visits; n++) {
			const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
			const page = await context.newPage();
			screen.firstPins.push(await firstPins(page, `${server.url}/map/${slug}`));
			const { gaps, ms } = await drag(page);
			for (const gap of gaps) screen.frames.add(gap);
			perVisit.push(gaps.length / (ms / 1_000));
			await context.close();
		}
		screen.perSecond = perVisit.reduce((sum, one) => sum + one, 0) / visits;
		return screen;
	} finally {
		await browser.close();
		await server.stop();
	}
}

/** A round with so many pins, in its document and as rows. @returns its address */
async function fill(place: Place): Promise<string> {
	const round = await openMap(place.db);
	const document: DocumentPlace = { kind: 'map', id: round.id };
	const doc = emptyDocument('map');
	const keys = Array.from({ length: pinsOnScreen }, (_, n) =>
		pinKeyOf(`neighbour-${n % 1_000}`, randomUUID()),
	);
	await putPins(place, doc, round.id, keys);
	await write(place, document, doc);
	return round.slug;
}

async function firstPins(page: Page, address: string): Promise<number> {
	await page.goto(address, { waitUntil: 'load' });
	const marker = await page.waitForFunction(() =>
		document.querySelector('[data-map-canvas] .leaflet-marker-icon') ? performance.now() : 0,
	);
	const shownAt = (await marker.jsonValue()) as number;
	const paintedAt = await page.evaluate(
		() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
	);
	return shownAt - paintedAt;
}

/** Drags the map to and fro while the page notes when each picture was drawn. */
async function drag(page: Page): Promise<{ gaps: number[]; ms: number }> {
	const box = (await page.locator('[data-map-canvas]').boundingBox())!;
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	await page.evaluate(() => {
		const drawn: number[] = [];
		Object.assign(window, { drawn });
		const note = (at: number) => {
			drawn.push(at);
			requestAnimationFrame(note);
		};
		requestAnimationFrame(note);
	});
	for (let n = 0; n < drags; n++) {
		const way = n % 2 ? -1 : 1;
		await page.mouse.move(x, y);
		await page.mouse.down();
		await page.mouse.move(x + way * 300, y + way * 120, { steps: stepsOfDrag });
		await page.mouse.up();
	}
	const drawn = await page.evaluate(() => (window as unknown as { drawn: number[] }).drawn);
	const gaps = drawn.slice(1).map((at, n) => at - drawn[n]!);
	return { gaps, ms: drawn.at(-1)! - drawn[0]! };
}
