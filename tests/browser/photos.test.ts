// Photos of a pin in real browsers: chosen, made smaller, sent with a bar that is true, seen, taken away; with and without script.
import type { Browser, Page } from '@playwright/test';
import { readGuest } from '#db/guest.ts';
import type { Database } from '#db/client.ts';
import { publishedPins } from '#db/pinReads.ts';
import { dana } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { animatedWebp, cameraPhoto, grainyPhoto, plainPhoto, svg, traces } from '#tests/pictureFiles.ts';
import { browserCookies, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { expect, seriousFaults, signIn, test } from './hall.ts';
import type { Town } from './server.ts';

test.describe.configure({ mode: 'serial' });

const file = (name: string, buffer: Buffer, mimeType = 'image/jpeg') => ({ name, buffer, mimeType });

/** A browser at the photos of a pin that it has just placed. */
async function withPin(browser: Browser, town: Town, db: Database, options = {}, vetting = false) {
	const round = await openMap(db, { vetting });
	const config = testConfig();
	const cookie = visitorBrowser(config);
	const { secret } = readGuest(config, cookie.split('=')[1])!;
	const pin = await pinOf(db, { guest: secret, account: null }, round.id);
	const context = await browser.newContext({ baseURL: town.server.url, ...options });
	await context.addCookies(browserCookies(cookie, town.server.url));
	const page = await context.newPage();
	await page.goto(`/map/${round.slug}/pins/${pin.id}/photos`);
	const onMap = async () => (await publishedPins(db, round.id)).flatMap(({ photos }) => photos);
	return { page, context, round, onMap };
}

const field = (page: Page) => page.getByLabel(/^Photos(?! you)/);
const chosen = (page: Page) => page.getByRole('list', { name: 'Photos you have chosen' }).getByRole('img');
const shown = (page: Page) => page.getByRole('img', { name: /^Photo \d of this pin$/ });
const add = (page: Page) => page.getByRole('button', { name: 'Add photos' });

test('photos are looked at, left out, made smaller on the device without a word of where they were taken, and added', async ({
	browser,
	town,
	db,
}) => {
	const { page, onMap } = await withPin(browser, town, db);
	const large = await cameraPhoto(3_000, 2_000);
	await field(page).setInputFiles([
		file('porch.jpg', large),
		file('cat.png', await plainPhoto().png().toBuffer(), 'image/png'),
	]);
	await expect(chosen(page)).toHaveCount(2);
	await page.getByRole('button', { name: 'Leave out photo 2' }).click();
	await expect(chosen(page)).toHaveCount(1);
	const held = await field(page).evaluate(async (input: HTMLInputElement) =>
		Promise.all(
			[...input.files!].map(async (one) => {
				const { width, height } = await createImageBitmap(one);
				return { name: one.name, width, height, text: await one.text() };
			}),
		),
	);
	expect(held).toMatchObject([{ name: 'porch.jpg', width: 1_067, height: 1_600 }]);
	for (const trace of traces) expect(held[0]!.text.includes(trace), trace).toBe(false);

	await add(page).click();
	await expect(shown(page)).toHaveCount(1);
	await expect(page.getByText('Photos added: 1')).toBeVisible();
	await expect(chosen(page)).toHaveCount(0);
	await expect
		.poll(() => shown(page).evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight]))
		.toEqual([1_067, 1_600]);
	expect(await onMap()).toHaveLength(1);
	await page.getByRole('button', { name: 'Take away photo 1' }).click();
	await expect(page.getByText('No photos yet')).toBeVisible();
	expect(await onMap()).toEqual([]);
});

test('the bar says how much has been sent, and nothing that was chosen is lost when the line is', async ({
	browser,
	town,
	db,
}) => {
	const { page, context, onMap } = await withPin(browser, town, db);
	const grainy = await grainyPhoto().jpeg({ quality: 95 }).toBuffer();
	await field(page).setInputFiles(file('grainy.jpg', grainy));
	await expect(chosen(page)).toHaveCount(1);

	await context.setOffline(true);
	await add(page).click();
	await expect(page.getByText(/^Not sent: the server cannot be reached/)).toBeVisible();
	await expect(chosen(page)).toHaveCount(1);
	await context.setOffline(false);

	const line = await context.newCDPSession(page);
	await line.send('Network.emulateNetworkConditions', {
		...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 250_000 },
	});
	const shares = page.evaluate(
		() =>
			new Promise<number[]>((resolve) => {
				const seen: number[] = [];
				new MutationObserver((_, observer) => {
					const bar = document.querySelector('progress');
					if (bar) return void seen.push(bar.value);
					if (seen.length === 0) return;
					observer.disconnect();
					resolve(seen);
				}).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
			}),
	);
	await add(page).click();
	await expect(shown(page)).toHaveCount(1);
	const between = (await shares).filter((share) => share > 0 && share < 1);
	expect(between.length).toBeGreaterThan(0);
	expect(between).toEqual(between.toSorted((a, b) => a - b));
	expect(await onMap()).toHaveLength(1);
});

test('without script the same form takes photos, says what was none, and takes them away again', async ({
	browser,
	town,
	db,
}) => {
	const { page, onMap } = await withPin(browser, town, db, { javaScriptEnabled: false });
	await field(page).setInputFiles([
		file('porch.jpg', await cameraPhoto()),
		file('drawing.jpg', svg),
		file('moving.webp', await animatedWebp(), 'image/webp'),
	]);
	await add(page).click();
	await expect(page.getByText('Photos added: 2')).toBeVisible();
	await expect(page.getByText('“drawing.jpg” was not added')).toBeVisible();
	await expect(shown(page)).toHaveCount(2);
	expect(await onMap()).toHaveLength(2);
	await page.getByRole('button', { name: 'Take away photo 1' }).click();
	await expect(shown(page)).toHaveCount(1);
});

