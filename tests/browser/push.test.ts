// Short messages in a real browser: switched on by a press, sealed by the server, carried by a push service of the test and shown by the
// real service worker. Chromium's own push service is on the internet, which a test does not have, and its light edition knows no
// notifications: subscribing, permission and showing are stood in for, in the page and the worker of the test.
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page, Worker } from '@playwright/test';
import { eq } from 'drizzle-orm';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { createMeeting, editMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { followSomething } from '#db/followers.ts';
import { pushKeysOf } from '#db/pushKeys.ts';
import { areas, notices, pushDevices } from '#db/schema/index.ts';
import { anEvening, dana, maria, settle } from '#tests/cast.ts';
import { startPushService, type PushDevice, type PushService } from '#tests/setup/pushService.ts';
import { browserCookies, signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { expect, test as base } from './server.ts';

const config = testConfig();
const test = base.extend<{ meeting: { id: string; slug: string } }, { db: Database; service: PushService }>({
	db: [
		async ({ town }, use) => {
			const db = openDatabase(town.databaseUrl, 2);
			await settle(db);
			await use(db);
			await closeDatabase(db);
		},
		{ scope: 'worker' },
	],
	service: [
		async ({}, use) => {
			const service = await startPushService(pushKeysOf(config).publicKey);
			await use(service);
			await service.close();
		},
		{ scope: 'worker' },
	],
	meeting: async ({ db }, use) => {
		const meeting = await createMeeting(db, dana, evening());
		await publishMeeting(db, dana, { meetingId: meeting.id });
		await use(meeting);
	},
});

// The push service of the test is on this machine.
test.use({ serverEnv: { NODE_ENV: 'test' } });

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const evening = (days = 20, hour = '18') => ({
	...anEvening,
	...{ startsAtLocal: `${day(days)}T${hour}:30`, endsAtLocal: `${day(days)}T20:00` },
});
const isAccessible = async (page: Page) =>
	expect(
		(await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
	).toEqual([]);

/** Lets the page subscribe at the test's push service; what it is subscribed to outlives the page, as in a browser. */
async function subscribable(context: BrowserContext, { subscription }: PushDevice): Promise<void> {
	await context.addInitScript((given) => {
		const bytesOf = (text: string) => {
			const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
			return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
		};
		const fake = () => {
			const key = localStorage.getItem('subscribed');
			if (key === null) return null;
			return {
				endpoint: given.endpoint,
				options: { applicationServerKey: bytesOf(key) },
				toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
				unsubscribe: () => Promise.resolve(localStorage.removeItem('subscribed')),
			} as unknown as PushSubscription;
		};
		PushManager.prototype.subscribe = (options) => {
			if (!options?.userVisibleOnly) throw new TypeError('must be visible');
			localStorage.setItem('subscribed', options.applicationServerKey as string);
			return Promise.resolve(fake()!);
		};
		PushManager.prototype.getSubscription = () => Promise.resolve(fake());
		// Allowed once it was asked for; the light Chromium of the tests has no such question.
		const permission = () => (localStorage.getItem('allowed') ? 'granted' : 'default');
		Object.defineProperty(Notification, 'permission', { get: permission });
		Notification.requestPermission = () => {
			localStorage.setItem('allowed', 'yes');
			return Promise.resolve('granted');
		};
	}, subscription);
}

/** Hands a message to the real service worker, as the browser does when one has come. */
async function deliver(page: Page, origin: string, message: object): Promise<void> {
	const devtools = await page.context().newCDPSession(page);
	const known = new Promise<string>((resolve) =>
		devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
			if (registrations[0]) resolve(registrations[0].registrationId);
		}),
	);
	await devtools.send('ServiceWorker.enable');
	const registrationId = await known;
	await devtools.send('ServiceWorker.deliverPushMessage', {
		...{ origin, registrationId, data: JSON.stringify(message) },
	});
	await devtools.detach();
}
/** What the worker asked the browser to show. The light Chromium of the tests shows no notifications: it is asked in its place. */
async function watchShown(worker: Worker): Promise<() => Promise<unknown[]>> {
	await worker.evaluate(() => {
		const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
		const all: unknown[] = [];
		Object.assign(self, { shown: all });
		registration.showNotification = (title, options) => {
			all.push({ title, body: options?.body, tag: options?.tag, path: options?.data as unknown });
			return Promise.resolve();
		};
	});
	return () => worker.evaluate(() => (self as unknown as { shown: unknown[] }).shown);
}

test('on a phone: switched on by a press, told of a move, switched off again; nothing before that and nothing of it offline', async ({
	browser,
	town,
	db,
	service,
	meeting,
}) => {
	const origin = town.server.url;
	const device = service.newDevice('phone');
	const viewport = { width: 390, height: 844 };
	const context = await browser.newContext({ baseURL: origin, viewport });
	await subscribable(context, device);
	const page = await context.newPage();
	await page.goto(`/meetings/${meeting.slug}`);
	const box = page.getByRole('region', { name: 'Reminders on this device' });
	await expect(box.getByText('Switched off for this device.')).toBeVisible();
	expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
	await isAccessible(page);

	const on = box.getByRole('button', { name: 'Switch on for this device' });
	await on.focus();
	await page.keyboard.press('Enter');
	await expect(box.getByText('Switched on for this device.')).toBeVisible();
	await expect(box.getByRole('status')).toHaveText('This device will be told.');
	await isAccessible(page);
	await page.reload();
	await expect(box.getByText('Switched on for this device.')).toBeVisible();

	// At whatever hour the test runs: what is needed now does not wait for the end of the quiet hours.
	await editMeeting(db, dana, { meetingId: meeting.id, meeting: evening(21) });
	await db.$client.query('update push_messages set needed_by = now()');
	await db.$client.query("select pg_notify('push', '')");
	await expect.poll(() => device.received.length, { timeout: 70_000 }).toBe(1);
	const [worker] = context.serviceWorkers();
	const shown = await watchShown(worker!);
	const message = device.received[0]!;
	expect(message.body).toMatch(/has changed/);
	for (let time = 0; time < 2; time++) await deliver(page, origin, message);
	// Sent twice, as after a killed worker, it is shown under the same name: the second takes the place of the first.
	const { id: tag, title, body, path } = message;
	await expect.poll(shown).toEqual(Array(2).fill({ title, body, tag, path }));

	await box.getByRole('button', { name: 'Switch off for this device' }).click();
	await expect(box.getByText('Switched off for this device.')).toBeVisible();
	expect(await db.$count(pushDevices)).toBe(0);
	// The worker answers no requests: without a network the page is away, as in a browser that has none.
	await context.setOffline(true);
	await expect(page.goto('/meetings')).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
	await context.close();
});

test('with an account, in Spanish: news of what one follows, until one signs out there', async ({
	browser,
	town,
	db,
	service,
}) => {
	const origin = town.server.url;
	const context = await browser.newContext({ baseURL: origin, locale: 'es-US' });
	await subscribable(context, service.newDevice('laptop'));
	await context.addCookies(browserCookies(await signedInBrowser(db, config, maria), origin));
	const page = await context.newPage();
	await page.goto('/following');
	const box = page.getByRole('region', { name: 'Novedades en este dispositivo' });
	await box.getByRole('button', { name: 'Activar en este dispositivo' }).click();
	await expect(box.getByText('Activado en este dispositivo.')).toBeVisible();
	await isAccessible(page);
	const personIds = async () =>
		(await db.select({ personId: pushDevices.personId }).from(pushDevices)).map(({ personId }) => personId);
	expect(await personIds()).toEqual(['maria']);
	await page.goto('/sign-out', { waitUntil: 'networkidle' });
	await page.getByRole('main').getByRole('button', { name: 'Salir' }).click();
	await page.waitForURL(origin + '/');
	expect((await personIds()).filter((id) => id !== null)).toEqual([]);
	await context.close();
});

test('where messages cannot be had the page says why', async ({ browser, town, meeting }) => {
	const see = async (how: (context: BrowserContext) => Promise<void>, words: RegExp, more = {}) => {
		const context = await browser.newContext({ baseURL: town.server.url, ...more });
		await how(context);
		const page = await context.newPage();
		await page.goto(`/meetings/${meeting.slug}`);
		const box = page.getByRole('region', { name: 'Reminders on this device' });
		await expect(box.getByText(words)).toBeVisible();
		await expect(box.getByRole('button')).toHaveCount(0);
		await isAccessible(page);
		await context.close();
	};
	const without = (context: BrowserContext) =>
		context.addInitScript(() => void Reflect.deleteProperty(window, 'PushManager')).then(() => {});
	await see(without, /cannot show messages/);
	await see(without, /home screen/, {
		userAgent:
			'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148',
	});
	const denied = (context: BrowserContext) =>
		context
			.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }))
			.then(() => {});
	await see(denied, /was told not to show messages/);
});

