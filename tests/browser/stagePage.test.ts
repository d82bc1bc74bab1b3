// The stage as people use it: how they come to it, what they see of it on a good line and on a weak one, and what is said when something fails.
import type { Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { readHall } from '#db/hall.ts';
import { setSwitches } from '#db/meetings.ts';
import { speakers } from '#db/schema/index.ts';
import { moveSpeaker, raiseHand } from '#db/stage.ts';
import { dana, guest, liveMeeting, maria } from '#tests/cast.ts';
import { enter, expect, seriousFaults, test } from './hall.ts';
import { press, stage, withCameras } from './stage.ts';

test.use(withCameras);

const sheet = (page: Page) => page.getByRole('dialog');

/** Maria has raised her hand and is asked in. */
async function invite(db: Database, meetingId: string): Promise<string> {
	const { id: speakerId } = await raiseHand(db, maria, { meetingId, name: 'Maria Ortega' });
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	return speakerId;
}

/** From now on the browser answers as if a device could not be had. */
async function failWith(page: Page, kind: 'video' | 'audio', name: string): Promise<void> {
	await page.evaluate(
		([kind, name]) => {
			const { mediaDevices } = navigator;
			const real = mediaDevices.getUserMedia.bind(mediaDevices);
			mediaDevices.getUserMedia = async (wanted) => {
				if (wanted?.[kind as 'video' | 'audio']) throw new DOMException('', name);
				return real(wanted);
			};
		},
		[kind, name] as const,
	);
}

test('who is asked in sees and hears themselves first, and is sent with the press', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	await invite(db, meetingId);
	const page = await enter(browser, town.server.url, slug, { as: maria, db });
	for (const name of ['Join with camera', 'Sound only', 'Not now'])
		await expect(stage(page).getByRole('button', { name, exact: true })).toBeVisible();
	await press(page, 'Join with camera');
	await expect(sheet(page).getByLabel('Your own picture')).toBeVisible();
	await expect(sheet(page).getByRole('meter', { name: 'Level of your microphone' })).toBeVisible();
	await expect(sheet(page).getByLabel('Camera', { exact: true }).last()).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	await sheet(page).getByRole('button', { name: 'Come with camera and sound' }).click();
	await expect(stage(page).getByRole('button', { name: 'Turn off your camera' })).toBeVisible();
	await expect(stage(page).getByRole('button', { name: 'Mute yourself' })).toBeVisible();

	// Another device while it is sent: the same producer goes on with another picture.
	await press(page, 'Camera and microphone');
	await expect(sheet(page)).toContainText('You are being sent');
	const cameras = sheet(page).locator('select').first();
	const chosen = await cameras.locator('option').last().getAttribute('value');
	await cameras.selectOption(chosen);
	await expect(sheet(page).getByLabel('Your own picture')).toBeVisible();
	expect(await page.evaluate(() => localStorage.getItem('stage-devices'))).toContain(chosen);
	await page.keyboard.press('Escape');
	await expect(stage(page).getByRole('button', { name: 'Turn off your camera' })).toBeVisible();

	// Unplugged: said in words, and the sound goes on.
	await stage(page)
		.locator('figure video')
		.evaluate((video) => {
			const [track] = ((video as HTMLVideoElement).srcObject as MediaStream).getTracks();
			track!.dispatchEvent(new Event('ended'));
		});
	await expect(stage(page)).toContainText('Your camera is gone');
	await expect(stage(page).getByRole('button', { name: 'Mute yourself' })).toBeVisible();
	await page.context().close();
});

test('a camera that is refused, missing or in use is said in words, and one comes with sound alone', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	await invite(db, meetingId);
	const page = await enter(browser, town.server.url, slug, { as: maria, db });
	for (const [name, words] of [
		['NotFoundError', 'There is no camera'],
		['NotReadableError', 'Another program is using the camera'],
		['NotAllowedError', 'Your browser was not allowed to use the camera'],
	] as const) {
		await failWith(page, 'video', name);
		await press(page, 'Join with camera');
		await expect(sheet(page)).toContainText(words);
		expect(await seriousFaults(page)).toEqual([]);
		await page.keyboard.press('Escape');
	}
	await press(page, 'Join with camera');
	await sheet(page).getByRole('button', { name: 'Come with sound only' }).click();
	await expect(stage(page).getByRole('button', { name: 'Mute yourself' })).toBeVisible();
	await expect(stage(page).getByRole('button', { name: 'Turn on your camera' })).toBeVisible();
	await page.context().close();
});