test('what this browser cannot read is sent as it is, and refused in words', async ({
	browser,
	town,
	db,
}) => {
	const { page } = await withPin(browser, town, db);
	await field(page).setInputFiles(file('letter.jpg', Buffer.from('Dear city,')));
	await add(page).click();
	await expect(page.getByRole('main').getByRole('alert')).toContainText('“letter.jpg” was not added');
});

test('three at the most: the others are left out with a word; by keyboard alone, and axe has nothing serious to say', async ({
	browser,
	town,
	db,
}) => {
	const { page } = await withPin(browser, town, db, {}, true);
	const photo = await plainPhoto().jpeg().toBuffer();
	await field(page).setInputFiles(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map((name) => file(name, photo)));
	await expect(chosen(page)).toHaveCount(3);
	await expect(page.getByText('No more than 3 can be added: the others were left out.')).toBeVisible();
	expect(await seriousFaults(page)).toEqual([]);
	await field(page).focus();
	for (const name of ['Leave out photo 1', 'Leave out photo 2']) {
		await page.keyboard.press('Tab');
		await expect(page.getByRole('button', { name })).toBeFocused();
	}
	await page.keyboard.press('Enter');
	await expect(chosen(page)).toHaveCount(2);
	await expect(field(page)).toBeFocused();
	await add(page).focus();
	await page.keyboard.press('Enter');
	await expect(shown(page)).toHaveCount(2);
	await expect(page.getByText(/^Waits for a moderator/)).toHaveCount(2);
	await field(page).setInputFiles(file('e.jpg', photo));
	await add(page).click();
	await expect(page.getByText('No more photos can be added to this pin.')).toBeVisible();
	await page.emulateMedia({ colorScheme: 'dark' });
	expect(await seriousFaults(page)).toEqual([]);
});

for (const javaScriptEnabled of [true, false])
	test(`a pin is placed with its photos ${javaScriptEnabled ? 'by the form' : 'without script'}, and one that is none costs nothing else`, async ({
		browser,
		town,
		db,
	}) => {
		const round = await openMap(db);
		const context = await browser.newContext({ baseURL: town.server.url, javaScriptEnabled });
		const page = await context.newPage();
		await page.goto(`/map/${round.slug}/new`);
		await page.getByRole('radio', { name: /Speeding/ }).check();
		await page.getByLabel('Where is it?').fill('41.62, -90.58');
		await page.getByLabel('What would you like to say?').fill('They race here');
		await field(page).setInputFiles([
			file('porch.jpg', await cameraPhoto()),
			file('letter.jpg', Buffer.from('Dear city,')),
		]);
		await page.getByRole('button', { name: 'Put it on the map' }).click();
		await expect(page.getByText('“letter.jpg” was not added')).toBeVisible();
		await expect(page.locator('[data-claim]')).toBeVisible();
		const [pin] = await publishedPins(db, round.id);
		expect(pin).toMatchObject({ note: 'They race here', photos: [expect.any(String)] });
		const photo = await page.request.get(`/map/${round.slug}/photos/${pin!.photos[0]}.webp`);
		expect(photo.headers()['content-type']).toBe('image/webp');
	});

test('a moderator looks at a held photo, puts it on the map, and takes it off with a reason', async ({
	browser,
	town,
	db,
}) => {
	const { page, context, onMap } = await withPin(browser, town, db, {}, true);
	await field(page).setInputFiles(file('porch.jpg', await cameraPhoto()));
	await add(page).click();
	await expect(shown(page)).toHaveCount(1);
	const desk = await (await browser.newContext({ baseURL: town.server.url })).newPage();
	await signIn(desk.context(), town.server.url, db, dana);
	await desk.goto(page.url());
	await expect(desk.getByRole('button', { name: 'Take away photo 1' })).toHaveCount(0);
	expect(await seriousFaults(desk)).toEqual([]);
	await desk.getByRole('button', { name: 'Put photo 1 on the map' }).click();
	await expect(desk.getByText('Shown together with its pin')).toBeVisible();
	await desk.getByLabel('Why').selectOption('personal-data');
	await desk.getByRole('button', { name: 'Take photo 1 off the map' }).click();
	await expect(desk.getByText('Not shown on the map')).toBeVisible();
	await page.reload();
	await expect(page.getByText('No photos yet')).toBeVisible();
	expect(await onMap()).toEqual([]);
	await context.close();
});

test('photos that are still being made smaller are sent as they are, not lost', async ({
	browser,
	town,
	db,
}) => {
	const round = await openMap(db);
	const context = await browser.newContext({ baseURL: town.server.url });
	const page = await context.newPage();
	// A phone that takes its time.
	await page.addInitScript(() => (window.createImageBitmap = () => new Promise(() => {})));
	await page.goto(`/map/${round.slug}/new`, { waitUntil: 'networkidle' });
	await page.getByRole('radio', { name: /Speeding/ }).check();
	await page.getByLabel('Where is it?').fill('41.62, -90.58');
	await page.getByLabel('What would you like to say?').fill('They race here');
	await field(page).setInputFiles([file('porch.jpg', await cameraPhoto())]);
	await expect(field(page)).toHaveAttribute('aria-busy', 'true');
	await page.getByRole('button', { name: 'Put it on the map' }).click();
	await expect(page.locator('[data-claim]')).toBeVisible();
	expect((await publishedPins(db, round.id))[0]!.photos).toHaveLength(1);
	await context.close();
});
