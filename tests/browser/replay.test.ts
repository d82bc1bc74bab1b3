// The evening again: from a link to a question to its second in the film, with everything as it stood then; searched, read, without a film.
import type { Page } from '@playwright/test';
import { rm, stat } from 'node:fs/promises';
import { writeCaption } from '#db/captions.ts';
import type { Database } from '#db/client.ts';
import { changeDocument } from '#db/documents.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import { closePoll, makePoll, openPoll, showPoll } from '#db/polls.ts';
import { voteInPoll } from '#db/pollVotes.ts';
import { recordingFile } from '#db/recordingFiles.ts';
import { recordingsOf } from '#db/recordings.ts';
import { questions } from '#db/schema/index.ts';
import { announceTallies, voteForQuestion } from '#db/votes.ts';
import { addCard, beginBoard, moveCard } from '#domain/board.ts';
import { dana, guest, liveMeeting, maria, rosa, tom } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { eq } from 'drizzle-orm';
import { act, ask, enter, expect, seriousFaults, signIn, test } from './hall.ts';
import { tabTo } from './keyboard.ts';
import { press, stage, wide, withCameras } from './stage.ts';

test.use(withCameras);

const phone = { width: 390, height: 844 };
const film = (page: Page) => page.locator('video');
const second = (page: Page) =>
	film(page).evaluate((video: HTMLVideoElement) => (video.readyState > 0 ? video.currentTime : -1));
const tally = (page: Page, number: number) => page.locator(`[data-question="${number}"] [data-tally]`);
const captions = (page: Page) => page.locator('[data-captions] p');
const column = (page: Page, id: string) => page.locator(`[data-document=board] [data-column="${id}"]`);
const tab = (page: Page, name: string) => page.getByRole('tab', { name });
const crossing = 'When is the crossing on Elm Street built?';
const lights = 'When are the lights on Oak Street mended?';

async function vote(db: Database, meetingId: string, questionId: string, ...names: string[]) {
	for (const name of names) await voteForQuestion(db, guest(name), { questionId, on: true });
	await announceTallies(db, meetingId);
}