/** A network that lets only some ways through: the others are not told to the browser. */
async function block(page: Page, protocols: string): Promise<void> {
	await page.addInitScript((protocols) => {
		const blocked = new RegExp(`^a=candidate:\\S+ \\d+ (${protocols}) .*\\r\\n`, 'gm');
		const real = RTCPeerConnection.prototype.setRemoteDescription as (
			given: RTCSessionDescriptionInit,
		) => Promise<void>;
		RTCPeerConnection.prototype.setRemoteDescription = function (given) {
			return real.call(this, { ...given, sdp: given.sdp!.replace(blocked, '') });
		};
	}, protocols);
}

test('before a meeting one sees which way sound and video take, and that camera and microphone work', async ({
	page,
}) => {
	await page.goto('/check');
	await expect(page.getByText('Sound and video reach us over UDP')).toBeVisible({ timeout: 20_000 });
	await page.getByRole('button', { name: 'Test camera and microphone' }).click();
	await expect(page.getByText('Your camera works')).toBeVisible();
	await expect(page.getByText('Your microphone is switched on')).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	await page.getByRole('button', { name: 'Switch them off again' }).click();
	await expect(page.locator('video')).toHaveCount(0);
});

test('a network without UDP is told apart from one where nothing gets through', async ({ page }) => {
	await block(page, 'udp');
	await page.goto('/check');
	await expect(page.getByText('Only slowly: over TCP')).toBeVisible({ timeout: 30_000 });
	await block(page, 'udp|tcp');
	await page.reload();
	await expect(page.getByText('Not at all: sound and video do not get through')).toBeVisible({
		timeout: 40_000,
	});
	expect(await seriousFaults(page)).toEqual([]);
});

/** Twelve people of whom only the rows exist: they are on the stage and send nothing. */
async function fillStage(db: Database, meetingId: string, count: number): Promise<string[]> {
	const ids: string[] = [];
	for (let n = 1; n <= count; n++) {
		const actor = guest(`speaker-${n}`);
		const { id: speakerId } = await raiseHand(db, actor, { meetingId, name: `Speaker ${n}` });
		await moveSpeaker(db, dana, { speakerId, move: 'invite' });
		await moveSpeaker(db, actor, { speakerId, move: 'accept' });
		await moveSpeaker(db, dana, { speakerId, move: 'admit' });
		ids.push(speakerId);
	}
	return ids;
}

/** Where each tile is, by the name on it. */
async function boxes(page: Page): Promise<Record<string, { x: number; y: number; width: number }>> {
	return stage(page)
		.locator('figure')
		.evaluateAll((figures) =>
			Object.fromEntries(
				figures.map((figure) => {
					const { x, y, width } = figure.getBoundingClientRect();
					// From the top of the tiles: what stands above may still be coming.
					const top = figure.closest('ul')!.getBoundingClientRect().top;
					return [/Speaker \d+/.exec(figure.textContent!)?.[0] ?? '', { x, y: y - top, width }];
				}),
			),
		);
}

type Boxes = Awaited<ReturnType<typeof boxes>>;
const place = (all: Boxes, name: string) => all[name];
/** Tiles that are elsewhere, or of another size, than before. */
const changes = (before: Boxes, after: Boxes) =>
	Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));

