// Residents and guests in a live hall: asking, voting, reading on while others act.
import { blockAsker } from '#db/blocks.ts';
import { setSwitches } from '#db/meetings.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { castVotes } from '#db/votes.ts';
import { dana, guest, liveMeeting, maria } from '#tests/cast.ts';
import { act, ask, connected, enter, expect, row, test } from './hall.ts';

const voteButton = (number: number) => `Vote for question #${number}:`;

test('what one browser asks and votes, another sees', async ({ browser, town, db }) => {
	const { slug } = await liveMeeting(db);
	const [one, other] = [
		await enter(browser, town.server.url, slug),
		await enter(browser, town.server.url, slug),
	];
	await one.getByLabel('Ask a question').fill('When will the lights on Elm Street be repaired?');
	await one.getByRole('button', { name: 'Send question' }).click();
	await expect(one.getByText('Published: everybody can see your question now.')).toBeVisible();
	await expect(one.getByLabel('Ask a question')).toHaveValue('');
	await expect(one.getByTestId('own')).toContainText('Published');

	await expect(row(other, 'lights on Elm Street')).toBeVisible();
	await other.getByRole('button', { name: voteButton(1) }).click();
	await expect(other.getByRole('button', { name: voteButton(1) })).toHaveAttribute('aria-pressed', 'true');
	await expect(row(one, 'lights on Elm Street')).toContainText('1 vote');
	await expect(row(one, 'lights on Elm Street').getByRole('button', { name: voteButton(1) })).toHaveCount(0);
	await other.getByRole('button', { name: voteButton(1) }).click();
	await expect(row(one, 'lights on Elm Street')).toContainText('0 votes');
});

test('two tabs of one browser have one vote', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, 'Who checks the cameras?');
	const tab = await enter(browser, town.server.url, slug);
	const second = await tab.context().newPage();
	await second.goto(tab.url());
	await connected(second);
	await Promise.all([tab, second].map((page) => page.getByRole('button', { name: voteButton(1) }).click()));
	for (const page of [tab, second]) {
		await expect(page.getByRole('button', { name: voteButton(1) })).toHaveAttribute('aria-pressed', 'true');
		await expect(row(page, 'cameras')).toContainText('1 vote');
	}
});

test('the order stays while somebody reads, counts go on, and the new order comes when asked for', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const [first, second] = [
		await ask(db, id, 'The first question of all?'),
		await ask(db, id, 'The second question?'),
	];
	const page = await enter(browser, town.server.url, slug);
	const texts = page.getByTestId('questions').locator('[id^=text-]');
	await expect(texts).toHaveText(['The first question of all?', 'The second question?']);
	const vote = page.getByRole('button', { name: voteButton(first.number) });
	await vote.focus();
	const before = await vote.boundingBox();

	await castVotes(
		db,
		['a', 'b'].map((name) => ({ actor: guest(name), questionId: second.id, on: true })),
	);
	await expect(row(page, 'The second question?')).toContainText('2 votes');
	await expect(page.getByRole('button', { name: 'Order has changed: update' })).toBeVisible();
	await ask(db, id, 'A third one?');
	const pill = page.getByRole('button', { name: '1 new question' });
	await expect(pill).toBeVisible();
	await act(db, 'put-on-air', [second]);
	await expect(page.getByTestId('on-air')).toContainText('The second question?');
	await expect(texts).toHaveText(['The first question of all?', 'The second question?']);
	await expect(vote).toBeFocused();
	expect(Math.abs((await vote.boundingBox())!.y - before!.y)).toBeLessThan(2);

	await pill.click();
	await expect(texts).toHaveText(['The second question?', 'The first question of all?', 'A third one?']);
	await expect(page.getByRole('heading', { name: /^Questions/ })).toBeFocused();
});

test('a list that nobody touches brings itself up to date', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, 'The first question of all?');
	const page = await enter(browser, town.server.url, slug, { viewport: { width: 1440, height: 1400 } });
	await ask(db, id, 'The second question?');
	await expect(row(page, 'The second question?')).toBeVisible({ timeout: 20_000 });
});

