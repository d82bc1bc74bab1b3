// How soon a browser that opens a live hall shows its speaker: a real page, its first picture on the screen.
import { makeHistogram } from '../histogram.ts';
import type { Place } from '../place.ts';
import { hallPath, launchBrowser, newVisit, openHall, openSpeaker } from './hall.ts';
import type { Histogram } from '../histogram.ts';

const joins = 30;
const joinWithinMs = 20_000;

/** Milliseconds to the first picture: since the page asked the server for the stage, and since its navigation began. */
export type Joins = { asked: Histogram; opened: Histogram };

export async function measureJoins(place: Place): Promise<Joins> {
	const hall = await openHall(place);
	const browser = await launchBrowser();
	const asked = makeHistogram();
	const opened = makeHistogram();
	try {
		await openSpeaker(browser, hall);
		// One more at the beginning: what the server does once, for the first, is no visitor's time.
		for (let n = 0; n <= joins; n++) {
			const context = await newVisit(browser, hall, 'watcher');
			await context.addInitScript(noteTimes);
			const page = await context.newPage();
			await page.goto(hallPath(hall), { waitUntil: 'commit' });
			const times = await page.waitForFunction(() => window.stageTimes?.shown && window.stageTimes, null, {
				timeout: joinWithinMs,
				polling: 100,
			});
			const { entered, shown } = (await times.jsonValue()) as { entered: number; shown: number };
			if (n > 0) {
				asked.add(shown - entered);
				opened.add(shown);
			}
			await context.close();
		}
	} finally {
		await browser.close();
		await hall.server.stop();
	}
	return { asked, opened };
}

declare global {
	interface Window {
		stageTimes?: { entered?: number; shown?: number };
	}
}

/** In the page, before its own scripts: when it first asks for the stage, and when the first video shows a picture. */
function noteTimes(): void {
	const times: NonNullable<typeof window.stageTimes> = (window.stageTimes = {});
	const send = WebSocket.prototype.send;
	WebSocket.prototype.send = function (data) {
		if (typeof data === 'string' && data.includes('"stage:enter"')) times.entered ??= performance.now();
		send.call(this, data);
	};
	const known = new WeakSet<HTMLVideoElement>();
	new MutationObserver(() => {
		for (const video of document.querySelectorAll('video')) {
			if (known.has(video)) continue;
			known.add(video);
			video.requestVideoFrameCallback((now) => (times.shown ??= now));
		}
	}).observe(document, { childList: true, subtree: true });
}
