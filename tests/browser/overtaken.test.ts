// Two who work on the same follow-up: the second sees what the first has changed, keeps what they wrote, and writes over nothing unseen.
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Database } from '#db/client.ts';
import { changeDue } from '#db/followupMoves.ts';
import { readFollowup } from '#db/followupReads.ts';
import { changeFollowup, setMilestones } from '#db/followups.ts';
import { units } from '#db/schema/index.ts';
import { dana, sam } from '#tests/cast.ts';
import { inDays, move, proposed } from '#tests/promises.ts';
import { card, pageOf } from './followupBoard.ts';
import { expect, seriousFaults, test } from './hall.ts';

const read = async (db: Database, number: string) => (await readFollowup(db, sam, number)).followup;

/** What Dana changes meanwhile. */
async function change(db: Database, number: string, more: object): Promise<void> {
	const { owner, ...followup } = await read(db, number);
	await changeFollowup(db, dana, { ...followup, ownerId: owner?.id ?? null, ...more });
}

const overtaken = (page: Page) => page.getByText('Dana Reyes has changed it since you opened it.');
/** "March 3, 2027". */
const inWords = (day: string) =>
	new Date(`${day}T12:00Z`).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' });

for (const javaScriptEnabled of [true, false]) {
	const without = javaScriptEnabled ? '' : ', without script';

	test(`a promise is made with what others have changed meanwhile, not with what stood there before${without}`, async ({
		browser,
		town,
		db,
	}) => {
		const number = await proposed(db, [], { title: 'Mend the lamp' });
		await db.insert(units).values({ name: 'Parks' }).onConflictDoNothing();
		const page = await pageOf({ browser, db, url: town.server.url }, sam, { javaScriptEnabled });
		await page.goto(`/desk/followups/${number}`, { waitUntil: 'networkidle' });
		await page.getByText('Promise it …').click();
		const form = page.locator('[data-move="committed"]');
		await form.getByLabel('Until when').fill(inDays(20));
		await form.getByLabel('Unit').selectOption('Parks');
		await change(db, number, { ownerId: 'dana', title: 'Mend both lamps' });
		await form.getByRole('button', { name: 'Promise it' }).click();
		await expect(overtaken(page)).toBeVisible();
		for (const line of ['What will be done is now: Mend both lamps', 'Owner is now: Dana Reyes'])
			await expect(form.getByText(line)).toBeVisible();
		// What he has not touched is hers; what he has is his still.
		await expect(form.getByLabel('Owner')).toHaveValue('dana');
		await expect(form.getByLabel('Until when')).toHaveValue(inDays(20));
		expect(await read(db, number)).toMatchObject({ state: 'proposed', version: 2 });
		if (javaScriptEnabled) expect(await seriousFaults(page)).toEqual([]);
		await form.getByRole('button', { name: 'Promise it' }).click();
		await expect(page.getByText('Promised', { exact: true }).first()).toBeVisible();
		expect(await read(db, number)).toMatchObject({
			...{ state: 'committed', unit: 'Parks', dueOn: inDays(20), title: 'Mend both lamps' },
			owner: { id: 'dana' },
		});

		// A move that is not there any more: what was refused is said all the same.
		await page.reload({ waitUntil: 'networkidle' });
		await page.getByText('Begin …').click();
		await move(db, number, 'in-progress', {}, dana);
		await page.locator('[data-move="in-progress"]').getByRole('button').click();
		await expect(overtaken(page)).toBeVisible();
		await expect(page.getByText('State is now: Under way')).toBeVisible();
		await page.context().close();
	});

	test(`a day that somebody else has changed meanwhile is shown with their reason, beside the own one${without}`, async ({
		browser,
		town,
		db,
	}) => {
		const number = await proposed(db);
		await move(db, number, 'committed');
		const page = await pageOf({ browser, db, url: town.server.url }, sam, { javaScriptEnabled });
		await page.goto(`/desk/followups/${number}`, { waitUntil: 'networkidle' });
		const form = page.locator('form[action="?/due"]');
		await form.getByLabel('Until when').fill(inDays(30));
		await form.getByLabel('Why, in public').fill('The wiring is old.');
		const reason = 'The lamp comes late.';
		await changeDue(db, dana, { number, version: 2, dueOn: inDays(40), reason });
		await form.getByRole('button').click();
		await expect(overtaken(page)).toBeVisible();
		await expect(page.getByText(`Until when is now: ${inWords(inDays(40))}`)).toBeVisible();
		await expect(page.getByText(`Why, in public is now: ${reason}`)).toBeVisible();
		await expect(form.getByLabel('Until when')).toHaveValue(inDays(30));
		await expect(form.getByLabel('Why, in public')).toHaveValue('The wiring is old.');
		expect((await read(db, number)).dueOn).toBe(inDays(40));
		if (javaScriptEnabled) {
			expect(await seriousFaults(page)).toEqual([]);
			// What another form of the page is answered ends nothing of it.
			const update = page.locator('form[action="?/update"]');
			await update.getByLabel('What is new').fill('We look.');
			await update.getByRole('button', { name: 'Keep as a draft' }).click();
			await expect(page.getByRole('listitem').filter({ hasText: 'We look.' }).first()).toBeVisible();
			await expect(form.getByLabel('Until when')).toHaveValue(inDays(30));
		}
		await form.getByRole('button').click();
		await expect(overtaken(page)).toHaveCount(0);
		await expect.poll(async () => (await read(db, number)).dueOn).toBe(inDays(30));
		await page.context().close();
	});

	test(`milestones that are written stay, and those that others have changed meanwhile, too${without}`, async ({
		browser,
		town,
		db,
	}) => {
		const number = await proposed(db);
		const milestone = (title: string, weight: number) => ({
			...{ id: randomUUID(), title, weight, dueOn: null as string | null, isDone: false },
		});
		const first = [milestone('Lamp', 1), milestone('Wiring', 2)];
		await setMilestones(db, sam, { number, version: 1, milestones: first });
		const stands = async () => (await readFollowup(db, sam, number)).milestones;
		const [lamp, wiring] = (await stands()).map(({ id }) => id);
		const page = await pageOf({ browser, db, url: town.server.url }, sam, { javaScriptEnabled });
		await page.goto(`/desk/followups/${number}`, { waitUntil: 'networkidle' });
		const form = page.locator('form[action="?/milestones"]');
		const title = (n: number) => form.getByLabel(`Milestone ${n}`).and(form.getByRole('textbox'));
		const save = () => form.getByRole('button').click();
		await title(1).fill('A warm lamp');
		await title(3).fill('Paint');
		if (javaScriptEnabled) {
			// Another form of the page raises the version: what is written here stays.
			const edit = page.locator('form[action="?/edit"]');
			await edit.getByLabel('What will be done').fill('Mend it all');
			await edit.getByRole('button', { name: 'Save' }).click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mend it all');
			await expect(title(1)).toHaveValue('A warm lamp');
			await expect(title(3)).toHaveValue('Paint');
		}
		const theirs = [
			{ ...first[0]!, id: lamp!, title: 'A cheap lamp' },
			{ ...first[1]!, id: wiring!, isDone: true },
			{ ...milestone('Look at it', 1), dueOn: inDays(9) },
		];
		const { version } = await read(db, number);
		await setMilestones(db, dana, { number, version, milestones: theirs });
		if (javaScriptEnabled) {
			// Read anew for a third form, what both have changed still waits for him to decide.
			await page.locator('form[action="?/update"]').getByLabel('What is new').fill('We look.');
			await page.getByRole('button', { name: 'Keep as a draft' }).click();
			await expect(page.getByText('50 % done by its milestones')).toBeVisible();
			await expect(title(1)).toHaveValue('A warm lamp');
		}
		await save();
		await expect(overtaken(page)).toBeVisible();
		for (const line of [
			'Milestone 1 is now: A cheap lamp · Weight 1',
			'Milestone 2 is now: Wiring · Weight 2 · Done',
			`Milestone 3 is now: Look at it · Weight 1 · Until ${inWords(inDays(9))}`,
		])
			await expect(page.getByText(line, { exact: true })).toBeVisible();
		const shown = () =>
			form
				.locator('[name^=milestoneTitle]')
				.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
		await expect.poll(shown).toEqual(['A warm lamp', 'Wiring', 'Paint', 'Look at it', '']);
		expect((await stands()).map(({ title: one }) => one)).toEqual(theirs.map(({ title: one }) => one));
		if (javaScriptEnabled) expect(await seriousFaults(page)).toEqual([]);
		await save();
		await expect(overtaken(page)).toHaveCount(0);
		await expect.poll(shown).toEqual(['A warm lamp', 'Wiring', 'Paint', 'Look at it', '']);
		expect(await stands()).toMatchObject([
			{ id: lamp, title: 'A warm lamp' },
			{ id: wiring, doneOn: expect.any(String) },
			{ title: 'Paint' },
			{ title: 'Look at it', dueOn: inDays(9) },
		]);
		await page.context().close();
	});
}