test('a link to a question leads to its second in the film, with caption, tally, board and map as they stood', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(240_000);
	const { url } = town.server;
	const { id, slug } = await liveMeeting(db, {
		stageOpen: true,
		stageRecorded: true,
		anonymousAllowed: true,
	});
	const { id: roundId } = await openMap(db);
	const { pollId } = await makePoll(db, dana, {
		meetingId: id,
		poll: { kind: 'single', question: 'Which street first?', options: ['Elm Street', 'Oak Street'] },
	});
	const onBoard = (change: Parameters<typeof changeDocument<void>>[2]) =>
		db.transaction((tx) => changeDocument(tx, { kind: 'board', id }, change));

	// The evening.
	const moderator = await enter(browser, url, slug, { as: dana, db, viewport: wide });
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await expect(stage(moderator)).toContainText('The stage is being recorded');
	await expect.poll(async () => (await recordingsOf(db, id)).length).toBe(1);
	const [recording] = await recordingsOf(db, id);
	const log = recordingFile({ dataDir: town.dataDir }, recording!.id, 'log');
	const grows = async () => {
		const bytes = async () => (await stat(log, { throwIfNoEntry: false }))?.size ?? 0;
		const before = await bytes();
		await expect.poll(bytes, { timeout: 30_000 }).toBeGreaterThan(before + 200_000);
	};
	const first = await ask(db, id, crossing, maria);
	const other = await ask(db, id, lights, tom);
	await setSwitches(db, dana, { meetingId: id, boardOpen: true, mapOpen: true });
	await onBoard((doc) => {
		beginBoard(doc);
		addCard(doc, 'someone', 'a', { text: 'A crossing for the school', column: 'heard', kind: 'resident' });
	});
	await pinOf(db, maria, roundId, { note: 'Cars race here' });
	await vote(db, id, first.id, 'ann', 'bob', 'cid');
	const say = (text: string) => writeCaption(db, rosa, { meetingId: id, language: 'en', text });
	await say('Good evening, neighbours.');
	await grows();
	await act(db, 'put-on-air', [first]);
	await grows();
	await say('The crossing is built in March.');
	await grows();
	await vote(db, id, first.id, 'dee', 'eve');
	await onBoard((doc) => moveCard(doc, 'someone:a', { column: 'taking-on', before: null }));
	await pinOf(db, tom, roundId, { note: 'Too dark' });
	await act(db, 'answer-live', [first], { answer: 'In March, with a light.' });
	await openPoll(db, dana, { pollId });
	await voteInPoll(db, guest('ann'), { pollId, choice: [0] });
	await closePoll(db, dana, { pollId, show: true });
	await act(db, 'put-on-air', [other]);
	await grows();
	const [asked] = await db.select().from(questions).where(eq(questions.id, first.id));
	const onAir = (asked!.onAirAt!.getTime() - Date.parse(recording!.startedAt)) / 1_000;
	await endMeeting(db, dana, { meetingId: id });

	// Everything but the film is there at once; the film by itself when its work is done.
	const reader = await (await browser.newContext({ baseURL: url, viewport: wide })).newPage();
	await reader.goto(`/meetings/${slug}`, { waitUntil: 'networkidle' });
	await reader.getByRole('link', { name: 'Replay the meeting' }).click();
	await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Replay: Town hall on Elm Street');
	await expect.poll(async () => (await recordingsOf(db, id))[0]?.state, { timeout: 30_000 }).toBe('ready');
	await moderator.context().close();

	// The link.
	const isAt = (page: Page, wanted: number) =>
		expect.poll(async () => Math.abs((await second(page)) - wanted), { timeout: 20_000 }).toBeLessThan(1.5);
	await reader.goto(`/meetings/${slug}/replay?q=${first.number}`, { waitUntil: 'networkidle' });
	await isAt(reader, onAir);
	await expect(captions(reader)).toHaveText(['Good evening, neighbours.']);
	await expect(reader.locator(`[data-question="${first.number}"]`)).toContainText('On air');
	await expect(tally(reader, first.number)).toHaveText('3 votes');
	await expect(reader.locator('[data-chapters] [aria-current=step]')).toContainText(crossing);
	expect(await seriousFaults(reader)).toEqual([]);
	await tab(reader, 'Board').click();
	await expect(column(reader, 'heard')).toContainText('A crossing for the school');
	await expect(column(reader, 'taking-on')).not.toContainText('A crossing');
	expect(await seriousFaults(reader)).toEqual([]);
	await tab(reader, 'Map').click();
	await expect(reader.locator('[data-pins]')).toHaveText('1 pin was on the map.');
	await expect(reader.locator('[data-document=map] [data-pin]')).toContainText(['Cars race here']);
	expect(await seriousFaults(reader)).toEqual([]);
	await tab(reader, 'Poll').click();
	await expect(reader.getByText('At this moment there was no poll to answer')).toBeVisible();

	// On, chapter by chapter, by keyboard: everything goes along.
	await tabTo(reader, reader.getByRole('button', { name: 'Next chapter' }));
	await reader.keyboard.press('Enter');
	await reader.keyboard.press('Enter');
	await expect(reader.locator('[data-chapters] [aria-current=step]')).toContainText(lights);
	await expect(reader.locator('[data-poll]')).toContainText('Elm Street');
	await expect(reader.locator('[data-poll] table')).toHaveCount(1);
	await expect(captions(reader).last()).toHaveText('The crossing is built in March.');
	await tab(reader, 'Map').click();
	await expect(reader.locator('[data-pins]')).toHaveText('2 pins were on the map.');
	await tab(reader, 'Board').click();
	await expect(column(reader, 'taking-on')).toContainText('A crossing for the school');
	await tab(reader, 'Questions').click();
	await expect(tally(reader, first.number)).toHaveText('5 votes');
	await expect(reader.locator(`[data-question="${first.number}"]`)).toContainText('Answered');

	// A spoken word.
	await reader.getByLabel('Search what was asked and said').fill('MARCH');
	const found = reader.locator('[data-found] a');
	await expect(found).toHaveCount(1);
	await found.click();
	await expect(captions(reader).last()).toHaveText('The crossing is built in March.');
	await expect(tally(reader, first.number)).toHaveText('3 votes');
	await expect(reader).toHaveURL(/replay\?at=\d+$/);
	const spoken = await second(reader);
	expect(spoken).toBeGreaterThan(onAir);

	// It plays, and the moment goes along with the film.
	await film(reader).evaluate((video: HTMLVideoElement) => (video.muted = true));
	await reader.getByRole('button', { name: 'Play', exact: true }).click();
	await expect.poll(() => second(reader), { timeout: 20_000 }).toBeGreaterThan(spoken + 0.5);
	await reader.getByRole('button', { name: 'Pause', exact: true }).click();
	await expect(reader.getByRole('button', { name: 'Play', exact: true })).toBeVisible();

	// Spanish, on a phone.
	const movil = await (
		await browser.newContext({ baseURL: url, viewport: phone, locale: 'es-US', reducedMotion: 'reduce' })
	).newPage();
	await movil.goto(`/meetings/${slug}/replay?q=${first.number}`, { waitUntil: 'networkidle' });
	await expect(movil.getByRole('heading', { level: 1 })).toHaveText('Repetición: Town hall on Elm Street');
	await expect(tally(movil, first.number)).toHaveText('3 votos');
	expect(await movil.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	expect(await seriousFaults(movil)).toEqual([]);
	await movil.context().close();

	// To read, without the script: under each heading what was asked and said.
	const plain = await (
		await browser.newContext({ baseURL: url, viewport: phone, javaScriptEnabled: false })
	).newPage();
	await plain.goto(`/meetings/${slug}/read`);
	const part = plain.getByRole('region', { name: `Question ${first.number}: ${crossing}` });
	await expect(part).toContainText('Maria Ortega');
	await expect(part).toContainText('5 votes');
	await expect(part).toContainText('The crossing is built in March.');
	await expect(part).toContainText('In March, with a light.');
	await expect(plain.getByRole('row', { name: 'Elm Street 1' })).toBeVisible();
	await part.getByRole('link').click();
	await expect(plain).toHaveURL(new RegExp(`/replay\\?q=${first.number}$`));
	await expect(tally(plain, first.number)).toHaveText('3 votes');
	await plain.getByLabel('Search what was asked and said').fill('march');
	await plain.getByRole('button', { name: 'Search' }).click();
	await expect(plain.locator('[data-found]')).toContainText('The crossing is built in March.');
	await plain.context().close();
	await reader.goto(`/meetings/${slug}/read`, { waitUntil: 'networkidle' });
	expect(await seriousFaults(reader)).toEqual([]);

	// The film is broken: a clock takes its place, and everything else goes on.
	await rm(recordingFile({ dataDir: town.dataDir }, recording!.id, 'webm'));
	await reader.goto(`/meetings/${slug}/replay?q=${first.number}`, { waitUntil: 'networkidle' });
	await expect(reader.getByText('The film cannot be played here.')).toBeVisible();
	await expect(tally(reader, first.number)).toHaveText('3 votes');
	await reader.getByRole('link', { name: lights }).click();
	await expect(tally(reader, first.number)).toHaveText('5 votes');
	await reader.context().close();
});

