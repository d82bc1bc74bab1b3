// From the camera to the other screen: the picture itself is a clock, written in black and white fields that survive compression.
import { makeHistogram, type Histogram } from '../histogram.ts';
import type { Place } from '../place.ts';
import { hallPath, launchBrowser, newVisit, openHall, openSpeaker } from './hall.ts';

/** Until the line's bandwidth is known and the largest layer is sent. */
const settleMs = 8_000;
const watchMs = 20_000;

/** Milliseconds from drawing a picture to its being on the other screen, and how tall the pictures were. */
export type Latency = { times: Histogram; perSecond: number; unreadable: number; height: number };

export async function measureLatency(place: Place): Promise<Latency> {
	const hall = await openHall(place);
	const browser = await launchBrowser();
	const times = makeHistogram();
	try {
		await openSpeaker(browser, hall, clockAsCamera);
		const context = await newVisit(browser, hall, 'watcher');
		const page = await context.newPage();
		await page.goto(hallPath(hall));
		await page.locator('[data-stage] video').waitFor();
		await page.waitForTimeout(settleMs);
		const { seen, unreadable, height } = await page.evaluate(readClock, watchMs);
		for (const ms of seen) times.add(ms);
		return { times, perSecond: (seen.length * 1000) / watchMs, unreadable, height };
	} finally {
		await browser.close();
		await hall.server.stop();
	}
}

/**
 * In the sender's page: a canvas in place of the camera. Sixteen fields are the time in ms, modulo 65,536, eight more its check.
 * Both pages read the machine's clock, so that the difference is the way.
 */
function clockAsCamera(): void {
	navigator.mediaDevices.getUserMedia = async () => {
		const canvas = document.createElement('canvas');
		canvas.width = 1280;
		canvas.height = 720;
		const pen = canvas.getContext('2d')!;
		const draw = () => {
			const time = Date.now() & 0xffff;
			const bits = time | (((time & 0xff) ^ (time >> 8) ^ 0x5a) << 16);
			for (let n = 0; n < 24; n++) {
				pen.fillStyle = (bits >> n) & 1 ? '#fff' : '#000';
				pen.fillRect((n % 6) * 214, Math.floor(n / 6) * 180, 214, 180);
			}
		};
		draw();
		setInterval(draw, 1000 / 30);
		return canvas.captureStream(30);
	};
}

/** In the watcher's page: reads each picture as it is shown. */
function readClock(forMs: number): Promise<{ seen: number[]; unreadable: number; height: number }> {
	const video = document.querySelector<HTMLVideoElement>('[data-stage] video')!;
	const canvas = document.createElement('canvas');
	canvas.width = 6;
	canvas.height = 4;
	const pen = canvas.getContext('2d', { willReadFrequently: true })!;
	const until = performance.now() + forMs;
	const seen: number[] = [];
	let unreadable = 0;
	return new Promise((done) => {
		const read = () => {
			const now = Date.now();
			pen.drawImage(video, 0, 0, 6, 4);
			const { data } = pen.getImageData(0, 0, 6, 4);
			let bits = 0;
			for (let n = 0; n < 24; n++) if (data[n * 4]! > 127) bits |= 1 << n;
			const time = bits & 0xffff;
			if (bits >> 16 === ((time & 0xff) ^ (time >> 8) ^ 0x5a)) seen.push((now - time) & 0xffff);
			else unreadable++;
			if (performance.now() < until) video.requestVideoFrameCallback(read);
			else done({ seen, unreadable, height: video.videoHeight });
		};
		video.requestVideoFrameCallback(read);
	});
}