test('under reduced motion a list never moves by itself', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, 'The first question of all?');
	const options = { viewport: { width: 1440, height: 1400 }, reducedMotion: 'reduce' } as const;
	const [still, moving] = [
		await enter(browser, town.server.url, slug, options),
		await enter(browser, town.server.url, slug, { ...options, reducedMotion: 'no-preference' }),
	];
	await ask(db, id, 'The second question?');
	await expect(row(moving, 'The second question?')).toBeVisible({ timeout: 20_000 });
	await expect(still.getByRole('button', { name: '1 new question' })).toBeVisible();
	await expect(row(still, 'The second question?')).toHaveCount(0);
});

test('a similar question is offered while typing and can be supported instead', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, 'When will the lights on Elm Street be repaired?');
	const page = await enter(browser, town.server.url, slug);
	const text = page.getByLabel('Ask a question');
	await text.fill('When are the Elm Street lights repaired?');
	await page.getByRole('button', { name: 'Support this one instead' }).click();
	await expect(row(page, 'lights on Elm Street')).toContainText('1 vote');
	await expect(text).toHaveValue('');
	await expect(page.getByTestId('own')).toHaveCount(0);
});

test('a resident asks by name or anonymously, and a declined question tells its asker the rule', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db, { vetting: true });
	const page = await enter(browser, town.server.url, slug, { as: maria, db });
	const text = page.getByLabel('Ask a question');
	await text.fill('Why was my neighbor arrested?');
	await page.getByLabel('As Maria Ortega').check();
	await page.getByRole('button', { name: 'Send question' }).click();
	await expect(page.getByText('Sent. It waits for a moderator')).toBeVisible();
	await expect(page.getByTestId('own')).toContainText('Waiting for a moderator');
	await text.fill('Who trains the officers?');
	await page.getByLabel('Anonymously').check();
	await page.getByRole('button', { name: 'Send question' }).click();
	await expect(page.getByTestId('own').getByText('Waiting for a moderator')).toHaveCount(2);

	const rows = await db.query.questions.findMany({ where: (q, { eq }) => eq(q.meetingId, id) });
	const [named, anonymous] = [rows.find((q) => q.askedByName)!, rows.find((q) => !q.askedByName)!];
	await act(db, 'decline', [named], { reason: 'ongoing-case', note: 'Please ask the court.' });
	await act(db, 'publish', [anonymous]);
	const own = page.getByTestId('own');
	await expect(own).toContainText(
		'Cases that are being investigated or are in court cannot be discussed here.',
	);
	await expect(own).toContainText('Please ask the court.');
	await expect(own).toContainText('Published');
	await expect(row(page, 'Who trains the officers?')).toContainText('Your question');
	const other = await enter(browser, town.server.url, slug);
	await expect(row(other, 'Who trains the officers?')).toContainText('Anonymous');
	await expect(other.getByText('my neighbor')).toHaveCount(0);
});

test('one’s own question can be withdrawn, asked once more in place', async ({ browser, town, db }) => {
	const { slug } = await liveMeeting(db);
	const [page, other] = [
		await enter(browser, town.server.url, slug),
		await enter(browser, town.server.url, slug),
	];
	await page.getByLabel('Ask a question').fill('Is this a good idea?');
	await page.getByRole('button', { name: 'Send question' }).click();
	await expect(row(other, 'good idea')).toBeVisible();
	await page.getByRole('button', { name: 'Withdraw' }).click();
	await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
	await page.getByRole('button', { name: 'Yes, withdraw it' }).click();
	await expect(page.getByTestId('own')).toContainText('Withdrawn by you');
	await expect(other.getByText('This question is no longer shown.')).toBeVisible();
	await expect(other.getByText('good idea')).toHaveCount(0);
});

test('on air, answered, merged and hidden totals are shown as they are', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	const [a, b, c] = [
		await ask(db, id, 'About the lights?'),
		await ask(db, id, 'About the lamps?'),
		await ask(db, id, 'About the school?'),
	];
	const page = await enter(browser, town.server.url, slug);
	await mergeQuestions(db, dana, { questionIds: [b.id], into: a.id });
	await expect(page.getByText('1 similar question merged here')).toBeVisible();
	await act(db, 'put-on-air', [a]);
	await expect(page.getByTestId('on-air')).toContainText('About the lights?');
	await act(db, 'answer-live', [a]);
	await expect(page.getByTestId('on-air')).toContainText('No question is on air at the moment.');
	await expect(row(page, 'About the lights?')).toContainText('Answered live at');
	await act(db, 'answer-in-writing', [c], { answer: 'Two officers, every morning.' });
	await expect(row(page, 'About the school?')).toContainText('Two officers, every morning.');
	await setSwitches(db, dana, { meetingId: id, totalsHidden: true });
	await expect(page.getByText('Votes count, but the totals are hidden')).toBeVisible();
	await expect(row(page, 'About the school?')).toContainText('hidden');
});

