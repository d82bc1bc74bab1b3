// From concern to promise at the desk: inbox, follow-up, the staff's board by pointer, keyboard and button, in two browsers at once.
import type { Browser, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { readFollowup } from '#db/followupReads.ts';
import { meetings } from '#db/schema/index.ts';
import type { Actor } from '#domain/people.ts';
import { dana, maria, sam } from '#tests/cast.ts';
import { concernOf, inDays, move, proposed, trafficUnit } from '#tests/promises.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';

type Setting = { browser: Browser; db: Database; url: string };
async function pageOf(
	{ browser, db, url }: Setting,
	as: Actor | null,
	look: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
	const context = await browser.newContext({ baseURL: url, ...look });
	if (as) await signIn(context, url, db, as);
	return context.newPage();
}
const column = (page: Page, state: string) => page.locator(`[data-column="${state}"]`);
const card = (page: Page, number: string) => page.locator(`[data-card="${number}"]`);
const stateOf = async (db: Database, number: string) => (await readFollowup(db, sam, number)).followup.state;

for (const javaScriptEnabled of [true, false])
	test(`a concern goes from the inbox to a promise that is kept in public${javaScriptEnabled ? '' : ', without script'}`, async ({
		browser,
		town,
		db,
	}) => {
		const setting = { browser, db, url: town.server.url };
		await trafficUnit(db);
		const { number: concern } = await concernOf(db, {
			text: 'Why does the light at the school stay dark?',
			isAcknowledged: false,
		});
		const staff = await pageOf(setting, sam, { javaScriptEnabled });
		await staff.goto('/desk/followups/inbox', { waitUntil: 'networkidle' });
		await expect(staff.locator(`[data-concern="${concern}"]`)).toBeVisible();
		if (javaScriptEnabled) expect(await seriousFaults(staff)).toEqual([]);
		await staff.locator(`[data-concern="${concern}"]`).getByRole('link').click();
		await staff.waitForURL(`**/desk/concerns/${concern}`);
		await staff.waitForLoadState('networkidle');
		await staff.getByLabel('Owner').first().selectOption('Sam Okafor');
		await staff.getByRole('button', { name: 'Save' }).first().click();
		await expect(staff.getByLabel('Owner').first()).toHaveValue('sam');
		await staff.getByText('New follow-up …').click();
		const form = staff.locator('form[action="?/propose"]');
		await form.getByLabel('Public answer').fill('We have seen it, too.');
		await form.getByLabel('What will be done').fill('Mend the light at the school');
		await form.getByLabel('Unit').selectOption('Traffic unit');
		if (javaScriptEnabled) expect(await seriousFaults(staff)).toEqual([]);
		await form.getByRole('button', { name: 'Propose it' }).click();
		await staff.waitForURL(/\/desk\/followups\/FU-/);
		const followup = staff.url().match(/FU-\d{4}-\d{5}/)![0];
		await staff.waitForLoadState('networkidle');

		// A promise needs a day: without one it is refused at its field.
		await staff.getByText('Promise it …').click();
		const promise = staff.locator('[data-move="committed"]');
		await promise.getByLabel('Until when').evaluate((input) => input.removeAttribute('required'));
		await promise.getByRole('button', { name: 'Promise it' }).click();
		await expect(promise.getByLabel('Until when')).toHaveAttribute('aria-invalid', 'true');
		await promise.getByLabel('Until when').fill(inDays(10));
		await promise.getByRole('button', { name: 'Promise it' }).click();
		await expect(staff.getByText('Promised', { exact: true }).first()).toBeVisible();
		await staff.getByText('Begin …').click();
		await staff.locator('[data-move="in-progress"]').getByRole('button').click();
		await expect(staff.getByText('Claim it done …')).toBeVisible();

		const update = staff.locator('form[action="?/update"]');
		await update.getByLabel('What is new').fill('The lamp is ordered.');
		await update.getByLabel('Photos').setInputFiles({
			name: 'lamp.jpg',
			mimeType: 'image/jpeg',
			buffer: await plainPhoto().jpeg().toBuffer(),
		});
		if (javaScriptEnabled) await expect(update.getByRole('img')).toBeVisible();
		await update.getByRole('button', { name: 'Publish' }).click();
		await expect(
			staff.getByRole('listitem').filter({ hasText: 'The lamp is ordered.' }).first(),
		).toBeVisible();
		await staff.getByText('Claim it done …').click();
		await staff.locator('[data-move="done"]').getByLabel('What was done').fill('It burns again.');
		await staff.locator('[data-move="done"]').getByRole('button', { name: 'Claim it done' }).click();
		await expect(staff.getByText('Claimed done', { exact: true }).first()).toBeVisible();
		if (javaScriptEnabled) expect(await seriousFaults(staff)).toEqual([]);

		const visitor = await pageOf(setting, null, { javaScriptEnabled });
		await visitor.goto(`/followups/${followup}`, { waitUntil: 'networkidle' });
		const steps = visitor.locator('[data-journey] [data-step]');
		await expect(steps.locator('strong')).toHaveText([
			'Asked in a hall',
			`Recorded as ${concern}`,
			'The city answered',
			`Proposed as ${followup}`,
			'Taken on',
			/^Promised for .* by Traffic unit$/,
			'Work on it has begun',
			'News of it',
			'The city says it is done',
			'All that was promised is claimed done',
		]);
		const picture = steps.getByRole('img');
		await expect(picture).toHaveCount(1);
		expect(
			await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth)),
		).toBeGreaterThan(1);
		if (javaScriptEnabled) expect(await seriousFaults(visitor)).toEqual([]);
		await visitor.goto(`/concerns/${concern}`);
		await expect(visitor.locator('[data-followup]')).toHaveCount(1);
		await expect(visitor.locator('[data-step]')).toHaveCount(10);
		if (javaScriptEnabled) expect(await seriousFaults(visitor)).toEqual([]);
		for (const page of [staff, visitor]) await page.context().close();
	});

