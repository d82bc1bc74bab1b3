// The staff's board in browsers: by pointer, finger, keyboard and button, seen at once by others, and filtered by its address.
import type { Page } from '@playwright/test';
import { eq } from 'drizzle-orm';
import { deskFollowups, readFollowup } from '#db/followupReads.ts';
import { followups } from '#db/schema/index.ts';
import { followupFilterOf, followupStates } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { dana, maria, sam } from '#tests/cast.ts';
import { concernOf, inDays, move, proposed } from '#tests/promises.ts';
import { finger, phone, type Place } from './finger.ts';
import { card, column, pageOf, stateOf } from './followupBoard.ts';
import { expect, seriousFaults, test } from './hall.ts';

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
	// Each says how old the last public word on it is.
	await expect(card(staff, mine)).toContainText('Last public word less than a day ago');
	await db
		.update(followups)
		.set({ toldAt: new Date(Date.now() - 3 * 86_400_000) })
		.where(eq(followups.number, theirs));
	await staff.goto('/desk/followups?q=filtered', { waitUntil: 'networkidle' });
	await expect(card(staff, theirs)).toContainText('Last public word 3 days ago');
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
