// The concern board in real browsers: written, moved and grouped together, by whoever may.
import type { Locator, Page } from '@playwright/test';
import { blockAsker } from '#db/blocks.ts';
import { setSwitches } from '#db/meetings.ts';
import { dana, liveMeeting, maria, tom } from '#tests/cast.ts';
import { add, board, card, column, more, onBoard } from './concernBoard.ts';
import { finger, phone as touching } from './finger.ts';
import { ask, enter, expect, seriousFaults, test } from './hall.ts';
import { tabTo, until } from './keyboard.ts';

const large = { width: 1600, height: 1000 };
const phone = { width: 390, height: 844 };

const order = (page: Page, title: string) =>
	column(page, title).locator('article > p:first-child').allTextContents();

test('a moderator and a resident write, move and group cards; who watches sees it', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(150_000);
	const { id: meetingId, slug } = await liveMeeting(db, { boardOpen: true });
	const { id: questionId } = await ask(db, meetingId, 'Something rude?');
	await blockAsker(db, dana, { questionId, reason: 'spam' });
	const address = town.server.url;
	const moderator = await onBoard(browser, address, slug, { as: dana, db, viewport: large });
	const resident = await onBoard(browser, address, slug, {
		as: maria,
		db,
		viewport: { width: 1200, height: 900 },
	});
	const watcher = await onBoard(browser, address, slug, { as: tom, db, viewport: phone });

	// Who only watches has nothing to press but what folds a column, and is told why.
	await expect(board(watcher)).toContainText('A moderator has blocked you from taking part');
	await expect(board(watcher).getByRole('button', { name: /^Add/ })).toHaveCount(0);
	await add(moderator, 'Heard', 'Speeding on Elm');
	await add(resident, 'Heard', 'Dark crossing');
	await expect(card(watcher, 'Speeding on Elm')).toContainText('From a moderator');
	await expect(card(watcher, 'Dark crossing')).toContainText('From a resident');
	await expect(card(watcher, 'Dark crossing').getByRole('button')).toHaveCount(0);

	// Contributors have the tools and the words of their own cards alone; the server says the same.
	await expect(card(resident, 'Speeding on Elm').getByRole('button')).toContainText('Support the card');
	await expect(card(resident, 'Dark crossing').getByRole('button')).toHaveCount(4);
	await expect(board(resident).getByRole('button', { name: /^Rename/ })).toHaveCount(0);

	// Two type in one card at the same time: no letter is lost.
	await card(moderator, 'Dark crossing')
		.getByRole('button', { name: /^Change the words/ })
		.click();
	await expect(card(resident, 'Dark crossing')).toContainText('Writing here: Dana Reyes');
	await card(resident, 'Dark crossing')
		.getByRole('button', { name: /^Change the words/ })
		.click();
	const [here, there] = [moderator, resident].map((page) => page.getByLabel('Words of the card'));
	await here!.press('Home');
	await there!.press('End');
	await Promise.all([
		here!.pressSequentially('Very ', { delay: 15 }),
		there!.pressSequentially(' at the school', { delay: 15 }),
	]);
	for (const area of [here!, there!]) await expect(area).toHaveValue('Very Dark crossing at the school');
	await expect(card(watcher, 'Very Dark crossing at the school')).toBeVisible();
	await here!.press('Escape');
	await there!.press('Escape');

	// Dragged with the pointer into another column.
	await drag(moderator, 'Speeding on Elm', 'Taking on');
	await expect(column(watcher, 'Taking on')).toContainText('Speeding on Elm');

	// Moved by keyboard alone: with the handle, and with the menu.
	await add(moderator, 'Heard', 'Loud engines');
	await card(moderator, 'Loud engines')
		.getByRole('button', { name: /^Move the card/ })
		.focus();
	await moderator.keyboard.press('Enter');
	await moderator.keyboard.press('ArrowUp');
	await moderator.keyboard.press('Enter');
	await expect
		.poll(() => order(watcher, 'Heard'))
		.toEqual(['Loud engines', 'Very Dark crossing at the school']);
	await more(moderator, 'Loud engines', 'Move to “Taking on”');
	await expect.poll(() => order(watcher, 'Taking on')).toEqual(['Speeding on Elm', 'Loud engines']);
	await expect(card(moderator, 'Loud engines').getByRole('button', { name: /^More for/ })).toBeFocused();
	await expect(moderator.locator('[aria-live=polite]', { hasText: 'place 2 of 2' })).toBeAttached();

	// A theme and a colour, in words.
	for (const words of ['Loud engines', 'Speeding on Elm']) {
		await more(moderator, words, 'Theme and colour');
		await moderator.getByRole('combobox', { name: /^Theme/ }).fill('Traffic');
		await moderator.getByRole('combobox', { name: 'Colour' }).selectOption('Red');
		await moderator.getByRole('button', { name: 'Keep theme and colour' }).click();
	}
	await expect(column(watcher, 'Taking on').getByRole('heading', { name: 'Theme: Traffic' })).toHaveCount(1);
	await expect(card(watcher, 'Loud engines')).toContainText('Red');

	// Removed, and taken back.
	await more(resident, 'Very Dark', 'Remove the card');
	await expect(card(watcher, 'Very Dark')).toHaveCount(0);
	await resident.getByRole('button', { name: 'Undo' }).click();
	await expect(card(watcher, 'Very Dark')).toBeVisible();

	await moderator.getByRole('button', { name: 'Rename “Grouped”' }).click();
	await moderator.getByLabel('Title of the column').fill('Together');
	await moderator.getByRole('button', { name: 'Rename column' }).click();
	await expect(column(watcher, 'Together')).toBeVisible();
	for (const page of [moderator, resident, watcher]) expect(await seriousFaults(page)).toEqual([]);
	for (const page of [moderator, resident, watcher]) await page.context().close();
});

