// This device and short messages: whether it can have them, whether it may, and what it is told of. Permission is asked for only by
// `set`, which a press of our own button calls.
import type { PushState } from '#domain/push.ts';

/**
 * `looking`: not known yet; `ios`: only once the site is on the home screen; `denied`: the browser was told not to; `failed`: the last
 * press did not get through.
 */
export type DeviceState = 'looking' | 'unsupported' | 'ios' | 'denied' | 'ready' | 'busy' | 'failed';

export class Device {
	state = $state<DeviceState>('looking');
	told = $state.raw<PushState>({ meetingIds: [], news: false });

	/** Finds out how things stand, without asking anybody for anything. */
	async look(): Promise<void> {
		this.state = this.#stand();
		if (this.state !== 'ready') return;
		const subscription = await currentSubscription().catch(() => null);
		if (!subscription) return;
		const answer = await ask('POST', { subscription: subscription.toJSON() }).catch(() => null);
		if (answer?.ok) this.told = (await answer.json()) as PushState;
	}

	/** Switches something on or off. @returns whether it was saved */
	async set(about: string, isOn: boolean): Promise<boolean> {
		this.state = 'busy';
		try {
			if (isOn && (await Notification.requestPermission()) !== 'granted') {
				this.state = this.#stand();
				return false;
			}
			const subscription = isOn ? await subscribe() : await currentSubscription();
			if (subscription) {
				const answer = await ask('POST', { subscription: subscription.toJSON(), about, isOn });
				if (!answer.ok) throw new Error(String(answer.status));
				this.told = (await answer.json()) as PushState;
				// What is told of nothing needs no address.
				if (!this.told.news && this.told.meetingIds.length === 0) await subscription.unsubscribe();
			}
			this.state = 'ready';
			return true;
		} catch {
			this.state = 'failed';
			return false;
		}
	}

	#stand(): DeviceState {
		if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window))
			return isIosInBrowser() ? 'ios' : 'unsupported';
		return Notification.permission === 'denied' ? 'denied' : 'ready';
	}
}

/** iPhones and iPads have messages only for sites on the home screen; iPads say that they are Macs. */
function isIosInBrowser(): boolean {
	const { userAgent, platform, maxTouchPoints } = navigator;
	return /iPhone|iPad|iPod/.test(userAgent) || (platform === 'MacIntel' && maxTouchPoints > 1);
}

const ask = (method: string, said: object) =>
	fetch('/push', {
		method,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(said),
	});

async function currentSubscription(): Promise<PushSubscription | null> {
	const registration = await navigator.serviceWorker.getRegistration('/');
	return (await registration?.pushManager.getSubscription()) ?? null;
}

async function subscribe(): Promise<PushSubscription> {
	const registration = await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
	await navigator.serviceWorker.ready;
	const { key } = (await (await fetch('/push')).json()) as { key: string };
	const before = await registration.pushManager.getSubscription();
	if (before && isFor(before, key)) return before;
	// The server has another key than when this device subscribed.
	await before?.unsubscribe();
	return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function isFor({ options }: PushSubscription, key: string): boolean {
	const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
	const text = btoa(String.fromCharCode(...bytes));
	return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') === key;
}
