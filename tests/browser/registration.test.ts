// Registering in a real browser: opened at the desk, a place by e-mail, the waiting list, an offer, a cancelled place; without script, too.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { and, desc, eq, sql } from 'drizzle-orm';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, publishMeeting } from '#db/meetings.ts';
import { setRegistration } from '#db/registrations.ts';
import { mails, meetings, registrations } from '#db/schema/index.ts';
import { anEvening, dana, settle } from '#tests/cast.ts';
import { browserCookies, signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { expect, test as base } from './server.ts';

const config = testConfig();
const test = base.extend<{ slug: string }, { db: Database }>({
	db: [
		async ({ town }, use) => {
			const db = openDatabase(town.databaseUrl, 2);
			await settle(db);
			await use(db);
			await closeDatabase(db);
		},
		{ scope: 'worker' },
	],
	slug: async ({ db }, use) => {
		const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
		const { id, slug } = await createMeeting(db, dana, {
			...{ ...anEvening, placeKind: 'hybrid', place: 'Lincoln School' },
			...{ startsAtLocal: `${soon}T18:30`, endsAtLocal: `${soon}T20:00` },
		});
		await publishMeeting(db, dana, { meetingId: id });
		await use(slug);
	},
});

const isAccessible = async (page: Page) =>
	expect(
		(await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
	).toEqual([]);

/** The page where somebody changes their registration: the link of their newest letter, once it is written. */
async function ownPage(db: Database, email: string, subject: RegExp): Promise<string> {
	const newest = async () => {
		const [mail] = await db
			.select()
			.from(mails)
			.where(eq(mails.recipient, email))
			.orderBy(desc(mails.writtenAt))
			.limit(1);
		return mail;
	};
	await expect.poll(async () => (await newest())?.subject ?? '').toMatch(subject);
	const link = new URL(/https?:\S+\/registration\?\S+/.exec((await newest())!.text)![0]);
	return link.pathname + link.search;
}

async function openAtDesk(page: Page, slug: string, places: number): Promise<void> {
	await page.goto(`/desk/meetings/${slug}`);
	await page.getByRole('link', { name: 'Registration' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Registration');
	await page.waitForLoadState('networkidle');
	await page.getByLabel('Residents can register').check();
	await page.getByLabel('Places in the room').fill(String(places));
	await page.getByLabel('Child care').check();
	await page.getByRole('button', { name: 'Save registration' }).click();
	await expect(page.getByText('Saved', { exact: false }).first()).toBeAttached();
}

async function register(page: Page, slug: string, email: string): Promise<void> {
	await page.goto(`/meetings/${slug}/register`, { waitUntil: 'networkidle' });
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('In the room').check();
	await page.getByRole('button', { name: 'Register' }).click();
	await expect(page.getByRole('status').filter({ hasText: email })).toBeVisible();
}

test('one place for two: the second waits, is offered it when the first gives it back, and takes it', async ({
	browser,
	town,
	db,
	slug,
}) => {
	const url = town.server.url;
	const desk = await (await browser.newContext({ baseURL: url })).newPage();
	await desk.context().addCookies(browserCookies(await signedInBrowser(db, config, dana), url));
	await openAtDesk(desk, slug, 1);
	await isAccessible(desk);

	const phone = await (
		await browser.newContext({ baseURL: url, viewport: { width: 390, height: 844 } })
	).newPage();
	await phone.goto(`/meetings/${slug}`);
	await expect(phone.getByText('1 place is free in the room.')).toBeVisible();
	await isAccessible(phone);
	await phone.getByRole('link', { name: 'Register' }).click();
	await phone.waitForURL('**/register');
	await phone.waitForLoadState('networkidle');
	await isAccessible(phone);
	await register(phone, slug, 'ann@example.org');
	await register(phone, slug, 'bea@example.org');
	await phone.goto(`/meetings/${slug}`);
	await expect(phone.getByText('1 person waits for a place.')).toBeVisible();

	await phone.goto(await ownPage(db, 'bea@example.org', /waiting list/));
	await expect(phone.getByRole('status').first()).toHaveText('You wait for a place');
	await expect(phone.getByText('You are number 1 of those who wait.', { exact: false })).toBeVisible();
	await isAccessible(phone);

	// Opening the link changes nothing; the button does.
	await phone.goto(await ownPage(db, 'ann@example.org', /You are registered/), { waitUntil: 'networkidle' });
	await phone.getByRole('button', { name: 'Cancel my registration' }).click();
	await expect(phone.getByRole('status').first()).toHaveText('Cancelled');

	await phone.goto(await ownPage(db, 'bea@example.org', /A place has come free/), {
		waitUntil: 'networkidle',
	});
	await isAccessible(phone);
	await phone.getByRole('button', { name: 'Take the place' }).click();
	await expect(phone.getByRole('status').first()).toHaveText('You are registered');

	await desk.reload();
	await expect(desk.getByText('1 in the room, 0 online, 0 waiting')).toBeVisible();
	await isAccessible(desk);
	const [row] = await db
		.select()
		.from(registrations)
		.where(and(eq(registrations.email, 'bea@example.org')));
	expect(row?.state).toBe('confirmed');
	for (const page of [desk, phone]) await page.context().close();
});

test('without script, in Spanish, by keyboard; and a link that is none of ours is no page', async ({
	browser,
	town,
	db,
	slug,
}) => {
	const url = town.server.url;
	const desk = await (await browser.newContext({ baseURL: url })).newPage();
	await desk.context().addCookies(browserCookies(await signedInBrowser(db, config, dana), url));
	await openAtDesk(desk, slug, 3);
	await desk.context().close();
	const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false, locale: 'es-US' });
	const page = await context.newPage();
	await page.goto(`/meetings/${slug}/register`);
	await page.getByLabel('Niños que cuidar mientras tanto').fill('2');
	await page.getByLabel('Correo electrónico').focus();
	await page.keyboard.type('cleo@example.org');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('status').filter({ hasText: 'cleo@example.org' })).toBeVisible();
	const own = await ownPage(db, 'cleo@example.org', /Está inscrito/);
	await page.goto(own);
	await page.getByRole('button', { name: 'Cancelar mi inscripción' }).click();
	await expect(page.getByRole('heading', { level: 2 })).toHaveText('Cancelada');
	expect((await page.goto(`/meetings/${slug}/registration?token=e30.nonsense`))?.status()).toBe(410);
	await context.close();
});

test('a school whose classes register at once is one address: its seventieth is as welcome as its first', async ({
	browser,
	town,
	db,
	slug,
}) => {
	const [{ id: meetingId } = { id: '' }] = await db.select().from(meetings).where(eq(meetings.slug, slug));
	await setRegistration(db, dana, { meetingId, isOpen: true, places: 50, asks: [], reminders: [] });
	const context = await browser.newContext({ baseURL: town.server.url });
	for (let pupil = 1; pupil <= 70; pupil++) {
		const answer = await context.request.post(`/meetings/${slug}/register?/register`, {
			headers: { origin: town.server.url },
			form: { email: `pupil${pupil}@example.org`, way: 'room' },
		});
		expect([pupil, answer.status()]).toEqual([pupil, 200]);
	}
	const isOfMeeting = eq(registrations.meetingId, meetingId);
	expect(await db.$count(registrations, and(isOfMeeting, eq(registrations.state, 'confirmed')))).toBe(50);
	expect(await db.$count(registrations, and(isOfMeeting, eq(registrations.state, 'waiting')))).toBe(20);
	await context.close();
});

test('of a meeting that is called off, or over, nothing is promised any more and nothing can be taken', async ({
	page,
	db,
	slug,
}) => {
	const [{ id: meetingId } = { id: '' }] = await db.select().from(meetings).where(eq(meetings.slug, slug));
	await setRegistration(db, dana, { meetingId, isOpen: true, places: 1, asks: [], reminders: [] });
	await register(page, slug, 'ann@example.org');
	await page.goto(await ownPage(db, 'ann@example.org', /You are registered/));
	await expect(page.getByText('We keep a place in the room for you.')).toBeVisible();

	await db
		.update(meetings)
		.set({ endsAt: sql`now()`, startsAt: sql`now() - interval '1 hour'` })
		.where(eq(meetings.id, meetingId));
	await page.reload();
	await expect(page.getByText('This meeting is over: nothing is kept for you any more.')).toBeVisible();
	await expect(page.getByText('We keep a place in the room for you.')).toHaveCount(0);
	await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);

	await cancelMeeting(db, dana, { meetingId, reason: 'Snow' });
	await page.reload();
	await expect(page.getByText('This meeting is cancelled: Snow')).toBeVisible();
	await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
	await isAccessible(page);
});
