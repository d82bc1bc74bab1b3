// How many came to a meeting: counted by browser, without names, and kept as sums.
import { and, eq, inArray, sql } from 'drizzle-orm';
import {
	areaInput,
	shownGroups,
	visitDays,
	type Group,
	type ReportedAttendance,
} from '#domain/attendance.ts';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { keepWhoWasThere } from './feedback.ts';
import { readHeads, sumUpCheckIns } from './room.ts';
import { areas, areaSums, attendance, meetings } from './schema/index.ts';

/** Online, those in the room left out: most browsers at once, different browsers, and the minutes of all of them together. Then people in the room and on the phone. */
export type Attendance = { peak: number; visitors: number; minutes: number; room: number; phone: number };

/** @throws Refusal for who may not see it */
export async function readAttendance(db: Reader, actor: Actor, meetingId: string): Promise<Attendance> {
	authorize(actor, 'attendance:read');
	return attendanceOf(db, meetingId);
}

/** What a meeting's report tells everybody. The caller knows that it is over. */
export async function publicAttendance(db: Reader, meetingId: string): Promise<ReportedAttendance> {
	const { peak, visitors, room, phone } = await attendanceOf(db, meetingId);
	const [byArea = null] = await db
		.select({ shown: areaSums.shown, others: areaSums.others })
		.from(areaSums)
		.where(eq(areaSums.meetingId, meetingId));
	return { online: { peak, visitors }, room, phone, byArea };
}

async function attendanceOf(db: Reader, meetingId: string): Promise<Attendance> {
	const [meeting] = await db
		.select({ peak: meetings.peakAttendance, visitors: meetings.visitors, minutes: meetings.visitorMinutes })
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	const now = await sumOf(db, meetingId);
	const { checkedIn, walkIns, callers } = await readHeads(db, meetingId);
	return {
		peak: meeting?.peak ?? 0,
		visitors: meeting?.visitors ?? now.visitors,
		minutes: meeting?.minutes ?? now.minutes,
		room: checkedIn + walkIns,
		phone: callers,
	};
}

/** Where somebody has said they come from; null: nowhere yet. */
export async function ownArea(db: Reader, actor: Actor, meetingId: string): Promise<string | null> {
	const [row] = await db
		.select({ areaId: attendance.areaId })
		.from(attendance)
		.where(isOwn(meetingId, actor));
	return row?.areaId ?? null;
}

/**
 * Says which part of the city one comes from, in the hall of a live meeting or checked in to its room. It stands with the visit, which
 * cannot be joined with anything, and goes with it when the books are closed.
 * @throws Refusal not-found, sign-in-needed, meeting-not-live, no-guest
 */
export const tellArea = command(areaInput, async ({ tx, actor }, { meetingId, areaId }) => {
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('share');
	if (!meeting || !can(actor, 'meeting:read', meeting)) throw new Refusal('not-found');
	authorize(actor, 'attendance:tell');
	const visitor = visitorIn(meetingId, actor);
	if (!visitor) throw new Refusal('no-guest');
	if (areaId && (await tx.$count(areas, eq(areas.id, areaId))) === 0)
		throw new Refusal('not-found', 'areaId');
	if (meeting.state === 'live')
		await tx
			.insert(attendance)
			.values({ meetingId, visitor, areaId })
			.onConflictDoUpdate({ target: [attendance.meetingId, attendance.visitor], set: { areaId } });
	// Before it begins those are counted alone who have checked in.
	else if (meeting.state !== 'scheduled' || !(await changed(tx, meetingId, actor, areaId)))
		throw new Refusal('meeting-not-live');
});

async function changed(tx: Transaction, meetingId: string, actor: Actor, areaId: string | null) {
	const rows = await tx.update(attendance).set({ areaId }).where(isOwn(meetingId, actor)).returning();
	return rows.length > 0;
}

function visitorIn(meetingId: string, actor: Actor): string | null {
	const { account, guest } = pseudonymsIn(meetingId, actor, 'attend');
	return account ?? guest;
}

const isOwn = (meetingId: string, actor: Actor) =>
	and(eq(attendance.meetingId, meetingId), eq(attendance.visitor, visitorIn(meetingId, actor) ?? ''));

