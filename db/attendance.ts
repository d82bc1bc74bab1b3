// How many came to a meeting: counted by browser, without names, and kept as sums.
import { eq, sql } from 'drizzle-orm';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader, Transaction } from './client.ts';
import { keepWhoWasThere } from './feedback.ts';
import { readHeads, sumUpCheckIns } from './room.ts';
import { attendance, meetings } from './schema/index.ts';

/** Online: most browsers at once, different browsers, and the minutes of all of them together. Then people in the room and on the phone. */
export type Attendance = { peak: number; visitors: number; minutes: number; room: number; phone: number };

/** @throws Refusal for who may not see it */
export async function readAttendance(db: Reader, actor: Actor, meetingId: string): Promise<Attendance> {
	authorize(actor, 'attendance:read');
	return attendanceOf(db, meetingId);
}

/** What a meeting's report tells everybody. The caller knows that it is over. */
export async function publicAttendance(
	db: Reader,
	meetingId: string,
): Promise<Pick<Attendance, 'peak' | 'visitors'>> {
	const { peak, visitors } = await attendanceOf(db, meetingId);
	return { peak, visitors };
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

/** Adds the seconds that visitors have been in a live hall since the last time, and keeps the most seen at once. */
export async function noteAttendance(
	db: Reader,
	meetingId: string,
	seconds: Map<string, number>,
	watching: number,
): Promise<void> {
	if (seconds.size > 0)
		await db.execute(sql`
			insert into attendance (meeting_id, visitor, seconds)
			select m.id, t.* from meetings m, unnest(${sql.param([...seconds.keys()])}::text[], ${sql.param([...seconds.values()].map(Math.round))}::int[]) t
			where m.id = ${meetingId} and m.state = 'live'
			on conflict (meeting_id, visitor) do update set seconds = attendance.seconds + excluded.seconds`);
	await db.execute(sql`
		update meetings set peak_attendance = ${watching}
		where id = ${meetingId} and state = 'live' and peak_attendance < ${watching}`);
}

/** Keeps the sums of a meeting that is over and forgets the single visits. */
export async function sumUpAttendance(tx: Transaction, meetingId: string): Promise<void> {
	const { visitors, minutes } = await sumOf(tx, meetingId);
	await tx.update(meetings).set({ visitors, visitorMinutes: minutes }).where(eq(meetings.id, meetingId));
	await sumUpCheckIns(tx, meetingId);
	await keepWhoWasThere(tx, meetingId);
	await tx.delete(attendance).where(eq(attendance.meetingId, meetingId));
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