test('closed, slow, blocked and names only: each is said, and the text stays', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const page = await enter(browser, town.server.url, slug);
	const text = page.getByLabel('Ask a question');
	await text.fill('My first question?');
	await page.getByRole('button', { name: 'Send question' }).click();
	await expect(page.getByTestId('own')).toBeVisible();
	await text.fill('My second question?');

	await setSwitches(db, dana, { meetingId: id, slowModeSeconds: 600 });
	await expect(page.getByText(/You can ask again in \d+:\d\d/)).toBeVisible();
	await expect(page.getByRole('button', { name: 'Send question' })).toBeDisabled();
	await setSwitches(db, dana, { meetingId: id, slowModeSeconds: 0, questionsOpen: false });
	await expect(
		page.getByText('Questions are closed at the moment. You can still read and vote'),
	).toBeVisible();
	await setSwitches(db, dana, { meetingId: id, questionsOpen: true, anonymousAllowed: false });
	await expect(page.getByText('Please sign in to ask')).toBeVisible();
	await expect(page.locator('#main').getByRole('link', { name: 'Sign in' })).toHaveAttribute(
		'href',
		`/sign-in?next=/meetings/${slug}/hall`,
	);
	await setSwitches(db, dana, { meetingId: id, anonymousAllowed: true });
	await expect(text).toHaveValue('My second question?');
	await page.reload();
	await expect(text).toHaveValue('My second question?');

	const [mine] = await db.query.questions.findMany({ where: (q, { eq }) => eq(q.meetingId, id) });
	await blockAsker(db, dana, { questionId: mine!.id, reason: 'spam' });
	await expect(page.getByText('A moderator has blocked you from taking part')).toBeVisible();
});

test('order, filter and search show what is asked for, and the order is remembered', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const first = await ask(db, id, 'About the lights?');
	await ask(db, id, 'About the school?');
	const page = await enter(browser, town.server.url, slug);
	const texts = page.getByTestId('questions').locator('[id^=text-]');
	await page.getByLabel('Order').selectOption({ label: 'Newest' });
	await expect(texts).toHaveText(['About the school?', 'About the lights?']);
	await page.reload();
	await expect(texts).toHaveText(['About the school?', 'About the lights?']);
	await page.getByLabel('Search').fill('lights');
	await expect(texts).toHaveText(['About the lights?']);
	await page.getByLabel('Search').fill('');
	await act(db, 'put-on-air', [first]);
	await page.getByLabel('Show', { exact: true }).selectOption({ label: 'On air' });
	await expect(page.getByTestId('questions').locator('> li')).toHaveCount(1);
});

test('by keyboard alone one asks and votes', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	await ask(db, id, 'About the lights?');
	const page = await enter(browser, town.server.url, slug);
	const tabTo = async (name: RegExp) => {
		for (let presses = 0; presses < 40; presses++) {
			await page.keyboard.press('Tab');
			const said = await page.evaluate(() => {
				const { activeElement: at } = document;
				return at instanceof HTMLTextAreaElement ? at.labels[0]?.textContent : at?.textContent;
			});
			if (name.test(said ?? '')) return;
		}
		throw new Error(`Tab never came to ${name}`);
	};
	await tabTo(/Ask a question/);
	await page.keyboard.type('And the crossing at Main?');
	await tabTo(/Send question/);
	await page.keyboard.press('Enter');
	await expect(page.getByTestId('own')).toContainText('And the crossing at Main?');
	await tabTo(/Vote for question #1/);
	await page.keyboard.press('Space');
	await expect(page.getByRole('button', { name: voteButton(1) })).toHaveAttribute('aria-pressed', 'true');
});
