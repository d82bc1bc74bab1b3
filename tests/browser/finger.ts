// A finger on the glass of a phone, through the browser's own input: it scrolls, presses and is cancelled as a real one is.
import type { Page } from '@playwright/test';

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export type Place = { x: number; y: number };

export async function finger(page: Page) {
	const devtools = await page.context().newCDPSession(page);
	let at: Place = { x: 0, y: 0 };
	const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel') =>
		devtools.send('Input.dispatchTouchEvent', {
			type,
			touchPoints: type === 'touchEnd' || type === 'touchCancel' ? [] : [at],
		});
	return {
		async down(place: Place) {
			at = place;
			await touch('touchStart');
		},
		/** Goes there in steps, as a finger does. */
		async move(to: Place, steps = 10) {
			const from = at;
			for (let n = 1; n <= steps; n++) {
				at = { x: from.x + ((to.x - from.x) * n) / steps, y: from.y + ((to.y - from.y) * n) / steps };
				await touch('touchMove');
			}
		},
		up: () => touch('touchEnd'),
		/** Taken away by the system: a call comes in, a palm lies on the glass. */
		cancel: () => touch('touchCancel'),
	};
}
