// How the house looks and behaves before there is anything in it: frame, preferences, base components, in both languages and
// both colour schemes.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { copyTemplate } from '#tests/setup/postgres.ts';
import { startServer } from '#tests/setup/server.ts';
import { expect, test as base } from './server.ts';

// The page of base components is there outside production only.
const test = base.extend<object, { workshop: string }>({
	workshop: [
		async ({}, use) => {
			const database = await copyTemplate(process.env.TEST_TEMPLATE_URL!);
			const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-look-'));
			const server = await startServer({
				DATABASE_URL: database.url,
				DATA_DIR: dataDir,
				LOG_LEVEL: 'warn',
				NODE_ENV: 'test',
			});
			await use(server.url);
			await server.stop();
			await database.drop();
			await rm(dataDir, { recursive: true, force: true });
		},
		{ scope: 'worker', timeout: 60_000 },
	],
});

const paper = { light: 'rgb(250, 245, 234)', dark: 'rgb(17, 22, 31)' };
const ground = (page: Page) =>
	page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
const violations = async (page: Page) =>
	(await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [
		id,
		...nodes.map(({ html }) => html),
	]);

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });

	test('colours are chosen, kept, and stronger than the device’s own', async ({ page }) => {
		await page.goto('/');
		expect(await ground(page)).toBe(paper.light);
		await page.getByRole('button', { name: 'Dark' }).click();
		await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
		expect(await ground(page)).toBe(paper.dark);
		await page.emulateMedia({ colorScheme: 'dark' });
		await page.getByRole('button', { name: 'Light' }).click();
		await expect(page.getByRole('button', { name: 'Light' })).toHaveAttribute('aria-pressed', 'true');
		expect(await ground(page)).toBe(paper.light);
	});

	test('the language is chosen, and one is back where one was', async ({ page }) => {
		await page.goto('/?from=mail');
		await page.getByRole('banner').getByRole('button', { name: 'Español' }).click();
		await expect(page.locator('html')).toHaveAttribute('lang', 'es');
		expect(new URL(page.url()).search).toBe('?from=mail');
	});
});

test.describe('a browser that wants Spanish', () => {
	test.use({ locale: 'es-MX' });

	test('gets Spanish, and keeps it when the scripts arrive', async ({ page }) => {
		await page.goto('/nothing-here');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('No hay nada en esta dirección');
		await page.waitForLoadState('networkidle');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('No hay nada en esta dirección');
	});
});

test('choosing colours keeps what is being typed', async ({ page, context, workshop }) => {
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	const question = page.getByRole('textbox', { name: 'Your question' }).first();
	await question.fill('Who repairs the lamps?');
	await expect(async () => {
		await page.getByRole('button', { name: 'Dark', exact: true }).click();
		expect(await ground(page)).toBe(paper.dark);
	}).toPass();
	await expect(question).toHaveValue('Who repairs the lamps?');
	await expect.poll(async () => (await context.cookies()).map(({ name }) => name)).toContain('theme');
	await page.reload();
	expect(await ground(page)).toBe(paper.dark);
});

test('without a connection one stays on the page and is told', async ({ page, context, workshop }) => {
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	await context.setOffline(true);
	await page.getByRole('link', { name: 'Porchlight' }).click();
	await expect(page.getByText('No connection: that page cannot be opened now.')).toBeVisible();
	expect(page.url()).toContain('/dev/ui');
});

test('the page of base components is not there in production', async ({ page }) => {
	expect((await page.goto('/dev/ui'))?.status()).toBe(404);
});

test('the first key leads past the header', async ({ page }) => {
	await page.goto('/');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('main')).toBeFocused();
});

test('a page can be installed: manifest and icons are there', async ({ page, request, town }) => {
	await page.goto('/');
	const href = await page.locator('link[rel=manifest]').getAttribute('href');
	const manifest = await (await request.get(town.server.url + href)).json();
	expect(manifest).toMatchObject({ short_name: 'Porchlight', display: 'standalone', start_url: '/' });
	for (const { src, type } of manifest.icons) {
		const icon = await request.get(town.server.url + src);
		expect([src, icon.status(), icon.headers()['content-type']]).toEqual([src, 200, type]);
	}
});

test('a sheet holds the focus, closes on Escape and gives the focus back', async ({ page, workshop }) => {
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	const opener = page.getByRole('button', { name: 'Open a sheet' });
	await opener.click();
	const sheet = page.getByRole('dialog', { name: 'Ask a question' });
	await expect(sheet.getByRole('textbox')).toBeFocused();
	for (let press = 0; press < 6; press++) await page.keyboard.press('Tab');
	expect(
		await page.evaluate(
			() => document.activeElement === document.body || !!document.activeElement?.closest('dialog'),
		),
	).toBe(true);
	await page.keyboard.press('Escape');
	await expect(sheet).toBeHidden();
	await expect(opener).toBeFocused();
});

test('a menu is walked with arrows and left with Escape', async ({ page, workshop }) => {
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	const opener = page.getByRole('button', { name: 'More acts for this question' });
	await opener.click();
	await expect(page.getByRole('menuitem', { name: 'Put on air' })).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await expect(page.getByRole('menuitem', { name: 'Capture as a concern' })).toBeFocused();
	await page.keyboard.press('d');
	await expect(page.getByRole('menuitem', { name: 'Decline…' })).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await expect(page.getByRole('menuitem', { name: 'Put on air' })).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(opener).toBeFocused();
	await expect(page.getByRole('menu')).toBeHidden();
});

test('an act that was announced by a toast is taken back there', async ({ page, workshop }) => {
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	await page.getByRole('button', { name: 'Decline, with a way back' }).click();
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(page.locator('[data-undone="1"]')).toBeAttached();
	await expect(page.getByText('The question was declined')).toBeHidden();
});

test('twenty new questions are one announcement', async ({ page, workshop }) => {
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	await page.getByRole('button', { name: 'Announce 20 new questions' }).click();
	await expect(page.locator('[aria-live=polite][role=status]')).toHaveText('20 new questions');
});

for (const colorScheme of ['light', 'dark'] as const)
	for (const locale of ['en-US', 'es-US'])
		for (const width of [320, 1440])
			test.describe(`in ${locale}, ${colorScheme}, ${width} px wide`, () => {
				test.use({
					colorScheme,
					locale,
					viewport: { width, height: 844 },
					contextOptions: { reducedMotion: 'reduce' },
				});

				test('every base component can be used by everyone', async ({ page, workshop }) => {
					await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
					expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
					expect(await violations(page)).toEqual([]);
				});

				test('the start page and the error page can be read by everyone', async ({ page }) => {
					for (const address of ['/', '/nothing-here']) {
						await page.goto(address);
						expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
							width,
						);
						expect(await violations(page)).toEqual([]);
					}
				});
			});

test('no page breaks its own content security policy', async ({ page, workshop }) => {
	const complaints: string[] = [];
	page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
	page.on('pageerror', (error) => complaints.push(String(error)));
	await page.goto(`${workshop}/`, { waitUntil: 'networkidle' });
	await page.goto(`${workshop}/dev/ui`, { waitUntil: 'networkidle' });
	await page.getByRole('link', { name: 'Porchlight' }).click();
	await page.waitForURL(`${workshop}/`);
	expect(complaints).toEqual([]);
});
