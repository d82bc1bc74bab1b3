// The pin map in real browsers: placing by tap, by form and without script; supporting, commenting, moving together, vetting.
import type { Browser, Page } from '@playwright/test';
import type { Database } from '#db/client.ts';
import { documentIn } from '#db/documents.ts';
import { supportPin, vetPin } from '#db/pinActs.ts';
import { publishedPins } from '#db/pinReads.ts';
import { editPin } from '#db/pins.ts';
import type { Actor } from '#domain/people.ts';
import { readPins } from '#domain/pins.ts';
import { dana, guest, maria, noor, settle } from '#tests/cast.ts';
import { middle, openMap, pinOf } from '#tests/maps.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';
import { tabTo, until } from './keyboard.ts';

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
const onMapDocument = async (db: Database, id: string) => readPins(await documentIn(db, { kind: 'map', id }));
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

test('on a phone: a kind, a tap, some words; what is near is offered first, what lies outside is refused in words', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	await pinOf(db, guest('bob'), round.id, { category: 'unsafe', note: 'No light at night' });
	const page = await onMap(browser, town.server.url, round.slug);
	const canvas = page.locator('[data-map-canvas]');
	await page.getByRole('link', { name: 'Add a pin' }).click();
	const sheet = page.getByRole('dialog');
	await sheet.getByLabel('Feeling unsafe').check();
	await expect(sheet.getByText('In danger now? Call 911.')).toBeVisible();
	await sheet.getByRole('button', { name: /go on/ }).click();
	// Beside the boundary.
	await page.getByLabel('Where is it?').fill('41.7, -90.58');
	await page.getByRole('button', { name: 'Find' }).click();
	await expect(page.getByText('That place is outside the area of this map.')).toBeVisible();
	await page.getByRole('button', { name: 'Show the whole map' }).click();
	await page.getByRole('button', { name: 'Here, in the middle' }).click();
	await expect(sheet.getByText('Already on the map near here')).toBeVisible();
	await expect(sheet).toContainText('No light at night');
	await expect(sheet).toContainText('Only the block is shown');
	await sheet.getByLabel('What would you like to say?').fill('Call Anna Miller, 563 555 0199');
	await expect(sheet.getByText('There seems to be a phone number in it.')).toBeVisible();
	await sheet.getByLabel('What would you like to say?').fill('Too dark at the school');
	await sheet.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(sheet.getByText('Your pin is on the map')).toBeVisible();
	await sheet.getByRole('button', { name: 'Back to the map' }).click();
	await expect(inList(page, 'Too dark at the school')).toBeVisible();
	await expect(canvas.locator('.map-icon').first()).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	await page.context().close();
});

test('on a phone: a pin that is tapped is told of on the map, and the way to all about it and back keeps the focus', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	const { id } = await pinOf(db, guest('bob'), round.id, { category: 'unsafe', note: 'No light at night' });
	const page = await onMap(browser, town.server.url, round.slug, { hasTouch: true });
	const marker = page.locator(`[data-map-pin="${id}"]`);
	const peek = page.locator('[data-pin-peek]');
	await marker.tap();
	await expect(peek).toContainText('No light at night');
	await expect(peek).toBeInViewport({ ratio: 1 });
	expect(await seriousFaults(page)).toEqual([]);
	await peek.getByRole('button', { name: 'All about this pin' }).tap();
	await expect(detail(page).getByRole('heading', { name: 'Feeling unsafe' })).toBeFocused();
	await expect(detail(page).getByRole('heading', { name: 'Feeling unsafe' })).toBeInViewport();
	// What others do does not move the page away from what is being read.
	const before = await page.evaluate(() => scrollY);
	await supportPin(db, maria, { pinId: id, on: true });
	await expect(detail(page)).toContainText('1 support');
	expect(await page.evaluate(() => scrollY)).toBe(before);
	await detail(page).getByRole('link', { name: 'Back to all pins' }).press('Enter');
	await expect(marker).toBeFocused();
	await expect(peek).toHaveCount(0);

	await inList(page, 'No light at night').press('Enter');
	await expect(detail(page).getByRole('heading', { name: 'Feeling unsafe' })).toBeFocused();
	await page.context().setOffline(true);
	await expect(page.getByText('Connection lost. The map may be out of date.')).toBeVisible();
	await page.context().setOffline(false);
	await expect(page.getByText('Connection lost. The map may be out of date.')).toHaveCount(0, {
		timeout: 20_000,
	});
	await detail(page).getByRole('link', { name: 'Back to all pins' }).press('Enter');
	await expect(inList(page, 'No light at night')).toBeFocused();
	await page.context().close();
});

test('a pin is dragged by whoever may, and is elsewhere in every browser; others cannot take hold of it', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	const { id } = await pinOf(db, { ...maria, guest: null }, round.id, { note: 'Here, or a little further' });
	const resident = await onMap(browser, town.server.url, round.slug, { as: maria, db });
	const moderator = await onMap(browser, town.server.url, round.slug, { as: dana, db });
	const watcher = await onMap(browser, town.server.url, round.slug);
	const pin = (page: Page) => marker(page, id);
	const placeIn = async () => (await publishedPins(db, round.id))[0]!;
	const at = async (page: Page) => (await pin(page).boundingBox())!.x;
	for (const page of [resident, moderator, watcher]) await expect(pin(page)).toBeVisible();
	const begun = await at(watcher);
	await drag(resident, id, 60);
	await expect.poll(() => at(watcher)).toBeGreaterThan(begun + 40);
	await expect.poll(async () => (await placeIn()).lng).toBeGreaterThan(-90.58);
	await drag(moderator, id, -120);
	await expect.poll(() => at(watcher)).toBeLessThan(begun - 20);
	const moved = (await onMapDocument(db, round.id))[0]!.lng;
	await expect.poll(async () => (await placeIn()).lng).toBe(moved);
	await drag(watcher, id, 50);
	expect((await onMapDocument(db, round.id))[0]!.lng).toBe(moved);
	for (const page of [resident, moderator, watcher]) await page.context().close();
});

