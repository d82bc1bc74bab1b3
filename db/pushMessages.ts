// Short messages to devices: asked for in the transaction of the change, sent afterwards, tried again while the push service is away.
// How a message is claimed and noted is as with mail (db/mail.ts); the words are the pages' (docs/decisions/0020).
import { and, eq, sql } from 'drizzle-orm';
import type { Config } from '#config';
import { readConfig } from '#config';
import type { PushKind, PushOutcome, PushWords } from '#domain/push.ts';
import { inTimeMs, quietUntil } from '#domain/registrations.ts';
import type { Database, Transaction } from './client.ts';
import { authorizationFor, pushKeysOf } from './pushKeys.ts';
import { postTo } from './pushEndpoints.ts';
import { sealed } from './pushEncryption.ts';
import { lastDue, reminderKey, startIn, toBeReminded } from './registrationLetters.ts';
import { meetings, pushDevices, pushMessages, pushWishes } from './schema/index.ts';

/** What one message says. `count`: pieces of news. */
export type PushMessage = {
	kind: PushKind;
	locale: string;
	meeting: typeof meetings.$inferSelect | null;
	count: number;
};

/** Seconds until the next try, by the number of tries made; after the last one it is given up. */
const pauses = [30, 120, 600, 1_800, 7_200, 21_600, 43_200];
/** So many services are asked at once: one that is slow must not hold up the others. */
const atOnce = 6;
const dayMs = 86_400_000;

/**
 * Asks for a message to every device that is reminded of a meeting: it was moved, or called off. In the quiet hours it waits, unless the
 * old time or the new one is nearer than their end.
 */
export async function askPushes(
	tx: Transaction,
	meeting: { id: string; startsAt: Date },
	kind: Extract<PushKind, 'moved' | 'called-off'>,
	key: string,
	before = meeting,
): Promise<void> {
	const neededBy = new Date(Math.min(meeting.startsAt.getTime(), before.startsAt.getTime()));
	await tx.execute(sql`
		insert into push_messages (device_id, kind, key, meeting_id, needed_by)
		select device_id, ${kind}, ${`${meeting.id} ${key}`}, meeting_id, ${neededBy.toISOString()}::timestamptz from push_wishes
		where meeting_id = ${meeting.id}
		on conflict do nothing`);
	await tx.execute(sql`select pg_notify('push', '')`);
}

/** Asks for the reminders that are due on devices: when and which, as by letter (db/registrationLetters.ts). */
export async function remindDevices(db: Database, now = new Date()): Promise<void> {
	for (const { meeting, reminders } of await toBeReminded(db, now)) {
		const due = lastDue(meeting.startsAt, reminders, now);
		if (!due) continue;
		const key = `${meeting.id} ${reminderKey(meeting.startsAt, due)}`;
		const { rowCount } = await db.execute(sql`
			insert into push_messages (device_id, kind, key, meeting_id, needed_by)
			select w.device_id, 'reminder', ${key}, w.meeting_id, ${meeting.startsAt.toISOString()}::timestamptz from push_wishes w
			where w.meeting_id = ${meeting.id} and w.at < ${due.toISOString()}::timestamptz
				and not exists (select from push_messages m where m.device_id = w.device_id and m.kind = 'moved'
					and m.meeting_id = w.meeting_id and m.asked_at >= ${due.toISOString()}::timestamptz)
			on conflict do nothing`);
		if (rowCount) await db.execute(sql`select pg_notify('push', '')`);
	}
}

/**
 * Sends what waits. Each message is claimed before it is sent, so that two processes do not send it twice; whoever dies between sending
 * and noting it leaves it to the next try, which the device shows in the place of the first (the same tag).
 * @param write puts one into words
 * @returns how many were sent and how many must be tried again
 */
export async function sendPushes(
	db: Database,
	config: Config,
	write: (message: PushMessage) => PushWords,
	now = new Date(),
): Promise<{ sent: number; failed: number }> {
	const outcome = { sent: 0, failed: 0 };
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (let row = await claim(db, config, now); row; row = await claim(db, config, now)) {
				const is = await sendOne(db, config, row, write, now);
				if (is === 'sent') outcome.sent++;
				if (is === 'later') outcome.failed++;
			}
		}),
	);
	return outcome;
}

type Row = typeof pushMessages.$inferSelect;

