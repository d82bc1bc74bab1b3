// Polls in a browser: made and run at the desk, answered by residents, shown in the hall and on the projector, captured as a concern.
import type { Browser, Page } from '@playwright/test';
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, publishMeeting } from '#db/meetings.ts';
import { closePoll, makePoll, openPoll } from '#db/polls.ts';
import { announceProgress, voteInPoll } from '#db/pollVotes.ts';
import type { Database } from '#db/client.ts';
import type { Choice, PollFormInput } from '#domain/polls.ts';
import { anEvening, dana, guest, liveMeeting, maria } from '#tests/cast.ts';
import { act, ask, enter, expect, seriousFaults, signIn, test } from './hall.ts';
import { tabTo, until } from './keyboard.ts';

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const bar = (page: Page) => page.locator('[data-poll-bar]');
const sheet = (page: Page) => page.getByRole('dialog');
const deskRow = (page: Page, number = 1) => page.locator(`[data-desk-polls] [data-number="${number}"]`);

const streets: PollFormInput = {
	kind: 'ranked',
	question: 'Which street first?',
	options: ['Oak Street', 'Elm Street', 'Ash Street'],
};

/** Opens a poll in a live hall of its own. */
async function openedIn(db: Database, poll: PollFormInput) {
	const { id, slug } = await liveMeeting(db);
	const { pollId } = await makePoll(db, dana, { meetingId: id, poll });
	await openPoll(db, dana, { pollId });
	return { id, slug, pollId };
}

async function screenOf(browser: Browser, url: string, slug: string): Promise<Page> {
	const page = await (await browser.newContext({ baseURL: url, viewport: wide })).newPage();
	await page.goto(`/meetings/${slug}/screen`, { waitUntil: 'networkidle' });
	return page;
}

