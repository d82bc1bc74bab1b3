// The stage in real browsers with made-up cameras: what one sends, others decode; and who may not, does not.
import type { Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { writeCaption } from '#db/captions.ts';
import { dana, liveMeeting, maria, rosa } from '#tests/cast.ts';
import { enter, expect, seriousFaults, test } from './hall.ts';
import { giveVoice, manage, press, sees, stage, tile, wide, withCameras } from './stage.ts';

test.use(withCameras);

const receive = (page: Page, step: string) => stage(page).getByLabel('You receive').selectOption(step);

test('a resident raises a hand, is tried in the green room, goes on air, and is sent back', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(180_000);
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	const address = town.server.url;
	const moderator = await enter(browser, address, slug, { as: dana, db, viewport: wide });
	const resident = await enter(browser, address, slug, { as: maria, db });
	const watcher = await enter(browser, address, slug, { viewport: { width: 390, height: 844 } });
	await expect(stage(watcher)).toContainText('Nobody is on the stage yet.');

	// The moderator steps up: seen and heard by all.
	await giveVoice(moderator);
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await press(moderator, 'Turn on your microphone');
	await sees(watcher, 'Dana Reyes');
	await sees(resident, 'Dana Reyes');
	await expect(watcher.locator('audio')).toHaveCount(1);

	// The resident waits for their turn; a reload does not lose the place.
	await press(resident, 'Raise your hand');
	await expect(stage(resident)).toContainText('place 1');
	await resident.reload();
	await expect(stage(resident)).toContainText('place 1');
	await giveVoice(resident);
	await manage(moderator, 'Ask Maria Ortega in');
	// They see themselves first; the press that takes them to the green room sends it.
	await press(resident, 'Join with camera');
	await press(resident, 'Come with camera and sound');

	// In the green room the moderators alone see and hear them.
	await sees(moderator, 'Maria Ortega');
	await expect(tile(resident, 'Maria Ortega (you)').locator('video')).toBeVisible();
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(0);
	await expect(watcher.locator('audio')).toHaveCount(1);

	// On air everybody does, and sees the screen that is shared.
	await manage(moderator, 'Put Maria Ortega on air');
	await sees(watcher, 'Maria Ortega');
	await expect(watcher.locator('audio')).toHaveCount(2);
	expect(await seriousFaults(watcher)).toEqual([]);
	expect(await seriousFaults(moderator)).toEqual([]);

	// Who is heard most is marked, and it changes with who speaks.
	const speaking = stage(watcher).locator('[data-speaking]');
	await press(moderator, 'Mute yourself');
	await expect(speaking).toContainText('Maria Ortega', { timeout: 20_000 });
	await press(moderator, 'Turn on your microphone');
	await press(resident, 'Mute yourself');
	await expect(speaking).toContainText('Dana Reyes', { timeout: 20_000 });
	await press(resident, 'Turn on your microphone');
	await press(resident, 'Share your screen');
	await sees(watcher, 'Screen of Maria Ortega');
	await press(resident, 'Stop sharing');
	await expect(tile(watcher, 'Screen of Maria Ortega')).toHaveCount(0);

	// On a weak line sound goes on without pictures, and pictures come back.
	await receive(watcher, 'sound');
	await expect(stage(watcher).locator('video')).toHaveCount(0);
	await expect(watcher.locator('audio')).toHaveCount(2);
	await writeCaption(db, rosa, { meetingId, language: 'en', text: 'The crossing is built in March.' });
	await expect(stage(watcher)).toContainText('The crossing is built in March.');
	await receive(watcher, 'all');
	await sees(watcher, 'Maria Ortega');

	// Muted by the moderator: off on the server, and told so.
	await manage(moderator, 'Mute Maria Ortega');
	await expect(watcher.locator('audio')).toHaveCount(1);
	await expect(stage(resident)).toContainText('A moderator has switched you off.');

	// The hold stops everybody but the moderators; what it stopped stays off when it ends.
	await manage(moderator, 'Hold the stage');
	await expect(tile(watcher, 'Maria Ortega').locator('video')).toHaveCount(0);
	await sees(watcher, 'Dana Reyes');
	await manage(moderator, 'Let speakers be heard again');
	await expect(stage(resident).getByRole('button', { name: 'Turn on your camera' })).toBeVisible();
	await expect(tile(watcher, 'Maria Ortega').locator('video')).toHaveCount(0);

	// Sent back: in the audience, also after a reload.
	await press(resident, 'Turn on your camera');
	await sees(watcher, 'Maria Ortega');
	await manage(moderator, 'Send back Maria Ortega');
	await expect(tile(watcher, 'Maria Ortega')).toHaveCount(0);
	await resident.reload();
	await expect(stage(resident).getByRole('button', { name: 'Raise your hand' })).toBeVisible();
	await sees(watcher, 'Dana Reyes');
	for (const page of [moderator, resident, watcher]) await page.context().close();
});

test('workers that are killed are replaced, and pictures come back without a click', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(120_000);
	const { slug } = await liveMeeting(db, { stageOpen: true });
	const moderator = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	const watcher = await enter(browser, town.server.url, slug);
	await press(moderator, 'Take the stage');
	await press(moderator, 'Turn on your camera');
	await sees(watcher, 'Dana Reyes');
	const workers = execFileSync('pgrep', ['-P', String(town.server.child.pid), '-f', 'mediasoup-worker'], {
		encoding: 'utf8',
	});
	for (const pid of workers.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
	await expect(watcher.locator('video')).toHaveCount(0);
	await sees(watcher, 'Dana Reyes');
	for (const page of [moderator, watcher]) await page.context().close();
});
