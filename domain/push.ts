// Short messages to one device, also while the browser is closed (Web Push). What may stand on a locked phone, and who holds a device.
import * as v from 'valibot';

/** Kinds of messages. `moved` and `called-off` are of meetings that the device is to be reminded of; `news` is of what an account follows. */
export const pushKinds = ['reminder', 'moved', 'called-off', 'news'] as const;
export type PushKind = (typeof pushKinds)[number];

/** How a message ended: taken by the push service, about nothing any more, refused by the service, or given up after the last try. */
export const pushOutcomes = ['sent', 'void', 'refused'] as const;
export type PushOutcome = (typeof pushOutcomes)[number];

/** A message as the device shows it. Nothing of it says which meeting, what is followed or who: a locked phone is read by others. */
export type PushWords = {
	title: string;
	body: string;
	/** Where pressing it leads. */
	path: string;
};

const base64Url = (bytes: number) =>
	v.pipe(
		v.string(),
		v.regex(/^[\w-]+$/),
		v.check((text) => Math.floor((text.length * 3) / 4) === bytes),
	);

/** What a browser says of its subscription: where messages go, and the keys that only it can open them with (RFC 8291). */
export const subscriptionInput = v.object({
	endpoint: v.pipe(v.string(), v.maxLength(1_000), v.url()),
	/** A point on P-256, uncompressed. */
	p256dh: base64Url(65),
	auth: base64Url(16),
});
export type Subscription = v.InferOutput<typeof subscriptionInput>;

/** `about`: the id of a meeting, or `news`. */
export const setPushInput = v.object({
	subscription: subscriptionInput,
	about: v.union([v.literal('news'), v.pipe(v.string(), v.uuid())]),
	isOn: v.boolean(),
	/** Of the messages. */
	locale: v.optional(v.pipe(v.string(), v.maxLength(20)), 'en'),
});
export const renewPushInput = v.object({
	/** The address that the browser has given up for the new one. */
	before: v.pipe(v.string(), v.maxLength(1_000)),
	subscription: subscriptionInput,
});

/** What a device is told of. */
export type PushState = { meetingIds: string[]; news: boolean };
