// What the stage's browser tests share: made-up cameras, and words for who is seen and heard.
import type { LaunchOptions, Page } from '@playwright/test';
import { chromiumArguments } from '../../scripts/chromium.mjs';
import { expect } from './hall.ts';

/** For `test.use`: browsers with a made-up camera and microphone that need not be allowed. */
export const withCameras = {
	launchOptions: async (
		{ launchOptions }: { launchOptions: LaunchOptions },
		use: (options: LaunchOptions) => Promise<void>,
	) =>
		use({
			...launchOptions,
			args: [...chromiumArguments, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
		}),
};

export const stage = (page: Page) => page.getByRole('region', { name: 'Stage' });
export const tile = (page: Page, name: string) => stage(page).locator('figure', { hasText: name });
/** Wide enough for the desk beside the stage. */
export const wide = { width: 1600, height: 900 };
/** A moderator presses something among the hands and speakers of the desk. */
export const manage = (page: Page, name: string | RegExp) =>
	page.getByRole('group', { name: 'Hands and speakers' }).getByRole('button', { name }).click();

export const press = (page: Page, name: string | RegExp) => stage(page).getByRole('button', { name }).click();

/** Pictures of somebody that a page has decoded so far. */
export async function frames(page: Page, name: string): Promise<number> {
	return tile(page, name)
		.locator('video')
		.evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)
		.catch(() => 0);
}

/** Waits until a page decodes new pictures of somebody. */
export async function sees(page: Page, name: string): Promise<void> {
	await expect(tile(page, name).locator('video')).toBeVisible();
	const before = await frames(page, name);
	await expect.poll(() => frames(page, name), { timeout: 30_000 }).toBeGreaterThan(before + 5);
}

/** A voice for the device: a tone that no noise suppression takes for noise. */
export async function giveVoice(page: Page): Promise<void> {
	await page.evaluate(() => {
		const { mediaDevices } = navigator;
		const real = mediaDevices.getUserMedia.bind(mediaDevices);
		mediaDevices.getUserMedia = async (wanted) => {
			if (!wanted?.audio) return real(wanted);
			const context = new AudioContext();
			const tone = new OscillatorNode(context, { frequency: 440 });
			const out = context.createMediaStreamDestination();
			tone.connect(out);
			tone.start();
			await context.resume();
			return out.stream;
		};
	});
}