test('the board: moved by pointer, by keyboard and by button, seen at once by the other, each asked for what it needs', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const [first, second] = [
		await proposed(db, [], { title: 'By pointer' }),
		await proposed(db, [], { title: 'By keyboard' }),
	];
	for (const number of [first, second]) await move(db, number, 'committed');
	const [one, other] = [await pageOf(setting, sam), await pageOf(setting, dana)];
	for (const page of [one, other]) await page.goto('/desk/followups', { waitUntil: 'networkidle' });
	expect(await seriousFaults(one)).toEqual([]);

	// Pointer: into a column that needs nothing.
	const handle = card(one, first).getByRole('button', { name: `Drag ${first}` });
	await handle.scrollIntoViewIfNeeded();
	const [from, to] = [
		(await handle.boundingBox())!,
		(await column(one, 'in-progress').locator('ul').boundingBox())!,
	];
	await one.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
	await one.mouse.down();
	await one.mouse.move(to.x + 60, to.y + 20, { steps: 12 });
	await expect(column(one, 'in-progress').locator(`[data-card="${first}"]`)).toBeAttached();
	await one.mouse.up();
	await expect.poll(() => stateOf(db, first)).toBe('in-progress');
	await expect(column(other, 'in-progress').locator(`[data-card="${first}"]`)).toBeVisible();

	// Button: into one that asks for a reason and a day.
	await card(one, first)
		.getByRole('button', { name: `Move ${first}` })
		.click();
	await card(one, first).getByRole('button', { name: 'Put on hold' }).click();
	const sheet = one.getByRole('dialog');
	await sheet.getByLabel('Public reason').fill('We wait for the lamp.');
	expect(await seriousFaults(one)).toEqual([]);
	await sheet.getByLabel('Look at it again on').fill(inDays(5));
	await sheet.getByRole('button', { name: 'Put on hold' }).click();
	await expect(sheet).toBeHidden();
	await expect(column(other, 'blocked').locator(`[data-card="${first}"]`)).toBeVisible();

	// Keyboard alone.
	const grip = card(one, second).getByRole('button', { name: `Move ${second}` });
	await grip.focus();
	await one.keyboard.press('Enter');
	await one.keyboard.press('Tab');
	await expect(card(one, second).getByRole('button', { name: 'Begin' })).toBeFocused();
	await one.keyboard.press('Enter');
	await expect.poll(() => stateOf(db, second)).toBe('in-progress');
	await expect(column(other, 'in-progress').locator(`[data-card="${second}"]`)).toBeVisible();

	// What another has changed meanwhile is not written over.
	await other.context().setOffline(true);
	await move(db, second, 'blocked');
	await other.context().setOffline(false);
	await expect(column(other, 'blocked').locator(`[data-card="${second}"]`)).toBeVisible();
	for (const page of [one, other]) await page.context().close();
});