async function claim(db: Database, { TIME_ZONE }: Config, now: Date): Promise<Row | undefined> {
	const seconds = sql`(${sql.param(pauses)}::int[])[${pushMessages.attempts} + 1]`;
	const at = sql`${now.toISOString()}::timestamptz`;
	const quiet = quietUntil(now, TIME_ZONE);
	const last = quiet && new Date(quiet.getTime() + inTimeMs).toISOString();
	const isHeard = last ? sql`needed_by < ${last}::timestamptz` : sql`true`;
	const [row] = await db
		.update(pushMessages)
		.set({
			attempts: sql`${pushMessages.attempts} + 1`,
			nextAttemptAt: sql`${at} + ${seconds} * interval '1 second'`,
		})
		.where(
			sql`${pushMessages.id} = (select id from push_messages
				where done_at is null and next_attempt_at <= ${at} and attempts < ${pauses.length} and ${isHeard}
				order by next_attempt_at limit 1 for update skip locked)`,
		)
		.returning();
	return row;
}

async function sendOne(
	db: Database,
	config: Config,
	row: Row,
	write: (message: PushMessage) => PushWords,
	now: Date,
): Promise<PushOutcome | 'later' | 'gone'> {
	const [found] = await db
		.select({ device: pushDevices, meeting: meetings })
		.from(pushMessages)
		.innerJoin(pushDevices, eq(pushDevices.id, pushMessages.deviceId))
		.leftJoin(meetings, eq(meetings.id, pushMessages.meetingId))
		.where(eq(pushMessages.id, row.id));
	if (!found) return 'gone';
	const { device, meeting } = found;
	if (await isPast(db, row, meeting, device.personId, now)) return note(db, row, 'void', now);
	const words = write({ kind: row.kind, locale: device.locale, meeting, count: row.count ?? 0 });
	const body = sealed(JSON.stringify({ id: row.id, ...words }), device);
	const posted = await postTo(device.endpoint, body, headersOf(row, device.endpoint, config, now), config);
	if (posted.is === 'taken') return note(db, row, 'sent', now);
	if (posted.is === 'refused') return note(db, row, 'refused', now, posted.code);
	if (posted.is === 'gone') {
		await db.delete(pushDevices).where(eq(pushDevices.id, device.id));
		return 'gone';
	}
	// A service that asks for more time than the pause gets it, within reason.
	const asked = new Date(now.getTime() + Math.min(posted.afterSeconds, 6 * 3600) * 1_000);
	await db
		.update(pushMessages)
		.set({
			lastError: posted.code,
			nextAttemptAt: sql`greatest(${pushMessages.nextAttemptAt}, ${asked.toISOString()}::timestamptz)`,
		})
		.where(eq(pushMessages.id, row.id));
	return 'later';
}

async function note(
	db: Database,
	{ id }: Row,
	outcome: PushOutcome,
	now: Date,
	lastError: string | null = null,
): Promise<PushOutcome> {
	await db.update(pushMessages).set({ doneAt: now, outcome, lastError }).where(eq(pushMessages.id, id));
	return outcome;
}

/** What a message was to say is so no more, or nobody wants to hear it any more. */
async function isPast(
	db: Database,
	{ kind, key, deviceId }: Row,
	meeting: typeof meetings.$inferSelect | null,
	personId: string | null,
	now: Date,
): Promise<boolean> {
	if (kind === 'news') return personId === null;
	if (!meeting) return true;
	const wish = and(eq(pushWishes.deviceId, deviceId), eq(pushWishes.meetingId, meeting.id));
	if ((await db.$count(pushWishes, wish)) === 0) return true;
	if (kind === 'called-off') return meeting.state !== 'cancelled';
	if (meeting.state !== 'scheduled' || meeting.startsAt <= now) return true;
	const said = key.slice(meeting.id.length + 1);
	if (kind === 'reminder') return startIn(said) !== meeting.startsAt.toISOString();
	// It was moved once more: the message of that says where to.
	const later = sql`device_id = ${deviceId} and kind = 'moved' and meeting_id = ${meeting.id}
		and split_part(key, ' ', 2)::int > ${Number(said)}`;
	return (await db.$count(pushMessages, later)) > 0;
}

/** `TTL`: how long the service keeps it for a device that is off. `Topic`: a second try takes the place of the first while that waits. */
function headersOf(
	{ id, neededBy }: Row,
	endpoint: string,
	config: Config,
	now: Date,
): Record<string, string> {
	const left = neededBy ? Math.min(neededBy.getTime() - now.getTime(), 7 * dayMs) : dayMs;
	return {
		authorization: authorizationFor(endpoint, pushKeysOf(config), config),
		'content-type': 'application/octet-stream',
		'content-encoding': 'aes128gcm',
		ttl: String(Math.max(60, Math.floor(left / 1_000))),
		urgency: 'normal',
		topic: id.replaceAll('-', ''),
	};
}

/** The key that browsers subscribe with. */
export const pushPublicKey = (): string => pushKeysOf(readConfig()).publicKey;
