// The moderators' desk in a browser: a whole evening by keyboard alone, two moderators at once, a thousand questions, a phone.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { claimQuestion, labelQuestion } from '#db/questionActs.ts';
import { questions as rows } from '#db/schema/index.ts';
import { flagBurst } from '#db/suspectVotes.ts';
import { voteForQuestion } from '#db/votes.ts';
import { anEvening, dana, guest, liveMeeting, maria, noor, settle } from '#tests/cast.ts';
import { act, ask, enter, expect, test } from './hall.ts';

const wide = { width: 1440, height: 900 };
const desk = (page: Page) => page.getByRole('region', { name: 'Desk' });
// By attribute: the options of a <select> have the role, too.
const options = (page: Page) => page.locator('[role=option]');
const option = (page: Page, number: number) => page.locator(`[role=option][data-question="${number}"]`);
const count = (page: Page, section: string) => page.getByRole('tab', { name: new RegExp(`^${section} `) });
const press = async (page: Page, ...keys: string[]) => {
	for (const key of keys) await page.keyboard.press(key);
};
const toast = (page: Page) => page.getByRole('region', { name: 'Messages' });

/** Waits until a question's row has the focus: what a moderator's next key is about. */
async function at(page: Page, number: number): Promise<void> {
	await expect(option(page, number)).toBeFocused();
}

/** Shows a section by its digit, and waits until one of its rows has the focus: until then a tab has it, which knows keys of its own. */
async function toSection(page: Page, digit: string): Promise<void> {
	await press(page, digit);
	await expect(page.locator('[role=option]:focus')).toHaveCount(1);
}