test('on the board: a promise, and several that are given away, say what was changed in that very moment, and of which', async ({
	browser,
	town,
	db,
}) => {
	const [number, other] = [
		await proposed(db, [], { title: 'Overtaken one' }),
		await proposed(db, [], { title: 'Overtaken two' }),
	];
	const page = await pageOf({ browser, db, url: town.server.url }, sam);
	await page.goto('/desk/followups?q=overtaken', { waitUntil: 'networkidle' });
	/** Dana is quicker: her change is there before what is sent arrives. */
	const first = (address: RegExp, meanwhile: () => Promise<void>) =>
		page.route(
			address,
			async (route) => {
				await meanwhile();
				await route.continue();
			},
			{ times: 1 },
		);

	for (const one of [number, other]) await page.getByRole('checkbox', { name: `Choose ${one}` }).check();
	const chosen = page.locator('[data-chosen]');
	await chosen.getByLabel('Give them to').selectOption('Dana Reyes');
	await first(/\/desk\/followups\?\/assign/, () => change(db, other, { priority: 'urgent' }));
	await chosen.getByRole('button', { name: 'Give', exact: true }).click();
	await expect(chosen.getByText(`${other} · Priority is now: Urgent`)).toBeVisible();
	await expect(chosen.getByText(number)).toHaveCount(0);
	expect((await read(db, number)).owner?.id).toBe('sam');
	expect(await seriousFaults(page)).toEqual([]);
	await expect(chosen.getByLabel('Give them to')).toHaveValue('dana');
	await chosen.getByRole('button', { name: 'Give', exact: true }).click();
	await expect(chosen).toHaveCount(0);
	expect((await read(db, other)).owner?.id).toBe('dana');

	await card(page, number)
		.getByRole('button', { name: `Move ${number}` })
		.click();
	await card(page, number).getByRole('button', { name: 'Promise it' }).click();
	const sheet = page.getByRole('dialog');
	await sheet.getByLabel('Until when').fill(inDays(12));
	await first(/\?\/move/, () => change(db, number, { ownerId: 'sam' }));
	await sheet.getByRole('button', { name: 'Promise it' }).click();
	await expect(sheet.getByText('Somebody else has changed this since you opened it.')).toBeVisible();
	await expect(sheet.getByText('Owner is now: Sam Okafor')).toBeVisible();
	await expect(sheet.getByLabel('Owner')).toHaveValue('sam');
	await sheet.getByRole('button', { name: 'Promise it' }).click();
	await expect(sheet).toBeHidden();
	expect(await read(db, number)).toMatchObject({
		state: 'committed',
		owner: { id: 'sam' },
		dueOn: inDays(12),
	});
	await page.context().close();
});
