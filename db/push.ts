// Devices that want short messages: switched on and off by their own browser, forgotten when they want none any more.
import { and, eq, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { renewPushInput, setPushInput, type PushState, type Subscription } from '#domain/push.ts';
import type { Reader, Transaction } from './client.ts';
import { command } from './command.ts';
import { pushOwnerOf } from './identity.ts';
import { isEndpoint } from './pushEndpoints.ts';
import { isPointOfCurve } from './pushEncryption.ts';
import { meetings, pushDevices, pushWishes } from './schema/index.ts';

/**
 * Switches what a device is told of on or off: reminders of a meeting, or news of what the account follows. Again changes nothing.
 * A browser that has forgotten who it was takes its device over: it alone knows the address.
 * @returns what the device is told of now
 * @throws Refusal not-found (no such meeting), meeting-state (it has begun, or is called off), sign-in-needed (news), bad-input
 */
export const setPush = command(setPushInput, async ({ tx, actor }, { subscription, about, isOn, locale }) => {
	authorize(actor, 'push:set');
	assertUsable(subscription);
	const person = actor.account?.id;
	if (about === 'news' && isOn && !person) throw new Refusal('sign-in-needed');
	const deviceId = await keepDevice(tx, actor, subscription, locale);
	if (about === 'news')
		await tx
			.update(pushDevices)
			.set({ personId: isOn ? person! : null })
			.where(eq(pushDevices.id, deviceId));
	else if (isOn) {
		await assertToCome(tx, actor, about);
		await tx.insert(pushWishes).values({ deviceId, meetingId: about }).onConflictDoNothing();
	} else
		await tx
			.delete(pushWishes)
			.where(and(eq(pushWishes.deviceId, deviceId), eq(pushWishes.meetingId, about)));
	const state = await stateOf(tx, deviceId, actor);
	// What wants nothing is not kept.
	await tx.delete(pushDevices).where(and(eq(pushDevices.id, deviceId), wantsNothing));
	return state;
});

/** A browser has given its device another address: what it is told of stays. An address that is not known changes nothing. */
export const renewPush = command(renewPushInput, async ({ tx }, { before, subscription }) => {
	assertUsable(subscription);
	await tx.delete(pushDevices).where(
		and(
			eq(pushDevices.endpoint, subscription.endpoint),
			sql`${pushDevices.endpoint} <> ${before}`,
			// Whoever knows both addresses has both; only then one takes the other's place.
			sql`exists (select from push_devices where endpoint = ${before})`,
		),
	);
	await tx.update(pushDevices).set(subscription).where(eq(pushDevices.endpoint, before));
});

/** What a device is told of; nothing where it is not known. News only where they are those of whoever asks. */
export async function readPush(db: Reader, actor: Actor, endpoint: string): Promise<PushState> {
	const [device] = await db.select().from(pushDevices).where(eq(pushDevices.endpoint, endpoint));
	return device ? stateOf(db, device.id, actor) : { meetingIds: [], news: false };
}

/** Whoever signs out of a browser is not told of what they follow there any more: the next to use it is somebody else. */
export async function endPushNews(db: Reader, actor: Actor): Promise<void> {
	if (!actor.guest || !actor.account) return;
	const isHere = and(
		eq(pushDevices.owner, pushOwnerOf(actor.guest)),
		eq(pushDevices.personId, actor.account.id),
	);
	await db.update(pushDevices).set({ personId: null }).where(isHere);
}

/** Of a device: neither meetings nor news. */
const wantsNothing = sql`${pushDevices.personId} is null
	and not exists (select from push_wishes w where w.device_id = ${pushDevices.id})`;

/** The row of a browser's subscription, locked: two tabs may switch at once. */
async function keepDevice(
	tx: Transaction,
	actor: Actor,
	subscription: Subscription,
	locale: string,
): Promise<string> {
	const owner = pushOwnerOf(actor.guest!);
	const [row] = await tx
		.insert(pushDevices)
		.values({ ...subscription, owner, locale })
		.onConflictDoUpdate({
			target: pushDevices.endpoint,
			set: {
				...subscription,
				...{ owner, locale },
				// Somebody else's news are not read on in a browser that has changed hands.
				personId: sql`case when ${pushDevices.personId} = ${actor.account?.id ?? null}::text then ${pushDevices.personId} end`,
			},
		})
		.returning({ id: pushDevices.id });
	return row!.id;
}

async function stateOf(db: Reader, deviceId: string, { account }: Actor): Promise<PushState> {
	const [device] = await db.select().from(pushDevices).where(eq(pushDevices.id, deviceId));
	const wishes = await db.select().from(pushWishes).where(eq(pushWishes.deviceId, deviceId));
	const news = device?.personId !== null && device?.personId === account?.id;
	return { meetingIds: wishes.map(({ meetingId }) => meetingId), news };
}

/** @throws Refusal bad-input */
function assertUsable({ endpoint, p256dh }: Subscription): void {
	if (!isEndpoint(endpoint, readConfig())) throw new Refusal('bad-input', 'subscription.endpoint');
	if (!isPointOfCurve(p256dh)) throw new Refusal('bad-input', 'subscription.p256dh');
}

/** @throws Refusal not-found, meeting-state */
async function assertToCome(tx: Transaction, actor: Actor, meetingId: string): Promise<void> {
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId));
	if (!meeting || !can(actor, 'meeting:read', meeting)) throw new Refusal('not-found', 'about');
	if (meeting.state !== 'scheduled') throw new Refusal('meeting-state');
}
