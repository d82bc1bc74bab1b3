// Following in a real browser: by e-mail from the question to the last letter, with an account, without JavaScript, by keyboard.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { desc, eq } from 'drizzle-orm';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { work } from '#db/command.ts';
import { tell } from '#db/news.ts';
import { areas, concerns, followers, follows, mails } from '#db/schema/index.ts';
import { system } from '#domain/people.ts';
import { maria, settle } from '#tests/cast.ts';
import { concernOf, move, proposed } from '#tests/promises.ts';
import { browserCookies, signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { expect, test as base } from './server.ts';

const config = testConfig();
const test = base.extend<object, { db: Database; number: string }>({
	db: [
		async ({ town }, use) => {
			const db = openDatabase(town.databaseUrl, 2);
			await settle(db);
			await use(db);
			await closeDatabase(db);
		},
		{ scope: 'worker' },
	],
	number: [async ({ db }, use) => use((await concernOf(db)).number), { scope: 'worker' }],
});

async function tellOf(db: Database, number: string, text: string): Promise<void> {
	const [concern] = await db.select().from(concerns).where(eq(concerns.number, number));
	await work(db, system, (the) =>
		tell(the, {
			kind: 'concern-moved',
			concern: concern!,
			detail: { from: 'published', to: 'accepted', text },
		}),
	);
}

const lettersTo = (db: Database, email: string) =>
	db.select().from(mails).where(eq(mails.recipient, email)).orderBy(desc(mails.writtenAt));

/** A path in the newest letter to an address. */
async function linkTo(db: Database, email: string, page: string): Promise<string> {
	const [letter] = await lettersTo(db, email);
	const link = new URL(new RegExp(`http\\S+/following/${page}\\?\\S+`).exec(letter!.text)![0]);
	return link.pathname + link.search;
}

const isAccessible = async (page: Page) =>
	expect(
		(await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
	).toEqual([]);

test('somebody without an account follows a concern by e-mail, hears of it, and ends it with one click', async ({
	page,
	db,
	number,
}) => {
	const email = 'bea@example.org';
	await page.goto(`/concerns/${number}`);
	const box = page.getByRole('region', { name: 'Hear what becomes of it' });
	await box.getByRole('button', { name: 'Follow' }).click();
	await expect(box.getByLabel('E-mail address')).toBeFocused();
	await box.getByLabel('E-mail address').fill(email);
	await box.getByRole('button', { name: 'Follow' }).click();
	await expect(box.getByRole('status')).toContainText(email);
	await isAccessible(page);

	// Opening the link confirms nothing: the button does.
	await page.goto(await linkTo(db, email, 'confirm'));
	const read = async () => (await db.select().from(followers).where(eq(followers.email, email)))[0];
	expect((await read())?.confirmedAt).toBeNull();
	await isAccessible(page);
	await page.getByLabel('At once').check();
	await page.getByRole('button', { name: 'Yes, write to me' }).click();
	await expect(page.getByText('Done: you will hear of it.')).toBeVisible();
	expect(await read()).toMatchObject({ period: 'at-once', personId: null });

	await tellOf(db, number, 'The lamp is ordered.');
	await expect.poll(async () => (await lettersTo(db, email)).length).toBe(2);
	const [letter] = await lettersTo(db, email);
	expect(letter).toMatchObject({ subject: 'Lindenfeld: 1 piece of news for you' });
	for (const words of [
		number,
		'Was: Recorded. Now: Accepted.',
		'“The lamp is ordered.”',
		`/concerns/${number}`,
	])
		expect(letter!.text).toContain(words);
	expect(letter!.text).toContain(`because you follow: ${number}`);

	await page.goto(await linkTo(db, email, 'stop'));
	await isAccessible(page);
	await page.getByRole('button', { name: 'Send me no more letters' }).click();
	await expect(page.getByText('No more letters will come.')).toBeVisible();
	expect(await read()).toBeUndefined();
});

test('whoever is signed in follows by one press, reads what is new, and stops following', async ({
	page,
	db,
	number,
	town,
}) => {
	await page.context().addCookies(browserCookies(await signedInBrowser(db, config, maria), town.server.url));
	await page.goto(`/concerns/${number}`);
	const box = page.getByRole('region', { name: 'Hear what becomes of it' });
	await box.getByRole('button', { name: 'Follow' }).click();
	await expect(box.getByText('You follow this.')).toBeVisible();
	await tellOf(db, number, 'Somebody was there.');
	await page.reload();
	const bell = page.getByRole('banner').getByRole('link', { name: 'Following' });
	await expect(bell).toContainText('1 piece of news');
	await bell.click();
	await expect(page.getByRole('listitem').filter({ hasText: 'Somebody was there.' })).toContainText('New');
	await expect(bell).not.toContainText('news');
	await isAccessible(page);
	await page.getByLabel('Once a week, on Monday morning').check();
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.getByRole('button', { name: `Stop following ${number}` }).click();
	await expect(page.getByText('You follow nothing yet')).toBeVisible();
	await page.reload();
	await expect(page.getByLabel('Once a week, on Monday morning')).toBeChecked();
	await expect(page.getByText('New', { exact: true })).toHaveCount(0);
});

/** An area, and a promise in it. */
async function areaWithPromise(db: Database, name: string): Promise<{ area: string; followup: string }> {
	const shape = { type: 'Polygon' as const, coordinates: [] };
	const [area] = await db.insert(areas).values({ name, shape }).returning();
	return { area: area!.id, followup: await proposed(db, [], { areaId: area!.id }) };
}

test('whoever chooses an area in the list of promises follows all of it by one press, and stops on the page of what they follow', async ({
	page,
	db,
	town,
}) => {
	const { area, followup } = await areaWithPromise(db, 'Westside');
	await page.context().addCookies(browserCookies(await signedInBrowser(db, config, maria), town.server.url));
	await page.goto('/followups', { waitUntil: 'networkidle' });
	await expect(page.getByText('Follow everything in')).toHaveCount(0);
	await page.getByText('Choose what is shown').click();
	await page.getByLabel('Area').selectOption('Westside');
	await page.getByLabel('State').selectOption('Proposed');
	await page.getByRole('button', { name: 'Show these' }).click();
	await page.getByText('Follow everything in Westside').click();
	const box = page.getByRole('region', { name: 'Hear what happens in Westside' });
	await isAccessible(page);
	await box.getByRole('button', { name: 'Follow', exact: true }).click();
	await expect(box.getByText('You follow this.')).toBeVisible();
	await expect(page.getByText('You follow everything in Westside')).toBeVisible();
	await isAccessible(page);
	await move(db, followup, 'committed');
	await page.goto('/following', { waitUntil: 'networkidle' });
	await expect(page.getByRole('listitem').filter({ hasText: followup })).toContainText('Now: Promised.');
	await page.getByRole('link', { name: 'Area: Westside' }).click();
	await page.waitForURL(`**/followups?area=${area}`);
	await expect(page.getByText('You follow everything in Westside')).toBeVisible();
	await page.goto('/following', { waitUntil: 'networkidle' });
	await page.getByRole('button', { name: 'Stop following Area: Westside' }).click();
	await expect(page.getByRole('link', { name: 'Area: Westside' })).toHaveCount(0);
	expect(await db.$count(follows, eq(follows.subject, area))).toBe(0);
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false, locale: 'es-MX' });
	test('all of it works with forms alone, and the letter is in Spanish', async ({ page, db, number }) => {
		const email = 'eva@example.org';
		await page.goto('/following');
		await expect(page.getByRole('heading', { name: 'Dos maneras de seguir' })).toBeVisible();
		await page.goto(`/concerns/${number}`);
		await page.getByLabel('Correo').fill(email);
		await page.getByRole('button', { name: 'Seguir', exact: true }).click();
		await expect(page.getByText('Hemos enviado una carta')).toBeVisible();
		await page.goto(await linkTo(db, email, 'confirm'));
		await page.getByLabel('Enseguida').check();
		await page.getByRole('button', { name: 'Sí, escríbanme' }).click();
		await expect(page.getByText('Listo')).toBeVisible();
		await tellOf(db, number, 'Gracias.');
		await expect.poll(async () => (await lettersTo(db, email)).length).toBe(2);
		expect((await lettersTo(db, email))[0]!.subject).toBe('Lindenfeld: 1 novedad para usted');
		await page.goto(await linkTo(db, email, 'stop'));
		await page.getByRole('button', { name: `Dejar de seguir ${number}` }).click();
		await expect(page.getByRole('button', { name: `Dejar de seguir ${number}` })).toHaveCount(0);
		expect(await db.$count(followers, eq(followers.email, email))).toBe(1);
		await page.getByRole('button', { name: 'No me envíen más cartas' }).click();
		await expect(page.getByText('Ya no llegarán cartas.')).toBeVisible();
		await page.goto('/following/confirm?token=nonsense');
		await page.getByRole('button', { name: 'Sí, escríbanme' }).click();
		await expect(page.getByText('Este enlace ya se usó')).toBeVisible();
	});

	test('an area is followed by e-mail, what else was chosen stays, and the letter names it', async ({
		page,
		db,
	}) => {
		const email = 'oeste@example.org';
		const { area, followup } = await areaWithPromise(db, 'Barrio Oeste');
		await page.goto(`/followups?area=${area}&state=proposed`);
		await page.getByText('Seguir todo en Barrio Oeste').click();
		await page.getByLabel('Correo').fill(email);
		await page.getByRole('button', { name: 'Seguir', exact: true }).click();
		await expect(page.getByText('Hemos enviado una carta')).toBeVisible();
		await expect(page.getByLabel('Zona')).toHaveValue(area);
		await expect(page.getByLabel('Estado')).toHaveValue('proposed');
		expect((await lettersTo(db, email))[0]!.subject).toContain('Barrio Oeste');
		await page.goto(await linkTo(db, email, 'confirm'));
		await expect(page.getByText('Zona: Barrio Oeste')).toBeVisible();
		await page.getByLabel('Enseguida').check();
		await page.getByRole('button', { name: 'Sí, escríbanme' }).click();
		await expect(page.getByText('Listo')).toBeVisible();
		await move(db, followup, 'committed');
		await expect.poll(async () => (await lettersTo(db, email)).length).toBe(2);
		const [letter] = await lettersTo(db, email);
		expect(letter!.text).toContain(followup);
		expect(letter!.text).toMatch(/sigue.*Barrio Oeste/);
		await page.goto(await linkTo(db, email, 'stop'));
		await page.getByRole('button', { name: 'Dejar de seguir Zona: Barrio Oeste' }).click();
		await expect(page.getByRole('button', { name: 'Dejar de seguir Zona: Barrio Oeste' })).toHaveCount(0);
		expect(await db.$count(follows, eq(follows.subject, area))).toBe(0);
	});
});
