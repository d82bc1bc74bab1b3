// The concern board beyond typing and moving, in real browsers: supports, capturing, concerns and their merging, how it stood; four at once.
import type { Browser, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import * as Y from 'yjs';
import { blockAsker } from '#db/blocks.ts';
import type { Database } from '#db/client.ts';
import { documentUpdates } from '#db/schema/index.ts';
import { addCard } from '#domain/board.ts';
import type { Actor } from '#domain/people.ts';
import { dana, liveMeeting, maria, noor, settle, tom } from '#tests/cast.ts';
import { add, board, card, column, more, onBoard } from './concernBoard.ts';
import { ask, expect, seriousFaults, test } from './hall.ts';

const support = (page: Page, words: string) =>
	card(page, words).getByRole('button', { name: /^Support the card/ });
const toast = (page: Page) => page.locator('[data-toasts]');

/** On a large screen residents have the board beside the questions, and no tab for it. */
const viewportOf = ({ account }: Actor) =>
	account!.roles.includes('moderator') ? { width: 1600, height: 1000 } : { width: 1200, height: 900 };
const boardOf = (browser: Browser, address: string, slug: string, as: Actor, db: Database) =>
	onBoard(browser, address, slug, { as, db, viewport: viewportOf(as) });

test('a question goes onto the board with one key, is supported, becomes a concern and is merged', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(120_000);
	const { id: meetingId, slug } = await liveMeeting(db, { boardOpen: true });
	await ask(db, meetingId, 'When is the crossing built?', maria);
	const moderator = await boardOf(browser, town.server.url, slug, dana, db);
	const resident = await boardOf(browser, town.server.url, slug, tom, db);
	const asker = await boardOf(browser, town.server.url, slug, maria, db);

	// By keyboard alone, from the queue.
	const parts = moderator.getByRole('navigation', { name: 'Parts of the hall' });
	await parts.getByRole('link', { name: 'Desk' }).click();
	await moderator.getByRole('tab', { name: /^Published / }).click();
	await moderator.locator('[role=option][data-question="1"]').focus();
	await moderator.keyboard.press('0');
	await moderator.keyboard.press('0');
	const crossing = card(resident, 'When is the crossing built?');
	await expect(crossing).toHaveCount(1);
	await expect(crossing.getByRole('link', { name: 'From question #1' })).toBeVisible();
	await expect(crossing).toContainText(/at \d+:\d\d of the meeting/);

	// Supported once, taken back, supported again; not by whoever asked.
	const press = support(resident, 'When is the crossing built?');
	await press.focus();
	await resident.keyboard.press('Space');
	await expect(press).toHaveAttribute('aria-pressed', 'true');
	await expect(card(asker, 'When is the crossing built?')).toContainText('1 supports it');
	await expect(support(asker, 'When is the crossing built?')).toHaveCount(0);
	await press.press('Enter');
	await expect(press).toHaveAttribute('aria-pressed', 'false');
	await press.press('Enter');
	await expect(press).toHaveAttribute('aria-pressed', 'true');

	// Accepted, taken back, accepted again.
	await moderator.getByRole('link', { name: 'Board', exact: true }).click();
	await more(moderator, 'When is the crossing built?', 'Accept as concern');
	await expect(crossing.getByRole('link', { name: /^PL-/ })).toBeVisible();
	await more(moderator, 'When is the crossing built?', 'Take back as concern');
	await expect(crossing.getByRole('link', { name: /^PL-/ })).toHaveCount(0);
	await more(moderator, 'When is the crossing built?', 'Accept as concern');
	const number = (await crossing.getByRole('link', { name: /^PL-/ }).textContent())!.trim();
	await add(resident, 'Heard', 'It is dark at the crossing');
	await more(moderator, 'It is dark at the crossing', 'Accept as concern');
	const dark = card(resident, 'It is dark at the crossing').getByRole('link', { name: /^PL-/ });
	const from = (await dark.textContent())!.trim();
	for (const page of [moderator, resident, asker]) expect(await seriousFaults(page)).toEqual([]);

	// Merged on its page; the card in the hall shows the concern it is now.
	const desk = await moderator.context().newPage();
	await desk.goto(`/concerns/${from}`);
	await desk.getByLabel('Number of the other concern').fill('PL-2020-99999');
	await desk.getByRole('button', { name: 'Merge', exact: true }).click();
	await expect(desk.getByLabel('Number of the other concern')).toHaveAttribute('aria-invalid', 'true');
	await desk.getByLabel('Number of the other concern').fill(number);
	await desk.getByRole('button', { name: 'Merge', exact: true }).click();
	await expect(desk.getByRole('button', { name: 'Undo the merge' })).toBeVisible();
	await expect(dark).toHaveText(number);
	await resident.goto(`/concerns/${number}`);
	for (const words of ['It is dark at the crossing', 'When is the crossing built?'])
		await expect(resident.getByRole('blockquote').filter({ hasText: words }).first()).toBeVisible();
	await expect(resident.getByText('1 person')).toBeVisible();
	await expect(resident.getByLabel('Number of the other concern')).toHaveCount(0);
	for (const page of [desk, resident]) expect(await seriousFaults(page)).toEqual([]);
	await desk.getByRole('button', { name: 'Undo the merge' }).click();
	await expect(desk.getByLabel('Number of the other concern')).toBeVisible();
	for (const page of [moderator, resident, asker]) await page.context().close();
});

