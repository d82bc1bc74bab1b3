// How long things are kept, and legal holds: set by admins, noted in the audit.
import { asc, eq, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import { dayBounds, holdInput, liftHoldInput, setDaysInput } from '#domain/retention.ts';
import type { Actor } from '#domain/people.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { lockMeeting } from './meetings.ts';
import { keptDays, touchedBy } from './retention.ts';
import { meetings, retentionDays, retentionHolds } from './schema/index.ts';

/**
 * Sets how many days after a meeting a kind is kept. What brings a removal forward needs the number of meetings that it touches, as it
 * was shown: a change that touches others than somebody has agreed to is refused.
 * @throws Refusal forbidden, retention-out-of-bounds, retention-not-agreed
 */
export const setKeptDays = command(setDaysInput, async ({ tx, actor, note }, { kind, days, agreedTo }) => {
	authorize(actor, 'retention:set');
	const { least, most } = dayBounds[kind];
	if (days < least || days > most) throw new Refusal('retention-out-of-bounds', 'days');
	// One at a time, and no removal meanwhile.
	await tx.execute(sql`lock table retention_days in share row exclusive mode`);
	const before = (await keptDays(tx))[kind];
	if (before === days) return;
	const { earlier } = await touchedBy(tx, kind, days);
	if (earlier !== (agreedTo ?? 0)) throw new Refusal('retention-not-agreed', 'days');
	await tx
		.insert(retentionDays)
		.values({ kind, days })
		.onConflictDoUpdate({ target: retentionDays.kind, set: { days } });
	if (kind === 'recording')
		await tx.execute(sql`
			update recordings r set keep_until = (r.started_at at time zone m.time_zone)::date + ${days}::int
			from meetings m where m.id = r.meeting_id and r.state <> 'removed'`);
	note('retention:set', `retention:${kind}`, { before, days, earlier });
});

/** Stops every removal of a meeting. A second time changes nothing but the reason. @throws Refusal forbidden, not-found */
export const holdMeeting = command(holdInput, async ({ tx, actor, note }, { meetingId, reason }) => {
	authorize(actor, 'retention:hold');
	await lockMeeting(tx, meetingId);
	await tx
		.insert(retentionHolds)
		.values({ meetingId, reason })
		.onConflictDoUpdate({ target: retentionHolds.meetingId, set: { reason } });
	note('retention:hold', `meeting:${meetingId}`, { reason });
});

/** Lifts a hold: what is due goes with the next run of the job. @throws Refusal forbidden */
export const liftHold = command(liftHoldInput, async ({ tx, actor, note }, { meetingId }) => {
	authorize(actor, 'retention:hold');
	const lifted = await tx.delete(retentionHolds).where(eq(retentionHolds.meetingId, meetingId)).returning();
	if (lifted.length > 0) note('retention:lift', `meeting:${meetingId}`);
});

export type Held = { meetingId: string; slug: string; title: string; reason: string; since: string };

/** Meetings with a legal hold, and those that one can be set for, newest first. @throws Refusal for who may not see it */
export async function readHolds(
	db: Reader,
	actor: Actor,
): Promise<{ held: Held[]; others: { id: string; title: string; startsAt: string; timeZone: string }[] }> {
	authorize(actor, 'retention:hold');
	const held = await db
		.select({ hold: retentionHolds, slug: meetings.slug, title: meetings.title })
		.from(retentionHolds)
		.innerJoin(meetings, eq(meetings.id, retentionHolds.meetingId))
		.orderBy(asc(meetings.startsAt));
	const others = await db
		.select({
			id: meetings.id,
			title: meetings.title,
			startsAt: meetings.startsAt,
			timeZone: meetings.timeZone,
		})
		.from(meetings)
		.where(
			sql`${meetings.state} <> 'draft' and not exists (select from retention_holds h where h.meeting_id = ${meetings.id})`,
		)
		.orderBy(sql`${meetings.startsAt} desc`);
	return {
		held: held.map(({ hold, ...meeting }) => ({
			...meeting,
			...{ meetingId: hold.meetingId, reason: hold.reason, since: hold.heldSince.toISOString() },
		})),
		others: others.map((one) => ({ ...one, startsAt: one.startsAt.toISOString() })),
	};
}
