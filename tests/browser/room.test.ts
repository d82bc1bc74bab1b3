// A meeting in a room and online at once: checking in by the code on the wall, tablets that count, paper, and hands from both in one queue.
import type { Browser, Page } from '@playwright/test';
import { createMeeting } from '#db/meetingPlans.ts';
import { goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { publishedPins } from '#db/pinReads.ts';
import { anEvening, dana, sam, tom } from '#tests/cast.ts';
import { openMap } from '#tests/maps.ts';
import type { Database } from '#db/client.ts';
import { connected, enter, expect, row, seriousFaults, signIn, test } from './hall.ts';

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
/** The address behind the code on the room's screen. */
async function codeOn(screen: Page): Promise<string> {
	const label = await screen.getByRole('img', { name: /\/m\// }).getAttribute('aria-label');
	return /\/m\/\S+\/here/.exec(label!)![0];
}
const heads = (page: Page, kind: string) => page.locator(`[data-heads=${kind}]`);

test('a phone checks in by the code on the screen, two tablets count together, and nobody is asked for a name', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(150_000);
	const address = town.server.url;
	const { slug } = await hybrid(db);
	const [one, other] = [await tablet(browser, address, db, slug), await tablet(browser, address, db, slug)];

	const screen = await enter(browser, address, slug);
	await screen.goto(`/meetings/${slug}/screen`);
	const link = await codeOn(screen);
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
	await page.goto(await codeOn(page));
	await page.getByRole('button', { name: 'I am in the room' }).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('You are counted')).toBeVisible();
});

test('a question on paper is vetted and read at home; hands from the room and from home stand in one queue', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(180_000);
	const address = town.server.url;
	const { id, slug } = await hybrid(db);
	await setSwitches(db, dana, { meetingId: id, stageOpen: true });
	const front = await tablet(browser, address, db, slug);
	const desk = await enter(browser, address, slug, { as: dana, db, viewport: { width: 1440, height: 900 } });
	const home = await enter(browser, address, slug, { as: tom, db });
	const screen = await enter(browser, address, slug);
	await screen.goto(`/meetings/${slug}/screen`);

	await front.getByLabel('The question, in their own words').fill('Who sweeps the school yard?');
	await front.getByRole('button', { name: 'Enter the question' }).click();
	await expect(front.getByText('Entered as number 1')).toBeVisible();
	await expect(front.locator('[data-claim]')).toHaveText(/^\S+ \S+ \S+ \S+$/);
	await desk.locator('[role=option][data-question="1"]').click();
	await expect(desk.locator('[role=option][data-question="1"]')).toContainText('On paper');
	await desk.keyboard.press('p');
	await expect(row(home, 'Who sweeps the school yard?')).toContainText('On paper');
	await row(home, 'Who sweeps the school yard?')
		.getByRole('button', { name: /Vote for question/ })
		.click();

	// Hands in the room are counted apart, and can be put right.
	await front.getByLabel('How many').fill('21');
	await front.getByRole('radio', { name: 'From the room' }).last().check();
	await front.getByRole('button', { name: 'Add to the support' }).click();
	await expect(row(home, 'Who sweeps the school yard?')).toContainText('+21 from the room');
	await front
		.getByTestId('supports')
		.getByLabel(/Question #1/)
		.fill('12');
	await front.getByTestId('supports').getByRole('button', { name: 'Put right' }).click();
	await expect(row(home, 'Who sweeps the school yard?')).toContainText('+12 from the room');
	await expect(screen.locator('li', { hasText: 'Who sweeps the school yard?' })).toContainText('13');

	// Tom at home, row 3 by the tablet, and a phone in the room: in this order.
	await home.getByRole('button', { name: 'Raise your hand' }).click();
	await expect(home.getByText('Your hand is up: place 1')).toBeVisible();
	await front.getByLabel(/First name or seat/).fill('Row 3');
	await front.getByRole('button', { name: 'Somebody is at the microphone' }).click();
	await expect(front.getByRole('button', { name: 'Take out: Row 3' })).toBeVisible();
	const inRoom = await (await browser.newContext({ baseURL: address, ...phone })).newPage();
	await inRoom.goto(await codeOn(screen), { waitUntil: 'networkidle' });
	await inRoom.getByRole('button', { name: 'I am in the room' }).click();
	await inRoom.getByRole('link', { name: 'Go to the hall' }).click();
	await connected(inRoom);
	await inRoom.getByRole('button', { name: 'I want to speak at the microphone' }).click();
	await expect(inRoom.getByText('Your hand is up: place 3')).toBeVisible();
	await expect(inRoom.getByRole('button', { name: 'Raise your hand' })).toHaveCount(0);
	expect(await seriousFaults(inRoom)).toEqual([]);

	const hands = desk.getByRole('group', { name: 'Hands and speakers' });
	await expect(hands.getByRole('listitem')).toHaveText([/Tom Becker/, /Row 3/, /Somebody in the room/]);
	await expect(screen.getByText('Next: somebody online')).toBeVisible();
	await hands.getByRole('button', { name: 'Call the next: Tom Becker' }).click();
	await expect(home.getByText('You are asked to the stage')).toBeVisible();
	await expect(screen.getByText('Next: Row 3')).toBeVisible();
	await hands.getByRole('button', { name: 'Call the next: Row 3' }).click();
	await expect(screen.getByText('At the microphone: Row 3')).toBeVisible();
	await expect(inRoom.getByText('Your hand is up: place 1')).toBeVisible();
	await hands.getByRole('button', { name: 'Call the next: Somebody in the room' }).click();
	await expect(inRoom.getByText('It is your turn')).toBeVisible();
	await inRoom.getByRole('button', { name: 'I have spoken' }).click();
	await expect(screen.locator('[data-now]')).toHaveCount(0);
	for (const page of [front, desk, screen]) expect(await seriousFaults(page)).toEqual([]);
});

test('a pin that somebody said at the microphone stands on the map with that word, and is taken back by who placed it', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(150_000);
	const round = await openMap(db);
	const context = await browser.newContext({ baseURL: town.server.url });
	await signIn(context, town.server.url, db, sam);
	const page = await context.newPage();
	await page.goto(`/map/${round.slug}/new`, { waitUntil: 'networkidle' });
	await page.getByRole('radio', { name: 'From the room' }).check();
	await page.getByRole('radio', { name: 'Speeding' }).check();
	await page.getByLabel('Where is it?').fill('41.62, -90.58');
	await page.getByLabel('What would you like to say?').fill('Said by a neighbour');
	await page.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(page.locator('[data-claim]')).toBeVisible();
	const [pin] = await publishedPins(db, round.id);
	expect(pin).toMatchObject({ channel: 'room', kind: 'resident' });
	await page.goto(`/map/${round.slug}?pin=${pin!.id}`);
	const detail = page.locator(`[data-pin-detail="${pin!.id}"]`);
	await expect(detail).toContainText('From the room');
	await detail.locator('summary').first().click();
	await detail.getByRole('button', { name: 'Take my pin back' }).click();
	await expect.poll(async () => (await publishedPins(db, round.id)).length).toBe(0);
});