test('two who change the same: the second sees what stands there now, keeps their words, and decides', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const number = await proposed(db, [], { title: 'Mend the lamp' });
	const [one, other] = [await pageOf(setting, sam), await pageOf(setting, dana)];
	for (const page of [one, other]) await page.goto(`/desk/followups/${number}`, { waitUntil: 'networkidle' });
	const edit = (page: Page) => page.locator('form[action="?/edit"]');
	await edit(one).getByLabel('What will be done').fill('Mend both lamps');
	await edit(one).getByRole('button', { name: 'Save' }).click();
	await expect(one.getByRole('heading', { level: 1 })).toHaveText('Mend both lamps');
	await edit(other).getByLabel('What will be done').fill('Mend the lamp and the post');
	await edit(other).getByRole('button', { name: 'Save' }).click();
	await expect(other.getByText('Sam Okafor has changed it since you opened it.')).toBeVisible();
	await expect(other.getByText('What will be done is now: Mend both lamps')).toBeVisible();
	await expect(edit(other).getByLabel('What will be done')).toHaveValue('Mend the lamp and the post');
	expect((await readFollowup(db, sam, number)).followup.title).toBe('Mend both lamps');
	expect(await seriousFaults(other)).toEqual([]);
	await edit(other).getByRole('button', { name: 'Save' }).click();
	await expect(other.getByRole('heading', { level: 1 })).toHaveText('Mend the lamp and the post');
	for (const page of [one, other]) await page.context().close();
});

test('filters stand in the address, survive a reload and can be shared; several are given away and told of at once', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const [mine, theirs] = [
		await proposed(db, [], { title: 'Filtered mine' }),
		await proposed(db, [], { title: 'Filtered theirs', ownerId: 'dana' }),
	];
	const staff = await pageOf(setting, sam, { locale: 'en-US' });
	await staff.goto('/desk/followups', { waitUntil: 'networkidle' });
	await staff.getByText('Choose what is shown').click();
	await staff.getByLabel('Words or number').fill('Filtered');
	await staff.getByLabel('Mine only').check();
	await staff.getByRole('button', { name: 'Show these' }).click();
	await staff.waitForURL(/mine/);
	await expect(card(staff, mine)).toBeVisible();
	await expect(card(staff, theirs)).toHaveCount(0);
	await staff.reload({ waitUntil: 'networkidle' });
	await expect(card(staff, mine)).toBeVisible();
	await expect(card(staff, theirs)).toHaveCount(0);
	await staff.goto('/desk/followups?q=filtered', { waitUntil: 'networkidle' });
	for (const number of [mine, theirs])
		await staff.getByRole('checkbox', { name: `Choose ${number}` }).check();
	const chosen = staff.locator('[data-chosen]');
	await chosen.getByLabel('Give them to').selectOption('Dana Reyes');
	expect(await seriousFaults(staff)).toEqual([]);
	await chosen.getByRole('button', { name: 'Give', exact: true }).click();
	await expect(card(staff, mine)).toContainText('Dana Reyes');
	await expect(chosen).toHaveCount(0);
	for (const number of [mine, theirs])
		await staff.getByRole('checkbox', { name: `Choose ${number}` }).check();
	await chosen.getByLabel('One update for all of them').fill('All of these are on the list.');
	await chosen.getByRole('button', { name: 'Publish' }).click();
	await expect(chosen).toHaveCount(0);
	const visitor = await pageOf(setting, maria);
	for (const number of [mine, theirs]) {
		await visitor.goto(`/followups/${number}`);
		await expect(visitor.getByText('All of these are on the list.')).toBeVisible();
	}
	for (const page of [staff, visitor]) await page.context().close();
});

