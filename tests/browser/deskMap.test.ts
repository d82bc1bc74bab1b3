// Map rounds at the desk: set up, vetted, acted on and reported, without script and by the keyboard; what comes back to authors.
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { claimOf } from '#db/claims.ts';
import type { Database } from '#db/client.ts';
import { readMails } from '#db/mail.ts';
import { vetPin } from '#db/pinActs.ts';
import { closeRound, currentRound, nextRound } from '#db/rounds.ts';
import type { Actor } from '#domain/people.ts';
import { dana, guest, maria, sam } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { connected, expect, seriousFaults, signIn, test } from './hall.ts';

type Setting = { browser: Browser; db: Database; url: string };
type Look = Parameters<Browser['newContext']>[0];

async function browserOf(
	{ browser, db, url }: Setting,
	as: Actor | null,
	look: Look = {},
): Promise<BrowserContext> {
	const context = await browser.newContext({ baseURL: url, ...look });
	if (as) await signIn(context, url, db, as);
	return context;
}
const pageOf = async (setting: Setting, as: Actor | null, look: Look = {}): Promise<Page> =>
	(await browserOf(setting, as, look)).newPage();
const held = (page: Page, text: string) => page.locator('[data-held]', { hasText: text });
const ann = guest('ann');

/** An old browser, which does not look itself whether something is missing. */
const notStopped = (field: Locator) => field.evaluate((input) => input.removeAttribute('required'));

async function noneOpen(db: Database): Promise<void> {
	const open = await currentRound(db);
	if (open) await closeRound(db, dana, { roundId: open.id });
}

test('a round from set-up to report, without script', async ({ browser, db, town }) => {
	await noneOpen(db);
	const setting = { browser, db, url: town.server.url };
	const page = await pageOf(setting, dana, { javaScriptEnabled: false });
	await page.goto('/desk/map');
	await page.getByRole('link', { name: 'New round' }).click();

	// What is wrong is said at its field; everything else stays as it was filled in.
	await page.getByLabel('Title').fill('Winter map');
	await page.getByLabel('Middle of the map').fill('41.62, -90.58');
	await page.getByLabel('Boundary as GeoJSON').fill('');
	await page.getByRole('radio', { name: 'No boundary' }).check();
	const kind = page.locator('details').first();
	if (!(await kind.evaluate((element: HTMLDetailsElement) => element.open)))
		await kind.locator('summary').click();
	await kind.getByLabel('Name, in English').fill('Icy sidewalk');
	await kind.getByLabel('Name, in Spanish').fill('');
	await kind.getByLabel('What to write about, in English').fill('Since when?');
	await kind.getByLabel('What to write about, in Spanish').fill('¿Desde cuándo?');
	await kind.getByLabel('Show the exact place').check();
	await page.getByRole('button', { name: 'Save as planned' }).click();
	await expect(page.getByLabel('Name, in Spanish').first()).toHaveAttribute('aria-invalid', 'true');
	await expect(page.getByLabel('Title')).toHaveValue('Winter map');
	await page.getByLabel('Name, in Spanish').first().fill('Acera con hielo');
	await page.getByRole('button', { name: 'Save as planned' }).click();
	await expect(page.getByRole('heading', { name: 'Winter map' })).toBeVisible();

	await page.getByRole('button', { name: 'Open the round' }).click();
	await expect(page.getByText('pins can be placed now')).toBeVisible();
	const round = (await currentRound(db))!;
	const category = round.categories[0]!.key;
	const pin = await pinOf(db, maria, round.id, { category, tellMe: true, note: 'Ice on Court Square' });

	// Declining needs a reason; what was declined can be published after all.
	await page.getByRole('link', { name: 'Vetting queue' }).click();
	await held(page, 'Ice on Court Square').locator('summary').click();
	await notStopped(page.getByLabel('Reason'));
	await page.getByRole('button', { name: 'Decline', exact: true }).click();
	await expect(page.getByText('Please give a reason.')).toBeVisible();
	await page.getByLabel('Reason').selectOption('off-topic');
	await page.getByRole('button', { name: 'Decline', exact: true }).click();
	await expect(page.getByText('Nothing waits')).toBeVisible();
	await page.getByRole('button', { name: 'Publish after all' }).click();
	await page.getByLabel('Words in the note').fill('court');
	await page.getByRole('button', { name: 'Find pins' }).click();
	await page.getByRole('link', { name: 'Record what was done here' }).click();

	// The pin is proposed; its author is told by mail.
	await expect(page.getByRole('checkbox', { name: 'Ice on Court Square' })).toBeChecked();
	await page.getByLabel('People spoken with').fill('2');
	await notStopped(page.getByLabel('Public note'));
	await page.getByRole('button', { name: 'Record and tell the authors' }).click();
	await expect(page.getByText('Say in a sentence what was done')).toBeVisible();
	await page.getByLabel('Public note').fill('Salted, and the gutter that dripped was mended.');
	await page.getByRole('button', { name: 'Record and tell the authors' }).click();
	await expect(page.getByText('answers 1 pin')).toBeVisible();
	const [mail] = await readMails(db, 1);
	expect(mail).toMatchObject({ recipient: 'maria@example.org' });
	expect(mail!.text).toContain('the gutter that dripped');
	expect(mail!.text).toContain('Usted puso una marca');
	expect(mail!.text).toContain(`/map/${round.slug}/report`);

	await page.goto(`/desk/map/${round.slug}`);
	await page.getByRole('button', { name: 'Close the round' }).click();
	await page.getByLabel('The city’s words').fill('It was slippery.\n\nNow it is less so.');
	await page.getByRole('button', { name: 'Publish the report' }).click();
	const visitor = await pageOf(setting, null, { javaScriptEnabled: false });
	await visitor.goto(`/map/${round.slug}/report`);
	for (const text of [
		'Now it is less so.',
		'Icy sidewalk is 100 % of all pins',
		'Something was done about 1 of 1 pins',
	])
		await expect(visitor.getByText(text)).toBeVisible();

	// Whoever has the words sees it, and nobody else.
	await visitor.goto('/claim');
	await visitor.getByLabel('Your four words').fill('zoo zoo zoo zoo');
	await visitor.getByRole('button', { name: 'Look it up' }).click();
	await expect(visitor.getByText('These four words belong to nothing here.')).toBeVisible();
	await visitor.getByLabel('Your four words').fill(claimOf(`pin:${pin.id}`, 'en'));
	const [answer] = await Promise.all([
		visitor.waitForResponse((response) => response.request().method() === 'POST'),
		visitor.getByRole('button', { name: 'Look it up' }).click(),
	]);
	expect(answer.headers()['cache-control']).toBe('no-store');
	await expect(visitor.locator('[data-claimed]')).toContainText('the gutter that dripped');
	expect(visitor.url()).not.toContain(claimOf(`pin:${pin.id}`, 'en').split(' ')[0]!);
});

