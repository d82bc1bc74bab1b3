// After a meeting, in a real browser: how was it?, what is kept how long, and what its page says when something is gone.
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { eq, sql } from 'drizzle-orm';
import { noteAttendance } from '#db/attendance.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { closeFeedback, giveFeedback } from '#db/feedback.ts';
import { pseudonymsIn } from '#db/identity.ts';
import { endMeeting } from '#db/meetings.ts';
import { askQuestion } from '#db/questions.ts';
import { removeDue } from '#db/retention.ts';
import { audit, meetings, recordings } from '#db/schema/index.ts';
import { ada, dana, guest, liveMeeting, maria, settle } from '#tests/cast.ts';
import { browserCookies, signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { expect, test as base } from './server.ts';

const config = testConfig();
const test = base.extend<object, { db: Database }>({
	db: [
		async ({ town }, use) => {
			const db = openDatabase(town.databaseUrl, 2);
			await settle(db);
			await use(db);
			await closeDatabase(db);
		},
		{ scope: 'worker' },
	],
});

const isAccessible = async (page: Page) =>
	expect(
		(await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
	).toEqual([]);
const fits = async (page: Page) =>
	expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
async function signIn(context: BrowserContext, db: Database, who: typeof dana, url: string): Promise<void> {
	await context.addCookies(browserCookies(await signedInBrowser(db, config, who), url));
}
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const later = (days: number) => new Date(Date.now() + days * 86_400_000);
const choose = (page: Page, question: string, answer: string) =>
	page.getByRole('group', { name: question }).getByRole('radio', { name: answer, exact: true }).check();

test('whoever leaves the hall is asked, changes the answer after the end, and reads the numbers at last', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db);
	const url = town.server.url;
	const phone = await browser.newContext({ baseURL: url, viewport: { width: 320, height: 700 } });
	const page = await phone.newPage();
	await page.goto(`/meetings/${slug}/hall`, { waitUntil: 'networkidle' });
	await page.getByRole('link', { name: 'Leave', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('How was it?');
	await isAccessible(page);
	await fits(page);
	await choose(page, 'Could you hear everything?', 'Mostly');
	// The visit is written a few seconds after leaving.
	await expect
		.poll(() =>
			db.$client
				.query('select from attendance where meeting_id = $1', [meetingId])
				.then((found) => found.rowCount),
		)
		.toBe(1);
	await page.getByRole('button', { name: 'Send' }).click();
	await expect(page.getByRole('status').filter({ hasText: 'Your answer is saved' })).toBeVisible();
	await endMeeting(db, dana, { meetingId });

	await page.goto(`/meetings/${slug}`);
	await expect(page.getByText('Thank you. Your answer is saved.')).toBeVisible();
	await isAccessible(page);
	await page.getByRole('link', { name: 'See or change my answer' }).click();
	await expect(
		page.getByRole('group', { name: 'Could you hear everything?' }).getByRole('radio', { name: 'Mostly' }),
	).toBeChecked();

	// Without JavaScript, by the same browser.
	const plain = await browser.newContext({
		...{ baseURL: url, javaScriptEnabled: false, locale: 'es', storageState: await phone.storageState() },
	});
	const quiet = await plain.newPage();
	await quiet.goto(`/meetings/${slug}/feedback`);
	await choose(quiet, '¿Fue claro?', 'Sí');
	await quiet.getByLabel('Con sus propias palabras').fill('The fan was loud.');
	await quiet.getByRole('button', { name: 'Cambiar mi respuesta' }).click();
	await expect(quiet.getByText('Gracias. Su respuesta está guardada.')).toBeVisible();

	// Nine more answer; then the time is over.
	const others = Array.from({ length: 9 }, (_, i) => guest(`other ${i}`));
	const visits = others.map((one) => [pseudonymsIn(meetingId, one, 'attend').guest!, 60] as const);
	await db.update(meetings).set({ state: 'live' }).where(eq(meetings.id, meetingId));
	await noteAttendance(db, meetingId, new Map(visits), 9);
	await db.update(meetings).set({ state: 'ended' }).where(eq(meetings.id, meetingId));
	for (const one of others) await giveFeedback(db, one, { meetingId, heard: 5, words: 'Good.' });
	await page.reload();
	await expect(page.getByText('9 people')).toHaveCount(0);
	await db
		.update(meetings)
		.set({ endedAt: daysAgo(16) })
		.where(eq(meetings.id, meetingId));
	await closeFeedback(db);

	await page.goto(`/meetings/${slug}`);
	await expect(page.getByText('10 people answered', { exact: true })).toBeVisible();
	await expect(page.getByRole('row', { name: /^Yes 9 90\s?%$/ })).toBeVisible();
	const bars = await page
		.locator('tbody svg rect')
		.evaluateAll((all) => all.map((bar) => Math.round(bar.getBoundingClientRect().width)));
	expect(bars[0]).toBeGreaterThan(bars[1]! * 5);
	expect(bars[1]).toBeGreaterThan(0);
	expect(bars.slice(2)).toEqual([0, 0, 0]);
	await expect(page.getByText('Fewer than 10 people answered, so nothing is shown.')).toHaveCount(2);
	await expect(page.getByText('The fan was loud.')).toHaveCount(0);
	await isAccessible(page);
	await fits(page);

	const desk = await browser.newContext({ baseURL: url });
	await signIn(desk, db, dana, url);
	const office = await desk.newPage();
	await office.goto(`/desk/meetings/${slug}`);
	await office.getByRole('link', { name: 'How was it?' }).click();
	await office.waitForLoadState('networkidle');
	await isAccessible(office);
	await office
		.getByRole('listitem')
		.filter({ hasText: 'The fan was loud.' })
		.getByRole('button', { name: 'Publish' })
		.click();
	await expect(
		office.getByRole('listitem').filter({ hasText: 'The fan was loud.' }).getByText('Published'),
	).toBeVisible();
	await page.goto(`/meetings/${slug}/report`);
	await expect(page.locator('[data-section=feedback]')).toContainText('The fan was loud.');
	await expect(page.locator('[data-section=feedback]')).toContainText('Yes: 9 · Mostly: 1');
	await isAccessible(page);
});

test('an admin sets fewer days only after reading whom it touches; a hold stops the removal', async ({
	browser,
	town,
	db,
}) => {
	const { id: meetingId, slug } = await liveMeeting(db);
	await askQuestion(db, maria, {
		meetingId,
		text: 'When is the light on Elm Street mended?',
		anonymous: true,
	});
	const [film] = await db
		.insert(recordings)
		.values({
			...{ meetingId, state: 'ready', seconds: 60, bytes: 10, startedAt: daysAgo(100) },
			keepUntil: later(265).toISOString().slice(0, 10),
		})
		.returning();
	await endMeeting(db, dana, { meetingId });
	await db
		.update(meetings)
		.set({ wentLiveAt: daysAgo(100), endedAt: daysAgo(99.9) })
		.where(eq(meetings.id, meetingId));
	const url = town.server.url;
	const context = await browser.newContext({ baseURL: url });
	await signIn(context, db, ada, url);
	const page = await context.newPage();
	await page.goto('/admin/people');
	await page.getByRole('link', { name: 'Retention' }).click();
	await page.waitForLoadState('networkidle');
	await isAccessible(page);
	await page.getByRole('spinbutton', { name: 'Recordings' }).fill('0');
	await page.getByRole('button', { name: 'Save: Recordings' }).click();
	expect(
		await page
			.getByRole('spinbutton', { name: 'Recordings' })
			.evaluate((field: HTMLInputElement) => field.validity.rangeUnderflow),
	).toBe(true);
	await page.getByRole('spinbutton', { name: 'Recordings' }).fill('90');
	await page.getByRole('button', { name: 'Save: Recordings' }).click();
	await expect(page.getByText(/lose.? this earlier than/)).toBeVisible();
	await isAccessible(page);
	// Not set yet.
	expect((await db.select().from(recordings).where(eq(recordings.id, film!.id)))[0]!.keepUntil).toBe(
		film!.keepUntil,
	);
	await page.getByLabel('I have read it, and this is meant').check();
	await page.getByRole('button', { name: 'Remove earlier' }).click();
	await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
	expect(await db.$count(audit, eq(audit.verb, 'retention:set'))).toBe(1);

	await page.getByLabel('Meeting', { exact: true }).selectOption(meetingId);
	await page.getByLabel('Reason, for the audit').fill('A court has asked for it.');
	await page.getByRole('button', { name: 'Stop the removal' }).click();
	await expect(page.getByText('A court has asked for it.')).toBeVisible();
	await isAccessible(page);
	await removeDue(db, later(2));
	const visitor = await (
		await browser.newContext({ baseURL: url, viewport: { width: 320, height: 700 } })
	).newPage();
	await visitor.goto(`/meetings/${slug}`);
	await expect(visitor.getByText('Recordings: kept until further notice', { exact: false })).toBeVisible();
	await page.getByRole('button', { name: /^Lift the hold/ }).click();
	await expect(page.getByText('There is no legal hold.')).toBeVisible();

	await removeDue(db, later(4_000));
	await visitor.goto(`/meetings/${slug}?at=30`);
	await expect(
		visitor.getByText('The moment you are looking for was in a recording that is gone.'),
	).toBeVisible();
	await expect(visitor.getByText(/^The recording was kept until .* and has been removed\.$/)).toBeVisible();
	await expect(visitor.getByText('The words of this question have been removed.').first()).toBeVisible();
	await expect(visitor.getByText('Elm Street mended')).toHaveCount(0);
	await isAccessible(visitor);
	await fits(visitor);
	await visitor.goto(`/meetings/${slug}/report`);
	await expect(
		visitor.getByRole('heading', { name: 'The words of this question have been removed.' }),
	).toBeVisible();
	await isAccessible(visitor);
	await visitor.getByRole('link', { name: 'What is kept how long' }).first().click();
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('What is kept how long');
	await isAccessible(visitor);
	await fits(visitor);
	await visitor.getByRole('banner').getByRole('button', { name: 'Español' }).click();
	await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('Qué se guarda y cuánto tiempo');
	await visitor.goto(`/meetings/${slug}`);
	await expect(visitor.getByText('Se ha borrado el texto de esta pregunta.').first()).toBeVisible();
	await db.execute(sql`delete from retention_days`);
});