test('a moderator runs the whole evening by keyboard alone', async ({ browser, town, db }) => {
	const { id, slug } = await createMeeting(db, dana, anEvening);
	await publishMeeting(db, dana, { meetingId: id });
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	const hall = await enter(browser, town.server.url, slug);

	// Go live: Tab leads to the button.
	const goLive = page.getByRole('button', { name: 'Go live' });
	for (
		let tries = 0;
		tries < 60 && !(await goLive.evaluate((one) => one === document.activeElement));
		tries++
	)
		await press(page, 'Tab');
	await press(page, 'Enter');
	await expect(page.getByRole('button', { name: 'End the meeting' })).toBeVisible();
	await expect(hall.getByTestId('questions')).toBeAttached();

	for (const text of [
		'When is the crossing on Elm Street built?',
		'Is the park lit at night, and if not, why?',
		'When will the crossing on Elm Street be built?',
		'You are all liars, is it so?',
		'What became of the patrol that was promised?',
	])
		await ask(db, id, text);

	// Vet: publish three, each time the focus is on the next one.
	await expect(count(page, 'Waiting')).toContainText('5');
	await press(page, 'j');
	await press(page, 'Home');
	await at(page, 1);
	await press(page, 'p');
	await at(page, 2);
	await press(page, 'p');
	await at(page, 3);
	await press(page, 'p');
	await at(page, 4);
	await expect(count(page, 'Published')).toContainText('3');
	await expect(hall.getByText('Is the park lit at night', { exact: false }).first()).toBeVisible();

	// Decline with a reason by its digit; the last one of the section then has the focus.
	await press(page, 'd');
	await expect(page.getByRole('dialog', { name: 'Decline #4' })).toBeVisible();
	await press(page, '4');
	await at(page, 5);
	await expect(count(page, 'Declined')).toContainText('1');

	// Undo it, and decline it again.
	await press(page, 'u');
	await at(page, 4);
	await expect(count(page, 'Declined')).toContainText('0');
	await press(page, 'd', '4');
	await at(page, 5);

	// On air, then answered live.
	await toSection(page, '2');
	await page.keyboard.press('Home');
	await at(page, 1);
	await press(page, 'j');
	await at(page, 2);
	await press(page, 'o');
	await at(page, 3);
	await expect(count(page, 'On air')).toContainText('1');
	await expect(hall.getByText('Is the park lit at night', { exact: false }).first()).toBeVisible();
	await toSection(page, '3');
	await at(page, 2);
	await press(page, 'a');
	await expect(count(page, 'Answered')).toContainText('1');

	// Merge: the one that is most alike comes first, Enter takes it; part again.
	await toSection(page, '2');
	await press(page, 'End');
	await at(page, 3);
	await press(page, 'm');
	await expect(page.getByRole('dialog', { name: 'Merge #3 into…' })).toBeVisible();
	await expect(page.getByLabel('Number or words')).toBeFocused();
	await press(page, 'Enter');
	await at(page, 1);
	await expect(count(page, 'Merged')).toContainText('1');
	await press(page, '7');
	await at(page, 3);
	await press(page, 'r');
	await expect(count(page, 'Merged')).toContainText('0');
	await expect(count(page, 'Published')).toContainText('2');

	// Capture as a concern; the row keeps the focus and shows the number.
	await toSection(page, '2');
	await press(page, 'Home');
	await at(page, 1);
	await press(page, 'c');
	await expect(toast(page)).toContainText(/#1 captured as PL-\d{4}-\d{5}/);
	await at(page, 1);
	await expect(option(page, 1)).toContainText(/PL-\d{4}-\d{5}/);

	// Answer in writing, with the text typed: letters are letters there.
	await press(page, 'End');
	await at(page, 3);
	await press(page, 'w');
	await expect(page.getByLabel('Answer', { exact: true })).toBeFocused();
	await page.keyboard.type('It opens in May; ask us for updates.');
	await press(page, 'Control+Enter');
	await expect(count(page, 'Answered')).toContainText('2');
	await at(page, 1);

	// End: it says what freezes and begins on the harmless button.
	const end = page.getByRole('button', { name: 'End the meeting' });
	for (let tries = 0; tries < 60 && !(await end.evaluate((one) => one === document.activeElement)); tries++)
		await press(page, 'Shift+Tab');
	await press(page, 'Enter');
	await expect(page.getByText('End the meeting for everybody?')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Keep it open' })).toBeFocused();
	await press(page, 'Shift+Tab', 'Enter');
	await expect(page.getByText('The queue is frozen.', { exact: false })).toBeVisible();
	// What is left are outcomes: carried over.
	await toSection(page, '2');
	await press(page, 'Home');
	await at(page, 1);
	await press(page, 't');
	await expect(count(page, 'Put off')).toContainText('1');
	await Promise.all([page.context().close(), hall.context().close()]);
});

test('what another moderator does is seen without moving the row one is at, and a conflict is explained', async ({
	browser,
	town,
	db,
}) => {
	await settle(db, [noor]);
	const { id, slug } = await liveMeeting(db, { vetting: true });
	const asked = [];
	for (let n = 1; n <= 12; n++) asked.push(await ask(db, id, `Question ${n}: what about this street?`));
	const [danas, noors] = [
		await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide }),
		await enter(browser, town.server.url, slug, { as: noor, db, viewport: wide }),
	];
	await press(danas, 'j', 'j', 'j');
	await at(danas, 4);
	const before = (await option(danas, 4).boundingBox())!;
	await press(noors, 'Home', 'j', 'k');
	await at(noors, 1);
	await press(noors, 'p');
	await expect(option(danas, 1)).toHaveCount(0);
	await at(danas, 4);
	expect((await option(danas, 4).boundingBox())!.y).toBeCloseTo(before.y, 0);

	// Noor claims a question: Dana sees by whom.
	await press(noors, 'j', 'j');
	await at(noors, 4);
	await press(noors, 'v');
	await expect(option(danas, 4)).toContainText('Noor Haddad is handling it');
	await expect(option(noors, 4)).toContainText('You are handling it');
	await press(danas, 'v');
	await expect(danas.getByText('Another moderator is handling this question.')).toBeVisible();

	// Noor declines it under Dana's hands: the row stays where it is, says so, and nothing is done twice.
	await press(noors, 'd', '1');
	await expect(option(danas, 4)).toContainText('Declined');
	await at(danas, 4);
	await press(danas, 'd');
	await expect(
		danas.getByText('Not possible for #4 now (Declined). Nothing was done.').first(),
	).toBeVisible();
	await press(danas, 'j');
	await at(danas, 5);
	await expect(option(danas, 4)).toHaveCount(0);

	// Both have the sheet open: the second one is told what has become of the question.
	await press(danas, 'd');
	await expect(danas.getByRole('dialog')).toBeVisible();
	await act(db, 'publish', [asked[4]!]);
	await act(db, 'put-on-air', [asked[4]!]);
	await press(danas, '1');
	await expect(
		danas.getByText('#5 was changed by somebody else just before: On air.', { exact: false }).first(),
	).toBeVisible();
	await at(danas, 5);
	await Promise.all([danas.context().close(), noors.context().close()]);
});

