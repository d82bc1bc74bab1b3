// The only thing that runs while no page is open: shows a message that has come, and opens what it is about. It is put in place when
// somebody switches messages on, answers no requests and keeps no pages: without a network everything is as it is without it.
import type { PushWords } from '#domain/push.ts';

// The types of workers and of pages do not go together in one project: what is used here is named.
type Waiting = Event & { waitUntil(work: Promise<unknown>): void };
type Pushed = Waiting & { data: { json(): unknown } | null };
type Pressed = Waiting & { notification: Notification };
type Renewed = Waiting & { oldSubscription?: PushSubscription; newSubscription?: PushSubscription };
type Window = { url: string; focus(): Promise<unknown> };
const worker = self as unknown as {
	registration: ServiceWorkerRegistration;
	clients: {
		matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<Window[]>;
		openWindow(url: string): Promise<unknown>;
	};
	addEventListener(type: 'push', listener: (event: Pushed) => void): void;
	addEventListener(type: 'notificationclick', listener: (event: Pressed) => void): void;
	addEventListener(type: 'pushsubscriptionchange', listener: (event: Renewed) => void): void;
};

worker.addEventListener('push', (event) => {
	const message = event.data?.json() as (PushWords & { id: string }) | undefined;
	if (!message) return;
	const { id, title, body, path } = message;
	// The same tag again takes the place of the first: a message that was sent twice is shown once.
	const options = { body, tag: id, data: path, icon: '/icons/lamp-192.png', badge: '/icons/lamp-32.png' };
	event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener('notificationclick', (event) => {
	event.notification.close();
	event.waitUntil(open(String(event.notification.data)));
});

async function open(path: string): Promise<void> {
	const { href, origin } = new URL(path, location.origin);
	if (origin !== location.origin) return;
	const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const there = windows.find(({ url }) => url === href);
	await (there ? there.focus() : worker.clients.openWindow(href));
}

// Browsers change a device's address now and then: what it is told of goes along.
worker.addEventListener('pushsubscriptionchange', (event) => {
	const before = event.oldSubscription;
	if (before) event.waitUntil(renew(before, event.newSubscription));
});

async function renew(before: PushSubscription, given?: PushSubscription): Promise<void> {
	const after = given ?? (await worker.registration.pushManager.subscribe(before.options));
	await fetch('/push', {
		method: 'PUT',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ before: before.endpoint, subscription: after }),
	});
}