test('by keyboard alone: a pin is placed, found in the list, supported and commented on', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	const { id } = await pinOf(db, guest('bob'), round.id, { category: 'unsafe', note: 'No light at night' });
	const page = await onMap(browser, town.server.url, round.slug, { viewport: wide });
	const press = (key: string) => page.keyboard.press(key);
	const sheet = page.getByRole('dialog');
	await tabTo(page, page.getByRole('link', { name: 'Add a pin' }));
	await press('Enter');
	await tabTo(page, sheet.getByRole('radio').first());
	await until(sheet.getByLabel('Feeling unsafe'), () => press('ArrowDown'));
	await press('Space');
	await expect(sheet.getByLabel('Feeling unsafe')).toBeChecked();
	await tabTo(page, sheet.getByRole('button', { name: /go on/ }));
	await press('Enter');
	await tabTo(page, page.getByRole('button', { name: 'Here, in the middle' }));
	await press('Enter');
	await tabTo(page, sheet.getByLabel('What would you like to say?'));
	await page.keyboard.type('Too dark at the school');
	await tabTo(page, sheet.getByRole('button', { name: 'Put it on the map' }));
	await press('Enter');
	await expect(sheet.getByText('Your pin is on the map')).toBeVisible();
	await tabTo(page, sheet.getByRole('button', { name: 'Back to the map' }));
	await press('Enter');
	await expect(inList(page, 'Too dark at the school')).toBeVisible();

	await tabTo(page, page.locator(`[data-pin="${id}"]`));
	await press('Enter');
	await tabTo(page, detail(page).getByRole('button', { name: /^Support/ }));
	await press('Enter');
	await expect(detail(page).getByText('1 support', { exact: true })).toBeVisible();
	await tabTo(page, detail(page).getByLabel('Add a comment'));
	await page.keyboard.type('Since August');
	await tabTo(page, detail(page).getByRole('button', { name: 'Send comment' }));
	await press('Enter');
	await expect(detail(page).getByText('Since August')).toBeVisible();
	await page.context().close();
});

test('two moderators and a resident place, word and drag pins at the same time; all four see the same', async ({
	browser,
	town,
	db,
}) => {
	await settle(db, [noor]);
	const round = await openMap(db);
	const mine = { ...maria, guest: null };
	const put = (north: number, east: number, note: string, actor: Actor = mine) =>
		pinOf(db, actor, round.id, { at: { lat: middle.lat + north, lng: middle.lng + east }, note });
	const [left, right, own] = [
		await put(0, -0.008, 'Left'),
		await put(0, 0.008, 'Right'),
		await put(0, 0, 'Mine'),
	];
	const first = await onMap(browser, town.server.url, round.slug, { as: dana, db, viewport: wide });
	const second = await onMap(browser, town.server.url, round.slug, { as: noor, db, viewport: wide });
	const resident = await onMap(browser, town.server.url, round.slug, { as: maria, db, viewport: wide });
	const watcher = await onMap(browser, town.server.url, round.slug, { viewport: wide });
	const pages = [first, second, resident, watcher];
	for (const page of pages)
		for (const { id } of [left, right, own]) await expect(marker(page, id)).toBeVisible();
	await Promise.all([
		drag(first, left.id, -40),
		drag(second, right.id, 40),
		drag(resident, own.id, 30),
		editPin(db, dana, { pinId: right.id, note: 'Right, and louder' }),
		put(0.008, 0, 'Placed meanwhile', guest('bob')),
	]);
	const moved = async () => {
		const found = await onMapDocument(db, round.id);
		return [left, right, own].filter((pin) => found.some(({ id, lng }) => id === pin.id && lng !== pin.lng))
			.length;
	};
	await expect.poll(moved).toBe(3);
	const standing = async (page: Page) =>
		Promise.all(
			[left, right, own].map(async ({ id }) => Math.round((await marker(page, id).boundingBox())!.x)),
		);
	for (const page of pages) {
		await expect(inList(page, 'Right, and louder')).toBeVisible();
		await expect(inList(page, 'Placed meanwhile')).toBeVisible();
		await expect
			.poll(async () => JSON.stringify(await standing(page)) === JSON.stringify(await standing(first)))
			.toBe(true);
	}
	for (const page of pages) await page.context().close();
});

const wide = { width: 1440, height: 900 };
const marker = (page: Page, id: string) => page.locator(`[data-map-pin="${id}"]`);

/** With the mouse, so many pixels to the right and down. */
async function drag(page: Page, id: string, by: number): Promise<void> {
	const box = (await marker(page, id).boundingBox())!;
	await page.mouse.move(box.x + 22, box.y + 22);
	await page.mouse.down();
	await page.mouse.move(box.x + 22 + by, box.y + 22 + by, { steps: 8 });
	await page.mouse.up();
}
