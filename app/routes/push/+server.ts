// Where a browser says what its device is to be told of. Only scripts of our own pages come here: JSON is not sent by forms of others,
// and the cookie that says whose browser it is comes with nothing else.
import type { RequestEvent } from '@sveltejs/kit';
import { readPush, renewPush, setPush } from '#db/push.ts';
import { pushPublicKey } from '#db/pushMessages.ts';
import { Refusal } from '#domain/errors.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { database } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';

/** The key to subscribe with. */
export const GET = () =>
	Response.json({ key: pushPublicKey() }, { headers: { 'cache-control': 'no-store' } });

/** `{"subscription": …}` asks what the device is told of; with `about` and `isOn` it switches that first. */
export const POST = async (event: RequestEvent) => {
	const said = await saidIn(event);
	await withinLimit('pushesFromHere', addressOf(event));
	if (said['about'] === undefined) {
		const { endpoint } = (said['subscription'] ?? {}) as { endpoint?: unknown };
		return Response.json(await readPush(database(), event.locals.actor, String(endpoint)));
	}
	await ensureGuest(event);
	const input = { ...said, subscription: flat(said['subscription']), locale: getLocale() };
	const state = await setPush(database(), event.locals.actor, input as Parameters<typeof setPush>[2]);
	return Response.json(state);
};

/** `{"before": …, "subscription": …}`: the device has another address now. */
export const PUT = async (event: RequestEvent) => {
	const said = await saidIn(event);
	await withinLimit('pushesFromHere', addressOf(event));
	const input = { ...said, subscription: flat(said['subscription']) };
	await renewPush(database(), event.locals.actor, input as Parameters<typeof renewPush>[2]);
	return Response.json({});
};

/** @throws Refusal bad-input */
async function saidIn({ request }: RequestEvent): Promise<Record<string, unknown>> {
	// A form of another site can send text, but not call it JSON.
	if (!request.headers.get('content-type')?.startsWith('application/json')) throw new Refusal('bad-input');
	const said: unknown = await request.json().catch(() => null);
	if (typeof said !== 'object' || said === null) throw new Refusal('bad-input');
	return said as Record<string, unknown>;
}

/** A subscription as browsers write it (`PushSubscription.toJSON`). */
function flat(given: unknown) {
	const { endpoint, keys } = (given ?? {}) as {
		endpoint?: unknown;
		keys?: { p256dh?: unknown; auth?: unknown };
	};
	return { endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
}
