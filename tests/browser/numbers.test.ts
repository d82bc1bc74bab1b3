// The honest numbers as anybody sees them: on the page, as JSON and as CSV the same; without an account, without script, in both languages.
import type { HonestNumbers } from '#domain/honestNumbers.ts';
import { concernOf, inDays, move, proposed } from '#tests/promises.ts';
import type { Page } from '@playwright/test';
import { sql } from 'drizzle-orm';
import { expect, seriousFaults, test } from './hall.ts';

test.describe.configure({ mode: 'serial' });
// Other tests of this worker may have promised something in the same town.
test.beforeAll(async ({ db }) => {
	await db.execute(sql`truncate concerns, followups cascade`);
});

const table = (page: Page, name: string) => page.getByRole('table', { name });
/** The line of a table, as it stands there. */
const cells = async (page: Page, name: string, line: string) =>
	table(page, name)
		.getByRole('row')
		.filter({ has: page.getByRole('rowheader', { name: line, exact: true }) })
		.getByRole('cell')
		.allInnerTexts();
const written = (numbers: (number | null)[]) =>
	numbers.map((number) => (number === null ? 'none yet' : new Intl.NumberFormat('en').format(number)));

test('where nothing has been said yet, nothing is a percentage of it', async ({ page }) => {
	await page.goto('/numbers');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Honest numbers');
	await expect(page.getByText('none yet').first()).toBeVisible();
	await expect(page.getByText(/^0\s%/)).toHaveCount(0);
	expect(await seriousFaults(page)).toEqual([]);
});

test('page, JSON and CSV say the same', async ({ page, request, db, town }) => {
	const { number } = await concernOf(db);
	await concernOf(db, { isAcknowledged: false, text: 'Who answers this?' });
	const kept = await proposed(db, [number], { title: 'Mend the light', dueOn: inDays(0) });
	for (const to of ['committed', 'in-progress', 'done'] as const) await move(db, kept, to);
	const dropped = await proposed(db, [], { title: 'A second light', dueOn: inDays(0) });
	for (const to of ['committed', 'dropped'] as const)
		await move(db, dropped, to, { text: 'There is no pole for it.' });

	const json = (await (await request.get(`${town.server.url}/numbers.json`)).json()) as HonestNumbers;
	expect(json.total).toMatchObject({
		...{ heard: 2, answered: 1, unanswered: 1, promised: 2, claimed: 1, dropped: 1 },
		...{ dueOnTime: 1, dueMissed: 1, duePercent: 50, firstPercent: 50 },
	});

	const file = await request.get(`${town.server.url}/numbers.csv`);
	expect(file.headers()['content-type']).toContain('text/csv');
	const [head, ...lines] = (await file.text())
		.replace('\u{FEFF}', '')
		.replaceAll('"', '')
		.trim()
		.split('\r\n');
	const rows = lines.map((line) => line.split(','));
	const names = head!.split(',');
	const inCsv = (part: string, at: number) =>
		Object.fromEntries(rows.filter(([one]) => one === part)[at]!.map((cell, n) => [names[n], cell]));
	for (const [name, number] of Object.entries(json.total))
		expect(inCsv('total', 0)[name], name).toBe(number === null ? '' : String(number));

	await page.goto('/numbers');
	for (const summary of await page.locator('details > summary').all()) await summary.click();
	const inTables = (one: HonestNumbers['total']) => [
		written([one.heard, one.answered, one.unanswered]),
		written([one.claimed, one.confirmed, one.checked, one.reopened, one.dropped, one.rejected]),
	];
	for (const [n, own] of json.months.entries()) {
		const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
			new Date(`${own.month}-15`),
		);
		expect([
			await cells(page, 'Heard and answered: Table by month', month),
			await cells(page, 'Claimed and confirmed: Table by month', month),
		]).toEqual(inTables(own));
		expect(inCsv('month', n)).toMatchObject({ month: own.month, heard: String(own.heard) });
	}
	expect([
		await cells(page, 'Heard and answered: Table by area', 'All'),
		await cells(page, 'Claimed and confirmed: Table by area', 'All'),
	]).toEqual(inTables(json.total));
	await expect(page.getByText(`${json.total.duePercent}\u00a0%`, { exact: true }).first()).toBeVisible();
	await expect(page.getByRole('link', { name: 'Who answers this?' })).toHaveAttribute(
		'href',
		/^\/concerns\/PL-/,
	);
	await expect(page.getByText('There is no pole for it.')).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
});

test('the months are chosen in the address, and the files follow', async ({ page }) => {
	await page.goto('/numbers?from=2025-01&until=2025-03');
	await expect(page.getByText('From January 2025 to March 2025 · All areas')).toBeVisible();
	await expect(page.getByText('Nothing to count in this time').first()).toBeVisible();
	await expect(page.getByRole('link', { name: 'As a table (CSV)' }).first()).toHaveAttribute(
		'href',
		'/numbers.csv?from=2025-01&until=2025-03',
	);
	await page.getByRole('button', { name: 'Show these numbers' }).click();
	await expect(page).toHaveURL(/from=2025-01&until=2025-03/);
});

test.describe('without JavaScript, in Spanish, on a phone', () => {
	test.use({ javaScriptEnabled: false, locale: 'es-MX', viewport: { width: 320, height: 640 } });

	test('everything is there: charts, tables, lists and how it is counted', async ({ page }) => {
		await page.goto('/numbers');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Números honestos');
		await expect(
			page.getByText('1 de 2 inquietudes tienen respuesta de una persona', { exact: false }),
		).toBeVisible();
		expect(await page.locator('figure svg rect').count()).toBeGreaterThan(5);
		await page.locator('summary', { hasText: 'Escuchadas y respondidas: Tabla por mes' }).click();
		await expect(table(page, 'Escuchadas y respondidas: Tabla por mes')).toBeVisible();
		await expect(page.getByRole('heading', { name: 'Cómo se cuenta esto' })).toBeVisible();
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
	});
});
