// Getting somewhere by keyboard alone.
import type { Locator, Page } from '@playwright/test';
import { expect } from './server.ts';

const mostPresses = 150;

/** Presses a key until something has the focus. */
export async function until(target: Locator, press: () => Promise<void>): Promise<void> {
	await expect(target).toBeVisible();
	for (let n = 0; n < mostPresses; n++) {
		if (await target.evaluate((element) => element === document.activeElement)) return;
		await press();
	}
	throw new Error('The keyboard does not lead there.');
}

export const tabTo = (page: Page, target: Locator) => until(target, () => page.keyboard.press('Tab'));
