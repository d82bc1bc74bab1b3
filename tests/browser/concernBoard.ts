// What the board's browser tests share: a browser with the concern board open, and what somebody does there.
import type { Browser, Page } from '@playwright/test';
import { enter, expect } from './hall.ts';

export const board = (page: Page) => page.getByRole('region', { name: 'Concern board' });
export const column = (page: Page, title: string) => board(page).getByRole('region', { name: title });
export const card = (page: Page, words: string) => board(page).locator('[data-card]', { hasText: words });

/** A browser of its own in the hall, with the board connected. */
export async function onBoard(
	browser: Browser,
	address: string,
	slug: string,
	options: Parameters<typeof enter>[3],
): Promise<Page> {
	const page = await enter(browser, address, slug, options);
	await page.getByRole('link', { name: 'Board', exact: true }).click();
	await expect(board(page).locator('[data-board=connected]')).toBeVisible();
	await expect(column(page, 'Heard')).toBeVisible();
	return page;
}

export async function add(page: Page, title: string, words: string): Promise<void> {
	await page.getByRole('button', { name: `Add a card to “${title}”` }).click();
	await page.getByLabel(`New card in “${title}”`).fill(words);
	await page.getByRole('button', { name: 'Add card', exact: true }).click();
	await column(page, title).getByRole('button', { name: 'Done' }).click();
	await expect(card(page, words)).toBeVisible();
}

/** Chooses something of a card's menu. */
export async function more(page: Page, words: string, act: string): Promise<void> {
	await card(page, words)
		.getByRole('button', { name: /^More for/ })
		.click();
	await page.getByRole('menuitem', { name: act }).click();
}