for (const viewport of [
	{ width: 320, height: 640 },
	{ width: 390, height: 844 },
	{ width: 1440, height: 900 },
])
	test(`of twelve on the stage six are seen at ${viewport.width}, and only two tiles move when another speaks`, async ({
		browser,
		town,
		db,
	}) => {
		const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
		const ids = await fillStage(db, meetingId, 12);
		const context = await browser.newContext({ baseURL: town.server.url, viewport });
		const page = await context.newPage();
		// The server says who is heard most; here nobody sends, so it is said for it.
		let hear = (_speakerId: string | null) => {};
		await page.routeWebSocket(/socket\.io/, (line) => {
			line.connectToServer();
			hear = (speakerId) => line.send(`42${JSON.stringify(['stage:speaking', { speakerId }])}`);
		});
		await page.goto(`/meetings/${slug}/hall`);
		await expect(stage(page).locator('figure')).toHaveCount(6);
		await expect(stage(page)).toContainText('and 6 more, heard');
		const before = await boxes(page);
		const [large] = Object.entries(before).sort(([, a], [, b]) => b.width - a.width);
		expect(large![0]).toBe('Speaker 1');
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
		expect(await seriousFaults(page)).toEqual([]);

		// Who speaks changes places with the one before, also somebody who was not seen; in silence all stays.
		hear(ids[3]!);
		await expect.poll(async () => changes(before, await boxes(page))).toHaveLength(2);
		const swapped = await boxes(page);
		expect(place(swapped, 'Speaker 4')).toEqual(place(before, 'Speaker 1'));
		hear(ids[9]!);
		await expect.poll(async () => place(await boxes(page), 'Speaker 10')).toEqual(place(before, 'Speaker 1'));
		hear(null);
		await expect(stage(page).locator('[data-speaking]')).toHaveCount(0);
		expect(place(await boxes(page), 'Speaker 10')).toEqual(place(before, 'Speaker 1'));

		// All the same size, by keyboard; remembered by this browser.
		await stage(page).getByRole('button', { name: 'Show all the same size' }).focus();
		await page.keyboard.press('Enter');
		await expect
			.poll(async () => new Set(Object.values(await boxes(page)).map(({ width }) => width)).size)
			.toBe(1);
		await page.reload();
		await stage(page).getByRole('button', { name: 'Show who speaks large' }).click();
		await expect.poll(() => boxes(page)).toEqual(before);
		await context.close();
	});

test('on a weak line less is offered, taken with a press, and remembered', async ({ browser, town, db }) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	await fillStage(db, meetingId, 1);
	const page = await browser.newContext({ baseURL: town.server.url }).then((context) => context.newPage());
	// The browser's statistics as they are where one packet of four is lost.
	await page.addInitScript(() => {
		let received = 0;
		RTCPeerConnection.prototype.getStats = async () => {
			received += 300;
			const stat = { id: 'a', type: 'inbound-rtp', packetsReceived: received, packetsLost: received / 3 };
			return new Map([['a', stat]]) as unknown as RTCStatsReport;
		};
	});
	await page.goto(`/meetings/${slug}/hall`);
	await expect(stage(page)).toContainText('Your line is weak', { timeout: 40_000 });
	await expect(stage(page).getByLabel('You receive')).toHaveValue('all');
	expect(await seriousFaults(page)).toEqual([]);
	await press(page, 'Video of who speaks only');
	await expect(stage(page).getByLabel('You receive')).toHaveValue('speaker');
	await expect(stage(page)).not.toContainText('Your line is weak');
	await page.reload();
	await expect(stage(page).getByLabel('You receive')).toHaveValue('speaker');
	await stage(page).getByLabel('You receive').selectOption('text');
	await expect(stage(page)).toContainText('Nothing of the stage comes over your line');
	await page.context().close();
});

test('everybody sees how long somebody speaks, and hears politely that the time is up', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	const [speakerId] = await fillStage(db, meetingId, 1);
	const page = await enter(browser, town.server.url, slug);
	const time = stage(page).getByRole('timer');
	await expect(time).toHaveText(/^0:\d\d$/);
	// Two minutes are asked for; they have spoken for all but a few seconds of them.
	await setSwitches(db, dana, { meetingId, speakingMinutes: 2 });
	await expect(time).toHaveText(/^1:\d\d left$/);
	const onAirAt = new Date(Date.now() - 105_000);
	await db.update(speakers).set({ onAirAt }).where(eq(speakers.id, speakerId!));
	await page.reload();
	await expect(time).toHaveText(/^0:\d\d left$/);
	expect(await seriousFaults(page)).toEqual([]);
	await expect(time).toHaveText('time is up', { timeout: 30_000 });
	await expect(page.locator('[role=status][aria-live=polite].sr-only')).toContainText(
		'Speaker 1’s time is up.',
	);
	await expect(stage(page).locator('figure')).toHaveCount(1);
	await page.context().close();
});

