// The minutes in real browsers: two moderators type them together, publish them, and a resident reads them and follows a link.
import type { Browser, Locator, Page } from '@playwright/test';
import { minutesVersionsOf } from '#db/minutes.ts';
import { endMeeting } from '#db/meetings.ts';
import { meetings, recordings } from '#db/schema/index.ts';
import type { Database } from '#db/client.ts';
import type { Actor } from '#domain/people.ts';
import { eq } from 'drizzle-orm';
import { dana, liveMeeting, maria, noor, sam, settle } from '#tests/cast.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';
import { tabTo } from './keyboard.ts';

type Options = Parameters<Browser['newContext']>[0];
async function typist(
	browser: Browser,
	url: string,
	db: Database,
	slug: string,
	as: Actor,
	options: Options = {},
): Promise<Page> {
	const context = await browser.newContext({ baseURL: url, ...options });
	await signIn(context, url, db, as);
	const page = await context.newPage();
	await page.goto(`/desk/meetings/${slug}/minutes`);
	await expect(page.locator('[data-minutes=connected]')).toBeVisible();
	return page;
}
const item = (page: Page, title: string) => page.locator('[data-item]', { hasText: title });
const words = (page: Page, title = 'Welcome') => item(page, title).getByLabel('Minutes of the item');
const order = (page: Page) => page.locator('[data-item] h2').allTextContents();
/** Presses a button as long as it can be pressed: what was typed is one step or several, as fast as it was typed. */
async function pressed(button: Locator): Promise<void> {
	while (await button.isEnabled()) await button.click();
}
const saved = (page: Page) => expect(page.locator('[data-written=true]')).toBeVisible();