test('asked for by nobody, permission is not asked for; refused, the page says so', async ({
	browser,
	town,
	meeting,
}) => {
	const context = await browser.newContext({ baseURL: town.server.url });
	await context.addInitScript(() => {
		let permission: NotificationPermission = 'default';
		Object.defineProperty(Notification, 'permission', { get: () => permission });
		Notification.requestPermission = () => {
			document.documentElement.dataset['asked'] = 'yes';
			return Promise.resolve((permission = 'denied'));
		};
	});
	const page = await context.newPage();
	await page.goto(`/meetings/${meeting.slug}`, { waitUntil: 'networkidle' });
	expect(await page.locator('html').getAttribute('data-asked')).toBeNull();
	const box = page.getByRole('region', { name: 'Reminders on this device' });
	await box.getByRole('button', { name: 'Switch on for this device' }).click();
	await expect(box.getByText(/was told not to show messages/)).toBeVisible();
	expect(await page.locator('html').getAttribute('data-asked')).toBe('yes');
	await context.close();
});

test('a moderator sees how many will be invited, chooses, publishes; in Spanish and by keyboard, too', async ({
	browser,
	town,
	db,
}) => {
	const url = town.server.url;
	const shape = { type: 'Polygon', coordinates: [] } as unknown as (typeof areas.$inferInsert)['shape'];
	const [elm] = await db.insert(areas).values({ name: 'Elm Hill', shape }).returning();
	await followSomething(db, maria, { kind: 'area', subject: elm!.id });
	const { slug } = await createMeeting(db, dana, evening());
	const context = await browser.newContext({ baseURL: url, viewport: { width: 390, height: 844 } });
	await context.addCookies(browserCookies(await signedInBrowser(db, config, dana), url));
	const page = await context.newPage();
	// The posters on that page are drawn when they are asked for, which takes this server's only thread.
	await page.route('**/papers/**', (route) => route.abort());
	await page.goto(`/desk/meetings/${slug}`, { waitUntil: 'networkidle' });
	await expect(page.getByText('Nobody is invited when it is published.')).toBeVisible();
	await page.getByRole('link', { name: 'Choose who is invited' }).click();
	const box = page.getByRole('region', { name: 'Invitations to followers' });
	await expect(box.getByRole('status')).toHaveText('No area is chosen: nobody is invited.');
	await page.waitForLoadState('networkidle');
	await box.getByLabel('Elm Hill (1 follower)').focus();
	await page.keyboard.press('Space');
	await box.getByRole('button', { name: 'Save invitations' }).press('Enter');
	await expect(box.getByRole('status')).toHaveText('When it is published, 1 follower is invited.');
	await isAccessible(page);

	await page.goto(`/desk/meetings/${slug}`, { waitUntil: 'networkidle' });
	await expect(page.getByText('1 follower is invited when it is published.')).toBeVisible();
	await page.getByRole('button', { name: 'Publish', exact: true }).click();
	await expect(page.getByText('1 follower is invited when it is published.')).toBeHidden();
	await page.goto(`/desk/meetings/${slug}/promotion`);
	await expect(box.getByRole('status')).toHaveText(/^Invitations written: 0\. Waiting .+: 1\.$/);

	const spanish = await browser.newContext({ baseURL: url, locale: 'es-US', javaScriptEnabled: false });
	await spanish.addCookies(browserCookies(await signedInBrowser(db, config, dana), url));
	const plain = await spanish.newPage();
	await plain.goto(`/desk/meetings/${slug}/promotion`);
	const invitations = plain.getByRole('region', { name: 'Invitaciones a quienes siguen una zona' });
	await invitations.getByLabel('Invitar a quienes siguen').uncheck();
	await invitations.getByRole('button', { name: 'Guardar invitaciones' }).click();
	await expect(invitations.getByRole('status')).toHaveText('Desactivado: no se invita a nadie.');
	expect(await db.$count(notices, eq(notices.channel, 'email'))).toBe(0);

	const resident = await browser.newContext({ baseURL: url, locale: 'es-US' });
	await resident.addCookies(browserCookies(await signedInBrowser(db, config, maria), url));
	const news = await resident.newPage();
	await news.goto('/following');
	await expect(news.getByText(/^Le invitamos: una reunión empieza el .+ 6:30/)).toBeVisible();
	await isAccessible(news);
	for (const one of [context, spanish, resident]) await one.close();
});
