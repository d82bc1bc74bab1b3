// In the room: "I am here", once per browser and without a name; and the people whom staff count by hand.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { cityRoom } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { checkInInput, headsInput, takesCheckIns, type Headcount } from '#domain/room.ts';
import type { Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { headcounts, meetings, roomCheckIns } from './schema/index.ts';

/**
 * Says "I am in the room". A second time changes nothing, also after signing in.
 * @throws Refusal not-found, sign-in-needed, check-in-closed, no-guest
 */
export const checkIn = command(checkInInput, async (work, { meetingId }) => {
	const { tx, actor } = work;
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('share');
	if (!meeting || !can(actor, 'meeting:read', meeting)) throw new Refusal('not-found');
	authorize(actor, 'room:check-in');
	const times = { startsAt: meeting.startsAt.toISOString(), endsAt: meeting.endsAt.toISOString() };
	if (!takesCheckIns({ ...meeting, ...times }, Date.now())) throw new Refusal('check-in-closed');
	const me = pseudonymsIn(meetingId, actor, 'room');
	// By browser: whoever signs in afterwards is not somebody else.
	const visitor = me.guest ?? me.account;
	if (!visitor) throw new Refusal('no-guest');
	const isNew = await tx
		.insert(roomCheckIns)
		.values({ meetingId, visitor })
		.onConflictDoNothing()
		.returning({ visitor: roomCheckIns.visitor });
	if (isNew.length === 0) return;
	await countedInRoom(tx, meetingId, actor);
	await announceHeads(work, meetingId);
});

/** Whoever is in the room is not counted as online, too, when they have the hall open on their phone. */
async function countedInRoom(tx: Transaction, meetingId: string, actor: Actor): Promise<void> {
	const { account, guest } = pseudonymsIn(meetingId, actor, 'attend');
	await tx.execute(sql`
		insert into attendance (meeting_id, visitor, in_room) values (${meetingId}, ${account ?? guest}, true)
		on conflict (meeting_id, visitor) do update set in_room = true`);
}

/**
 * One press on + or − of a counter. Below zero it does not go; each press (by its id) counts once.
 * @returns how many there are now
 * @throws Refusal forbidden, not-found, check-in-closed
 */
export const countHeads = command(headsInput, async (work, { meetingId, kind, by }): Promise<Headcount> => {
	authorize(work.actor, 'room:count');
	const { tx } = work;
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('share');
	if (!meeting) throw new Refusal('not-found');
	// Also afterwards: somebody had counted on paper. The report closes the books.
	if (!['scheduled', 'live', 'ended'].includes(meeting.state)) throw new Refusal('check-in-closed');
	await tx.execute(sql`
		insert into headcounts (meeting_id, kind, count) values (${meetingId}, ${kind}, ${Math.max(by, 0)})
		on conflict (meeting_id, kind) do update set count = greatest(headcounts.count + ${by}, 0)`);
	await announceHeads(work, meetingId);
	return readHeads(tx, meetingId);
});

/** How many are in the room and on the phone. Whoever calls has asked the policy. */
export async function readHeads(db: Reader, meetingId: string): Promise<Headcount> {
	const rows = await db.select().from(headcounts).where(eq(headcounts.meetingId, meetingId));
	const count = (kind: (typeof rows)[number]['kind']) => rows.find((row) => row.kind === kind)?.count ?? 0;
	const now = await db.$count(roomCheckIns, eq(roomCheckIns.meetingId, meetingId));
	return { checkedIn: now + count('checked-in'), walkIns: count('walk-in'), callers: count('caller') };
}

/** Whether this browser or account has said that it is in the room. */
export async function isInRoom(db: Reader, meetingId: string, actor: Actor): Promise<boolean> {
	const me = pseudonymsIn(meetingId, actor, 'room').all;
	if (me.length === 0) return false;
	const found = await db
		.select({ visitor: roomCheckIns.visitor })
		.from(roomCheckIns)
		.where(and(eq(roomCheckIns.meetingId, meetingId), inArray(roomCheckIns.visitor, me)))
		.limit(1);
	return found.length > 0;
}

/** Keeps how many had checked in and forgets who: as the single visits are. */
export async function sumUpCheckIns(tx: Transaction, meetingId: string): Promise<void> {
	const { checkedIn: count } = await readHeads(tx, meetingId);
	if (count === 0) return;
	await tx
		.insert(headcounts)
		.values({ meetingId, kind: 'checked-in', count })
		.onConflictDoUpdate({ target: [headcounts.meetingId, headcounts.kind], set: { count } });
	await tx.delete(roomCheckIns).where(eq(roomCheckIns.meetingId, meetingId));
}

async function announceHeads(work: Work, meetingId: string): Promise<void> {
	work.record(cityRoom(meetingId), 'city:heads', { heads: await readHeads(work.tx, meetingId) });
}