for (const javaScriptEnabled of [true, false])
	test(`what was promised at a meeting is found by choosing the meeting${javaScriptEnabled ? '' : ', without script'}`, async ({
		browser,
		town,
		db,
	}) => {
		const setting = { browser, db, url: town.server.url };
		const { meetingId } = await concernOf(db);
		const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
		const there = await proposed(db, [], { title: 'Promised there', meetingId });
		const inside = await proposed(db, [], { title: 'Inside', meetingId, visibility: 'internal' });
		await proposed(db, [], { title: 'Promised elsewhere' });
		const visitor = await pageOf(setting, null, { javaScriptEnabled });
		await visitor.goto('/followups', { waitUntil: 'networkidle' });
		await visitor.getByLabel('Meeting').selectOption(meeting!.slug);
		await visitor.getByRole('button', { name: 'Show these' }).click();
		await visitor.waitForURL(/meeting=/);
		await expect(visitor.locator('[data-followup]')).toHaveCount(1);
		await expect(visitor.locator('[data-followup]')).toContainText(there);
		await expect(visitor.getByLabel('Meeting')).toHaveValue(meeting!.slug);
		if (javaScriptEnabled) expect(await seriousFaults(visitor)).toEqual([]);
		const staff = await pageOf(setting, sam, { javaScriptEnabled });
		await staff.goto(`/desk/followups?meeting=${meeting!.slug}`, { waitUntil: 'networkidle' });
		await expect(staff.getByLabel('Meeting')).toHaveValue(meeting!.slug);
		// The cards themselves need script.
		if (javaScriptEnabled) {
			await expect(staff.locator('[data-card]')).toHaveCount(2);
			await expect(card(staff, inside)).toBeVisible();
		}
		for (const page of [visitor, staff]) await page.context().close();
	});

test('of an internal follow-up the desk says who reads what is written there', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const [internal, open] = [await proposed(db, [], { visibility: 'internal' }), await proposed(db, [])];
	for (const number of [internal, open]) await move(db, number, 'committed');
	const staff = await pageOf(setting, sam);
	const onlyTheCity = staff.getByText(/^Only the city can read it/);
	await staff.goto(`/desk/followups/${internal}`, { waitUntil: 'networkidle' });
	await staff.getByText('Drop it …').click();
	await expect(staff.locator('[data-move="dropped"]').getByLabel('Reason', { exact: true })).toBeVisible();
	// At the move, at the day, at the news.
	await expect(onlyTheCity).toHaveCount(3);
	await expect(
		staff.getByRole('main').getByText(/everybody (can|may) read it|in public|public reason/i),
	).toHaveCount(0);
	const update = staff.locator('form[action="?/update"]');
	await update.getByLabel('What is new').fill('Between us.');
	await update.getByRole('button', { name: 'Publish' }).click();
	await expect(staff.getByRole('listitem').filter({ hasText: 'Between us.' })).toContainText('Internal');
	expect(await seriousFaults(staff)).toEqual([]);
	await staff.goto(`/desk/followups/${open}`, { waitUntil: 'networkidle' });
	await staff.getByText('Drop it …').click();
	await expect(staff.locator('[data-move="dropped"]').getByLabel('Public reason')).toBeVisible();
	await expect(onlyTheCity).toHaveCount(0);
	await staff.context().close();
});

test('an admin names the units that own follow-ups', async ({ browser, town, db }) => {
	const { ada } = await import('#tests/cast.ts');
	const admin = await pageOf({ browser, db, url: town.server.url }, ada);
	await admin.goto('/admin/units', { waitUntil: 'networkidle' });
	await admin.getByLabel('Name of the unit').last().fill('Street lights');
	await admin.getByRole('button', { name: 'Add a unit' }).click();
	const row = admin.getByRole('button', { name: 'Take away: Street lights' });
	await expect(row).toBeVisible();
	expect(await seriousFaults(admin)).toEqual([]);
	await row.click();
	await expect(row).toHaveCount(0);
	await admin.context().close();
});