test('two moderators see what the other does, and what comes in, without reloading', async ({
	browser,
	db,
	town,
}) => {
	const round = await openMap(db, { vetting: true });
	const setting = { browser, db, url: town.server.url };
	await pinOf(db, ann, round.id, { note: 'The first one' });
	const [first, second] = [await pageOf(setting, dana), await pageOf(setting, dana)];
	for (const page of [first, second]) {
		await page.goto(`/desk/map/${round.slug}/vetting`);
		await expect(held(page, 'The first one')).toBeVisible();
	}
	await pinOf(db, ann, round.id, { note: 'The second one' });
	for (const page of [first, second]) await expect(held(page, 'The second one')).toBeVisible();
	await held(first, 'The first one').getByRole('button', { name: 'Publish' }).click();
	await expect(held(second, 'The first one')).toHaveCount(0);
	await expect(second.getByRole('main').getByText('Dana Reyes')).toBeVisible();
	await expect(second.getByRole('listitem').filter({ hasText: 'The first one' })).toContainText('On the map');
});

test('the queue is worked through by the keyboard alone, and the focus goes on', async ({
	browser,
	db,
	town,
}) => {
	const round = await openMap(db, { vetting: true });
	for (const note of ['Pin one', 'Pin two', 'Pin three']) await pinOf(db, ann, round.id, { note });
	const page = await pageOf({ browser, db, url: town.server.url }, dana);
	await page.goto(`/desk/map/${round.slug}/vetting`);
	await connected(page);
	// A key does nothing where the focus is not in the queue.
	await page.keyboard.press('p');
	await held(page, 'Pin one').focus();
	await page.keyboard.press('j');
	await expect(held(page, 'Pin two')).toBeFocused();
	await page.keyboard.press('p');
	await expect(held(page, 'Pin two')).toHaveCount(0);
	await expect(held(page, 'Pin one')).toBeFocused();
	await page.keyboard.press('d');
	await expect(page.getByLabel('Reason').first()).toBeFocused();
	// In a field letters are letters.
	await page.keyboard.press('p');
	await page.getByLabel('Reason').first().selectOption('double');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(held(page, 'Pin one')).toHaveCount(0);
	await expect(held(page, 'Pin three')).toBeFocused();
	await expect(page.getByRole('button', { name: 'Publish after all' })).toBeVisible();
});

