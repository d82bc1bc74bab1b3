// The staff's board in a browser: when it is there and when it answers, a move by somebody else, and how it moves under a hand.
import { chromium, type Browser, type Page } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { browserCookies } from '#tests/signedIn.ts';
import { makeHistogram, type Histogram } from '../histogram.ts';
import { pressing } from './seed.ts';

export const visits = 5;
/** A column draws its first twenty: what is moved in must be seen among them. */
export const moves = 20;
const stepsOfDrag = 60;

export type Frames = { gaps: Histogram; worst: number };
export type Screen = {
	/** From the start of the navigation. */
	painted: number[];
	answers: number[];
	barePainted: number[];
	/** From the move's request to the card in the other's column. */
	seen: Histogram;
	scrolling: Frames;
	dragging: Frames;
};
type Cookies = { watcher: string; mover: string };

export async function measureScreen(url: string, bareUrl: string, cookies: Cookies): Promise<Screen> {
	const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
	try {
		const [painted, answers, barePainted]: number[][] = [[], [], []];
		for (let n = 0; n < visits; n++) {
			const page = await open(browser, url, cookies.watcher);
			await page.goto('/desk/followups', { waitUntil: 'load' });
			painted!.push(await firstPaint(page));
			answers!.push(await answersSince(page));
			await page.context().close();
			const bare = await open(browser, bareUrl, '');
			await bare.goto('/board', { waitUntil: 'load' });
			barePainted!.push(await firstPaint(bare));
			await bare.context().close();
		}
		const page = await open(browser, url, cookies.watcher);
		await page.goto('/desk/followups', { waitUntil: 'networkidle' });
		const seen = await othersMoves(page, url, cookies.mover);
		const scrolling = await frames(page, () => scroll(page));
		await page.evaluate(() => scrollTo(0, 0));
		const dragging = await frames(page, () => drag(page));
		return { painted: painted!, answers: answers!, barePainted: barePainted!, seen, scrolling, dragging };
	} finally {
		await browser.close();
	}
}

async function open(browser: Browser, baseURL: string, cookie: string): Promise<Page> {
	const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } });
	if (cookie) await context.addCookies(browserCookies(cookie, baseURL));
	return context.newPage();
}

async function firstPaint(page: Page): Promise<number> {
	const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
	return (await page.waitForFunction(paint)).jsonValue();
}

/** The handles know of hands once the scripts are there. */
async function answersSince(page: Page): Promise<number> {
	const isReady = () => {
		const handle = document.querySelector<HTMLElement>('[data-card] [role=button]');
		return handle?.style.cursor ? performance.now() : 0;
	};
	return (await page.waitForFunction(isReady)).jsonValue();
}

/** Somebody else begins what was promised, one after the other, by the form that the board sends. */
async function othersMoves(page: Page, url: string, cookie: string): Promise<Histogram> {
	const seen = makeHistogram();
	for (let n = 1; n <= Math.min(moves, pressing); n++) {
		const number = `FU-2026-${String(n).padStart(5, '0')}`;
		const there = page.evaluate(
			(card) =>
				new Promise<number>((resolve, reject) => {
					setTimeout(() => reject(new Error(`${card} did not come`)), 30_000);
					const list = document.querySelector('[data-column="in-progress"]')!;
					const look = () => {
						if (!list.querySelector(`[data-card="${card}"]`)) return;
						watcher.disconnect();
						resolve(Date.now());
					};
					const watcher = new MutationObserver(look);
					watcher.observe(list, { childList: true, subtree: true });
				}),
			number,
		);
		const began = Date.now();
		const answer = await fetch(`${url}/desk/followups/${number}?/move`, {
			method: 'POST',
			headers: { cookie, origin: url, 'x-sveltekit-action': 'true' },
			body: new URLSearchParams({ number, version: '1', to: 'in-progress' }),
		});
		if (!answer.ok) throw new Error(`${number} was not moved: ${answer.status}`);
		seen.add((await there) - began);
	}
	return seen;
}

async function frames(page: Page, act: () => Promise<void>): Promise<Frames> {
	await page.evaluate(() => {
		const drawn: number[] = [];
		Object.assign(window, { drawn, isDrawn: true });
		const note = (at: number) => {
			drawn.push(at);
			if ((window as unknown as { isDrawn: boolean }).isDrawn) requestAnimationFrame(note);
		};
		requestAnimationFrame(note);
	});
	await act();
	const drawn = await page.evaluate(() => {
		const here = window as unknown as { drawn: number[]; isDrawn: boolean };
		here.isDrawn = false;
		return here.drawn;
	});
	const gaps = makeHistogram();
	let worst = 0;
	for (const [n, at] of drawn.slice(1).entries()) {
		gaps.add(at - drawn[n]!);
		worst = Math.max(worst, at - drawn[n]!);
	}
	return { gaps, worst };
}

async function scroll(page: Page): Promise<void> {
	await page.mouse.move(720, 500);
	for (let n = 0; n < 60; n++) await page.mouse.wheel(0, n < 30 ? 250 : -250);
}

/** Across the columns, up and down in them, and back: nothing is moved at the end. */
async function drag(page: Page): Promise<void> {
	const handle = page.locator('[data-column="in-progress"] [data-card] [role=button]').first();
	await handle.scrollIntoViewIfNeeded();
	const { x, y } = (await handle.boundingBox())!;
	await page.mouse.move(x + 10, y + 10);
	await page.mouse.down();
	for (const [dx, dy] of [
		[300, 0],
		[300, 200],
		[-250, 150],
		[0, 0],
	] as const)
		await page.mouse.move(x + 10 + dx, y + 10 + dy, { steps: stepsOfDrag / 4 });
	await page.keyboard.press('Escape');
	await page.mouse.up();
}
