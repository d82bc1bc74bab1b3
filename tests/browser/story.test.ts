// One story, from an anonymous question to a fix that its asker confirms: hall, desk, public pages, letters over SMTP, four words.
import type { Browser, Page } from '@playwright/test';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { captureQuestion } from '#db/concerns.ts';
import { acceptPin } from '#db/pinConcerns.ts';
import { mergeConcerns } from '#db/concernMerges.ts';
import { followers, people, questions } from '#db/schema/index.ts';
import { eq, sql } from 'drizzle-orm';
import { dana, guest, liveMeeting, sam, tom } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { inDays, trafficUnit } from '#tests/promises.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { startServer } from '#tests/setup/server.ts';
import { act, enter, expect, seriousFaults, signIn, test } from './hall.ts';

/** A mail server of the test's own, which keeps what it is given. */
async function mailServer(): Promise<{ url: string; letters: Email[]; close: () => void }> {
	const letters: Email[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData: (stream, _, done) => {
			buffer(stream)
				.then((bytes) => PostalMime.parse(bytes))
				.then((letter) => (letters.push(letter), done()), done);
		},
	});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo;
	return { url: `smtp://127.0.0.1:${port}`, letters, close: () => server.close() };
}

async function pageOf(browser: Browser, baseURL: string): Promise<Page> {
	return (await browser.newContext({ baseURL })).newPage();
}

async function lookUp(page: Page, words: string): Promise<void> {
	await page.goto('/claim', { waitUntil: 'networkidle' });
	await page.getByLabel('Your four words').fill(words);
	await page.getByRole('button', { name: 'Look it up' }).click();
	await expect(page.locator('[data-claimed]')).toBeVisible();
}

async function answer(page: Page, what: string): Promise<void> {
	await page.getByRole('radio', { name: what }).check();
	await page.getByRole('button', { name: /Send my answer|Change my answer/ }).click();
	await expect(page.getByText(/Your answer is saved|It is opened again|verified/i).first()).toBeVisible();
}