test('a moderator sees how the board stood and makes it stand so again', async ({ browser, town, db }) => {
	const { id: meetingId, slug } = await liveMeeting(db, { boardOpen: true });
	const moderator = await boardOf(browser, town.server.url, slug, dana, db);
	const resident = await boardOf(browser, town.server.url, slug, maria, db);
	await add(resident, 'Heard', 'Written first');
	await expect(card(moderator, 'Written first')).toBeVisible();
	await db
		.update(documentUpdates)
		.set({ at: new Date(Date.now() - 600_000) })
		.where(eq(documentUpdates.document, `board:${meetingId}`));
	await add(resident, 'Heard', 'Written later');
	await expect(card(moderator, 'Written later')).toBeVisible();
	await expect(resident.getByRole('button', { name: 'How the board stood' })).toHaveCount(0);
	await moderator.getByRole('button', { name: 'How the board stood' }).click();
	const sheet = moderator.getByRole('dialog', { name: 'How the board stood' });
	await expect(sheet.getByText('Written later')).toBeVisible();
	await sheet.getByLabel('Moment').selectOption({ index: 1 });
	await expect(sheet.getByText('Written later')).toHaveCount(0);
	await expect(sheet.getByText('Written first')).toBeVisible();
	expect(await seriousFaults(moderator)).toEqual([]);
	await sheet.getByRole('button', { name: 'Restore the board as it was then' }).click();
	await expect(card(resident, 'Written later')).toHaveCount(0);
	await expect(card(resident, 'Written first')).toBeVisible();
	await expect(
		toast(moderator)
			.or(moderator.getByText(/The board stands as it did/))
			.first(),
	).toBeVisible();
	for (const page of [moderator, resident]) await page.context().close();
});

test('two moderators and a resident type, drag and group at the same time; all four see the same, and who only watches changes nothing', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(150_000);
	const { id: meetingId, slug } = await liveMeeting(db, { boardOpen: true });
	await settle(db, [noor]);
	const { id: questionId } = await ask(db, meetingId, 'Something rude?');
	await blockAsker(db, dana, { questionId, reason: 'spam' });
	const address = town.server.url;
	const first = await boardOf(browser, address, slug, dana, db);
	const second = await boardOf(browser, address, slug, noor, db);
	const resident = await boardOf(browser, address, slug, maria, db);
	const watcher = await boardOf(browser, address, slug, tom, db);
	const pages = [first, second, resident, watcher];

	await Promise.all([
		add(first, 'Heard', 'Speeding on Elm'),
		add(second, 'Grouped', 'Loud engines'),
		add(resident, 'Heard', 'Dark crossing'),
	]);
	for (const page of pages)
		for (const words of ['Speeding on Elm', 'Loud engines', 'Dark crossing'])
			await expect(card(page, words)).toBeVisible();
	// At the same time: one types in the resident's card, one moves another, the resident adds one.
	await card(first, 'Dark crossing')
		.getByRole('button', { name: /^Change the words/ })
		.click();
	const words = first.getByLabel('Words of the card');
	await words.press('End');
	await Promise.all([
		words.pressSequentially(' at the school', { delay: 15 }),
		(async () => {
			await more(second, 'Speeding on Elm', 'Move to “Grouped”');
			await theme(second, 'Speeding on Elm');
			await theme(second, 'Loud engines');
		})(),
		add(resident, 'Taking on', 'Slow down signs'),
	]);
	await words.press('Escape');
	await expect(column(watcher, 'Grouped').getByRole('heading', { name: 'Theme: Traffic' })).toBeVisible();
	await expect(card(watcher, 'Dark crossing at the school')).toBeVisible();
	await expect(card(watcher, 'Slow down signs')).toBeVisible();
	const all = await Promise.all(pages.map(standing));
	for (const page of pages.slice(1)) await expect.poll(() => standing(page)).toEqual(await standing(first));
	expect(all[0]!.flat().length).toBeGreaterThan(0);
	for (const page of pages) expect(await seriousFaults(page)).toEqual([]);

	// The watcher's own hand-made client: closed, and nothing is changed.
	const update = new Y.Doc();
	addCard(update, 'tom', 'x', { text: 'Forged', column: 'heard', kind: 'resident' });
	const bytes = [...Y.encodeStateAsUpdate(update)];
	expect(await forge(watcher, meetingId, bytes)).toEqual({ code: 4403, reason: 'blocked' });
	for (const page of pages) await expect(card(page, 'Forged')).toHaveCount(0);
	expect(await standing(watcher)).toEqual(await standing(first));
	for (const page of pages) await page.context().close();
});

async function theme(page: Page, words: string): Promise<void> {
	await more(page, words, 'Theme and colour');
	await page.getByRole('combobox', { name: /^Theme/ }).fill('Traffic');
	await page.getByRole('button', { name: 'Keep theme and colour' }).click();
}

/** The words of each column from above, as a person sees them. */
async function standing(page: Page): Promise<string[][]> {
	const columns = await board(page).locator('[data-column]').all();
	return Promise.all(columns.map((one) => one.locator('article > p:first-child').allTextContents()));
}

/** Sends a change past the page, as somebody with the browser's own tools would. @returns how the server closed the line */
function forge(page: Page, meetingId: string, update: number[]): Promise<{ code: number; reason: string }> {
	return page.evaluate(
		([id, bytes]) =>
			new Promise((resolve) => {
				const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/documents/board:${id}`);
				socket.onclose = ({ code, reason }) => resolve({ code, reason });
				socket.onopen = () => {
					socket.send(new Uint8Array([0, 1, 2, 0, 0]));
					const length =
						bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
					socket.send(new Uint8Array([0, 2, ...length, ...bytes]));
				};
			}),
		[meetingId, update] as const,
	);
}