test('a thousand questions: only those in sight are in the page, and each says its place', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	await db.insert(rows).values(
		Array.from({ length: 1000 }, (_, at) => ({
			meetingId: id,
			number: at + 1,
			text: `Question ${at + 1} of a long evening, is it?`,
			state: 'submitted' as const,
			author: `nobody-${at}`,
			askedAt: new Date(Date.now() - (1000 - at) * 1000),
		})),
	);
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	await press(page, 'j');
	await at(page, 2);
	await expect(option(page, 2)).toHaveAttribute('aria-setsize', '1000');
	await expect(option(page, 2)).toHaveAttribute('aria-posinset', '2');
	expect(await options(page).count()).toBeLessThan(40);
	await press(page, 'End');
	await at(page, 1000);
	await expect(option(page, 1000)).toBeInViewport();
	await press(page, 'PageUp', 'k');
	expect(await options(page).count()).toBeLessThan(40);
	// The row with the focus stays in the page when one scrolls away from it.
	await press(page, 'Home');
	await at(page, 1);
	await page.getByRole('listbox').evaluate((box) => (box.scrollTop = box.scrollHeight));
	await expect(option(page, 1000)).toBeVisible();
	await at(page, 1);
	await press(page, 's');
	await page.keyboard.type('#77');
	await expect(options(page).first()).toHaveAttribute('aria-setsize', '11');
	await page.context().close();
});

test('keys are not taken from fields, and can be turned off for good', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	await ask(db, id, 'Is the pdhoamwuilcbv of the street known?');
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	await press(page, 's');
	await page.keyboard.type('pdhoamwuilcbv');
	await expect(page.getByLabel('Search words or a number')).toHaveValue('pdhoamwuilcbv');
	await press(page, 'ArrowDown');
	await at(page, 1);
	await expect(count(page, 'Waiting')).toContainText('1');

	await press(page, '?');
	await page.getByRole('switch', { name: 'Single keys' }).focus();
	await press(page, 'Space', 'Escape');
	await at(page, 1);
	await press(page, 'p');
	await page.reload();
	await expect(options(page)).toHaveCount(1);
	await option(page, 1).focus();
	await press(page, 'p');
	await expect(page.getByRole('button', { name: 'Publish' })).toBeVisible();
	await page.getByRole('button', { name: 'Publish' }).click();
	await expect(count(page, 'Published')).toContainText('1');
	await page.context().close();
});

test('several questions are acted on together, and one undo takes all back', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	for (let n = 1; n <= 4; n++) await ask(db, id, `Question ${n}: what about this street?`);
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	await expect(options(page)).toHaveCount(4);
	await press(page, 'j');
	await at(page, 2);
	await press(page, 'x', 'Shift+ArrowDown');
	await expect(option(page, 3)).toHaveAttribute('aria-selected', 'true');
	await expect(page.getByText('2 selected', { exact: true })).toBeVisible();
	await press(page, 'p');
	await at(page, 4);
	await expect(count(page, 'Published')).toContainText('2');
	await toast(page).getByRole('button', { name: 'Undo' }).click();
	await expect(count(page, 'Waiting')).toContainText('4');
	await page.context().close();
});

test('suspect votes are marked, frozen, set aside and counted again', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	const { id: questionId } = await ask(db, id, 'Is this question loved or pushed?');
	await voteForQuestion(db, maria, { questionId, on: true });
	for (let n = 0; n < 5; n++)
		await voteForQuestion(db, { ...guest(`new-${n}`), guestSince: Date.now() }, { questionId, on: true });
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	await press(page, '2');
	await at(page, 1);
	await expect(option(page, 1)).toContainText('6 votes');
	await flagBurst(db, questionId, 5);
	await expect(option(page, 1)).toContainText('Suspect votes');
	// Beside the residents' panel the desk is narrow: its lists wait behind a button.
	await desk(page).getByRole('button', { name: 'Filter and order' }).click();
	await desk(page).getByLabel('Show', { exact: true }).selectOption('Suspect votes');
	await expect(options(page)).toHaveCount(1);
	await option(page, 1).focus();
	await press(page, 'z');
	await expect(option(page, 1)).toContainText('Count frozen');
	await press(page, 'e');
	await expect(option(page, 1)).toContainText('1 vote');
	await expect(option(page, 1)).toContainText('5 votes set aside');
	await page.getByRole('button', { name: 'Count them again' }).click();
	await expect(option(page, 1)).toContainText('6 votes');
	await page.getByLabel('Votes counted').selectOption('Votes with accounts');
	await expect(option(page, 1)).toContainText('1 vote');
	await page.context().close();
});

