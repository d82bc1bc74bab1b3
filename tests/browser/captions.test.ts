// Captions and interpreters: what is said can be read and seen, by each in a way of their own.
import { readFile } from 'node:fs/promises';
import { dana, liveMeeting, maria, rosa } from '#tests/cast.ts';
import { endMeeting } from '#db/meetings.ts';
import { writeCaption } from '#db/captions.ts';
import { moveSpeaker, raiseHand } from '#db/stage.ts';
import { enter, expect, seriousFaults, test } from './hall.ts';
import { manage, press, sees, stage, wide, withCameras } from './stage.ts';

test.use(withCameras);

test('what a captioner types is read by everybody at once, and by who comes later', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db, { stageOpen: true });
	const captioner = await enter(browser, town.server.url, slug, { as: rosa, db });
	const watcher = await enter(browser, town.server.url, slug, { viewport: { width: 390, height: 844 } });
	const lines = watcher.locator('[data-captions] p');
	await expect(stage(watcher)).not.toContainText('Captions');

	// With the keyboard alone.
	await captioner.getByLabel('What is being said').focus();
	await captioner.keyboard.type('Good evening, and welcome.');
	await captioner.keyboard.press('Enter');
	await captioner.keyboard.type('Tonight we talk about Elm Street.');
	await captioner.keyboard.press('Enter');
	await expect(captioner.getByLabel('What is being said')).toBeFocused();
	await expect(lines).toHaveText(['Good evening, and welcome.', 'Tonight we talk about Elm Street.']);

	// A long line is sent at the end of a word, without Enter.
	await captioner.keyboard.type(`${'word '.repeat(18)}and`);
	await expect(lines.last()).toHaveText('word '.repeat(18).trim());
	await expect(captioner.getByLabel('What is being said')).toHaveValue('and');

	// The other language, if one wants it; large and strong; remembered.
	await writeCaption(db, rosa, { meetingId: id, language: 'es', text: 'Buenas noches.' });
	await expect(lines).toHaveCount(3);
	await watcher.getByText('Captions', { exact: true }).click();
	await watcher.getByLabel('Language', { exact: true }).selectOption('es');
	await watcher.getByLabel('Size').selectOption('huge');
	await watcher.getByLabel('Colours').selectOption('strong');
	await expect(lines).toHaveText(['Buenas noches.']);
	await watcher.reload();
	await expect(lines).toHaveText(['Buenas noches.']);
	await expect(watcher.locator('[data-captions]')).toHaveCSS('background-color', 'rgb(0, 0, 0)');
	await expect(watcher.locator('[data-captions]')).toHaveAttribute('lang', 'es');
	expect(await seriousFaults(watcher)).toEqual([]);
	expect(await seriousFaults(captioner)).toEqual([]);

	// None at all, if one does not.
	await watcher.getByText('Captions', { exact: true }).click();
	await watcher.getByLabel('Language', { exact: true }).selectOption('off');
	await expect(lines).toHaveCount(0);

	// Afterwards as a file.
	await endMeeting(db, dana, { meetingId: id });
	await watcher.goto(`/meetings/${slug}`);
	const download = watcher.waitForEvent('download');
	await watcher.getByRole('link', { name: 'Captions (English, WebVTT)' }).click();
	const file = await readFile(await (await download).path(), 'utf8');
	expect(file).toMatch(/^WEBVTT\nLanguage: en\n/);
	expect(file).toContain('Tonight we talk about Elm Street.');
	for (const page of [captioner, watcher]) await page.context().close();
});

test('an interpreter is seen on every step of the line but text, in a size of one’s own', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	const { id: speakerId } = await raiseHand(db, maria, { meetingId, name: 'Maria Ortega' });
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	await moveSpeaker(db, maria, { speakerId, move: 'accept' });
	await moveSpeaker(db, dana, { speakerId, move: 'admit' });
	const moderator = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	const interpreter = await enter(browser, town.server.url, slug, { as: maria, db });
	const watcher = await enter(browser, town.server.url, slug, { viewport: { width: 390, height: 844 } });
	await press(interpreter, 'Turn on your camera');
	await manage(moderator, 'More with Maria Ortega');
	await moderator.getByRole('menuitem', { name: 'Mark as interpreter' }).click();
	const shown = watcher.getByRole('group', { name: 'Interpreter' });
	await expect(shown).toBeVisible();
	await watcher.getByLabel('You receive').selectOption('sound');
	await sees(watcher, 'Maria Ortega');
	const width = async () => (await shown.locator('figure').boundingBox())!.width;
	const before = await width();
	await shown.getByLabel('Size of the interpreter').selectOption('small');
	await expect.poll(width).toBeLessThan(before);
	await watcher.reload();
	await sees(watcher, 'Maria Ortega');
	expect(await width()).toBeLessThan(before);
	expect(await seriousFaults(watcher)).toEqual([]);
	await watcher.getByLabel('You receive').selectOption('text');
	await expect(shown.locator('video')).toHaveCount(0);
	for (const page of [moderator, interpreter, watcher]) await page.context().close();
});
