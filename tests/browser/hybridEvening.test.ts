// One evening in a school gym and online at once, from the questions in advance to the minutes, through the pages alone.
import type { Browser, Page } from '@playwright/test';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { wallClock } from '#domain/meetings.ts';
import { anEvening, dana, maria, noor, sam, settle, tom } from '#tests/cast.ts';
import type { Database } from '#db/client.ts';
import type { Actor } from '#domain/people.ts';
import { connected, enter, expect, row, seriousFaults, signIn, test } from './hall.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const wide = { viewport: { width: 1440, height: 900 } };
const local = (hours: number) => wallClock(new Date(Date.now() + hours * 3_600_000), anEvening.timeZone);

type Setting = { browser: Browser; url: string; db: Database };
async function visit(
	{ browser, url, db }: Setting,
	as: Actor | null,
	path: string,
	look = {},
): Promise<Page> {
	const context = await browser.newContext({ baseURL: url, ...look });
	if (as) await signIn(context, url, db, as);
	const page = await context.newPage();
	await page.goto(path, { waitUntil: 'networkidle' });
	return page;
}
const queued = (page: Page, number: number) => page.locator(`[role=option][data-question="${number}"]`);

test('a hybrid evening: asked in advance, checked in by the code, paper, one queue of hands, a ranked poll on the screen, minutes by two', async ({
	browser,
	town,
	db,
}, info) => {
	test.setTimeout(300_000);
	const { url } = town.server;
	const setting = { browser, url, db };
	await settle(db, [noor]);
	const picture = (page: Page, name: string) =>
		page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });

	// Days before: Dana opens the questions, Maria asks on her phone, Tom supports.
	const { id, slug } = await createMeeting(db, dana, {
		...anEvening,
		title: 'Crossings, in the gym and online',
		placeKind: 'hybrid',
		place: 'School gym, 12 Elm Street',
		startsAtLocal: local(72),
		endsAtLocal: local(74),
	});
	await publishMeeting(db, dana, { meetingId: id });
	const plan = await visit(setting, dana, `/desk/meetings/${slug}`, wide);
	await plan.getByLabel(/Residents can ask and support questions from/).fill(local(-1));
	await plan.getByRole('button', { name: 'Save changes' }).last().click();
	await expect(plan).toHaveURL(/done=saved/);
	const asker = await visit(setting, maria, `/meetings/${slug}`, phone);
	await asker.getByRole('link', { name: 'Ask a question now' }).click();
	await connected(asker);
	await asker.getByLabel('Ask a question').fill('When is the crossing on Elm Street built?');
	await asker.getByRole('button', { name: 'Send question' }).click();
	await expect(asker.getByTestId('own')).toContainText('crossing on Elm Street');
	const desk = await enter(browser, url, slug, { as: dana, db, ...wide });
	await queued(desk, 1).click();
	await desk.keyboard.press('p');
	const home = await enter(browser, url, slug, { ...phone, as: tom, db });
	await row(home, 'crossing on Elm Street')
		.getByRole('button', { name: /Vote for question/ })
		.click();
	await expect(row(home, 'crossing on Elm Street').getByRole('button', { pressed: true })).toBeVisible();

	// A ranked poll is prepared at the desk.
	await plan.goto(`/desk/meetings/${slug}/polls`, { waitUntil: 'networkidle' });
	await plan.getByLabel('Question').fill('Which street first?');
	await plan.getByLabel('Ranking').check();
	await plan.getByLabel('Answers, one on each line').fill('Oak Street\nElm Street\nAsh Street');
	await plan.getByRole('button', { name: 'Save as draft' }).click();
	await expect(plan.locator('[data-poll=draft]')).toContainText('Ash Street');

	// It begins; the screen in the gym shows the code, and a phone checks in by it.
	await desk.getByRole('button', { name: 'Go live' }).click();
	const screen = await visit(setting, null, `/meetings/${slug}/screen`, wide);
	const label = await screen.getByRole('img', { name: /\/m\// }).getAttribute('aria-label');
	const code = /\/m\/\S+\/here/.exec(label!)![0];
	await expect(screen.getByText('crossing on Elm Street')).toBeVisible();
	const front = await visit(setting, sam, `/desk/meetings/${slug}/room`, {
		viewport: { width: 820, height: 1180 },
	});
	const inRoom = await visit(setting, null, code, phone);
	await inRoom.getByRole('button', { name: 'I am in the room' }).click();
	await expect(front.locator('[data-heads=checked-in]')).toHaveText('1');
	await inRoom.getByRole('link', { name: 'Go to the hall' }).click();
	await connected(inRoom);

	// A question on paper, typed in by staff, vetted, and read at home.
	await front.getByLabel('The question, in their own words').fill('Who sweeps the school yard?');
	await front.getByRole('button', { name: 'Enter the question' }).click();
	await expect(front.getByText('Entered as number 2')).toBeVisible();
	await queued(desk, 2).click();
	await desk.keyboard.press('p');
	// The list that he has voted in stays still until he wants it.
	await home.getByRole('button', { name: '1 new question' }).click();
	await expect(row(home, 'Who sweeps the school yard?')).toContainText('On paper');

	// Hands from home, from the room's phones and from the microphone stand in one queue.
	const hands = desk.getByRole('group', { name: 'Hands and speakers' });
	await desk.getByRole('button', { name: 'What is open' }).click();
	await desk.getByRole('switch', { name: 'The stage is open' }).click();
	await desk.keyboard.press('Escape');
	await home.getByRole('button', { name: 'Raise your hand' }).click();
	await expect(home.getByText('Your hand is up: place 1')).toBeVisible();
	await front.getByLabel(/First name or seat/).fill('Row 3');
	await front.getByRole('button', { name: 'Somebody is at the microphone' }).click();
	await inRoom.getByRole('button', { name: 'I want to speak at the microphone' }).click();
	await expect(inRoom.getByText('Your hand is up: place 3')).toBeVisible();
	await expect(hands.getByRole('listitem')).toHaveText([/Tom Becker/, /Row 3/, /Somebody in the room/]);
	await hands.getByRole('button', { name: 'Call the next: Tom Becker' }).click();
	await expect(home.getByText('You are asked to the stage')).toBeVisible();
	await hands.getByRole('button', { name: 'Call the next: Row 3' }).click();
	await expect(screen.getByText('At the microphone: Row 3')).toBeVisible();

	// The poll is run from the desk: answered in the room and at home, shown on the screen.
	const poll = desk.locator('[data-desk-polls] [data-number="1"]');
	await poll.getByRole('button', { name: 'Open the poll' }).click();
	await expect(screen.locator('[data-screen-poll=open]')).toContainText('Vote on your phone · 0 people');
	for (const [page, street] of [
		[home, 'Elm Street'],
		[inRoom, 'Elm Street'],
		[asker, 'Ash Street'],
	] as const) {
		await page.locator('[data-poll-bar]').getByRole('button', { name: 'Vote' }).click();
		const sheet = page.getByRole('dialog');
		await sheet.getByRole('button', { name: `Put “${street}” in place 1` }).click();
		await sheet.getByRole('button', { name: 'Vote' }).click();
		await expect(sheet).toContainText('Saved.');
	}
	await expect(screen.locator('[data-screen-poll]')).toContainText('3 people have voted');
	await poll.getByRole('button', { name: 'Close and show the result' }).click();
	await expect(screen.locator('[data-screen-poll]')).toContainText('“Elm Street”');
	await expect(screen.locator('[data-screen-poll]')).toContainText('3 people answered');

	// Dana and Noor type the minutes of one item at the same time.
	const typists = [
		await visit(setting, dana, `/desk/meetings/${slug}/minutes`, wide),
		await visit(setting, noor, `/desk/meetings/${slug}/minutes`, phone),
	] as const;
	const words = (page: Page) =>
		page.locator('[data-item]', { hasText: 'Welcome' }).getByLabel('Minutes of the item');
	const [first, second] = typists;
	for (const page of typists) await expect(page.locator('[data-minutes=connected]')).toBeVisible();
	await words(first).fill('Elm Street comes first.');
	await expect(words(second)).toHaveValue('Elm Street comes first.');
	await words(second).press('Home');
	await words(first).press('End');
	await Promise.all([
		words(first).pressSequentially(' Three voted.', { delay: 15 }),
		words(second).pressSequentially('Decided: ', { delay: 15 }),
	]);
	for (const page of typists)
		await expect(words(page)).toHaveValue('Decided: Elm Street comes first. Three voted.');
	await second.getByRole('button', { name: 'Now: link “Welcome” to this moment' }).click();

	const pages = { desk, screen, home, inRoom, asker, front, first, second };
	for (const [name, page] of Object.entries(pages)) {
		expect(await seriousFaults(page), name).toEqual([]);
		await picture(page, name);
	}
	for (const page of [plan, ...Object.values(pages)]) await page.context().close();
});
