// People in a real browser: signing in, the account, invitations, roles; by mouse, by keyboard, without JavaScript, and by force.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { desc, eq } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { makeFirstAdmin } from '#db/people.ts';
import { mails, people, personRoles, sessions } from '#db/schema/index.ts';
import { ada, dana, maria, settle, sam } from '#tests/cast.ts';
import { browserCookies, signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { expect, test as base } from './server.ts';

const config = testConfig();
const test = base.extend<{ signInAs: (who: typeof ada, page: Page) => Promise<void> }, { db: Database }>({
	db: [
		async ({ town }, use) => {
			const db = openDatabase(town.databaseUrl, 2);
			await settle(db);
			await use(db);
			await closeDatabase(db);
		},
		{ scope: 'worker' },
	],
	signInAs: async ({ db, town }, use) => {
		await use(async (who, page) => {
			await page
				.context()
				.addCookies(browserCookies(await signedInBrowser(db, config, who), town.server.url));
		});
	},
});

const password = 'four words in a row';

/** The path of the newest link that was mailed to an address. */
async function linkFor(db: Database, email: string): Promise<string> {
	await expect.poll(() => db.select().from(mails).where(eq(mails.recipient, email))).not.toEqual([]);
	const [mail] = await db
		.select()
		.from(mails)
		.where(eq(mails.recipient, email))
		.orderBy(desc(mails.writtenAt))
		.limit(1);
	const link = new URL(/https?:\S+/.exec(mail!.text)![0]);
	return link.pathname + link.search;
}

async function askForLink(page: Page, email: string, next = '') {
	await page.goto(`/sign-in${next}`);
	const byLink = page.getByRole('region', { name: 'With a link by e-mail' });
	await byLink.getByLabel('E-mail address').fill(email);
	await byLink.getByRole('button', { name: 'Send me a link' }).click();
	await expect(page.getByRole('status').filter({ hasText: email })).toBeVisible();
}

async function signInByPassword(page: Page, email: string, word = password, next = '') {
	await page.goto(`/sign-in${next}`);
	const byPassword = page.getByRole('region', { name: 'With a password' });
	await byPassword.getByLabel('E-mail address').fill(email);
	await byPassword.getByLabel('Password').fill(word);
	await byPassword.getByRole('button', { name: 'Sign in' }).click();
}

/** Goes through the set-up on the page and gives back the app's codes. */
async function setUpSecondFactor(page: Page) {
	await page.getByRole('button', { name: 'Set up the second step' }).click();
	const key = await page.locator('code').first().innerText();
	const secret = Secret.fromBase32(key.replaceAll(' ', ''));
	const code = (timestamp: number) => new TOTP({ secret }).generate({ timestamp });
	await page.getByLabel('Code from the app').fill('000000');
	await page.getByRole('button', { name: 'Turn on the second step' }).click();
	await expect(page.getByText('That code is not right')).toBeVisible();
	// The present one, and for the next time the one to come: a half minute that ends on the way does no harm to either.
	const used = code(Date.now());
	await page.getByLabel('Code from the app').fill(used);
	await page.getByRole('button', { name: 'Turn on the second step' }).click();
	await expect(page.getByText('Second step is on')).toBeVisible();
	return { used, unused: () => code(Date.now() + 30_000) };
}

test('a resident signs in with a link, gives a name and a password, and comes back with the password', async ({
	page,
	db,
}) => {
	await askForLink(page, 'rosa@example.org');
	const link = await linkFor(db, 'rosa@example.org');
	await page.goto(link);
	// Opening the link changes nothing: a mail program that looks at it first does not use it up.
	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
	await page.getByLabel('Your name').fill('Rosa Ruiz');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(page.getByRole('link', { name: 'Rosa Ruiz' })).toBeVisible();
	await page.getByLabel('New password').fill(password);
	await page.getByRole('button', { name: 'Set the password' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();
	await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
	await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
	await signInByPassword(page, 'rosa@example.org');
	await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();

	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('main').getByRole('alert')).toContainText('used before or is too old');
});

test('the same without JavaScript, in Spanish', async ({ browser, town, db }) => {
	const context = await browser.newContext({
		javaScriptEnabled: false,
		locale: 'es-MX',
		baseURL: town.server.url,
	});
	const page = await context.newPage();
	await page.goto('/sign-in');
	await page.getByLabel('Correo electrónico').first().fill('ramon@example.org');
	await page.getByRole('button', { name: 'Envíenme un enlace' }).click();
	await expect(page.getByText('Mire su correo')).toBeVisible();
	const [mail] = await db.select().from(mails).where(eq(mails.recipient, 'ramon@example.org'));
	expect(mail!.subject).toContain('Su enlace para entrar');
	await page.goto(await linkFor(db, 'ramon@example.org'));
	await page.getByRole('button', { name: 'Entrar', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Su cuenta' })).toBeVisible();
	// The browser's own check is switched off, to see the server's: the name stays, the password does not.
	await page
		.getByLabel('Contraseña nueva')
		.evaluate((field) => field.closest('form')?.setAttribute('novalidate', ''));
	await page.getByLabel('Contraseña nueva').fill('corta');
	await page.getByRole('button', { name: 'Poner la contraseña' }).click();
	await expect(page.getByText('Una contraseña tiene al menos 10 caracteres.')).toBeVisible();
	await expect(page.getByLabel('Contraseña nueva')).toHaveValue('');
	await page.getByRole('button', { name: 'Salir en todas partes' }).click();
	await expect(page.getByRole('link', { name: 'Entrar' })).toBeVisible();
	await context.close();
});

test('a wrong password and an unknown address are answered alike', async ({ page, db }) => {
	await db
		.insert(people)
		.values({ id: 'known', name: 'Known', email: 'known@example.org', emailVerified: true })
		.onConflictDoNothing();
	const answers: string[] = [];
	for (const email of ['known@example.org', 'unknown@example.org']) {
		await signInByPassword(page, email, 'not the password');
		answers.push(await page.getByRole('main').getByRole('alert').innerText());
		await askForLink(page, email);
		answers.push((await page.getByRole('status').filter({ hasText: email }).innerText()).replace(email, '…'));
	}
	expect(answers.slice(0, 2)).toEqual(answers.slice(2));
});

test('who guesses passwords is stopped, and the person is not locked out of the link', async ({
	page,
	town,
}) => {
	const guess = async (word: string) => {
		const form = { email: 'guessed@example.org', password: word };
		const answer = await page.request.post('/sign-in?/password', {
			form,
			headers: { origin: town.server.url, accept: 'text/html' },
		});
		return answer.status();
	};
	for (let tries = 0; tries < 10; tries++) expect(await guess(`guess ${tries}`)).toBe(401);
	expect(await guess('one too many')).toBe(429);
	await askForLink(page, 'guessed@example.org');
});

for (const [next, where] of [
	['/account/second-factor', '/account/second-factor'],
	['//evil.example', '/'],
	['/\\evil.example', '/'],
	['https://evil.example/account', '/'],
	['/\t/evil.example', '/'],
] as const)
	test(`after signing in one is on our site (next=${JSON.stringify(next)})`, async ({ page, db, town }) => {
		await askForLink(page, 'nextly@example.org', `?next=${encodeURIComponent(next)}`);
		await db.delete(mails).where(eq(mails.recipient, 'somebody-else@example.org'));
		await page.goto(await linkFor(db, 'nextly@example.org'));
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
		expect(page.url()).toBe(town.server.url + where);
	});

test('staff are invited, set up the second step, and only then have their role', async ({
	page,
	browser,
	town,
	db,
	signInAs,
}) => {
	test.slow();
	await signInAs(ada, page);
	await page.goto('/admin/people');
	const form = page.getByRole('region', { name: 'Invite somebody' });
	await form.getByLabel('E-mail address').fill('ivan@example.org');
	await form.getByRole('button', { name: 'Send the invitation' }).click();
	await expect(page.getByText('Choose at least one role.')).toBeVisible();
	await form.getByLabel('Moderator').check();
	await form.getByRole('button', { name: 'Send the invitation' }).click();
	await expect(page.getByText('The invitation is on its way.')).toBeVisible();
	await expect(page.getByRole('region', { name: 'Open invitations' })).toContainText('ivan@example.org');

	const context = await browser.newContext({ baseURL: town.server.url });
	const his = await context.newPage();
	await his.goto(await linkFor(db, 'ivan@example.org'));
	await his.getByLabel('Your name').fill('Ivan Ilic');
	await his.getByLabel('New password').fill(password);
	await his.getByRole('button', { name: 'Accept the invitation' }).click();
	await expect(his.getByRole('heading', { name: 'Second step' })).toBeVisible();
	await his.goto('/desk/meetings');
	await expect(his.getByText('Your roles are waiting')).toBeVisible();
	await his.goto('/account');
	await expect(his.getByText('Your roles are waiting')).toBeVisible();
	await his.getByRole('link', { name: 'Set up the second step' }).first().click();
	await his.getByLabel('Present password').fill(password);
	const codes = await setUpSecondFactor(his);
	await his.goto('/account');
	await expect(his.getByRole('list', { name: 'Your roles' })).toContainText('Moderator');

	await his.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
	await signInByPassword(his, 'ivan@example.org');
	await expect(his.getByRole('heading', { name: 'Second step' })).toBeVisible();
	await his.getByLabel('Code').fill(codes.used);
	await his.getByRole('button', { name: 'Sign in' }).click();
	await expect(his.getByText('used before')).toBeVisible();
	await his.getByLabel('Code').fill(codes.unused());
	await his.getByRole('button', { name: 'Sign in' }).click();
	await expect(his.getByRole('list', { name: 'Your roles' })).toContainText('Moderator');

	// The admin takes the role away: it is gone with the next thing he does.
	await page.goto('/admin/people?search=ivan');
	await page.getByRole('button', { name: /Take away Moderator.*Ivan Ilic/ }).click();
	await expect(page.getByText('The role is taken away.')).toBeVisible();
	await his.reload();
	await expect(his.getByRole('list', { name: 'Your roles' })).toHaveCount(0);
	await page.goto('/admin/people?search=ivan');
	await page.getByRole('button', { name: /Sign out everywhere.*Ivan Ilic/ }).click();
	await expect(page.getByText('signed out everywhere')).toBeVisible();
	await his.goto('/account');
	await expect(his.getByRole('heading', { name: 'Sign in', exact: true })).toBeVisible();

	await page.goto('/admin/audit');
	for (const verb of ['person:invite', 'person:accept-invitation', 'person:revoke', 'person:sign-out'])
		await expect(page.getByRole('cell', { name: verb, exact: true }).first()).toBeVisible();
	await context.close();
});

test('the first admin comes by a link', async ({ page, db }) => {
	await db.delete(personRoles).where(eq(personRoles.role, 'admin'));
	await makeFirstAdmin(db, 'chief@example.gov');
	await askForLink(page, 'chief@example.gov');
	await page.goto(await linkFor(db, 'chief@example.gov'));
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByText('Your roles are waiting')).toBeVisible();
	await page.getByRole('link', { name: 'Set up the second step' }).first().click();
	await setUpSecondFactor(page);
	await page.goto('/admin/people');
	await expect(page.getByRole('heading', { name: 'People', exact: true })).toBeVisible();
	await db.insert(personRoles).values({ personId: 'ada', role: 'admin' }).onConflictDoNothing();
});

test('pages of the office are for admins only', async ({ browser, town, db }) => {
	for (const [who, status] of [
		[null, 401],
		[maria, 403],
		[dana, 403],
		[sam, 403],
		[ada, 200],
	] as const) {
		const context = await browser.newContext({ baseURL: town.server.url });
		if (who)
			await context.addCookies(browserCookies(await signedInBrowser(db, config, who), town.server.url));
		for (const path of ['/admin/people', '/admin/audit'])
			expect([who?.account?.id, path, (await context.request.get(path)).status()]).toEqual([
				who?.account?.id,
				path,
				status,
			]);
		const granted = await context.request.post('/admin/people?/grant', {
			form: { person: 'maria', role: 'staff' },
			headers: { origin: town.server.url, accept: 'application/json', 'x-sveltekit-action': 'true' },
		});
		expect(((await granted.json()) as { type: string }).type).toBe(status === 200 ? 'success' : 'failure');
		await context.close();
	}
	await db.delete(personRoles).where(eq(personRoles.personId, 'maria'));
});

test('a form of another site does nothing', async ({ browser, town, db }) => {
	const context = await browser.newContext({ baseURL: town.server.url });
	await context.addCookies(browserCookies(await signedInBrowser(db, config, ada), town.server.url));
	for (const [path, form] of [
		['/admin/people?/grant', { person: 'maria', role: 'admin' }],
		['/sign-out', {}],
		['/account?/everywhere', {}],
		['/sign-in?/link', { email: 'forged@example.org' }],
	] as const) {
		const answer = await context.request.post(path, { form, headers: { origin: 'https://evil.example' } });
		expect([path, answer.status()]).toEqual([path, 403]);
	}
	expect(await db.select().from(mails).where(eq(mails.recipient, 'forged@example.org'))).toEqual([]);
	expect((await db.select().from(personRoles).where(eq(personRoles.personId, 'maria'))).length).toBe(0);
	expect((await context.request.get('/account')).url()).toContain('/account');
	await context.close();
});

test('the outbox does not exist on a city’s server', async ({ request }) => {
	expect((await request.get('/dev/mail')).status()).toBe(404);
});

test('signing out everywhere ends the other browser too', async ({ page, browser, town, db, signInAs }) => {
	await signInAs(dana, page);
	const context = await browser.newContext({ baseURL: town.server.url });
	const other = await context.newPage();
	await signInAs(dana, other);
	await other.goto('/account');
	await page.goto('/account');
	await page.getByRole('button', { name: 'Sign out everywhere' }).click();
	await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
	await other.reload();
	await expect(other.getByRole('heading', { name: 'Sign in', exact: true })).toBeVisible();
	expect(await db.select().from(sessions).where(eq(sessions.userId, 'dana'))).toEqual([]);
	await context.close();
});

for (const scheme of ['light', 'dark'] as const)
	test(`axe finds nothing on the pages about people (${scheme}, phone)`, async ({ page, db, signInAs }) => {
		await page.emulateMedia({ colorScheme: scheme });
		await page.setViewportSize({ width: 320, height: 640 });
		const look = async (path: string) => {
			await page.goto(path);
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect([path, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
				path,
				[],
			]);
			const tooWide = await page.evaluate(() =>
				[...document.querySelectorAll('main *')]
					.filter((one) => !one.closest('[role=region][tabindex]') && one.getBoundingClientRect().right > 320)
					.map((one) => one.outerHTML.slice(0, 200)),
			);
			expect([path, tooWide]).toEqual([path, []]);
		};
		for (const path of ['/sign-in', '/sign-in/link?token=x', '/sign-in/code']) await look(path);
		await signInAs(ada, page);
		await db.update(people).set({ name: 'Maria Ortega' }).where(eq(people.id, 'maria'));
		for (const path of ['/account', '/account/second-factor', '/admin/people', '/admin/audit', '/sign-out'])
			await look(path);
		await page.goto('/account/second-factor');
		await page.getByRole('button', { name: 'Set up the second step' }).click();
		await expect(page.getByLabel('Code from the app')).toBeVisible();
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
		await page.goto('/sign-in/link');
	});