test('a card is dragged by touch; a touch that the system takes away puts it back', async ({
	browser,
	town,
	db,
}) => {
	const { slug } = await liveMeeting(db, { boardOpen: true });
	const page = await onBoard(browser, town.server.url, slug, { as: dana, db, ...touching });
	await add(page, 'Heard', 'Under the finger');
	const hand = await finger(page);
	const middle = async (of: Locator) => {
		const { x, y, width, height } = (await of.boundingBox())!;
		return { x: x + width / 2, y: y + height / 2 };
	};
	const handle = card(page, 'Under the finger').getByRole('button', { name: /^Move the card/ });
	const over = (title: string) => middle(column(page, title).getByRole('list'));
	const cardsIn = (title: string) => column(page, title).locator('[data-card]');
	await column(page, 'Heard').evaluate((one) => one.scrollIntoView());
	await hand.down(await middle(handle));
	await hand.move(await over('Grouped'));
	await expect(cardsIn('Grouped')).toHaveCount(1);
	await hand.cancel();
	await expect(cardsIn('Grouped')).toHaveCount(0);
	await expect(cardsIn('Heard')).toHaveCount(1);
	// What others do is seen again, and the card can be taken up again.
	const viewport = { width: 1200, height: 900 };
	const other = await onBoard(browser, town.server.url, slug, { as: maria, db, viewport });
	await add(other, 'Grouped', 'By somebody else');
	await expect(card(page, 'By somebody else')).toBeVisible();
	await hand.down(await middle(handle));
	await hand.move(await over('Grouped'));
	await expect(cardsIn('Grouped')).toHaveCount(2);
	await hand.up();
	await expect(column(other, 'Grouped').locator('[data-card]')).toHaveCount(2);
	for (const one of [page, other]) await one.context().close();
});

test('what is written while the line is away arrives when it is back', async ({ browser, town, db }) => {
	const { slug } = await liveMeeting(db, { boardOpen: true });
	const away = await onBoard(browser, town.server.url, slug, { as: maria, db, viewport: phone });
	const moderator = await onBoard(browser, town.server.url, slug, { as: dana, db, viewport: large });
	await away.context().setOffline(true);
	await add(away, 'Heard', 'Written in the tunnel');
	await add(moderator, 'Heard', 'Written above');
	await away.context().setOffline(false);
	for (const page of [away, moderator]) {
		await expect(card(page, 'Written in the tunnel')).toBeVisible({ timeout: 20_000 });
		await expect(card(page, 'Written above')).toBeVisible({ timeout: 20_000 });
	}
	for (const page of [away, moderator]) await page.context().close();
});