/** How many of these visitors are not in the room, as far as they have said. */
export async function onlineAmong(db: Reader, meetingId: string, visitors: string[]): Promise<number> {
	const inRoom = and(eq(attendance.meetingId, meetingId), eq(attendance.inRoom, true));
	return visitors.length - (await db.$count(attendance, and(inRoom, inArray(attendance.visitor, visitors))));
}

/** Adds the seconds that visitors have been in a live hall since the last time, and keeps the most seen online at once. */
export async function noteAttendance(
	db: Reader,
	meetingId: string,
	seconds: Map<string, number>,
	online: number,
): Promise<void> {
	if (seconds.size > 0)
		await db.execute(sql`
			insert into attendance (meeting_id, visitor, seconds)
			select m.id, t.* from meetings m, unnest(${sql.param([...seconds.keys()])}::text[], ${sql.param([...seconds.values()].map(Math.round))}::int[]) t
			where m.id = ${meetingId} and m.state = 'live'
			on conflict (meeting_id, visitor) do update set seconds = attendance.seconds + excluded.seconds`);
	await db.execute(sql`
		update meetings set peak_attendance = ${online}
		where id = ${meetingId} and state = 'live' and peak_attendance < ${online}`);
}

/**
 * Keeps the sums of meetings whose books nobody has closed for so long, and forgets their single visits. A legal hold stops it. The clock
 * is the caller's.
 */
export async function forgetVisits(db: Database, now = new Date()): Promise<void> {
	const { rows } = await db.execute<{ id: string }>(sql`
		select m.id from meetings m where m.state <> 'live' and m.visitors is null
			and (exists (select from attendance a where a.meeting_id = m.id) or exists (select from room_check_ins c where c.meeting_id = m.id))
			and ((coalesce(m.ended_at, m.ends_at) at time zone m.time_zone)::date + ${visitDays}::int)
				< (${now.toISOString()}::timestamptz at time zone m.time_zone)::date
			and not exists (select from retention_holds h where h.meeting_id = m.id)`);
	for (const { id } of rows)
		await db.transaction(async (tx) => {
			await tx.execute(sql`select from meetings where id = ${id} for update`);
			await sumUpAttendance(tx, id);
		});
}

/** Keeps the sums of a meeting that is over and forgets the single visits. Summed up before, it stays as it is. The caller has locked it. */
export async function sumUpAttendance(tx: Transaction, meetingId: string): Promise<void> {
	const [known] = await tx
		.select({ visitors: meetings.visitors })
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	if (known?.visitors != null) return;
	const { visitors, minutes } = await sumOf(tx, meetingId);
	await tx.update(meetings).set({ visitors, visitorMinutes: minutes }).where(eq(meetings.id, meetingId));
	await sumUpCheckIns(tx, meetingId);
	await sumUpAreas(tx, meetingId);
	await keepWhoWasThere(tx, meetingId);
	await tx.delete(attendance).where(eq(attendance.meetingId, meetingId));
}

/** Keeps of the parts of the city what may be shown: once, so that no two reports of a meeting can be compared. */
async function sumUpAreas(tx: Transaction, meetingId: string): Promise<void> {
	const { rows: groups } = await tx.execute<Group>(sql`
		select a.name, count(v.visitor)::int as count
		from areas a left join attendance v on v.area_id = a.id and v.meeting_id = ${meetingId} group by a.id`);
	const sums = shownGroups(groups, await tx.$count(attendance, eq(attendance.meetingId, meetingId)));
	if (sums)
		await tx
			.insert(areaSums)
			.values({ meetingId, ...sums })
			.onConflictDoNothing();
}

async function sumOf(db: Reader, meetingId: string): Promise<{ visitors: number; minutes: number }> {
	const [sums] = await db
		.select({
			visitors: sql<number>`(count(*) filter (where not ${attendance.inRoom}))::int`,
			minutes: sql<number>`(coalesce(sum(${attendance.seconds}), 0) / 60)::int`,
		})
		.from(attendance)
		.where(eq(attendance.meetingId, meetingId));
	return sums ?? { visitors: 0, minutes: 0 };
}