test('a meeting without any recording is replayed by a clock; a question that was hidden later is nowhere', async ({
	browser,
	town,
	db,
}) => {
	const { url } = town.server;
	const { id, slug } = await liveMeeting(db);
	const hidden = await ask(db, id, 'What does Mr. Doe do at night?');
	const shown = await ask(db, id, lights);
	const long = await ask(
		db,
		id,
		`Is ${'very'.repeat(30)} long, and does ${lights} fit beside it, and beside a third line?`,
	);
	await act(db, 'put-on-air', [hidden]);
	await act(db, 'put-on-air', [shown]);
	await act(db, 'put-on-air', [long]);
	await act(db, 'decline', [hidden], { reason: 'personal-data' });
	const { pollId } = await makePoll(db, dana, {
		meetingId: id,
		poll: { kind: 'single', question: 'Which street first?', options: ['Elm Street', 'Oak Street'] },
	});
	await openPoll(db, dana, { pollId });
	await voteInPoll(db, guest('ann'), { pollId, choice: [0] });
	await endMeeting(db, dana, { meetingId: id });

	const page = await (await browser.newContext({ baseURL: url, viewport: phone })).newPage();
	await page.goto(`/meetings/${slug}/replay`, { waitUntil: 'networkidle' });
	await expect(page.getByText('There is no film of this moment.')).toBeVisible();
	await expect(film(page)).toHaveCount(0);
	await page.getByRole('slider', { name: 'Moment of the meeting' }).press('End');
	await expect(page.locator('[data-questions] > li')).toHaveCount(2);
	for (const width of [390, 320]) {
		await page.setViewportSize({ width, height: 844 });
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
	}
	expect(await seriousFaults(page)).toEqual([]);
	await page.goto(`/meetings/${slug}/replay?q=${hidden.number}`);
	await expect(page.getByText('This question is not in the replay')).toBeVisible();
	for (const address of ['replay', 'replay.json', 'read']) {
		const answer = await page.request.get(`/meetings/${slug}/${address}`);
		expect(answer.status()).toBe(200);
		expect(await answer.text()).not.toContain('Mr. Doe');
	}
	// The end has closed the poll; its result is read from when moderators have shown it.
	await page.goto(`/meetings/${slug}/read`);
	const poll = page.getByRole('region', { name: 'Poll 1: Which street first?' });
	await expect(poll).toContainText('The result of this poll is not shown');
	await showPoll(db, dana, { pollId });
	await page.reload();
	await expect(poll.getByRole('row', { name: 'Elm Street 1' })).toBeVisible();
	// The same again is not sent a second time.
	const { etag } = (await page.request.get(`/meetings/${slug}/replay.json`)).headers();
	const again = await page.request.get(`/meetings/${slug}/replay.json`, {
		headers: { 'if-none-match': etag! },
	});
	expect(again.status()).toBe(304);
	await page.context().close();
});

