// The report of an evening: people say where they come from, everybody reads and prints it, a moderator sends it once, a reader ends that.
import { desc, eq } from 'drizzle-orm';
import { extractText, getDocumentProxy } from 'unpdf';
import { ownArea } from '#db/attendance.ts';
import { areas, mails, registrations } from '#db/schema/index.ts';
import { dana, liveMeeting, maria } from '#tests/cast.ts';
import { fullEvening } from '#tests/fullEvening.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';

test('who wants to says where they come from, on a phone and by the keyboard', async ({
	page,
	context,
	town,
	db,
}) => {
	const { id, slug } = await liveMeeting(db);
	const shape = { type: 'Polygon' as const, coordinates: [] };
	const [area] = await db.insert(areas).values({ name: 'West End', shape }).returning();
	await signIn(context, town.server.url, db, maria);
	await page.setViewportSize({ width: 320, height: 700 });
	await page.goto(`/meetings/${slug}/hall?panel=about`);
	const opened = context.waitForEvent('page');
	await page.getByRole('link', { name: 'Say which part of the city you come from' }).click();
	const asked = await opened;
	await asked.waitForLoadState('networkidle');
	await asked.setViewportSize({ width: 320, height: 700 });
	await expect(asked.getByRole('heading', { level: 1 })).toHaveText('Where do you come from?');
	await asked.getByLabel('Part of the city').selectOption('West End');
	await asked.getByRole('button', { name: 'Save' }).focus();
	await asked.keyboard.press('Enter');
	await expect(asked.getByText('Saved. Thank you.')).toBeVisible();
	expect(await ownArea(db, maria, id)).toBe(area!.id);
	expect(await seriousFaults(asked)).toEqual([]);
	expect(await asked.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
	await asked.reload();
	await expect(asked.getByLabel('Part of the city')).toHaveValue(area!.id);
});

test('polls and who came are read on the page, at any width, and on paper', async ({ page, db }) => {
	const { slug } = await fullEvening(db);
	await page.goto(`/meetings/${slug}/report`);
	const polls = page.locator('[data-section=polls]');
	await expect(polls.getByRole('listitem').filter({ hasText: 'Which street first?' }).first()).toContainText(
		'Round 2: “Elm” has more than half of the ballots that still count, and wins.',
	);
	await expect(polls.getByRole('row', { name: /^Ash/ })).toContainText('1');
	await expect(page.locator('[data-section=areas]').getByRole('row')).toHaveText([
		/Part of the city/,
		/Elm Park\s*13/,
		/Lake Side\s*11/,
		/Elsewhere, or not said\s*11/,
	]);
	expect(await seriousFaults(page)).toEqual([]);
	const file = await page.request.get(
		(await polls.getByRole('link', { name: 'As data (JSON)' }).first().getAttribute('href'))!,
	);
	expect(await file.json()).toMatchObject({ number: 1, voted: 4, result: { votes: [3, 1, 0] } });
	await page.setViewportSize({ width: 320, height: 700 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

	// As a browser prints it: every part, every address in words, nothing that would have to be pressed.
	const bytes = await page.pdf({ format: 'Letter', tagged: true, outline: true });
	const pdf = await getDocumentProxy(new Uint8Array(bytes));
	const { text } = await extractText(pdf, { mergePages: true });
	const printed = text.replace(/\s+/g, ' ');
	for (const words of [
		'Where they came from',
		'Which street first?',
		'Round 2',
		`/meetings/${slug}/polls/1.csv`,
	])
		expect(printed).toContain(words);
	for (const words of ['Report as a PDF', 'To the meeting']) expect(printed).not.toContain(words);
	const { width } = (await pdf.getPage(1)).getViewport({ scale: 1 });
	const wide = await Promise.all(
		Array.from({ length: pdf.numPages }, async (_, n) => {
			const { items } = await (await pdf.getPage(n + 1)).getTextContent();
			return items.filter(
				(item) => 'str' in item && item.str.trim() && item.transform[4] + item.width > width,
			).length;
		}),
	);
	expect(wide).toEqual(wide.map(() => 0));
});

test('a moderator sends it once, having been told how many letters it is; one who gets it ends that', async ({
	page,
	context,
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await fullEvening(db);
	const people = ['one', 'two'].map((name) => `${name}-${meetingId.slice(0, 8)}@example.org`);
	for (const email of people)
		await db
			.insert(registrations)
			.values({ meetingId, email, locale: 'es', way: 'online', state: 'confirmed' });
	await signIn(context, town.server.url, db, dana);
	await page.goto(`/desk/meetings/${slug}/report`);
	await expect(page.getByText('It will be 2 letters. They cannot be taken back.')).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	await page.getByRole('button', { name: 'Send the report' }).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByText('The report was sent to 2 people.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Send the report' })).toHaveCount(0);

	// The letter is written by the job, in its reader's language.
	const letterTo = async (email: string) =>
		(await db.select().from(mails).where(eq(mails.recipient, email)).orderBy(desc(mails.writtenAt)))[0];
	await expect
		.poll(async () => (await letterTo(people[1]!))?.subject)
		.toBe('Informe: Town hall on Elm Street');
	const mail = await letterTo(people[0]!);
	expect(mail!.text).toContain(`/meetings/${slug}/report.pdf`);
	expect(mail!.text).toContain('Preguntas publicadas: 3');
	const { pathname, search } = new URL(mail!.unsubscribe!);

	// Anybody's mail program: one post from nowhere. Two of them are one.
	const post = (query: string) =>
		fetch(`${town.server.url}${pathname}${query}`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
	expect([(await post(search)).status, (await post(search)).status, (await post('?token=x')).status]).toEqual(
		[200, 200, 410],
	);
	const visitor = await (await browser.newContext({ baseURL: town.server.url })).newPage();
	await visitor.goto(pathname + new URL((await letterTo(people[1]!))!.unsubscribe!).search);
	await visitor.getByRole('button', { name: 'End these letters' }).click();
	await expect(visitor.getByText('Done. No more reports will come.')).toBeVisible();
	expect(await seriousFaults(visitor)).toEqual([]);
	const next = await fullEvening(db);
	for (const email of people)
		await db
			.insert(registrations)
			.values({ meetingId: next.id, email, locale: 'en', way: 'online', state: 'confirmed' });
	await page.goto(`/desk/meetings/${next.slug}/report`);
	await expect(page.getByText('Nobody would get it')).toBeVisible();
});