test('two moderators type in one item at once, link it to now and publish; a resident reads it and follows the link', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(150_000);
	const { url } = town.server;
	await settle(db, [noor]);
	const { id, slug } = await liveMeeting(db);
	const first = await typist(browser, url, db, slug, dana, { viewport: { width: 1440, height: 900 } });
	const second = await typist(browser, url, db, slug, noor, { viewport: { width: 390, height: 844 } });

	// The agenda is there already, and each sees where the other is.
	await expect.poll(() => order(first)).toEqual(['1. Welcome']);
	await expect(first.getByText('Also here: Noor Haddad')).toBeVisible();
	await words(second).focus();
	await expect(item(first, 'Welcome')).toContainText('Typing here: Noor Haddad');
	await words(first).focus();
	await words(first).pressSequentially('Built in March.');
	await expect(words(second)).toHaveValue('Built in March.');
	await words(second).press('Home');
	await words(first).press('End');
	await Promise.all([
		words(first).pressSequentially(' Who pays is open.', { delay: 15 }),
		words(second).pressSequentially('The crossing: ', { delay: 15 }),
	]);
	const both = 'The crossing: Built in March. Who pays is open.';
	for (const page of [first, second]) await expect(words(page)).toHaveValue(both);
	const caret = (page: Page) => words(page).evaluate((area: HTMLTextAreaElement) => area.selectionStart);
	expect([await caret(first), await caret(second)]).toEqual([both.length, 'The crossing: '.length]);

	// A selection survives what another types before it; undo takes back one's own alone.
	await words(first).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(14, 19));
	await words(second).press('Home');
	await words(second).pressSequentially('>');
	await expect(words(first)).toHaveValue(`>${both}`);
	expect(
		await words(first).evaluate((area: HTMLTextAreaElement) => [area.selectionStart, area.selectionEnd]),
	).toEqual([15, 20]);
	await words(first).press('Control+z');
	await expect(words(second)).not.toHaveValue(`>${both}`);
	await pressed(first.getByRole('button', { name: 'Undo my last change' }));
	await expect(words(second)).toHaveValue('>The crossing: ');
	await pressed(first.getByRole('button', { name: 'Redo' }));
	await words(second).press('Home');
	await words(second).press('Delete');
	await expect(words(first)).toHaveValue(both);

	// Now is the server's now.
	const [{ wentLiveAt } = { wentLiveAt: null }] = await db.select().from(meetings).where(eq(meetings.id, id));
	await second.getByRole('button', { name: 'Now: link “Welcome” to this moment' }).click();
	const moment = item(first, 'Welcome').getByLabel('Moment of the meeting');
	await expect(moment).toHaveValue(/^\d+:\d\d$/);
	const [minute, second_] = (await moment.inputValue()).split(':').map(Number);
	const at = minute! * 60 + second_!;
	const elapsed = (Date.now() - wentLiveAt!.getTime()) / 1_000;
	expect(at).toBeGreaterThan(0);
	expect(at).toBeLessThanOrEqual(elapsed);

	// Another item, typed and removed and put back; a moment that is none changes nothing.
	await first.getByRole('button', { name: 'Add an item' }).click();
	await expect(first.getByLabel('Title of the item').last()).toBeFocused();
	await first.keyboard.type('Next steps');
	await expect(item(second, '2. Next steps')).toBeVisible();
	await second.getByRole('button', { name: 'Remove “Next steps”' }).click();
	await expect(item(first, 'Next steps')).toHaveCount(0);
	await second.getByRole('button', { name: 'Undo', exact: true }).click();
	await expect(item(first, '2. Next steps')).toBeVisible();
	const own = item(first, 'Next steps').getByLabel('Moment of the meeting');
	await own.fill('noon');
	await own.press('Tab');
	await expect(item(first, 'Next steps')).toContainText('The moment was not changed.');
	await own.fill('1:02:05');
	await own.press('Tab');
	await expect(item(second, 'Next steps').getByLabel('Moment of the meeting')).toHaveValue('1:02:05');
	await expect(first.getByText('can be published when the meeting is over')).toBeVisible();
	for (const page of [first, second]) {
		expect(await seriousFaults(page)).toEqual([]);
		const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		expect(width).toBeLessThanOrEqual(0);
	}

	// Over: both pages know at once. The last letter is in what is published.
	await endMeeting(db, dana, { meetingId: id });
	await db.insert(recordings).values({
		...{ meetingId: id, state: 'ready', startedAt: wentLiveAt!, seconds: 600, bytes: 1 },
		keepUntil: '2099-01-01',
	});
	await words(first).press('End');
	await words(first).press('!');
	await first.getByRole('button', { name: 'Publish the minutes' }).click();
	await expect(first.getByText('Version 1 is published.')).toBeVisible();
	await expect(second.getByRole('link', { name: /^Version 1/ })).toBeVisible();

	const reader = await (
		await browser.newContext({ baseURL: url, viewport: { width: 390, height: 844 } })
	).newPage();
	await reader.goto(`/meetings/${slug}`);
	await reader.getByRole('link', { name: 'Read the minutes' }).click();
	await expect(reader.getByText(`${both}!`)).toBeVisible();
	expect(await seriousFaults(reader)).toEqual([]);
	await reader.getByRole('link', { name: 'See that moment' }).click();
	await expect(reader).toHaveURL(`${url}/meetings/${slug}?at=${at}#recordings`);
	await expect(reader.locator('video')).toBeVisible();
	await reader.goto(`/meetings/${slug}/report`);
	await expect(reader.locator('[data-section=minutes]')).toContainText(`${both}!`);

	// A correction is another version; the first can still be read.
	await words(second).press('End');
	await words(second).pressSequentially(' Paul Nwosu asks the council.');
	await second.getByLabel('What was corrected?').fill('Who asks about the money.');
	await second.getByRole('button', { name: 'Publish a new version' }).dblclick();
	await expect(second.getByText('Version 2 is published.')).toBeVisible();
	expect((await minutesVersionsOf(db, id)).map(({ number }) => number)).toEqual([2, 1]);
	await reader.goto(`/meetings/${slug}/minutes`);
	await expect(reader.getByText('Corrected: Who asks about the money.')).toBeVisible();
	await reader.getByRole('link', { name: /^Version 1/ }).click();
	await expect(reader.getByText('This is an earlier version')).toBeVisible();
	await expect(reader.getByText('Paul Nwosu')).toHaveCount(0);

	// As it stood before, seen by a moderator and restored for everybody.
	await second.getByRole('button', { name: 'How the minutes stood' }).click();
	const sheet = second.getByRole('dialog', { name: 'How the minutes stood' });
	await expect(sheet.getByText('Paul Nwosu asks the council.')).toBeVisible();
	expect(await seriousFaults(second)).toEqual([]);
	await sheet.getByRole('button', { name: 'Restore the minutes' }).click();
	await expect(sheet).toHaveCount(0);

	// In Spanish, to read and to type.
	await second.context().addCookies([{ name: 'language', value: 'es', url }]);
	await second.goto(`/meetings/${slug}/minutes`);
	await expect(second.getByRole('heading', { level: 1 })).toContainText('Acta: ');
	expect(await seriousFaults(second)).toEqual([]);
	await second.goto(`/desk/meetings/${slug}/minutes`);
	await expect(second.getByRole('button', { name: 'Publicar una versión nueva' })).toBeVisible();
	expect(await seriousFaults(second)).toEqual([]);
	for (const page of [first, second, reader]) await page.context().close();
});