test('asked anonymously, promised, claimed, not fixed, opened again, fixed: everybody can read the whole way', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(180_000);
	const mail = await mailServer();
	const city = await startServer({
		...{ DATABASE_URL: town.databaseUrl, DATA_DIR: town.dataDir, LOG_LEVEL: 'warn' },
		...{ SMTP_URL: mail.url, MAIL_FROM: 'porchlight@lindenfeld.example' },
	});
	const { url } = city;
	const reader = 'reader-of-the-story@example.org';
	await trafficUnit(db);
	const { id: meetingId, slug } = await liveMeeting(db);

	// A guest asks, and keeps the words; others vote; it is put on air and captured.
	const asker = await enter(browser, url, slug);
	await asker.getByLabel('Ask a question').fill('When is the light at Elm and 5th mended?');
	await asker.getByRole('button', { name: 'Send question' }).click();
	const words = (await asker.getByTestId('ask').locator('[data-claim]').textContent())!.trim();
	const voter = await enter(browser, url, slug, { as: tom, db });
	await voter.getByRole('button', { name: /^Vote for/ }).click();
	await expect(voter.locator('button[aria-pressed=true]').first()).toBeVisible();
	const [question] = await db.select().from(questions).where(eq(questions.meetingId, meetingId));
	await act(db, 'put-on-air', [question!]);
	const desk = await enter(browser, url, slug, { as: dana, db });
	await expect(asker.getByText('When is the light at Elm and 5th mended?').first()).toBeVisible();
	const { number: concern } = await captureQuestion(db, dana, { questionId: question!.id });
	await expect(voter.getByRole('link', { name: concern }).first()).toBeVisible();
	for (const page of [asker, voter, desk]) await page.context().close();

	// A pin about the same is linked.
	const round = await openMap(db);
	const pin = await pinOf(db, guest('bea'), round.id, { note: 'Dark at Elm and 5th' });
	const ofPin = await acceptPin(db, sam, { pinId: pin.id });
	await mergeConcerns(db, dana, { number: ofPin.number, into: concern });

	// Somebody follows by e-mail.
	const follower = await pageOf(browser, url);
	await follower.goto(`/concerns/${concern}`, { waitUntil: 'networkidle' });
	await follower.getByLabel('E-mail address').fill(reader);
	await follower.getByRole('button', { name: 'Follow' }).click();
	// What others have waiting in the same town goes out, too.
	const toReader = () => mail.letters.filter(({ to }) => to![0]!.address === reader);
	await expect.poll(() => toReader().length).toBe(1);
	const link = new URL(/http\S+\/following\/confirm\?\S+/.exec(toReader()[0]!.text!)![0]);
	await follower.goto(link.pathname + link.search, { waitUntil: 'networkidle' });
	await follower.getByLabel('At once').check();
	await follower.getByRole('button', { name: 'Yes, write to me' }).click();
	await expect(follower.getByText('Done: you will hear of it.')).toBeVisible();

	// Staff take it from the inbox and promise it.
	const staff = await pageOf(browser, url);
	await signIn(staff.context(), url, db, sam);
	await staff.goto('/desk/followups/inbox', { waitUntil: 'networkidle' });
	await staff.locator(`[data-concern="${concern}"]`).getByRole('link').click();
	await staff.waitForURL(`**/desk/concerns/${concern}`);
	await staff.waitForLoadState('networkidle');
	await staff.getByLabel('Owner').first().selectOption('Sam Okafor');
	await staff.getByRole('button', { name: 'Save' }).first().click();
	await staff.getByText('New follow-up …').click();
	const form = staff.locator('form[action="?/propose"]');
	await form.getByLabel('Public answer').fill('We have seen it, too.');
	await form.getByLabel('What will be done').fill('Mend the light at Elm and 5th');
	await form.getByLabel('Unit').selectOption('Traffic unit');
	await form.getByLabel('Owner').selectOption('Sam Okafor');
	await form.getByRole('button', { name: 'Propose it' }).click();
	await staff.waitForURL(/\/desk\/followups\/FU-/);
	const number = staff.url().match(/FU-\d{4}-\d{5}/)![0];
	await staff.waitForLoadState('networkidle');
	const move = async (
		open: string,
		to: string,
		fill: (form: ReturnType<Page['locator']>) => Promise<void>,
	) => {
		await staff.getByText(`${open} …`, { exact: true }).click();
		const own = staff.locator(`[data-move="${to}"]`);
		await fill(own);
		await own.getByRole('button', { name: open }).click();
		await expect(staff.getByText(`${open} …`, { exact: true })).toHaveCount(0);
	};
	await move('Promise it', 'committed', (own) => own.getByLabel('Until when').fill(inDays(10)));
	await move('Begin', 'in-progress', async () => {});
	await move('Put on hold', 'blocked', async (own) => {
		await own.getByLabel('Public reason').fill('The lamp is not here yet.');
		await own.getByLabel('Look at it again on').fill(inDays(3));
	});
	await move('Go on', 'in-progress', async () => {});
	const update = staff.locator('form[action="?/update"]');
	await update.getByLabel('What is new').fill('The lamp has come.');
	const photo = { name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await plainPhoto().jpeg().toBuffer() };
	await update.getByLabel('Photos').setInputFiles(photo);
	await expect(update.getByRole('img')).toBeVisible();
	await update.getByRole('button', { name: 'Publish' }).click();
	await expect(staff.getByRole('listitem').filter({ hasText: 'The lamp has come.' }).first()).toBeVisible();
	await move('Claim it done', 'done', (own) => own.getByLabel('What was done').fill('It burns again.'));

	// The follower has mail; the asker opens the words and says that it is not so.
	const told = () =>
		toReader()
			.map(({ text }) => text)
			.join('\n');
	await expect.poll(told).toContain('It burns again.');
	for (const said of ['We have seen it, too.', 'The lamp is not here yet.', 'The lamp has come.'])
		expect(told()).toContain(said);
	const phone = await pageOf(browser, url);
	await lookUp(phone, words);
	await answer(phone, 'No, it is not fixed');
	await staff.reload({ waitUntil: 'networkidle' });
	await expect(staff.getByText('Opened again', { exact: true }).first()).toBeVisible();
	await move('Go on', 'in-progress', async () => {});
	await move('Claim it done', 'done', (own) =>
		own.getByLabel('What was done').fill('Now the wiring is new, too.'),
	);
	await lookUp(phone, words);
	await answer(phone, 'Yes, it is fixed');

	// The whole way, in order, for everybody.
	const visitor = await pageOf(browser, url);
	await visitor.goto(`/followups/${number}`, { waitUntil: 'networkidle' });
	await expect(visitor.locator('[data-journey] [data-step] strong')).toHaveText([
		'Asked in a hall',
		`Recorded as ${concern}`,
		'Put on the map',
		`Recorded as ${ofPin.number}`,
		`Merged into ${concern}`,
		'The city answered',
		`Proposed as ${number}`,
		'Taken on',
		/^Promised for .* by Traffic unit$/,
		'Work on it has begun',
		/^On hold, looked at again on/,
		'Work goes on',
		'News of it',
		'The city says it is done',
		'All that was promised is claimed done',
		'Opened again by residents: not fixed',
		'Open again: it is not fixed',
		'Work goes on',
		'The city says it is done',
		'All that was promised is claimed done',
		'Verified by residents',
		'Residents confirm that it is fixed',
	]);
	const moment = visitor.locator('[data-step=said]').first().getByRole('link');
	await expect(moment).toHaveAttribute('href', new RegExp(`^/meetings/${slug}`));
	await expect(visitor.getByText('Residents: 0 fixed, 1 not fixed, 0 cannot tell')).toBeVisible();
	expect(await seriousFaults(visitor)).toEqual([]);
	expect(await visitor.content()).not.toContain(words);
	await visitor.goto(`/concerns/${concern}`);
	await expect(visitor.getByText('Confirmed by residents').first()).toBeVisible();
	// Nobody is written to but accounts and addresses that were confirmed: whoever asked and voted anonymously is neither.
	const known = await db
		.select({ email: sql<string>`coalesce(${followers.email}, ${people.email})` })
		.from(people)
		.fullJoin(followers, eq(followers.personId, people.id));
	const addresses = mail.letters.map(({ to }) => to![0]!.address!);
	expect(addresses.filter((one) => !known.some(({ email }) => email === one))).toEqual([]);
	for (const page of [follower, staff, phone, visitor]) await page.context().close();
	await city.stop();
	mail.close();
});
