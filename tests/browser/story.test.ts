// One story, from an anonymous question to a fix that its asker confirms: hall, desk, public pages, letters over SMTP, four words.
import { followers, meetings, people, questions, recordings } from '#db/schema/index.ts';
import { eq, sql } from 'drizzle-orm';
import { dana, liveMeeting, sam, tom } from '#tests/cast.ts';
import { openMap } from '#tests/maps.ts';
import { inDays, trafficUnit } from '#tests/promises.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { startMailServer } from '#tests/setup/mailServer.ts';
import { startServer } from '#tests/setup/server.ts';
import * as hand from './byHand.ts';
import { enter, expect, row, seriousFaults, signIn, test } from './hall.ts';
import { wide } from './stage.ts';

test('asked anonymously, promised, claimed, not fixed, opened again, fixed: everybody can read the whole way', async ({
	browser,
	town,
	db,
}) => {
	test.setTimeout(180_000);
	const mail = await startMailServer();
	const city = await startServer({
		...{ DATABASE_URL: town.databaseUrl, DATA_DIR: town.dataDir, LOG_LEVEL: 'warn' },
		...{ SMTP_URL: mail.url, MAIL_FROM: 'porchlight@lindenfeld.example' },
	});
	const { url } = city;
	const reader = 'reader-of-the-story@example.org';
	await trafficUnit(db);
	const { slug } = await liveMeeting(db, { vetting: true });

	// A guest asks, and keeps the words; a moderator publishes it; others vote; it is put on air, answered, and captured.
	const asked = 'When is the light at Elm and 5th mended?';
	const asker = await enter(browser, url, slug);
	await asker.getByLabel('Ask a question').fill(asked);
	await asker.getByRole('button', { name: 'Send question' }).click();
	const words = (await asker.getByTestId('ask').locator('[data-claim]').textContent())!.trim();
	const desk = await enter(browser, url, slug, { as: dana, db, viewport: wide });
	await hand.atDesk(desk, 'Waiting', 1, 'Publish');
	const voter = await enter(browser, url, slug, { as: tom, db });
	await voter.getByRole('button', { name: /^Vote for/ }).click();
	await expect(row(asker, asked)).toContainText('1 vote');
	await hand.atDesk(desk, 'Published', 1, 'Put on air');
	await expect(asker.getByTestId('on-air')).toContainText(asked);
	await hand.atDesk(desk, 'On air', 1, 'Answered live');
	const concern = await hand.captureAtDesk(desk, 'Answered', 1);
	await expect(voter.getByRole('link', { name: concern }).first()).toBeVisible();

	// A pin about the same is placed by a resident; staff make a concern of it; a moderator merges the two.
	const { slug: map } = await openMap(db);
	const resident = await hand.pageOf(browser, url);
	await hand.placePinByHand(resident, map, 'Speeding', 'Dark at Elm and 5th');
	const staff = await hand.pageOf(browser, url);
	await signIn(staff.context(), url, db, sam);
	const ofPin = await hand.acceptPinByHand(staff, map, 'Dark at Elm and 5th');
	await hand.mergeByHand(desk, ofPin, concern);
	for (const page of [asker, voter, desk, resident]) await page.context().close();

	// Somebody follows by e-mail.
	const follower = await hand.pageOf(browser, url);
	await follower.goto(`/concerns/${concern}`, { waitUntil: 'networkidle' });
	await follower.getByLabel('E-mail address').fill(reader);
	await follower.getByRole('button', { name: 'Follow' }).click();
	// What others have waiting in the same town goes out, too.
	const toReader = () => mail.received.filter(({ to }) => to![0]!.address === reader);
	await expect.poll(() => toReader().length).toBe(1);
	const link = new URL(/http\S+\/following\/confirm\?\S+/.exec(toReader()[0]!.text!)![0]);
	await follower.goto(link.pathname + link.search, { waitUntil: 'networkidle' });
	await follower.getByLabel('At once').check();
	await follower.getByRole('button', { name: 'Yes, write to me' }).click();
	await expect(follower.getByText('Done: you will hear of it.')).toBeVisible();

	// Staff take it from the inbox and promise it.
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
	await hand.moveByHand(staff, 'Promise it', 'committed', (own) =>
		own.getByLabel('Until when').fill(inDays(10)),
	);
	await hand.moveByHand(staff, 'Begin', 'in-progress');
	await hand.moveByHand(staff, 'Put on hold', 'blocked', async (own) => {
		await own.getByLabel('Public reason').fill('The lamp is not here yet.');
		await own.getByLabel('Look at it again on').fill(inDays(3));
	});
	await hand.moveByHand(staff, 'Go on', 'in-progress');
	const update = staff.locator('form[action="?/update"]');
	await update.getByLabel('What is new').fill('The lamp has come.');
	const photo = { name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await plainPhoto().jpeg().toBuffer() };
	await update.getByLabel('Photos').setInputFiles(photo);
	await expect(update.getByRole('img')).toBeVisible();
	await update.getByRole('button', { name: 'Publish' }).click();
	await expect(staff.getByRole('listitem').filter({ hasText: 'The lamp has come.' }).first()).toBeVisible();
	await hand.moveByHand(staff, 'Claim it done', 'done', (own) =>
		own.getByLabel('What was done').fill('It burns again.'),
	);

	// The follower has mail; the asker opens the words and says that it is not so.
	const told = () =>
		toReader()
			.map(({ text }) => text)
			.join('\n');
	await expect.poll(told).toContain('It burns again.');
	for (const said of ['We have seen it, too.', 'The lamp is not here yet.', 'The lamp has come.'])
		expect(told()).toContain(said);
	const phone = await hand.pageOf(browser, url);
	await hand.lookUp(phone, words);
	await expect(phone.getByText('It burns again.')).toBeVisible();
	await expect(phone.getByRole('link', { name: number })).toHaveAttribute('href', `/followups/${number}`);
	await hand.answer(phone, 'No, it is not fixed');
	await staff.reload({ waitUntil: 'networkidle' });
	await expect(staff.getByText('Opened again', { exact: true }).first()).toBeVisible();
	await hand.moveByHand(staff, 'Go on', 'in-progress');
	await hand.moveByHand(staff, 'Claim it done', 'done', (own) =>
		own.getByLabel('What was done').fill('Now the wiring is new, too.'),
	);
	await hand.lookUp(phone, words);
	await hand.answer(phone, 'Yes, it is fixed');

	// The whole way, in order, for everybody.
	const visitor = await hand.pageOf(browser, url);
	await visitor.goto(`/followups/${number}`, { waitUntil: 'networkidle' });
	await expect(visitor.locator('[data-journey] [data-step] strong')).toHaveText([
		'Asked in a hall',
		`Recorded as ${concern}`,
		'Put on the map',
		`Recorded as ${ofPin}`,
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
	// Its photo is there to be seen by everybody.
	const photos = visitor.locator('[data-journey] [data-step=update]').getByRole('img');
	await expect(photos).toHaveCount(1);
	expect(
		await photos.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth)),
	).toBeGreaterThan(1);
	// The moment it was on air; where there is a film, the film there.
	const [was] = await db
		.select({
			meetingId: meetings.id,
			live: meetings.wentLiveAt,
			onAir: questions.onAirAt,
			title: meetings.title,
		})
		.from(questions)
		.innerJoin(meetings, eq(meetings.id, questions.meetingId))
		.where(eq(meetings.slug, slug));
	const { meetingId, live, onAir, title } = was!;
	const second = Math.floor((onAir!.getTime() - live!.getTime()) / 1_000);
	const time = `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
	const moment = visitor.locator('[data-step=said]').first().getByRole('link');
	await expect(moment).toHaveText(`At ${time} of ${title}`);
	await expect(moment).toHaveAttribute('href', `/meetings/${slug}`);
	const film = { meetingId, startedAt: live!, seconds: 3_600, bytes: 1, keepUntil: inDays(90) };
	await db.insert(recordings).values({ ...film, state: 'ready' });
	await visitor.reload({ waitUntil: 'networkidle' });
	await expect(moment).toHaveAttribute('href', `/meetings/${slug}?at=${second}#recordings`);
	await expect(visitor.getByText('Residents: 0 fixed, 1 not fixed, 0 cannot tell')).toBeVisible();
	expect(await seriousFaults(visitor)).toEqual([]);
	expect(await visitor.content()).not.toContain(words);
	await visitor.goto(`/concerns/${concern}`);
	await expect(visitor.getByText('Confirmed by residents').first()).toBeVisible();
	await expect(visitor.getByText('The city has not reported back on this yet.')).toHaveCount(0);
	// On the staff's board it has its card before any script is there.
	const plain = await browser.newContext({ baseURL: url, javaScriptEnabled: false });
	await signIn(plain, url, db, sam);
	const board = await plain.newPage();
	await board.goto('/desk/followups');
	await expect(board.locator(`[data-column=verified] [data-card="${number}"]`)).toBeVisible();
	await plain.close();
	// Nobody is written to but accounts and addresses that were confirmed: whoever asked and voted anonymously is neither.
	const known = await db
		.select({ email: sql<string>`coalesce(${followers.email}, ${people.email})` })
		.from(people)
		.fullJoin(followers, eq(followers.personId, people.id));
	const addresses = mail.received.map(({ to }) => to![0]!.address!);
	expect(addresses.filter((one) => !known.some(({ email }) => email === one))).toEqual([]);
	for (const page of [follower, staff, phone, visitor]) await page.context().close();
	await city.stop();
	await mail.close();
});
