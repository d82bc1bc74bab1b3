// What the story's tests do by hand, as people do: a moderator at the desk, a resident on the map, the city at its pages.
import type { Browser, Locator, Page } from '@playwright/test';
import { expect } from './hall.ts';

/** A browser of its own, which is nobody so far. */
export async function pageOf(browser: Browser, baseURL: string): Promise<Page> {
	return (await browser.newContext({ baseURL })).newPage();
}

/** A moderator in the hall shows a part of the queue and presses what is to be done with a question there. */
export async function atDesk(page: Page, part: string, question: number, deed: string): Promise<void> {
	const desk = page.getByRole('region', { name: 'Desk' });
	await desk.getByRole('tab', { name: new RegExp(`^${part} `) }).click();
	await desk.locator(`[role=option][data-question="${question}"]`).click();
	await desk.getByRole('button', { name: deed, exact: true }).click();
}

/** Captures a question at the desk. @returns the number of the concern */
export async function captureAtDesk(page: Page, part: string, question: number): Promise<string> {
	await atDesk(page, part, question, 'Capture as concern');
	const told = page.getByRole('region', { name: 'Messages' }).getByText(/captured as PL-/);
	return (await told.textContent())!.match(/PL-\d{4}-\d{5}/)![0];
}

/** Somebody on the map places a pin in the middle of it. */
export async function placePinByHand(page: Page, slug: string, kind: string, note: string): Promise<void> {
	await page.goto(`/map/${slug}`);
	await expect(page.locator('[data-map=connected]')).toBeAttached();
	await page.getByRole('link', { name: 'Add a pin' }).click();
	const sheet = page.getByRole('dialog');
	// Where nothing has to be said first, choosing goes on by itself.
	await sheet.getByLabel(kind).click();
	await page.getByRole('button', { name: 'Here, in the middle' }).click();
	await sheet.getByLabel('What would you like to say?').fill(note);
	await sheet.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(sheet.getByText('Your pin is on the map')).toBeVisible();
}

/** The city makes a numbered concern of a pin on the map. @returns its number */
export async function acceptPinByHand(page: Page, slug: string, note: string): Promise<string> {
	await page.goto(`/map/${slug}`);
	await expect(page.locator('[data-map=connected]')).toBeAttached();
	await page.locator('[data-pin]', { hasText: note }).click();
	const pin = page.locator('[data-pin-detail]');
	await pin.getByText('For the city').click();
	await pin.getByRole('button', { name: 'Make it a numbered concern' }).click();
	const concern = pin.getByRole('link', { name: /^PL-\d{4}-\d{5}$/ });
	return (await concern.textContent())!;
}

/** A moderator merges the one concern into the other. */
export async function mergeByHand(page: Page, number: string, into: string): Promise<void> {
	await page.goto(`/concerns/${number}`, { waitUntil: 'networkidle' });
	await page.getByLabel('Number of the other concern').fill(into);
	await page.getByRole('button', { name: 'Merge', exact: true }).click();
	await expect(page.getByText('Merged into', { exact: false }).first()).toBeVisible();
}

/** Opens what four words stand for. */
export async function lookUp(page: Page, words: string): Promise<void> {
	await page.goto('/claim', { waitUntil: 'networkidle' });
	await page.getByLabel('Your four words').fill(words);
	await page.getByRole('button', { name: 'Look it up' }).click();
	await expect(page.locator('[data-claimed]')).toBeVisible();
}

/** Says whether it is fixed. */
export async function answer(page: Page, what: string): Promise<void> {
	await page.getByRole('radio', { name: what }).check();
	await page.getByRole('button', { name: /Send my answer|Change my answer/ }).click();
	await expect(page.getByText(/Your answer is saved|It is opened again|verified/i).first()).toBeVisible();
}

/** At the desk's page of a follow-up: opens a move, fills in what it needs, and makes it. */
export async function moveByHand(
	page: Page,
	open: string,
	to: string,
	fill: (form: Locator) => Promise<void> = async () => {},
): Promise<void> {
	await page.getByText(`${open} …`, { exact: true }).click();
	const own = page.locator(`[data-move="${to}"]`);
	await fill(own);
	await own.getByRole('button', { name: open }).click();
	await expect(page.getByText(`${open} …`, { exact: true })).toHaveCount(0);
}