test('switches work at once for everybody, and a block is listed and lifted', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	await ask(db, id, 'Buy my roof tiles now, will you?');
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	const hall = await enter(browser, town.server.url, slug);
	await page.getByRole('button', { name: 'What is open' }).click();
	await page.getByRole('switch', { name: 'Questions are open' }).click();
	await expect(page.getByRole('switch', { name: 'Questions are open' })).not.toBeChecked();
	await page.getByLabel('Slow mode').selectOption('60 seconds');
	await press(page, 'Escape');
	await expect(hall.getByText(/closed/i).first()).toBeVisible();

	await press(page, 'j');
	await at(page, 1);
	await press(page, 'b');
	await expect(page.getByRole('dialog', { name: 'Block the asker of #1' })).toBeVisible();
	await press(page, '2');
	await expect(option(page, 1)).toContainText('Asker blocked');
	await page.getByRole('button', { name: '1 blocked' }).click();
	await page.getByRole('button', { name: 'Lift the block' }).last().click();
	await expect(page.getByText('Nobody is blocked')).toBeVisible();
	await press(page, 'Escape');
	await expect(option(page, 1)).not.toContainText('Asker blocked');
	await Promise.all([page.context().close(), hall.context().close()]);
});

test('on a phone a question opens in a sheet with everything that can be done', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	await ask(db, id, 'Is the park lit at night, and if not, why?');
	const page = await enter(browser, town.server.url, slug, {
		as: dana,
		db,
		viewport: { width: 390, height: 844 },
		hasTouch: true,
	});
	await page.getByRole('link', { name: 'Desk' }).last().tap();
	await option(page, 1).tap();
	const sheet = page.getByRole('dialog', { name: '#1' });
	await expect(sheet.getByRole('button', { name: 'Decline' })).toBeVisible();
	expect(await faults(page)).toEqual([]);
	await sheet.getByRole('button', { name: 'Publish' }).tap();
	await expect(sheet).toBeHidden();
	await expect(count(page, 'Published')).toContainText('1');
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(overflow).toBeLessThanOrEqual(0);
	await page.context().close();
});

test('a sheet that is opened in the moment when another closes stays open', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, 'Who pays for the crossing?');
	await ask(db, id, 'When is the crossing built?');
	const page = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
	await press(page, '2');
	await at(page, 1);
	await press(page, 'd');
	await expect(page.getByRole('dialog')).toBeVisible();
	// Before the browser has told of the end of the first.
	await page.evaluate(() => {
		document.querySelector<HTMLDialogElement>('dialog[open]')!.close();
		document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', bubbles: true }));
	});
	await page.evaluate(
		() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
	);
	await expect(page.getByRole('dialog')).toBeVisible();
	await page.context().close();
});

/** What axe finds serious or critical at the desk and in an open sheet; the rest of the hall has tests of its own. */
async function faults(page: Page): Promise<string[]> {
	const sheet = page.locator('dialog[open]');
	const { violations } = await new AxeBuilder({ page })
		.include((await sheet.count()) > 0 ? 'dialog[open]' : '[data-desk]')
		.setLegacyMode()
		.analyze();
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}

for (const [colorScheme, locale] of [
	['light', 'en-US'],
	['dark', 'es-US'],
] as const)
	test(`axe finds nothing serious at the desk, ${colorScheme}, ${locale}`, async ({ browser, town, db }) => {
		test.slow();
		const { id, slug } = await liveMeeting(db, { vetting: true });
		const asked = [];
		for (let n = 1; n <= 6; n++) asked.push(await ask(db, id, `Question ${n}: what about this street?`));
		await act(db, 'publish', asked.slice(0, 4));
		await act(db, 'put-on-air', [asked[3]!]);
		await labelQuestion(db, dana, { questionId: asked[0]!.id, labels: ['Elm Street'] });
		await claimQuestion(db, dana, { questionId: asked[0]!.id, claimed: true });
		await flagBurst(db, asked[0]!.id, 20);
		await act(db, 'decline', [asked[4]!], { reason: 'insult', note: 'Please be kind.' });
		const page = await enter(browser, town.server.url, slug, {
			as: dana,
			db,
			viewport: wide,
			colorScheme,
			locale,
		});
		// Waiting, put off (empty), declined.
		for (const section of ['1', '5', '6']) {
			await press(page, section);
			await expect(page.getByRole('tab').nth(Number(section) - 1)).toHaveAttribute('aria-selected', 'true');
			expect(await faults(page)).toEqual([]);
		}
		await press(page, '2');
		await at(page, 1);
		await press(page, 'x');
		expect(await faults(page)).toEqual([]);
		await press(page, 'x');
		for (const sheet of ['d', 'm', 'w', 'l', 'f', '?']) {
			await at(page, 1);
			await press(page, sheet);
			await expect(page.getByRole('dialog')).toBeVisible();
			expect(await faults(page)).toEqual([]);
			await press(page, 'Escape');
			await expect(page.getByRole('dialog')).toBeHidden();
		}
		await page.context().close();
	});
