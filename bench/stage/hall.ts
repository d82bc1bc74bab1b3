// A live hall with an open stage on a server of its own, and pages of it in Chromium.
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { dana, liveMeeting } from '#tests/cast.ts';
import { browserCookies, signedInBrowser, testConfig } from '#tests/signedIn.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { watcherCookie, type Place } from '../place.ts';
import type { Door } from './door.ts';

export const metricsToken = 'only-for-the-bench';

export type Hall = {
	server: ServerProcess;
	door: Extract<Door, { kind: 'porchlight' }>;
	/** The Cookie header of a moderator. */
	moderator: string;
};

/** @param settings of the server, beside the bench's own */
export async function openHall(place: Place, settings: Record<string, string> = {}): Promise<Hall> {
	const server = await place.serve({ METRICS_TOKEN: metricsToken, ...settings });
	const { id: meetingId, slug } = await liveMeeting(place.db, { stageOpen: true });
	const moderator = await signedInBrowser(place.db, testConfig(), dana);
	return { server, door: { kind: 'porchlight', url: server.url, slug, meetingId }, moderator };
}

export function launchBrowser(): Promise<Browser> {
	const fakes = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
	return chromium.launch({ executablePath: findChromium(), args: [...chromiumArguments, ...fakes] });
}

/** A browser of its own, not yet in the hall: a moderator's, or that of somebody who only watches. */
export async function newVisit(
	browser: Browser,
	hall: Hall,
	as: 'moderator' | 'watcher',
): Promise<BrowserContext> {
	const context = await browser.newContext({ baseURL: hall.server.url });
	const cookie = as === 'moderator' ? hall.moderator : watcherCookie();
	await context.addCookies(browserCookies(cookie, hall.server.url));
	return context;
}

export const hallPath = ({ door }: Hall) => `/meetings/${door.slug}/hall`;

/** Brings a moderator on the stage with their camera on. @param prepare what the page is told before it loads */
export async function openSpeaker(browser: Browser, hall: Hall, prepare?: () => void): Promise<Page> {
	const context = await newVisit(browser, hall, 'moderator');
	if (prepare) await context.addInitScript(prepare);
	const page = await context.newPage();
	await page.goto(hallPath(hall));
	await page.locator('[data-status=connected]').waitFor();
	const stage = page.getByRole('region', { name: 'Stage' });
	await stage.getByRole('button', { name: 'Take the stage' }).click();
	await stage.getByRole('button', { name: 'Turn on your camera' }).click();
	await stage.locator('video').first().waitFor();
	return page;
}