test('a ranked poll: prepared, opened, answered by two, changed, closed, shown round by round, captured', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(240_000);
	const { url } = town.server;
	const { id, slug } = await createMeeting(db, dana, anEvening);
	await publishMeeting(db, dana, { meetingId: id });

	// Before the meeting: a draft, on a page of the desk.
	const desk = await (await browser.newContext({ baseURL: url, viewport: wide })).newPage();
	await signIn(desk.context(), url, db, dana);
	await desk.goto(`/desk/meetings/${slug}/polls`, { waitUntil: 'networkidle' });
	await desk.getByLabel('Question').fill('Which street first?');
	await desk.getByLabel('Ranking').check();
	await desk.getByLabel('Answers, one on each line').fill('Oak Street\nElm Street\nAsh Street');
	await desk.getByRole('button', { name: 'Save as draft' }).click();
	await expect(desk.locator('[data-poll=draft]')).toContainText('Ash Street');
	await expect(desk.getByText('It can be opened when the meeting is live.')).toBeVisible();
	expect(await seriousFaults(desk)).toEqual([]);

	// In the hall.
	await desk.goto(`/meetings/${slug}/hall`, { waitUntil: 'networkidle' });
	await desk.getByRole('button', { name: 'Go live' }).click();
	const one = await enter(browser, url, slug, { viewport: phone });
	const other = await enter(browser, url, slug, { viewport: wide, as: maria, db });
	const screen = await screenOf(browser, url, slug);
	await deskRow(desk).getByRole('button', { name: 'Open the poll' }).click();
	for (const page of [one, other]) await expect(bar(page)).toContainText('Which street first?');
	await expect(screen.locator('[data-screen-poll=open]')).toContainText(
		'Vote on your phone · 0 people have voted',
	);
	await expect(screen.locator('[data-screen-poll=open]')).toContainText('Elm Street');
	expect(await seriousFaults(screen)).toEqual([]);

	// One by pressing, and changed; the other as well.
	await bar(one).getByRole('button', { name: 'Vote' }).click();
	await sheet(one).getByRole('button', { name: 'Vote' }).click();
	await expect(sheet(one)).toContainText('Choose an answer first.');
	await sheet(one).getByRole('button', { name: 'Put “Ash Street” in place 1' }).click();
	await sheet(one).getByRole('button', { name: 'Vote' }).click();
	await expect(sheet(one)).toContainText('Saved. You can change it until the poll is closed.');
	expect(await seriousFaults(one)).toEqual([]);
	await sheet(one).getByRole('button', { name: 'Put “Elm Street” in place 2' }).click();
	await sheet(one).getByRole('button', { name: 'Move “Elm Street” up' }).click();
	await sheet(one).getByRole('button', { name: 'Change my vote' }).click();
	await expect(sheet(one)).toContainText('Saved.');
	await bar(other).getByRole('button', { name: 'Vote' }).click();
	await sheet(other).getByRole('button', { name: 'Put “Elm Street” in place 1' }).click();
	await sheet(other).getByRole('button', { name: 'Vote' }).click();
	await expect(deskRow(desk)).toContainText('2 people have voted');
	await expect(screen.locator('[data-screen-poll]')).toContainText('2 people have voted');

	// What was answered is there after loading the page again, and only for oneself.
	await one.reload({ waitUntil: 'networkidle' });
	await bar(one).getByRole('button', { name: 'Change my vote' }).click();
	await expect(sheet(one).getByRole('listitem').first()).toContainText('Elm Street');

	// Three more, so that there is something to run off.
	const pollId = (await db.query.polls.findFirst({ where: (table, { eq }) => eq(table.meetingId, id) }))!.id;
	for (const [name, choice] of Object.entries({ ann: [0], bob: [0], eve: [2, 0] }) as [string, Choice][])
		await voteInPoll(db, guest(name), { pollId, choice });
	await deskRow(desk).getByRole('button', { name: 'Close and show the result' }).click();

	// The hall: whoever has the sheet open sees the result in it.
	await expect(sheet(one).getByRole('figure')).toContainText('“Oak Street” wins after 2 rounds: 3 of 5');
	await expect(sheet(one)).toContainText('“Ash Street” has the fewest and goes out.');
	await sheet(one).getByRole('button', { name: 'Next round' }).click();
	await expect(sheet(one)).toContainText('“Oak Street” has more than half of the ballots that still count');
	await sheet(one).locator('summary', { hasText: 'Table of poll 1' }).click();
	await expect(
		sheet(one)
			.getByRole('row', { name: /^Ash Street/ })
			.getByRole('cell'),
	).toHaveText(['1', '–']);
	expect(await seriousFaults(one)).toEqual([]);

	// The projector: round by round with the arrow keys of a presenter.
	await expect(screen.locator('[data-round="1"]')).toContainText('“Ash Street” has the fewest and goes out.');
	await screen.keyboard.press('ArrowRight');
	await expect(screen.locator('[data-round="2"]')).toContainText('“Oak Street” has more than half');
	await screen.keyboard.press('ArrowLeft');
	await expect(screen.locator('[data-round="1"]')).toBeVisible();
	await expect(screen.locator('[data-screen-poll]')).toContainText('5 people answered');
	expect(await seriousFaults(screen)).toEqual([]);

	// With one key it is a concern.
	await deskRow(desk).focus();
	await desk.keyboard.press('c');
	await expect(deskRow(desk)).toContainText(/Captured as PL-\d{4}-\d{5}/);
	expect(await seriousFaults(desk)).toEqual([]);
	await deskRow(desk)
		.getByRole('link', { name: /Captured as/ })
		.click();
	await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Which street first?');
	await expect(desk.getByText('Answered in a poll')).toBeVisible();
	await expect(desk.getByText('Oak Street: 3')).toBeVisible();

	// Afterwards the meeting's page has it, with its file.
	await endMeeting(db, dana, { meetingId: id });
	await one.goto(`/meetings/${slug}`, { waitUntil: 'networkidle' });
	await expect(one.getByRole('figure')).toContainText('“Oak Street” wins after 2 rounds: 3 of 5');
	expect(await seriousFaults(one)).toEqual([]);
	const file = await one.request.get(`/meetings/${slug}/polls/1.csv`);
	expect(await file.text()).toBe(
		[
			'\u{FEFF}"Which street first?"',
			'"Answer","Round 1","Round 2"',
			'"Oak Street",2,3',
			'"Elm Street",2,2',
			'"Ash Street",1,',
			'"No further choice",0,0',
			'"Answered",5',
			'"No answer",0',
			'',
		].join('\r\n'),
	);
});

test('by keyboard alone: to the poll, through the ranking, and back to what was read', async ({
	browser,
	town,
	db,
}) => {
	const { slug, pollId } = await openedIn(db, streets);
	const page = await enter(browser, town.server.url, slug, { viewport: phone });
	const button = (name: string) => sheet(page).getByRole('button', { name, exact: true });
	await tabTo(page, bar(page).getByRole('button', { name: 'Vote' }));
	await page.keyboard.press('Enter');
	await tabTo(page, button('Put “Ash Street” in place 1'));
	await page.keyboard.press('Enter');
	// The focus is at the next one to add.
	await expect(button('Put “Oak Street” in place 2')).toBeFocused();
	await page.keyboard.press('Space');
	await until(button('Move “Oak Street” up'), () => page.keyboard.press('Shift+Tab'));
	await page.keyboard.press('Enter');
	await expect(sheet(page).locator('ol > li').first()).toContainText('Oak Street');
	// It is at the top: the focus went to the button beside.
	await expect(button('Move “Oak Street” down')).toBeFocused();
	await tabTo(page, button('Vote'));
	await page.keyboard.press('Enter');
	await expect(sheet(page)).toContainText('Saved.');
	await page.keyboard.press('Escape');
	await expect(bar(page).getByRole('button', { name: 'Change my vote' })).toBeFocused();
	await closePoll(db, dana, { pollId, show: true });
	await expect(bar(page).getByRole('button', { name: 'See the result' })).toBeVisible();
	await tabTo(page, bar(page).getByRole('button', { name: 'Put this notice away' }));
	await page.keyboard.press('Enter');
	await expect(bar(page)).toHaveCount(0);
});

