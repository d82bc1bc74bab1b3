// Claim codes and "is it fixed?" in browsers: kept in the hall, opened elsewhere, answered twice; with words, by QR code, without script.
import type { Browser, Page } from '@playwright/test';
import { claimOf } from '#db/claims.ts';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { captureQuestion, readConcern } from '#db/concerns.ts';
import type { Database } from '#db/client.ts';
import { answersForStaff } from '#db/followupAnswerReads.ts';
import { readFollowup } from '#db/followupReads.ts';
import { boardCards, questions } from '#db/schema/index.ts';
import type { FollowupState } from '#domain/followups.ts';
import { dana, liveMeeting, maria, sam, tom } from '#tests/cast.ts';
import { cameraPhoto } from '#tests/pictureFiles.ts';
import { concernOf, move, proposed, wayTo } from '#tests/promises.ts';
import { eq } from 'drizzle-orm';
import { add, card, onBoard } from './concernBoard.ts';
import { enter, expect, seriousFaults, signIn, test } from './hall.ts';

const choices = { fixed: 'Yes, it is fixed', 'not-fixed': 'No, it is not fixed' };
const stateOf = async (db: Database, number: string) => (await readFollowup(db, sam, number)).followup.state;

/** A question's concern with a promise in a state, and the words of whoever asked. */
async function promised(
	db: Database,
	state: FollowupState = 'done',
): Promise<{ number: string; concern: string; words: string; questionId: string }> {
	const { number: concern, questionId } = await concernOf(db);
	const number = await proposed(db, [concern]);
	for (const to of wayTo[state]) await move(db, number, to);
	return { number, concern, questionId, words: claimOf(`question:${questionId}`, 'en') };
}

async function open(page: Page, words: string): Promise<void> {
	await page.goto('/claim');
	await page.getByLabel('Your four words').fill(words);
	await page.getByRole('button', { name: 'Look it up' }).click();
	await expect(page.locator('[data-claimed]')).toBeVisible();
}

async function say(page: Page, what: keyof typeof choices): Promise<void> {
	await page.getByRole('radio', { name: choices[what] }).check();
	await page.getByRole('button', { name: /Send my answer|Change my answer/ }).click();
}

async function elsewhere(browser: Browser, baseURL: string, more: object = {}): Promise<Page> {
	return (await browser.newContext({ baseURL, ...more })).newPage();
}

test('a guest keeps the words of a question, says elsewhere that it is not fixed, and at last that it is', async ({
	browser,
	town,
	db,
}) => {
	const meeting = await liveMeeting(db);
	const hall = await enter(browser, town.server.url, meeting.slug);
	await hall.getByLabel('Ask a question').fill('When is the light at Elm and 5th mended?');
	await hall.getByRole('button', { name: 'Send question' }).click();
	const words = (await hall.getByTestId('ask').locator('[data-claim]').textContent())!.trim();
	expect(words.split(' ')).toHaveLength(4);
	// In their own list they are there too, also after a reload; another browser's page has none.
	await hall.reload();
	await hall.getByTestId('own').getByText('Your four words').click();
	await expect(hall.getByTestId('own').locator('[data-claim]')).toHaveText(words);
	const other = await enter(browser, town.server.url, meeting.slug);
	expect(await other.content()).not.toContain(words);
	await hall.context().close();

	const phone = await elsewhere(browser, town.server.url, { viewport: { width: 390, height: 844 } });
	const logged: string[] = [];
	phone.on('request', (request) => void logged.push(request.url()));
	await open(phone, words);
	await expect(phone.locator('[data-claimed]')).toContainText('has not become a concern');
	const [question] = await db.select().from(questions).where(eq(questions.meetingId, meeting.id));
	const { number: concern } = await captureQuestion(db, dana, { questionId: question!.id });
	await acknowledgeConcern(db, sam, { number: concern, text: 'Thank you, we are looking at it.' });
	const number = await proposed(db, [concern]);
	for (const to of wayTo.done) await move(db, number, to);

	await open(phone, words);
	await expect(phone.locator('[data-claimed]')).toContainText(concern);
	const promise = phone.locator(`[data-claimed-followup="${number}"]`);
	await expect(promise).toContainText('Claimed done');
	await expect(promise).toContainText('nobody has answered yet');
	expect(await seriousFaults(phone)).toEqual([]);
	await say(phone, 'not-fixed');
	await expect(promise).toContainText('It is opened again');
	expect([await stateOf(db, number), (await readConcern(db, concern)).state]).toEqual([
		'reopened',
		'reopened',
	]);
	expect(await seriousFaults(phone)).toEqual([]);

	await move(db, number, 'in-progress');
	await move(db, number, 'done');
	await open(phone, words);
	await expect(promise).toContainText('said to be done 1 time, and opened again');
	await say(phone, 'fixed');
	await expect(promise).toContainText('It now counts as fixed');
	await expect(promise).toContainText('1 says it is fixed');
	expect([await stateOf(db, number), (await readConcern(db, concern)).state]).toEqual([
		'verified',
		'confirmed',
	]);
	// The words stood in no address.
	for (const word of words.split(' ')) expect(logged.join('\n')).not.toContain(word);
});

