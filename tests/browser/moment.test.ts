// From a promise to the moment in the meeting: the film that was recorded begins where the question was on air; without a film, the meeting.
import type { Page } from '@playwright/test';
import { endMeeting } from '#db/meetings.ts';
import { recordingFile } from '#db/recordingFiles.ts';
import { recordingsOf, removeRecording } from '#db/recordings.ts';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { questions } from '#db/schema/index.ts';
import { eq } from 'drizzle-orm';
import { stat } from 'node:fs/promises';
import { dana, liveMeeting, maria, sam } from '#tests/cast.ts';
import { move, proposed } from '#tests/promises.ts';
import { atDesk, captureAtDesk, pageOf } from './byHand.ts';
import { ask, enter, expect, seriousFaults, test } from './hall.ts';
import { tabTo } from './keyboard.ts';
import { press, stage, wide, withCameras } from './stage.ts';

test.use(withCameras);

const film = (page: Page) => page.locator('video');
const momentLink = (page: Page) => page.locator('[data-step=said]').getByRole('link');
/** Where a film stands, in seconds; -1 until it knows its length. */
const second = (page: Page) =>
	film(page).evaluate((video: HTMLVideoElement) => (video.readyState > 0 ? video.currentTime : -1));

test('a promise leads to the second in the film in which its question was on air, while there is a film', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(120_000);
	const { url } = town.server;
	const asked = 'When is the crossing on Elm Street built?';
	const { id, slug } = await liveMeeting(db, { stageOpen: true, stageRecorded: true });
	const { id: questionId } = await ask(db, id, asked, maria);
	const moderator = await enter(browser, url, slug, { as: dana, db, viewport: wide });
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await expect(stage(moderator)).toContainText('The stage is being recorded');
	await expect.poll(async () => (await recordingsOf(db, id)).length).toBe(1);
	const [recording] = await recordingsOf(db, id);
	const recorded = () => (Date.now() - Date.parse(recording!.startedAt)) / 1_000;
	const log = recordingFile({ dataDir: town.dataDir }, recording!.id, 'log');
	const grows = async () => {
		const bytes = async () => (await stat(log, { throwIfNoEntry: false }))?.size ?? 0;
		const before = await bytes();
		await expect.poll(bytes, { timeout: 30_000 }).toBeGreaterThan(before + 200_000);
	};

	// Put on air in the middle of the film: whoever lands at its beginning is not where it was said.
	await expect.poll(recorded, { timeout: 30_000 }).toBeGreaterThan(6);
	await grows();
	await atDesk(moderator, 'Published', 1, 'Put on air');
	await expect(moderator.getByTestId('on-air')).toContainText(asked);
	await grows();
	const concern = await captureAtDesk(moderator, 'On air', 1);
	await acknowledgeConcern(db, sam, { number: concern, text: 'Next month.' });
	const number = await proposed(db, [concern]);
	await move(db, number, 'committed');
	const [question] = await db.select().from(questions).where(eq(questions.id, questionId));
	const onAir = (question!.onAirAt!.getTime() - Date.parse(recording!.startedAt)) / 1_000;
	expect(onAir).toBeGreaterThan(5);

	// While the film is not there yet, the link leads to the meeting.
	const reader = await pageOf(browser, url);
	for (const address of [`/followups/${number}`, `/concerns/${concern}`]) {
		await reader.goto(address);
		await expect(momentLink(reader)).toHaveAttribute('href', `/meetings/${slug}`);
	}
	await endMeeting(db, dana, { meetingId: id });
	await expect.poll(async () => (await recordingsOf(db, id))[0]?.state, { timeout: 30_000 }).toBe('ready');
	await moderator.context().close();

	const isThere = (page: Page) =>
		expect.poll(async () => Math.abs((await second(page)) - onAir), { timeout: 20_000 }).toBeLessThan(2);
	const open = async (page: Page, address: string) => {
		await page.goto(address, { waitUntil: 'networkidle' });
		await momentLink(page).click();
		await isThere(page);
	};
	await open(reader, `/concerns/${concern}`);
	await expect(film(reader)).toBeInViewport();
	expect(await seriousFaults(reader)).toEqual([]);

	// A second time, by keyboard alone, and on by the space bar.
	await reader.goto(`/followups/${number}`, { waitUntil: 'networkidle' });
	await tabTo(reader, momentLink(reader));
	await reader.keyboard.press('Enter');
	await isThere(reader);
	const address = reader.url();
	await tabTo(reader, film(reader));
	await film(reader).evaluate((video: HTMLVideoElement) => (video.muted = true));
	await reader.keyboard.press('Space');
	const isOn = () => expect.poll(() => second(reader), { timeout: 20_000 }).toBeGreaterThan(onAir + 0.5);
	await isOn();

	// The same moment again, from the question on the page itself: the film goes back to it, and on from there.
	const again = reader.getByRole('link', { name: 'See that moment' });
	for (let time = 0; time < 2; time++) {
		await film(reader).evaluate((video: HTMLVideoElement) => (video.pause(), (video.currentTime = 0)));
		await again.press('Enter');
		await isOn();
		await expect(film(reader)).toBeFocused();
	}
	// What was promised here stands there, too.
	await expect(reader.locator(`[data-followup="${number}"]`)).toBeVisible();

	// By its address, also without script.
	const plain = await (await browser.newContext({ baseURL: url, javaScriptEnabled: false })).newPage();
	await plain.goto(address);
	await isThere(plain);
	await plain.context().close();

	// The film is gone: the link leads to the meeting again, and the old one says why.
	await removeRecording(db, dana, { recordingId: recording!.id, reason: 'Somebody’s address was read out.' });
	for (const one of [`/followups/${number}`, `/concerns/${concern}`]) {
		await reader.goto(one, { waitUntil: 'networkidle' });
		await expect(momentLink(reader)).toHaveAttribute('href', `/meetings/${slug}`);
	}
	await momentLink(reader).click();
	await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Town hall on Elm Street');
	await reader.goto(address);
	await expect(reader.getByText('Somebody’s address was read out.')).toBeVisible();
	await expect(film(reader)).toHaveCount(0);
	await reader.context().close();
});
