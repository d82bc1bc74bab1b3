// The pin map in real browsers: placing by tap, by form and without script; supporting, commenting, moving together, vetting.
import type { Browser, Page } from '@playwright/test';
import type { Database } from '#db/client.ts';
import { vetPin } from '#db/pinActs.ts';
import type { Actor } from '#domain/people.ts';
import { dana, guest, maria } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';

const phone = { width: 390, height: 844 };

/** A browser of its own on the map, when its pins are there. */
async function onMap(
	browser: Browser,
	address: string,
	slug: string,
	options: Parameters<Browser['newContext']>[0] & { as?: Actor; db?: Database } = {},
): Promise<Page> {
	const { as, db, ...context } = options;
	const fresh = await browser.newContext({ baseURL: address, viewport: phone, ...context });
	if (as && db) await signIn(fresh, address, db, as);
	const page = await fresh.newPage();
	await page.goto(`/map/${slug}`);
	await expect(page.locator('[data-map=connected]')).toBeAttached();
	return page;
}

const inList = (page: Page, words: string) => page.locator('[data-pin]', { hasText: words });
const detail = (page: Page) => page.locator('[data-pin-detail]');

test('without script: a pin is placed by a form, found in the list, supported and commented on', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	const plain = await browser.newContext({
		baseURL: town.server.url,
		javaScriptEnabled: false,
		viewport: phone,
	});
	const page = await plain.newPage();
	await page.goto('/map');
	await page.getByRole('link', { name: 'Add a pin' }).click();
	await page.getByLabel('Speeding').check();
	await page.getByLabel('Where is it?').fill('somewhere over the rainbow');
	await page.getByLabel('What would you like to say?').fill('Cars race here');
	await page.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(page.getByText('We do not know that place.')).toBeVisible();
	// What was written is still there.
	await expect(page.getByLabel('What would you like to say?')).toHaveValue('Cars race here');
	await page.getByLabel('Speeding').check();
	await page.getByLabel('Where is it?').fill('41.7, -90.58');
	await page.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(page.getByText('That place is outside the area of this map.')).toBeVisible();
	await page.getByLabel('Speeding').check();
	await page.getByLabel('Where is it?').fill('41.62, -90.58');
	await page.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(page.getByText('Your pin is on the map')).toBeVisible();
	const claim = await page.locator('[data-claim]').textContent();
	expect(claim!.trim().split(' ')).toHaveLength(4);
	await page.getByRole('link', { name: 'Back to the map' }).click();
	await expect(inList(page, 'Cars race here')).toBeVisible();
	await expect(page.locator('[data-own-pin]')).toContainText(claim!.trim());

	const { id } = await pinOf(db, guest('bob'), round.id, { note: 'Dark corner', category: 'unsafe' });
	await page.goto(`/map/${round.slug}?pin=${id}`);
	await page.getByRole('button', { name: 'Support', exact: true }).click();
	await expect(detail(page)).toContainText('1 support');
	await page.getByLabel('Add a comment').fill('The lamp is broken');
	await page.getByRole('button', { name: 'Send comment' }).click();
	await expect(detail(page)).toContainText('The lamp is broken');
	await plain.close();
});

test('what one browser does is in the other: a new pin, a support, a comment, a removal', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	const { id } = await pinOf(db, guest('bob'), round.id, { note: 'Race track on Elm' });
	const [watcher, resident, moderator] = [
		await onMap(browser, town.server.url, round.slug),
		await onMap(browser, town.server.url, round.slug, { as: maria, db }),
		await onMap(browser, town.server.url, round.slug, { as: dana, db }),
	];
	await pinOf(db, guest('ann'), round.id, { note: 'Dark crossing' });
	await expect(inList(watcher, 'Dark crossing')).toBeVisible();
	await inList(watcher, 'Race track').click();
	await expect(detail(watcher)).toContainText('0 supports');
	await inList(resident, 'Race track').click();
	await resident.getByRole('button', { name: 'Support', exact: true }).click();
	await expect(detail(watcher)).toContainText('1 support');
	await expect(resident.getByRole('button', { name: 'You support this' })).toBeVisible();
	await resident.getByLabel('Add a comment').fill('Every evening');
	await resident.getByRole('button', { name: 'Send comment' }).click();
	await expect(detail(watcher)).toContainText('Every evening');
	await vetPin(db, dana, { pinId: id, act: 'remove', reason: 'off-topic' });
	await expect(watcher.getByText('This pin is not on the map')).toBeVisible();
	await expect(inList(moderator, 'Race track')).toHaveCount(0);
	expect(await seriousFaults(watcher)).toEqual([]);
	for (const page of [watcher, resident, moderator]) await page.context().close();
});