test('the minutes are typed by keyboard alone, on the smallest phone, and what is typed while away arrives', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(120_000);
	const { url } = town.server;
	const { slug } = await liveMeeting(db);
	const page = await typist(browser, url, db, slug, dana, { viewport: { width: 320, height: 640 } });
	const staff = await typist(browser, url, db, slug, sam);
	await tabTo(page, page.getByRole('button', { name: 'Add an item' }));
	await page.keyboard.press('Enter');
	await page.keyboard.type('Questions');
	await page.keyboard.press('Tab');
	await page.keyboard.type('Many.');
	await page.keyboard.press('Alt+ArrowUp');
	await expect.poll(() => order(staff)).toEqual(['1. Questions', '2. Welcome']);
	await expect(words(page, 'Questions')).toBeFocused();
	await tabTo(page, page.getByRole('button', { name: 'Move “Welcome” up' }));
	await page.keyboard.press('Enter');
	await expect.poll(() => order(staff)).toEqual(['1. Welcome', '2. Questions']);
	await expect(page.getByRole('button', { name: 'Move “Welcome” down' })).toBeFocused();
	await tabTo(page, page.getByRole('button', { name: 'Remove “Questions”' }));
	await page.keyboard.press('Enter');
	await expect.poll(() => order(staff)).toEqual(['1. Welcome']);
	await page.keyboard.press('Control+z');
	await expect.poll(() => order(staff)).toEqual(['1. Welcome', '2. Questions']);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
	expect(await seriousFaults(page)).toEqual([]);

	await saved(page);
	await page.context().setOffline(true);
	await expect(page.getByText('Connection lost.')).toBeVisible();
	await words(page, 'Questions').press('End');
	await words(page, 'Questions').pressSequentially(' Typed in the tunnel.');
	await words(staff, 'Questions').press('Home');
	await words(staff, 'Questions').pressSequentially('Sam: ');
	await page.context().setOffline(false);
	for (const one of [page, staff])
		await expect(words(one, 'Questions')).toHaveValue('Sam: Many. Typed in the tunnel.', { timeout: 20_000 });
	await saved(page);

	// Staff type; moderators publish. Residents find nothing here.
	await expect(staff.getByRole('button', { name: 'Publish the minutes' })).toHaveCount(0);
	const resident = await browser.newContext({ baseURL: url });
	await signIn(resident, url, db, maria);
	const visit = await resident.newPage();
	expect((await visit.goto(`/desk/meetings/${slug}/minutes`))!.status()).toBe(403);
	expect((await visit.goto(`/meetings/${slug}/minutes`))!.status()).toBe(404);
	for (const context of [page.context(), staff.context(), resident]) await context.close();
});
