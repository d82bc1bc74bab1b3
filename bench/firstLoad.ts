// How soon a phone on a slow line shows the hall, and how much it loads for that.
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser } from '@playwright/test';
import { askQuestion } from '#db/questions.ts';
import { guest, liveMeeting } from '#tests/cast.ts';
import { chromiumArguments, findChromium } from '../scripts/chromium.mjs';
import { firstLoadOf } from './bundle.ts';
import type { Place } from './place.ts';
import { figure, ms, type Section } from './table.ts';

/** Chromium’s own “Slow 4G”, and a processor four times slower than this machine’s. */
const slow4G = {
	offline: false,
	latency: 562.5,
	downloadThroughput: (1.6 * 0.9 * 1024 * 1024) / 8,
	uploadThroughput: (0.75 * 0.9 * 1024 * 1024) / 8,
};
const cpuSlowdown = 4;
const visits = 7;

export async function firstLoad(place: Place): Promise<Section> {
	const { id, slug } = await liveMeeting(place.db);
	for (let n = 1; n <= 20; n++) {
		const text = `When will the lights on street number ${n} be mended, and who do we call until then?`;
		await askQuestion(place.db, guest(`asker ${n}`), { meetingId: id, text, anonymous: true });
	}
	const server = await place.serve();
	const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
	const { gzip, raw, files } = firstLoadOf('/meetings/[slug]/hall');
	const kB = (bytes: number) => figure(bytes / 1024, 'kB');
	const address = `${server.url}/meetings/${slug}/hall`;
	const rows = [
		['JavaScript of the first load, as sent (gzip)', kB(gzip)],
		['the same, unpacked', `${kB(raw)} in ${files.length} files`],
		['largest contentful paint', ms(await medianPaint(browser, address, true))],
		['the same page without its scripts', ms(await medianPaint(browser, address, false))],
	];
	await browser.close();
	await server.stop();
	return {
		title: 'The hall’s first load on a phone',
		text: `A phone’s window (390 × 844) with an empty cache, Chromium’s “Slow 4G” and a ${cpuSlowdown} × slower processor; 20 questions; median of ${visits} visits.`,
		head: ['what', 'figure'],
		rows,
	};
}

async function medianPaint(browser: Browser, address: string, withScripts: boolean): Promise<number> {
	const times: number[] = [];
	for (let n = 0; n < visits; n++) times.push(await paint(browser, address, withScripts));
	return times.sort((a, b) => a - b)[Math.floor(visits / 2)]!;
}

/** Milliseconds from the start of the navigation to the largest contentful paint. */
async function paint(browser: Browser, address: string, withScripts: boolean): Promise<number> {
	const context = await browser.newContext({
		viewport: { width: 390, height: 844 },
		deviceScaleFactor: 3,
		isMobile: true,
		javaScriptEnabled: withScripts,
	});
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	await devtools.send('Network.enable');
	await devtools.send('Network.emulateNetworkConditions', slow4G);
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
	let largest = 0;
	devtools.on('PerformanceTimeline.timelineEventAdded', ({ event }) => {
		if (event.lcpDetails) largest = Math.max(largest, event.lcpDetails.renderTime);
	});
	await devtools.send('PerformanceTimeline.enable', { eventTypes: ['largest-contentful-paint'] });
	const began = Date.now() / 1000;
	await page.goto(address, { waitUntil: 'load' });
	if (withScripts) await page.locator('[data-status=connected]').waitFor();
	for (let tries = 0; largest === 0 && tries < 100; tries++) await wait(50);
	if (largest === 0) throw new Error('The browser reported no largest contentful paint.');
	await context.close();
	return (largest - began) * 1000;
}