test('the board is opened at the desk, and fits the smallest phone', async ({ browser, town, db }) => {
	const { id: meetingId, slug } = await liveMeeting(db, {});
	const page = await enter(browser, town.server.url, slug, {
		as: maria,
		db,
		viewport: { width: 320, height: 640 },
	});
	const fetched: string[] = [];
	page.on('websocket', (socket) => fetched.push(socket.url()));
	await expect(page.getByRole('link', { name: 'Board', exact: true })).toHaveCount(0);
	await setSwitches(db, dana, { meetingId, boardOpen: true });
	await expect(page.getByRole('link', { name: 'Board', exact: true })).toBeVisible();
	// Nothing of it is there before somebody looks at it.
	expect(fetched.filter((url) => url.includes('/documents/'))).toEqual([]);
	await page.getByRole('link', { name: 'Board', exact: true }).click();
	await add(page, 'Heard', 'A-word-that-is-much-too-long-for-the-narrow-column-of-a-small-telephone');
	const width = await page.evaluate(() => document.documentElement.scrollWidth);
	expect(width).toBeLessThanOrEqual(320);
	expect(await seriousFaults(page)).toEqual([]);
	await page.context().close();
});

test('the whole board is worked by keyboard alone', async ({ browser, town, db }) => {
	test.setTimeout(120_000);
	const { slug } = await liveMeeting(db, { boardOpen: true });
	const page = await onBoard(browser, town.server.url, slug, { as: dana, db, viewport: large });
	const press = async (...keys: string[]) => {
		for (const key of keys) await page.keyboard.press(key);
	};
	const button = (name: string | RegExp) => board(page).getByRole('button', { name });
	const choose = async (words: string, act: string) => {
		await tabTo(page, card(page, words).getByRole('button', { name: /^More for/ }));
		await press('Enter');
		const item = page.getByRole('menuitem', { name: act });
		await until(item, () => press('ArrowDown'));
		await press('Enter');
	};

	await tabTo(page, button('Add a card to “Heard”'));
	await press('Enter');
	for (const words of ['Loud engines', 'Dark crossing']) {
		await page.keyboard.type(words);
		await tabTo(page, button('Add card'));
		await press('Enter');
		await expect(card(page, words)).toBeVisible();
	}
	await tabTo(page, button('Done'));
	await press('Enter');
	await expect(button('Add a card to “Heard”')).toBeFocused();

	await tabTo(page, card(page, 'Loud engines').getByRole('button', { name: /^Change the words/ }));
	await press('Enter', 'End');
	await page.keyboard.type(' at night');
	await press('Escape');
	await choose('Loud engines at night', 'Move to “Taking on”');
	await expect(column(page, 'Taking on')).toContainText('Loud engines at night');

	await choose('Loud engines at night', 'Theme and colour');
	await tabTo(page, page.getByRole('combobox', { name: /^Theme/ }));
	await page.keyboard.type('Traffic');
	await press('Tab');
	await page.keyboard.type('Red');
	await press('Tab', 'Enter');
	await expect(column(page, 'Taking on').getByRole('heading', { name: 'Theme: Traffic' })).toBeVisible();
	await expect(card(page, 'Loud engines')).toContainText('Red');
	await choose('Loud engines', 'Accept as concern');
	await expect(card(page, 'Loud engines').getByRole('link', { name: /^PL-/ })).toBeVisible();

	await choose('Dark crossing', 'Remove the card');
	await expect(card(page, 'Dark crossing')).toHaveCount(0);
	const removed = page.getByRole('group').filter({ hasText: 'Card removed' });
	await tabTo(page, removed.getByRole('button', { name: 'Undo' }));
	await press('Enter');
	await expect(card(page, 'Dark crossing')).toBeVisible();

	await tabTo(page, button('Rename “Grouped”'));
	await press('Enter');
	await tabTo(page, page.getByLabel('Title of the column'));
	await press('Control+A');
	await page.keyboard.type('Together');
	await press('Enter');
	await expect(column(page, 'Together')).toBeVisible();

	const history = page.getByRole('button', { name: 'How the board stood' });
	await tabTo(page, history);
	await press('Enter');
	await expect(page.getByRole('dialog', { name: 'How the board stood' })).toContainText('Dark crossing');
	await press('Escape');
	await expect(history).toBeFocused();
	await page.context().close();
});

/** By the handle, in small steps as a hand does. */
async function drag(page: Page, words: string, title: string): Promise<void> {
	const handle = card(page, words).getByRole('button', { name: /^Move the card/ });
	await handle.scrollIntoViewIfNeeded();
	const from = (await handle.boundingBox())!;
	const to = (await column(page, title).getByRole('list').boundingBox())!;
	await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
	await page.mouse.down();
	await page.mouse.move(from.x + from.width / 2 + 10, from.y + from.height / 2 + 10, { steps: 5 });
	await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 20 });
	await expect(column(page, title).locator('[data-card]')).toHaveCount(1);
	await page.mouse.up();
}
