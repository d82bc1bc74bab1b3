// A stage that is recorded: everybody sees that it is, and it can be watched again with captions and chapters; also after a kill.
import type { Page } from '@playwright/test';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeCaption } from '#db/captions.ts';
import { endMeeting } from '#db/meetings.ts';
import { recordingFile } from '#db/recordingFiles.ts';
import { recordingsOf, removeRecording } from '#db/recordings.ts';
import { dana, liveMeeting, rosa } from '#tests/cast.ts';
import { startServer } from '#tests/setup/server.ts';
import { act, ask, enter, expect, seriousFaults, signIn, test } from './hall.ts';
import { giveVoice, press, sees, stage, withCameras } from './stage.ts';

test.use(withCameras);

const film = (page: Page) => page.locator('video');

/** Plays a film and waits until it has got on by two seconds. */
async function plays(page: Page): Promise<void> {
	const before = await film(page).evaluate(async (video: HTMLVideoElement) => {
		video.muted = true;
		await video.play();
		return video.currentTime;
	});
	await expect
		.poll(() => film(page).evaluate((video: HTMLVideoElement) => video.currentTime), { timeout: 30_000 })
		.toBeGreaterThan(before + 2);
}

/** How large a file is, in bytes; one that is not there yet has none. */
async function sizeOf(file: string): Promise<number> {
	return (await stat(file, { throwIfNoEntry: false }))?.size ?? 0;
}

/** Waits until a log, which is opened a moment after its recording is announced, has grown by so much. */
async function grows(file: string, bytes: number): Promise<void> {
	const before = await sizeOf(file);
	await expect.poll(() => sizeOf(file), { timeout: 30_000 }).toBeGreaterThan(before + bytes);
}

test('what is on air is recorded while everybody sees it, and watched again with captions and chapters', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(120_000);
	const { id, slug } = await liveMeeting(db, { stageOpen: true });
	const question = await ask(db, id, 'When is the crossing on Elm Street built?');
	const wide = { viewport: { width: 1600, height: 1000 } };
	const moderator = await enter(browser, town.server.url, slug, { as: dana, db, ...wide });
	const watcher = await enter(browser, town.server.url, slug);
	await giveVoice(moderator);
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await press(moderator, 'Turn on your microphone');
	await sees(watcher, 'Dana Reyes');
	expect(await recordingsOf(db, id)).toEqual([]);
	await expect(watcher.getByText('Recording', { exact: true })).toHaveCount(0);

	// The switch shows itself to everybody at the same time.
	await moderator.getByRole('button', { name: 'What is open' }).click();
	await moderator.getByRole('switch', { name: 'The stage is recorded' }).click();
	await moderator.keyboard.press('Escape');
	await expect(watcher.getByText('Recording', { exact: true })).toBeVisible();
	await expect(stage(watcher)).toContainText('The stage is being recorded');
	await expect.poll(async () => (await recordingsOf(db, id)).length).toBe(1);
	const [{ id: recordingId } = { id: '' }] = await recordingsOf(db, id);
	const log = recordingFile({ dataDir: town.dataDir }, recordingId, 'log');
	await grows(log, 100_000);
	await act(db, 'put-on-air', [question]);
	await writeCaption(db, rosa, { meetingId: id, language: 'en', text: 'The crossing is built in March.' });
	await grows(log, 200_000);

	await endMeeting(db, dana, { meetingId: id });
	await expect.poll(async () => (await recordingsOf(db, id))[0]?.state, { timeout: 30_000 }).toBe('ready');
	await expect.poll(() => readdir(path.dirname(log))).toEqual([`${recordingId}.webm`]);

	// The picture moves, there is sound, the caption comes up, and one can go to the question.
	await watcher.goto(`/meetings/${slug}`);
	await plays(watcher);
	const shown = await film(watcher).evaluate((video: HTMLVideoElement) => ({
		frames: video.getVideoPlaybackQuality().totalVideoFrames,
		hasEnd: Number.isFinite(video.duration),
		sound: (video as unknown as { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount,
	}));
	expect(shown.frames).toBeGreaterThan(10);
	expect(shown.sound).toBeGreaterThan(100);
	expect(shown.hasEnd).toBe(true);
	await watcher.getByRole('link', { name: 'When is the crossing on Elm Street built?' }).click();
	await expect
		.poll(
			() =>
				film(watcher).evaluate((video: HTMLVideoElement) =>
					[...(video.textTracks[0]?.activeCues ?? [])].map((cue) => (cue as VTTCue).text),
				),
			{ timeout: 30_000 },
		)
		.toEqual(['The crossing is built in March.']);
	expect(await seriousFaults(watcher)).toEqual([]);

	// Removed by a moderator: the reason stays, the film goes.
	await signIn(watcher.context(), town.server.url, db, dana);
	await watcher.reload();
	await watcher.getByText('Remove this recording').click();
	await watcher.getByLabel('Why? Everybody can read it.').fill('Somebody’s address was read out.');
	await watcher.getByRole('button', { name: 'Remove for good' }).click();
	await expect(watcher.getByText('Somebody’s address was read out.')).toBeVisible();
	await expect(film(watcher)).toHaveCount(0);
	await expect.poll(() => readdir(path.dirname(log))).toEqual([]);
	for (const page of [moderator, watcher]) await page.context().close();
});

test('a recording whose server was killed plays up to that moment', async ({ browser, town, db }) => {
	test.setTimeout(180_000);
	const dataDir = await mkdtemp(path.join(tmpdir(), 'porchlight-killed-'));
	const env = { DATABASE_URL: town.databaseUrl, DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
	const server = await startServer(env);
	const { id, slug } = await liveMeeting(db, { stageOpen: true, stageRecorded: true });
	const moderator = await enter(browser, server.url, slug, { as: dana, db });
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await expect.poll(async () => (await recordingsOf(db, id)).length).toBe(1);
	const began = Date.now();
	const [{ id: recordingId } = { id: '' }] = await recordingsOf(db, id);
	await grows(recordingFile({ dataDir }, recordingId, 'log'), 400_000);
	await server.kill();
	const seconds = (Date.now() - began) / 1_000;
	await moderator.context().close();

	const after = await startServer(env);
	await expect.poll(async () => (await recordingsOf(db, id))[0]?.state, { timeout: 60_000 }).toBe('ready');
	const [recording] = await recordingsOf(db, id);
	expect(recording!.seconds).toBeGreaterThan(seconds - 10);
	const page = await browser.newPage({ baseURL: after.url });
	await page.goto(`/meetings/${slug}`);
	await plays(page);
	await page.close();
	await removeRecording(db, dana, { recordingId, reason: 'The test is over.' });
	await expect.poll(() => readdir(path.join(dataDir, 'recordings'))).toEqual([]);
	await after.stop();
	await rm(dataDir, { recursive: true });
});
