// From concern to promise at the desk: inbox, follow-up and what stands around them, and two who change the same.
import type { Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import { readFollowup } from '#db/followupReads.ts';
import { changeFollowup } from '#db/followups.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { concerns, followups, meetings, questions } from '#db/schema/index.ts';
import { anEvening, dana, sam } from '#tests/cast.ts';
import { concernOf, inDays, move, proposed, trafficUnit, wayTo } from '#tests/promises.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { card, pageOf } from './followupBoard.ts';
import { expect, seriousFaults, test } from './hall.ts';

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

for (const javaScriptEnabled of [true, false])
	test(`what somebody said at the counter is entered from the inbox and read by everybody${javaScriptEnabled ? '' : ', without script'}`, async ({
		browser,
		town,
		db,
	}) => {
		const setting = { browser, db, url: town.server.url };
		const staff = await pageOf(setting, sam, { javaScriptEnabled });
		await staff.goto('/desk/followups/inbox', { waitUntil: 'networkidle' });
		await staff.getByRole('link', { name: 'Enter a concern' }).click();
		await staff.waitForURL('**/desk/concerns/new');
		await staff.waitForLoadState('networkidle');
		// What is missing is said at its field, and what was written stays.
		await staff.getByLabel('Heading').fill('Cars race on Pine Street');
		await staff.getByLabel('What was said').evaluate((input) => input.removeAttribute('required'));
		await staff.getByRole('button', { name: 'Enter it' }).click();
		await expect(staff.getByLabel('What was said')).toHaveAttribute('aria-invalid', 'true');
		await expect(staff.getByLabel('Heading')).toHaveValue('Cars race on Pine Street');
		await staff.getByLabel('What was said').fill('Every Friday, from ten until two.');
		await staff.getByLabel('About').selectOption('Traffic');
		if (javaScriptEnabled) expect(await seriousFaults(staff)).toEqual([]);
		await staff.getByRole('button', { name: 'Enter it' }).click();
		await staff.waitForURL(/\/desk\/concerns\/PL-/);
		const number = staff.url().match(/PL-\d{4}-\d{5}/)![0];
		const visitor = await pageOf(setting, null, { javaScriptEnabled });
		await visitor.goto(`/concerns/${number}`, { waitUntil: 'networkidle' });
		const step = visitor.locator('[data-step=said]');
		await expect(step).toContainText('Said to the city at the counter or by phone');
		await expect(step).toContainText('Every Friday, from ten until two.');
		await expect(visitor.getByText('Sam Okafor')).toHaveCount(0);
		for (const page of [staff, visitor]) await page.context().close();
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

test('two who take the same concern: the second sees whom it was given to, and decides', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const { number } = await concernOf(db);
	const [one, other] = [await pageOf(setting, sam), await pageOf(setting, dana)];
	for (const page of [one, other]) await page.goto(`/desk/concerns/${number}`, { waitUntil: 'networkidle' });
	const take = (page: Page) => page.locator('form[action="?/take"]');
	await take(one).getByLabel('Owner').selectOption('Sam Okafor');
	await take(one).getByLabel('About').selectOption('Lighting');
	await take(one).getByRole('button').click();
	await expect(one.getByText('Saved', { exact: false }).first()).toBeAttached();
	await take(other).getByLabel('Owner').selectOption('Dana Reyes');
	await take(other).getByRole('button').click();
	await expect(other.getByText('Sam Okafor has changed it since you opened it.')).toBeVisible();
	await expect(other.getByText('Owner is now: Sam Okafor')).toBeVisible();
	// What she has not touched is his; what she has is hers still.
	await expect(take(other).getByLabel('Owner')).toHaveValue('dana');
	await expect(take(other).getByLabel('About')).toHaveValue('lighting');
	expect(await seriousFaults(other)).toEqual([]);
	await take(other).getByRole('button').click();
	const row = async () => (await db.select().from(concerns).where(eq(concerns.number, number)))[0];
	await expect.poll(async () => (await row())?.ownerId).toBe('dana');
	expect((await row())?.topic).toBe('lighting');
	for (const page of [one, other]) await page.context().close();
});

test('other forms of the page keep what is written in “Edit” and not saved yet, also where it was refused or somebody else has changed it', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const number = await proposed(db, [], { title: 'Mend the lamp' });
	const page = await pageOf(setting, sam);
	await page.goto(`/desk/followups/${number}`, { waitUntil: 'networkidle' });
	const edit = page.locator('form[action="?/edit"]');
	const what = edit.getByLabel('What will be done');
	const measure = edit.getByRole('textbox').last();
	const save = () => edit.getByRole('button', { name: 'Save' }).click();
	let milestones = 0;
	const addMilestone = async () => {
		const form = page.locator('form[action="?/milestones"]');
		await form.getByLabel(`Milestone ${++milestones}`).and(form.getByRole('textbox')).fill('A step');
		await form.getByRole('button').click();
		await expect(form.getByLabel(`Milestone ${milestones + 1}`).and(form.getByRole('textbox'))).toBeVisible();
	};
	// Words in two forms while a third is sent.
	const update = page.locator('form[action="?/update"]').getByLabel('What is new');
	await update.fill('Half a sentence');
	await what.fill('Mend the lamp and the post');
	await measure.fill('It burns.');
	await edit.getByLabel('Priority').selectOption('High');
	await addMilestone();
	await expect(what).toHaveValue('Mend the lamp and the post');
	await expect(measure).toHaveValue('It burns.');
	await expect(edit.getByLabel('Priority')).toHaveValue('high');
	await expect(update).toHaveValue('Half a sentence');
	// They are sent with the version that the other form has made.
	await save();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mend the lamp and the post');
	const saved = (await readFollowup(db, sam, number)).followup;
	expect(saved).toMatchObject({ priority: 'high', successMeasure: 'It burns.', version: 3 });

	// Refused: the words stay when another form is answered.
	await what.evaluate((input) => input.removeAttribute('required'));
	await what.fill(' ');
	await measure.fill('It burns every night.');
	await save();
	await expect(what).toHaveAttribute('aria-invalid', 'true');
	await addMilestone();
	await expect(what).toHaveValue(' ');
	await expect(measure).toHaveValue('It burns every night.');

	// Somebody else has changed the same words meanwhile: what is written here stays, and they are not written over unseen.
	await what.fill('Mend it all');
	const { version, owner, ...others } = (await readFollowup(db, dana, number)).followup;
	await changeFollowup(db, dana, { ...others, ownerId: owner!.id, number, version, title: 'Mend the cable' });
	await page.locator('form[action="?/update"]').getByRole('button', { name: 'Keep as a draft' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mend the cable');
	await expect(what).toHaveValue('Mend it all');
	await save();
	await expect(page.getByText('Dana Reyes has changed it since you opened it.')).toBeVisible();
	await expect(page.getByText('What will be done is now: Mend the cable')).toBeVisible();
	await expect(what).toHaveValue('Mend it all');
	await expect(measure).toHaveValue('It burns every night.');
	expect(await seriousFaults(page)).toEqual([]);
	await save();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mend it all');
	await page.context().close();
});

for (const javaScriptEnabled of [true, false])
	test(`a concern that waits for its first answer is linked with it${javaScriptEnabled ? '' : ', without script'}`, async ({
		browser,
		town,
		db,
	}) => {
		const { number: concern } = await concernOf(db, { isAcknowledged: false });
		const number = await proposed(db);
		const page = await pageOf({ browser, db, url: town.server.url }, sam, { javaScriptEnabled });
		await page.goto(`/desk/followups/${number}`, { waitUntil: 'networkidle' });
		const link = page.locator('form[action="?/link"]');
		const add = link.getByRole('button', { name: 'Add' });
		await expect(link.getByLabel('Public answer')).toHaveCount(0);
		await link.getByLabel('Number or address').fill(concern.toLowerCase());
		// Without script it is asked for when it was found to be missing.
		if (!javaScriptEnabled) await add.click();
		await expect(link.getByLabel('Number or address')).toHaveValue(concern.toLowerCase());
		await link.getByLabel('Public answer').fill('The lamp is on our list.');
		if (javaScriptEnabled) expect(await seriousFaults(page)).toEqual([]);
		await add.click();
		await expect(page.locator(`a[href="/concerns/${concern}"]`).first()).toBeVisible();
		await expect(link.getByLabel('Public answer')).toHaveCount(0);
		await page.goto(`/concerns/${concern}`);
		await expect(page.getByText('The lamp is on our list.').first()).toBeVisible();
		await page.context().close();
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
		await visitor.getByText('Choose what is shown').click();
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

for (const javaScriptEnabled of [true, false])
	test(`a follow-up is linked to a meeting and to a question by what stands on the pages${javaScriptEnabled ? '' : ', without script'}`, async ({
		browser,
		town,
		db,
	}) => {
		const setting = { browser, db, url: town.server.url };
		const { number: concern, meetingId, questionId } = await concernOf(db);
		const [meeting] = await db.select().from(meetings).where(eq(meetings.id, meetingId));
		const [question] = await db.select().from(questions).where(eq(questions.id, questionId));
		const staff = await pageOf(setting, sam, { javaScriptEnabled });
		// With the proposal.
		await staff.goto(`/desk/concerns/${concern}`, { waitUntil: 'networkidle' });
		await staff.getByText('New follow-up …').click();
		const form = staff.locator('form[action="?/propose"]');
		await form.getByLabel('What will be done').fill('Mend the light at Elm');
		await form.getByLabel('Meeting where it was promised').selectOption(meetingId);
		await form.getByRole('button', { name: 'Propose it' }).click();
		await staff.waitForURL(/\/desk\/followups\/FU-/);
		await staff.waitForLoadState('networkidle');
		const link = staff.locator('form[action="?/link"]');
		const linked = staff.locator('section', { has: link });
		await expect(linked.getByRole('link', { name: meeting!.title })).toBeVisible();

		// Afterwards: a kind asks for what it needs.
		const [name, choice] = [
			link.getByLabel('Number or address'),
			link.getByLabel('Meeting', { exact: true }),
		];
		await expect(name).toBeVisible();
		await expect(choice).toBeHidden();
		await link.getByLabel('Kind').selectOption('meeting');
		await expect(name).toBeHidden();
		await expect(choice).toBeVisible();
		await link.getByLabel('Kind').selectOption('question');
		await name.fill(`#${question!.number}`);
		await choice.selectOption(meeting!.slug);
		if (javaScriptEnabled) expect(await seriousFaults(staff)).toEqual([]);
		await link.getByRole('button', { name: 'Add' }).click();
		await expect(linked.getByRole('link', { name: question!.text, exact: true })).toHaveAttribute(
			'href',
			`/meetings/${meeting!.slug}#question-${question!.number}`,
		);
		// A meeting is taken away, and linked again by choosing it.
		await linked.getByRole('button', { name: meeting!.title }).click();
		await expect(linked.getByRole('link', { name: meeting!.title })).toHaveCount(0);
		await link.getByLabel('Kind').selectOption('meeting');
		await choice.selectOption(meeting!.slug);
		await link.getByRole('button', { name: 'Add' }).click();
		await expect(linked.getByRole('link', { name: meeting!.title })).toBeVisible();
		// What is nowhere is said at the field, and can be corrected there.
		await link.getByLabel('Kind').selectOption('question');
		await name.fill(`/meetings/${meeting!.slug}#question-999`);
		await link.getByRole('button', { name: 'Add' }).click();
		await expect(name).toHaveAttribute('aria-invalid', 'true');
		await expect(name).toHaveValue(`/meetings/${meeting!.slug}#question-999`);
		await staff.context().close();
	});

test('the page of the next meeting opens with what became of earlier promises, and says how many more are late', async ({
	browser,
	town,
	db,
}) => {
	const numbers: string[] = [];
	for (let n = 0; n < 9; n++) {
		const number = await proposed(db, [], { title: `Late ${n}` });
		await move(db, number, 'committed');
		await db
			.update(followups)
			.set({ dueOn: inDays(n - 400) })
			.where(eq(followups.number, number));
		numbers.push(number);
	}
	const done = await proposed(db, [], { title: 'Claimed for the next meeting' });
	for (const to of wayTo.done) await move(db, done, to);
	const { id, slug } = await createMeeting(db, dana, { ...anEvening, title: 'The next evening' });
	await publishMeeting(db, dana, { meetingId: id });
	const visitor = await pageOf({ browser, db, url: town.server.url }, null);
	await visitor.goto(`/meetings/${slug}`, { waitUntil: 'networkidle' });
	const before = visitor.locator('section', {
		has: visitor.getByRole('heading', { name: 'What became of earlier promises' }),
	});
	const late = before.locator('[data-followup]');
	for (const [n, number] of numbers.slice(0, 8).entries())
		await expect(late.nth(n)).toHaveAttribute('data-followup', number);
	await expect(before.locator(`[data-followup="${done}"]`)).toBeVisible();
	const more = before.getByRole('link', { name: /^And \d+ more$/ });
	await expect(more.first()).toHaveAttribute('href', '/followups?overdue');
	expect(await seriousFaults(visitor)).toEqual([]);
	await more.first().click();
	await expect(visitor.locator(`[data-followup="${numbers[8]}"]`)).toBeVisible();
	await visitor.context().close();
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
