// A meeting in a room and online at once: checking in by the code on the wall, tablets that count, paper, and hands from both in one queue.
import type { Browser, Page } from '@playwright/test';
import { createMeeting } from '#db/meetingPlans.ts';
import { goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { anEvening, dana, sam } from '#tests/cast.ts';
import type { Database } from '#db/client.ts';
import { enter, expect, seriousFaults, signIn, test } from './hall.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

async function hybrid(db: Database): Promise<{ id: string; slug: string }> {
	const meeting = await createMeeting(db, dana, {
		...anEvening,
		placeKind: 'hybrid',
		place: 'Library, 210 Elm Street',
	});
	await publishMeeting(db, dana, { meetingId: meeting.id });
	await goLive(db, dana, { meetingId: meeting.id });
	await setSwitches(db, dana, { meetingId: meeting.id, vetting: true });
	return meeting;
}

/** A tablet of Sam's at the room's desk. */
async function tablet(browser: Browser, address: string, db: Database, slug: string): Promise<Page> {
	const context = await browser.newContext({ baseURL: address, viewport: { width: 820, height: 1180 } });
	await signIn(context, address, db, sam);
	const page = await context.newPage();
	await page.goto(`/desk/meetings/${slug}/room`, { waitUntil: 'networkidle' });
	await expect(page.locator('[data-status=connected]')).toBeVisible();
	return page;
}
const heads = (page: Page, kind: string) => page.locator(`[data-heads=${kind}]`);

test('a phone checks in by the code on the screen, two tablets count together, and nobody is asked for a name', async ({
	browser,
	town,
	db,
}) => {
	const address = town.server.url;
	const { slug } = await hybrid(db);
	const [one, other] = [await tablet(browser, address, db, slug), await tablet(browser, address, db, slug)];

	const screen = await enter(browser, address, slug);
	await screen.goto(`/meetings/${slug}/screen`);
	const label = await screen.getByRole('img', { name: /\/m\// }).getAttribute('aria-label');
	const link = /\/m\/\S+\/here/.exec(label!)![0];
	const visitor = await (await browser.newContext({ baseURL: address, ...phone })).newPage();
	await visitor.goto(link, { waitUntil: 'networkidle' });
	expect(await visitor.getByRole('textbox').count()).toBe(0);
	expect(await seriousFaults(visitor)).toEqual([]);
	await visitor.getByRole('button', { name: 'I am in the room' }).click();
	await expect(visitor.getByText('You are counted')).toBeVisible();
	for (const page of [one, other]) await expect(heads(page, 'checked-in')).toHaveText('1');
	// Again, from the code: it is known, and there is nothing to press.
	await visitor.goto(link);
	await expect(visitor.getByRole('button', { name: 'I am in the room' })).toHaveCount(0);

	await one.getByRole('button', { name: 'One more: Walked in' }).click();
	await other.getByRole('button', { name: 'One more: Walked in' }).click();
	await one.getByRole('button', { name: 'One more: Called' }).click();
	for (const page of [one, other]) {
		await expect(heads(page, 'walk-in')).toHaveText('2');
		await expect(heads(page, 'caller')).toHaveText('1');
	}
	await other.getByRole('button', { name: 'One less: Called' }).click();
	await expect(heads(one, 'caller')).toHaveText('0');
	expect(await seriousFaults(one)).toEqual([]);
});

test('checking in works without JavaScript, by keyboard alone', async ({ browser, town, db }) => {
	const { slug } = await hybrid(db);
	const page = await (
		await browser.newContext({ baseURL: town.server.url, javaScriptEnabled: false })
	).newPage();
	await page.goto(`/meetings/${slug}/screen`);
	const label = await page.getByRole('img', { name: /\/m\// }).getAttribute('aria-label');
	await page.goto(/\/m\/\S+\/here/.exec(label!)![0]);
	await page.getByRole('button', { name: 'I am in the room' }).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('You are counted')).toBeVisible();
});
