// A moderator takes along what brings people to a meeting; afterwards everybody reads, prints and takes along its report.
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, publishMeeting, readMeeting } from '#db/meetings.ts';
import { anEvening, dana, liveMeeting, maria } from '#tests/cast.ts';
import { act, ask, expect, seriousFaults, signIn, test } from './hall.ts';

test('posters and texts are on one page, links count, and nobody else sees the counts', async ({
	page,
	context,
	town,
	db,
}) => {
	const { id, slug } = await createMeeting(db, dana, { ...anEvening, title: 'Lights in Eastgate' });
	await publishMeeting(db, dana, { meetingId: id });
	const { code } = (await readMeeting(db, dana, slug)).meeting;
	await page.goto(`/m/${code}?from=school`);
	await expect(page).toHaveURL(`/meetings/${slug}`);
	expect((await context.cookies()).map(({ name }) => name)).not.toContain('from');
	await signIn(context, town.server.url, db, dana);
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.goto(`/desk/meetings/${slug}`);
	await page.getByRole('link', { name: 'Poster, flyer and texts' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bring people to: Lights in Eastgate');
	await expect(page.locator('[data-source=school]')).toContainText(/1$/);
	await expect(page.locator('[data-source=poster]')).toContainText(/0$/);

	// Each picture is there, and is one.
	for (const picture of await page.locator('main img').all()) {
		await picture.scrollIntoViewIfNeeded();
		await expect
			.poll(() => picture.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth))
			.toBeGreaterThan(800);
	}
	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Poster in Spanish, PDF' }).click();
	expect((await download).suggestedFilename()).toMatch(/poster-es\.pdf$/);

	const short = page.getByLabel('Short, in English');
	await page.getByRole('button', { name: 'Copy' }).first().focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('Copied: Short, in English').first()).toBeVisible();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	expect(copied).toBe(await short.inputValue());
	expect(copied).toContain(`/m/${code}?from=social`);
	expect([...copied].length).toBeLessThanOrEqual(280);
	expect(await seriousFaults(page)).toEqual([]);
	await page.setViewportSize({ width: 320, height: 700 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

	await context.clearCookies();
	await signIn(context, town.server.url, db, maria);
	expect((await page.goto(`/desk/meetings/${slug}/promotion`))!.status()).toBe(403);
});

test('other sites show the next meeting, which opens beside them and counts for them', async ({
	page,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const { code } = (await readMeeting(db, dana, slug)).meeting;
	await page.setViewportSize({ width: 320, height: 500 });
	await page.goto('/embed/next');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
	const link = page.getByRole('link', { name: 'Join now' });
	await expect(link).toHaveAttribute('href', new RegExp(`/m/\\w+\\?from=website$`));
	expect(await page.context().cookies()).toEqual([]);
	await endMeeting(db, dana, { meetingId: id });
	await page.reload();
	await expect(page.locator(`a[href*="${code}"]`)).toHaveCount(0);
});

test('the report is read on the page and on paper', async ({ page, db }) => {
	const { id, slug } = await liveMeeting(db);
	const asked = await ask(db, id, 'Who mends the light?');
	await act(db, 'answer-in-writing', [asked], { answer: 'The city, in spring.' });
	await endMeeting(db, dana, { meetingId: id });
	await page.goto(`/meetings/${slug}`);
	await page.getByRole('link', { name: 'Read the report' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Report: Town hall on Elm Street');
	await expect(page.locator('[data-section=questions]')).toContainText('The city, in spring.');
	expect(await seriousFaults(page)).toEqual([]);
	for (const name of ['Report as a PDF', 'Report as data (JSON)'])
		await expect(page.getByRole('link', { name })).toBeVisible();
	await page.setViewportSize({ width: 320, height: 700 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
	await page.emulateMedia({ media: 'print' });
	await expect(page.getByRole('banner')).toBeHidden();
	await expect(page.getByRole('contentinfo')).toBeHidden();
	await expect(page.getByRole('link', { name: 'Report as a PDF' })).toBeHidden();
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