test('the next round is one act, with the next month filled in', async ({ browser, db, town }) => {
	const round = await openMap(db, { title: 'Map of November' });
	const page = await pageOf({ browser, db, url: town.server.url }, dana);
	await page.goto('/desk/map');
	await page.getByRole('link', { name: 'Next round' }).click();
	await expect(page).toHaveURL(`/desk/map/${round.slug}#next`);
	const next = page.locator('#next');
	await expect(next.getByLabel('Title')).toHaveValue('Safety map, December 2026');
	await expect(next.getByLabel('Begins on')).toHaveValue('2026-12-01');
	await next.getByRole('button', { name: 'Open the next round' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Safety map, December 2026' })).toBeVisible();
	await page.goto(`/desk/map/${round.slug}`);
	await expect(page.getByRole('link', { name: 'The round after this one' })).toBeVisible();
	await expect(page.getByText('Closed', { exact: true })).toBeVisible();
});

test('staff record what was done, and find nothing else of the desk', async ({ browser, db, town }) => {
	const round = await openMap(db);
	await pinOf(db, ann, round.id, { note: 'Cars on Elm' });
	const page = await pageOf({ browser, db, url: town.server.url }, sam);
	await page.goto('/');
	await page.getByRole('banner').getByRole('link', { name: 'Desk' }).click();
	await page.getByRole('link', { name: 'Map rounds' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Map rounds' })).toBeVisible();
	await expect(page.getByRole('link', { name: 'New round' })).toHaveCount(0);
	const open = page.getByRole('listitem').filter({ hasText: 'Open now' });
	await open.getByRole('link', { name: 'Field activity' }).click();
	await page.getByLabel('Place', { exact: false }).first().fill('41.6201, -90.58');
	await page.getByRole('button', { name: 'Find pins near there' }).click();
	await page.getByLabel('Public note').fill('We spoke with Officer Miller');
	await expect(page.getByText('This looks as if it names a person')).toBeVisible();
	await page.getByLabel('Public note').fill('Radar on three mornings.');
	await expect(page.getByText('This looks as if it names a person')).toHaveCount(0);
	await page.getByRole('button', { name: 'Record and tell the authors' }).click();
	await expect(page.getByText('answers 1 pin')).toBeVisible();
	await page.getByRole('button', { name: 'Remove' }).click();
	await expect(page.getByText('Nothing recorded yet')).toBeVisible();
	expect((await page.goto(`/desk/map/${round.slug}/vetting`))!.status()).toBe(404);
});

for (const [locale, colorScheme, width, height] of [
	['en-US', 'light', 1440, 900],
	['es-MX', 'dark', 320, 640],
] as const)
	test(`every page of it fits and is accessible: ${locale}, ${colorScheme}, ${width}`, async ({
		browser,
		db,
		town,
	}) => {
		test.setTimeout(120_000);
		const before = await openMap(db, { vetting: true, title: `Before ${locale}` });
		const shown = await pinOf(db, ann, before.id);
		await vetPin(db, dana, { pinId: shown.id, act: 'publish' });
		const { id, slug } = await nextRound(db, dana, {
			roundId: before.id,
			...{ title: `Now ${locale}`, opensOn: '2026-12-01', closesOn: '2026-12-31' },
		});
		await pinOf(db, ann, id, { id: randomUUID() });
		const look = { locale, colorScheme, viewport: { width, height } };
		const page = await pageOf({ browser, db, url: town.server.url }, dana, look);
		for (const address of [
			...['/desk/map', '/desk/map/new', `/desk/map/${slug}`, `/desk/map/${slug}/vetting?q=`],
			...[`/desk/map/${slug}/activity?pin=${shown.id}`, `/desk/map/${before.slug}/activity?pin=${shown.id}`],
			...[
				`/desk/map/${before.slug}`,
				`/map/${before.slug}/report`,
				`/map/${slug}/report`,
				`/map/${slug}/compare`,
				'/claim',
			],
		]) {
			expect((await page.goto(address))!.status(), address).toBe(200);
			for (const details of await page.locator('details').all())
				await details.evaluate((element: HTMLDetailsElement) => (element.open = true));
			expect(await seriousFaults(page), address).toEqual([]);
			const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			expect(tooWide, address).toBeLessThanOrEqual(0);
		}
	});