test('the words are shown as a QR code, whose address opens them by itself and keeps nothing of them', async ({
	browser,
	town,
	db,
}) => {
	const { words, concern } = await promised(db);
	const meeting = await liveMeeting(db);
	const hall = await enter(browser, town.server.url, meeting.slug);
	await hall.getByLabel('Ask a question').fill('When is the bridge open again?');
	await hall.getByRole('button', { name: 'Send question' }).click();
	await hall.getByTestId('ask').getByRole('button', { name: 'Show as QR code' }).click();
	await expect(hall.getByRole('img', { name: /QR code/ })).toBeVisible();
	expect(await seriousFaults(hall)).toEqual([]);

	const phone = await elsewhere(browser, town.server.url);
	const asked: string[] = [];
	phone.on('request', (request) => void asked.push(request.url()));
	await phone.goto(`/claim#${words.split(' ').join('-')}`);
	await expect(phone.locator('[data-claimed]')).toContainText(concern);
	expect(new URL(phone.url()).hash).toBe('');
	for (const url of asked)
		expect(new URL(url).pathname + new URL(url).search).not.toContain(words.split(' ')[0]!);
});

test('without script the question is a form; text and photo reach staff alone', async ({
	browser,
	town,
	db,
}) => {
	const { words, number } = await promised(db);
	const page = await elsewhere(browser, town.server.url, { javaScriptEnabled: false });
	await open(page, words);
	await page.getByRole('radio', { name: 'I cannot tell' }).check();
	await page.getByLabel('Anything to add?').fill('I have moved away.');
	await page
		.getByLabel('Photos')
		.setInputFiles({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await cameraPhoto() });
	await page.getByRole('button', { name: 'Send my answer' }).click();
	const promise = page.locator(`[data-claimed-followup="${number}"]`);
	await expect(promise).toContainText('Your answer is saved and counted');
	await expect(promise).toContainText('You said: I cannot tell');
	await expect(promise).toContainText('Your photo is kept');
	const [answer] = await answersForStaff(db, sam, number);
	expect(answer).toMatchObject({ answer: 'cannot-tell', text: 'I have moved away.', isAsker: true });
	const photo = `/followups/${number}/photos/${answer!.photos[0]}.webp`;
	expect((await page.request.get(photo, { maxRedirects: 0 })).ok()).toBe(false);
	const staff = await browser.newContext({ baseURL: town.server.url });
	await signIn(staff, town.server.url, db, sam);
	const seen = await staff.request.get(photo);
	expect([seen.status(), seen.headers()['content-type'], seen.headers()['cache-control']]).toEqual([
		...[200, 'image/webp', 'private, no-store'],
	]);
});

test('what is no picture is refused in words, and nothing is answered', async ({ browser, town, db }) => {
	const { words, number } = await promised(db);
	const page = await elsewhere(browser, town.server.url);
	await open(page, words);
	await page.getByLabel('Anything to add?').fill('Look at this');
	await page
		.getByLabel('Photos')
		.setInputFiles({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
	await say(page, 'fixed');
	await expect(page.locator('[data-is-it-fixed]').getByRole('alert')).toContainText('no picture we can read');
	await expect(page.getByLabel('Anything to add?')).toHaveValue('Look at this');
	expect(await stateOf(db, number)).toBe('done');
});

test('in Spanish, by keyboard: the words, the question, the answer', async ({ browser, town, db }) => {
	const { questionId, number } = await promised(db);
	const page = await elsewhere(browser, town.server.url, { locale: 'es-US' });
	await page.goto('/claim');
	await page.getByLabel('Sus cuatro palabras').fill(claimOf(`question:${questionId}`, 'es'));
	await page.keyboard.press('Enter');
	const promise = page.locator(`[data-claimed-followup="${number}"]`);
	await expect(promise).toContainText('¿Está arreglado?');
	expect(await seriousFaults(page)).toEqual([]);
	await page.getByRole('radio', { name: 'No lo sé' }).focus();
	await page.keyboard.press('Space');
	await page.getByRole('button', { name: 'Enviar mi respuesta' }).focus();
	await page.keyboard.press('Enter');
	await expect(promise).toContainText('Usted dijo: No lo sé');
});

test('the words of a card are given to its author on the board, and open it', async ({
	browser,
	town,
	db,
}) => {
	const { slug } = await liveMeeting(db, { boardOpen: true });
	const viewport = { width: 1200, height: 900 };
	const author = await onBoard(browser, town.server.url, slug, { as: maria, db, viewport });
	await add(author, 'Heard', 'The crossing is dark');
	const reader = await onBoard(browser, town.server.url, slug, { as: tom, db, viewport });
	await expect(card(reader, 'The crossing is dark')).toBeVisible();
	await expect(card(reader, 'The crossing is dark').getByRole('button', { name: /Words to/ })).toHaveCount(0);
	await card(author, 'The crossing is dark')
		.getByRole('button', { name: /Words to come back/ })
		.click();
	const sheet = author.getByRole('dialog', { name: 'Words to come back' });
	const words = (await sheet.locator('[data-claim]').textContent())!.trim();
	expect(await seriousFaults(author)).toEqual([]);
	const page = await elsewhere(browser, town.server.url);
	// The row follows the board a second later.
	await expect
		.poll(
			async () =>
				(await db.select().from(boardCards).where(eq(boardCards.text, 'The crossing is dark'))).length,
		)
		.toBe(1);
	await open(page, words);
	await expect(page.locator('[data-claimed]')).toContainText('The crossing is dark');
	expect(await seriousFaults(page)).toEqual([]);
});