test('a poll that is opened moves nothing that somebody reads', async ({ browser, town, db }) => {
	const { id, slug } = await liveMeeting(db);
	for (let n = 1; n <= 12; n++) await ask(db, id, `Question number ${n} about the lights?`);
	const page = await enter(browser, town.server.url, slug, { viewport: phone });
	const read = page.getByTestId('questions').locator('> li').nth(6);
	await read.scrollIntoViewIfNeeded();
	const before = await read.boundingBox();
	const { pollId } = await makePoll(db, dana, { meetingId: id, poll: streets });
	await openPoll(db, dana, { pollId });
	await expect(bar(page)).toBeVisible();
	expect(await read.boundingBox()).toEqual(before);
});

test.describe('the other kinds', () => {
	test('several answers, at most as many as there may be; taken back again', async ({
		browser,
		town,
		db,
	}) => {
		const poll: PollFormInput = {
			kind: 'multiple',
			question: 'What helps?',
			options: ['Light', 'Paint', 'Signs'],
			most: 2,
		};
		const { slug, pollId } = await openedIn(db, poll);
		const page = await enter(browser, town.server.url, slug, { viewport: phone });
		await bar(page).getByRole('button', { name: 'Vote' }).click();
		for (const name of poll.options) await sheet(page).getByLabel(name).check();
		await expect(sheet(page)).toContainText('That is more than 2. Take some away.');
		await sheet(page).getByLabel('Paint').uncheck();
		await sheet(page).getByRole('button', { name: 'Vote' }).click();
		await expect(sheet(page)).toContainText('Saved.');
		await sheet(page).getByRole('button', { name: 'Take my vote back' }).click();
		await expect(sheet(page)).toContainText('Taken back: nothing of yours is counted now.');
		await expect(sheet(page).getByLabel('Light')).not.toBeChecked();
		await sheet(page).getByLabel('Signs').check();
		await sheet(page).getByRole('button', { name: 'Vote' }).click();
		await expect(sheet(page)).toContainText('Saved.');
		await closePoll(db, dana, { pollId, show: true });
		await expect(sheet(page).getByRole('figure')).toContainText('“Signs” has most: 1 of 1');
		expect(await seriousFaults(page)).toEqual([]);
	});

	test('a scale and one answer, in Spanish, on a phone', async ({ browser, town, db }) => {
		const { id, slug, pollId } = await openedIn(db, {
			...{ kind: 'scale', question: '¿Qué tan segura es Elm Street?', to: 5, low: 'nada', high: 'muy' },
		});
		const page = await enter(browser, town.server.url, slug, { viewport: phone, locale: 'es' });
		await bar(page).getByRole('button', { name: 'Votar' }).click();
		await sheet(page).getByLabel('5 – muy').check();
		await sheet(page).getByRole('button', { name: 'Votar' }).click();
		await expect(sheet(page)).toContainText('Guardado. Puede cambiarlo hasta que se cierre la votación.');
		expect(await seriousFaults(page)).toEqual([]);
		await closePoll(db, dana, { pollId, show: true });
		await expect(sheet(page).getByRole('figure')).toContainText('De media 5 de 5');
		await page.keyboard.press('Escape');
		const second = await makePoll(db, dana, {
			meetingId: id,
			poll: { kind: 'single', question: '¿Ahora?', options: ['Sí', 'No'] },
		});
		await openPoll(db, dana, second);
		await bar(page).getByRole('button', { name: 'Votar' }).click();
		await sheet(page).getByLabel('Sí').check();
		await sheet(page).getByRole('button', { name: 'Votar' }).click();
		await expect(sheet(page)).toContainText('Guardado.');
		await sheet(page).getByText('Votaciones anteriores').click();
		await expect(sheet(page).getByRole('figure')).toContainText('De media 5 de 5');
	});

	test('open words are looked through before anybody sees them', async ({ browser, town, db }) => {
		const { slug, pollId } = await openedIn(db, {
			kind: 'words',
			question: 'One word for tonight?',
			most: 2,
		});
		const page = await enter(browser, town.server.url, slug, { viewport: phone });
		await bar(page).getByRole('button', { name: 'Vote' }).click();
		await sheet(page).getByLabel('Word 1').fill('Hopeful');
		await sheet(page).getByRole('button', { name: 'Vote' }).click();
		await expect(sheet(page)).toContainText('Saved.');
		await voteInPoll(db, guest('bob'), { pollId, choice: ['rubbish'] });
		await announceProgress(db);

		const desk = await enter(browser, town.server.url, slug, { as: dana, db, viewport: wide });
		await deskRow(desk).getByRole('button', { name: 'Close without showing' }).click();
		await expect(sheet(page)).toContainText('The result comes when a moderator shows it.');
		await deskRow(desk).getByRole('link', { name: 'Look through the words' }).click();
		await desk.waitForLoadState('networkidle');
		await desk.getByLabel('hopeful (1)').check();
		await desk.getByRole('button', { name: 'Save what may be shown' }).click();
		await desk.getByRole('button', { name: 'Show the result to all' }).click();
		await expect(sheet(page).getByRole('figure')).toContainText('hopeful');
		await expect(sheet(page).getByRole('figure')).toContainText('1 other is counted but not shown');
		await expect(sheet(page)).not.toContainText('rubbish');
		expect(await seriousFaults(desk)).toEqual([]);
	});
});