test('a hand makes itself noticed to moderators, who mute all, send all back, and remove one', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	await fillStage(db, meetingId, 2);
	const page = await enter(browser, town.server.url, slug, {
		as: dana,
		db,
		viewport: { width: 390, height: 844 },
	});
	const hands = page.getByRole('group', { name: 'Hands and speakers' });
	// The desk is fetched, though another part of the hall is shown.
	await expect(page.getByText('Hands and speakers')).toBeAttached();
	for (const name of ['bo', 'cy'])
		await raiseHand(db, guest(name), { meetingId, name: name === 'bo' ? 'Bo' : 'Cy' });
	const desk = page
		.getByRole('navigation', { name: 'Parts of the hall' })
		.getByRole('link', { name: /Desk/ });
	await expect(desk).toContainText('2 hands are up');
	await expect(page.locator('[role=status][aria-live=polite].sr-only')).toContainText(
		/Bo raises a hand|2 hands are up/,
	);
	await desk.click();
	await expect(hands.getByRole('listitem')).toHaveCount(4);
	await expect(hands.getByRole('listitem').filter({ hasText: 'Bo' })).toContainText('First time');

	// Who has spoken stands behind those who have not, where the moderators want it.
	await hands.getByText('Order, time and sound').click();
	await hands.getByRole('switch', { name: 'First-time speakers first' }).click();
	await expect.poll(async () => (await readHall(db, dana, slug)).meeting.firstTimeFirst).toBe(true);
	await hands.getByLabel('Time to speak').selectOption('3');
	await expect.poll(async () => (await readHall(db, dana, slug)).meeting.speakingMinutes).toBe(3);
	expect(await seriousFaults(page)).toEqual([]);

	await hands.getByRole('button', { name: 'More with Bo' }).click();
	await page.getByRole('menuitem', { name: 'Remove from the meeting' }).click();
	await page
		.getByRole('dialog')
		.getByRole('button', { name: /Insults/ })
		.click();
	await expect(hands).not.toContainText('Bo');
	expect((await readHall(db, guest('bo'), slug)).blocked).toBe(true);

	await hands.getByRole('button', { name: 'Mute all speakers' }).click();
	await hands.getByRole('button', { name: 'Send all back to the audience' }).click();
	await expect(hands.getByRole('listitem')).toHaveCount(1);
	await expect(hands).toContainText('Cy');
	await page.context().close();
});

test('the whole way goes by keyboard: hand, joining, mute, layout; and the keys can be listed and switched off', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	await fillStage(db, meetingId, 2);
	const page = await enter(browser, town.server.url, slug, { as: maria, db });
	await page.keyboard.press('y');
	await expect(stage(page)).toContainText('Your hand is up: place 1');
	await page.keyboard.press('y');
	await expect(stage(page).getByRole('button', { name: 'Raise your hand' })).toBeVisible();
	await page.keyboard.press('y');
	await expect(stage(page)).toContainText('Your hand is up: place 1');
	const own = (await readHall(db, maria, slug)).speaker!;
	await moveSpeaker(db, dana, { speakerId: own.id, move: 'invite' });
	await stage(page).getByRole('button', { name: 'Sound only' }).focus();
	await page.keyboard.press('Enter');
	const join = sheet(page).getByRole('button', { name: 'Come with sound only' });
	await join.focus();
	await page.keyboard.press('Enter');
	const mute = stage(page).getByRole('button', { name: 'Mute yourself' });
	await expect(mute).toHaveAttribute('aria-keyshortcuts', 'q');
	await page.keyboard.press('q');
	await expect(stage(page).getByRole('button', { name: 'Turn on your microphone' })).toBeVisible();
	await expect(page.locator('[role=status][aria-live=polite].sr-only')).toContainText(
		'Your microphone is off.',
	);
	await page.keyboard.press('q');
	await expect(mute).toBeVisible();
	await page.keyboard.press('g');
	await expect(stage(page).getByRole('button', { name: 'Show who speaks large' })).toBeVisible();

	await page.keyboard.press('?');
	await expect(sheet(page)).toContainText('Turn your microphone off or on');
	expect(await seriousFaults(page)).toEqual([]);
	await sheet(page).getByRole('switch').click();
	await page.keyboard.press('Escape');
	await page.keyboard.press('q');
	await page.keyboard.press('g');
	await expect(mute).toBeVisible();
	await expect(stage(page).getByRole('button', { name: 'Show who speaks large' })).toBeVisible();
	await page.context().close();
});
