// From concern to promise at the desk: inbox, follow-up, the staff's board by pointer, keyboard and button, in two browsers at once.
import type { Browser, Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { deskFollowups, readFollowup } from '#db/followupReads.ts';
import { changeFollowup } from '#db/followups.ts';
import { concerns, meetings } from '#db/schema/index.ts';
import { followupFilterOf, followupStates } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { dana, maria, sam } from '#tests/cast.ts';
import { concernOf, inDays, move, proposed, trafficUnit } from '#tests/promises.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { finger, phone, type Place } from './finger.ts';
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

test('the board by touch: a handle picks a card up, a swipe scrolls, a cancelled touch puts it back, the edge brings far columns near', async ({
	browser,
	town,
	db,
}) => {
	const number = await proposed(db, [], { title: 'Touched' });
	await proposed(db, [], { title: 'Touched too' });
	await move(db, number, 'committed');
	const page = await pageOf({ browser, db, url: town.server.url }, sam, phone);
	await page.goto('/desk/followups?q=touched', { waitUntil: 'networkidle' });
	const hand = await finger(page);
	const middle = async (selector: string | ReturnType<typeof card>): Promise<Place> => {
		const box = (await (typeof selector === 'string' ? page.locator(selector) : selector).boundingBox())!;
		return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
	};
	const handle = () => middle(card(page, number).getByRole('button', { name: `Drag ${number}` }));
	const list = (state: string) => middle(`[data-column="${state}"] ul`);
	/** Scrolls so that the column of the card stands at the top, and what comes after it is to be seen. */
	const show = (state: string) => column(page, state).evaluate((one) => one.scrollIntoView());
	const inColumn = (state: string) => column(page, state).locator(`[data-card="${number}"]`);
	const scrolled = () => page.evaluate(() => scrollY);

	// A swipe over a card scrolls the page, and moves nothing.
	const rest = page.evaluate(
		() => new Promise<void>((end) => addEventListener('scrollend', () => end(), { once: true })),
	);
	await hand.down(await middle(card(page, number).getByRole('link')));
	await hand.move({ x: 195, y: 60 });
	await hand.up();
	await rest;
	expect(await scrolled()).toBeGreaterThan(50);
	expect(await stateOf(db, number)).toBe('committed');

	// Into a column that needs nothing.
	await show('committed');
	await hand.down(await handle());
	const to = await list('in-progress');
	await hand.move(to);
	await expect(inColumn('in-progress')).toBeAttached();
	await hand.up();
	await expect.poll(() => stateOf(db, number)).toBe('in-progress');
	await expect(inColumn('in-progress')).toBeVisible();

	// Into one that asks: what it needs is asked in place; closed unanswered, the card is back.
	await show('in-progress');
	await hand.down(await handle());
	await hand.move(await list('blocked'));
	await expect(inColumn('blocked')).toBeAttached();
	await hand.up();
	const sheet = page.getByRole('dialog');
	await expect(sheet.getByLabel('Public reason')).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await expect(sheet).toBeHidden();
	await expect(inColumn('in-progress')).toBeVisible();

	// Taken off by the system in the middle: nothing is moved, and what others do is seen again.
	await show('in-progress');
	await hand.down(await handle());
	await hand.move(await list('blocked'));
	await expect(inColumn('blocked')).toBeAttached();
	await hand.cancel();
	await expect(inColumn('in-progress')).toBeVisible();
	await expect(inColumn('blocked')).toHaveCount(0);
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await move(db, number, 'blocked');
	await expect(inColumn('blocked')).toBeVisible();

	// Cancelled before it was moved at all: it can be taken up again.
	await show('blocked');
	await hand.down(await handle());
	await hand.cancel();
	// To the edge: columns further down come near.
	await hand.down(await handle());
	await hand.move({ x: 195, y: 838 });
	await expect(column(page, 'dropped').locator('ul')).toBeInViewport({ ratio: 1 });
	await hand.move(await list('dropped'));
	await expect(inColumn('dropped')).toBeAttached();
	await hand.up();
	await expect(sheet.getByLabel('Public reason')).toBeVisible();
	await sheet.getByLabel('Public reason').fill('Nothing can be done.');
	await sheet.getByRole('button', { name: 'Drop it' }).click();
	await expect(inColumn('dropped')).toBeVisible();
	expect(await stateOf(db, number)).toBe('dropped');
	await page.context().close();
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

test('fifty moves in a burst: the boards end as the server has them, are read a few times, and what is being typed stays', async ({
	browser,
	town,
	db,
}) => {
	const setting = { browser, db, url: town.server.url };
	const { number: concern } = await concernOf(db);
	const numbers: string[] = [];
	for (let n = 0; n < 50; n++)
		numbers.push(await proposed(db, n === 1 ? [concern] : [], { title: `Burst ${n}` }));
	const [all, filtered] = [await pageOf(setting, sam), await pageOf(setting, dana)];
	await all.goto('/desk/followups', { waitUntil: 'networkidle' });
	await filtered.goto('/desk/followups?q=burst&mine', { waitUntil: 'networkidle' });
	await expect(filtered.locator('[data-card]')).toHaveCount(0);
	/** Readings of the board, as the browser itself has timed them. */
	const readings = (page: Page) =>
		page.evaluate(() =>
			performance
				.getEntriesByType('resource')
				.filter(({ name }) => name.includes('/desk/followups/__data.json'))
				.map((one) => ({ begun: one.startTime, ended: (one as PerformanceResourceTiming).responseEnd }))
				.sort((one, other) => one.begun - other.begun),
		);
	// In the middle of words and of a move.
	await all.getByText('Choose what is shown').click();
	await all.getByLabel('Words or number').fill('half a wo');
	const asked = numbers[0]!;
	const { title } = (await readFollowup(db, sam, asked)).followup;
	await card(all, asked)
		.getByRole('button', { name: `Move ${asked}` })
		.click();
	await card(all, asked).getByRole('button', { name: 'Promise it' }).click();
	const sheet = all.getByRole('dialog');
	await sheet.getByLabel('Until when').fill(inDays(33));
	await sheet.getByLabel('Owner').selectOption('Dana Reyes');

	await Promise.all(
		numbers.slice(1).map(async (number, n) => {
			await move(db, number, 'committed', { ownerId: n % 2 ? 'dana' : 'sam' });
		}),
	);
	/** What a board shows, column by column: of a long one the first twenty. */
	const onServer = async (actor: Actor, search: string) => {
		const all = await deskFollowups(db, actor, followupFilterOf(new URLSearchParams(search)));
		return followupStates.map((state) => {
			const cards = all
				.filter((one) => one.state === state)
				.map(({ number, owner }) => `${number} ${owner?.id}`);
			return [state, cards.length, ...cards.slice(0, 20)];
		});
	};
	const shown = (page: Page) =>
		page.locator('[data-column]').evaluateAll((columns) =>
			columns.map((column) => [
				column.getAttribute('data-column'),
				Number(/\d+/.exec(column.querySelector('h2')!.textContent)![0]),
				...[...column.querySelectorAll('[data-card]')].map((one) => {
					const owner = one.textContent.includes('Dana Reyes') ? 'dana' : 'sam';
					return `${one.getAttribute('data-card')} ${owner}`;
				}),
			]),
		);
	const danas = await onServer(dana, 'q=burst&mine');
	expect(danas.flat()).toContain(24);
	await expect.poll(() => shown(filtered)).toEqual(danas);
	await expect.poll(() => shown(all)).toEqual(await onServer(sam, ''));
	for (const page of [all, filtered]) {
		const all = await readings(page);
		expect(all.length).toBeLessThan(20);
		expect(all.filter(({ begun }, n) => n > 0 && begun < all[n - 1]!.ended)).toEqual([]);
	}
	expect((await readings(filtered)).length).toBeGreaterThan(0);
	// What was typed meanwhile is still there, and is sent.
	await expect(all.getByLabel('Words or number')).toHaveValue('half a wo');
	await expect(sheet.getByLabel('Until when')).toHaveValue(inDays(33));
	await expect(sheet.getByLabel('Owner')).toHaveValue('dana');
	await sheet.getByRole('button', { name: 'Promise it' }).click();
	await expect(sheet).toBeHidden();
	expect((await readFollowup(db, sam, asked)).followup).toMatchObject({
		...{ title, state: 'committed', dueOn: inDays(33) },
		owner: { id: 'dana' },
	});
	for (const page of [all, filtered]) await page.context().close();
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
		await link.getByLabel('Number or id').fill(concern.toLowerCase());
		// Without script it is asked for when it was found to be missing.
		if (!javaScriptEnabled) await add.click();
		await expect(link.getByLabel('Number or id')).toHaveValue(concern.toLowerCase());
		await link.getByLabel('Public answer').fill('The lamp is on our list.');
		if (javaScriptEnabled) expect(await seriousFaults(page)).toEqual([]);
		await add.click();
		await expect(page.locator(`a[href="/concerns/${concern}"]`).first()).toBeVisible();
		await expect(link.getByLabel('Public answer')).toHaveCount(0);
		await page.goto(`/concerns/${concern}`);
		await expect(page.getByText('The lamp is on our list.').first()).toBeVisible();
		await page.context().close();
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