test('a caption is corrected at the desk: everybody reads the newest, the city what it said before', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(90_000);
	const { url } = town.server;
	const { id, slug } = await liveMeeting(db);
	for (const text of ['The crosing is bilt in March.', 'Thank you.'])
		await writeCaption(db, rosa, { meetingId: id, language: 'en', text });
	await endMeeting(db, dana, { meetingId: id });

	const desk = await (await browser.newContext({ baseURL: url, viewport: phone })).newPage();
	await signIn(desk.context(), url, db, dana);
	await desk.goto(`/meetings/${slug}/replay`, { waitUntil: 'networkidle' });
	await desk.getByRole('link', { name: 'Correct the captions' }).click();
	const line = desk.locator('[data-caption]').first();
	await line.getByLabel('What was said').fill('The crossing is built in March.');
	await desk.keyboard.press('Enter');
	await expect(line.getByRole('status')).toHaveText('Corrected.');
	await line.getByText('1 correction').click();
	await expect(line.locator('ol')).toContainText('The crosing is bilt in March.');
	await expect(line.locator('ol')).toContainText('Corrected by Dana Reyes');
	expect(await seriousFaults(desk)).toEqual([]);
	expect(await desk.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

	// Another who has had the page open from before is told, and keeps what they wrote.
	const other = await (await browser.newContext({ baseURL: url })).newPage();
	await signIn(other.context(), url, db, rosa);
	await other.goto(`/desk/meetings/${slug}/captions`, { waitUntil: 'networkidle' });
	const theirs = other.locator('[data-caption]').first();
	await line.getByLabel('What was said').fill('The crossing is built in April.');
	await desk.keyboard.press('Enter');
	await expect(line.getByText('2 corrections')).toBeVisible();
	await theirs.getByLabel('What was said').fill('The crossing is built in May.');
	await other.keyboard.press('Enter');
	await expect(theirs.getByRole('alert')).toBeVisible();
	await expect(theirs.getByLabel('What was said')).toHaveValue('The crossing is built in May.');
	await theirs.getByRole('button', { name: 'Correct' }).click();
	await expect(theirs.getByText('3 corrections')).toBeVisible();

	for (const address of ['read', 'replay.json', 'captions/en.vtt']) {
		const text = await (await desk.request.get(`/meetings/${slug}/${address}`)).text();
		expect(text).toContain('The crossing is built in May.');
		expect(text).not.toContain('bilt');
	}
	const resident = await (await browser.newContext({ baseURL: url })).newPage();
	await signIn(resident.context(), url, db, maria);
	expect((await resident.goto(`/desk/meetings/${slug}/captions`))!.status()).toBeGreaterThanOrEqual(403);
	for (const page of [desk, other, resident]) await page.context().close();
});