test('without JavaScript the desk prepares, opens and closes a poll; what is wrong is said beside the field', async ({
	browser,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const context = await browser.newContext({ baseURL: town.server.url, javaScriptEnabled: false });
	await signIn(context, town.server.url, db, dana);
	const page = await context.newPage();
	await page.goto(`/desk/meetings/${slug}/polls`);
	await page.getByLabel('Question').fill('Where next?');
	await page.getByLabel('Answers, one on each line').fill('Only one');
	await page.getByRole('button', { name: 'Save as draft' }).click();
	await expect(page.getByText('Give 2 to 12 different answers')).toBeVisible();
	await expect(page.getByLabel('Question')).toHaveValue('Where next?');
	await page.getByLabel('Answers, one on each line').fill('Here\nThere');
	await page.getByRole('button', { name: 'Save as draft' }).click();
	await page.getByRole('link', { name: 'Edit' }).click();
	await page
		.locator('[data-poll=draft]')
		.getByLabel('Answers, one on each line')
		.fill('Here\nThere\n=HYPERLINK("x")');
	await page.getByRole('button', { name: 'Save changes' }).click();
	await expect(page.locator('[data-poll=draft]').getByRole('listitem')).toHaveCount(3);
	await page.getByRole('button', { name: 'Open the poll' }).click();
	await page.getByRole('button', { name: 'Close and show the result' }).click();
	await expect(page.locator('[data-poll=closed]')).toContainText('Nobody has answered');
	await page.getByRole('button', { name: 'Capture as a concern' }).click();
	await expect(page.getByRole('link', { name: /Captured as PL-/ })).toBeVisible();
	// A spreadsheet runs nothing of it, and a question on air has its place beside a poll on the screen.
	expect(await (await page.request.get(`/meetings/${slug}/polls/1.csv`)).text()).toContain(
		`"'=HYPERLINK(""x"")",0`,
	);
	const question = await ask(db, id, 'Who decides?');
	await act(db, 'put-on-air', [question]);
	const screen = await screenOf(browser, town.server.url, slug);
	await expect(screen.getByText('Who decides?')).toBeVisible();
	await expect(screen.locator('[data-screen-poll=closed]')).toContainText('Nobody has answered');
	await page.getByRole('button', { name: 'Take off the projector view' }).click();
	await expect(screen.locator('[data-screen-poll]')).toHaveCount(0);
	// A poll that was open when the meeting ended waits for a moderator; the report reminds of it.
	const second = await makePoll(db, dana, { meetingId: id, poll: streets });
	await openPoll(db, dana, second);
	await endMeeting(db, dana, { meetingId: id });
	await page.goto(`/desk/meetings/${slug}/report`);
	await expect(page.getByText('The result of 1 poll is not shown to anybody yet.')).toBeVisible();
	await page.getByRole('main').getByRole('link', { name: 'Polls' }).click();
	await page.getByRole('button', { name: 'Show the result to all' }).click();
	await page.goto(`/desk/meetings/${slug}/report`);
	await expect(page.getByText('is not shown to anybody yet')).toHaveCount(0);
});
