// Tells the followers of a meeting's areas that it was announced: as news (docs/decisions/0020), so it comes once, with what else is new,
// and as often as each of them wants letters.
import { eq, sql } from 'drizzle-orm';
import type { Reader, Transaction } from './client.ts';
import type { Work } from './command.ts';
import { tell } from './news.ts';
import { meetingAreas, meetingInvitations, type meetings } from './schema/index.ts';

type MeetingRow = typeof meetings.$inferSelect;

const onceOf = (meetingId: string) => `meeting:${meetingId}`;
const dayMs = 86_400_000;

/** Invites whoever is not invited yet. Whose letters come after the meeting has begun gets this one a day before it, or at once. */
export async function inviteFollowers(work: Work, meeting: MeetingRow, now = new Date()): Promise<void> {
	const { isOn, isEverywhere, areaIds } = await readInvited(work.tx, meeting.id);
	if (!isOn || meeting.startsAt <= now || (!isEverywhere && areaIds.length === 0)) return;
	await tell(work, {
		...{ kind: 'meeting-announced', meeting, areas: areaIds, isEverywhere, now },
		once: onceOf(meeting.id),
		isAgain: true,
		neededBy: new Date(meeting.startsAt.getTime() - dayMs),
	});
}

/** What was not put into a letter yet is not written any more. */
export async function withdrawInvitations(tx: Transaction, meetingId: string): Promise<void> {
	await tx.execute(sql`
		delete from notices where done_at is null and channel in ('email', 'push')
			and news_id in (select id from news where once = ${onceOf(meetingId)})`);
}

/** Whom a meeting is for. */
export async function readInvited(
	db: Reader,
	meetingId: string,
): Promise<{ isOn: boolean; isEverywhere: boolean; areaIds: string[] }> {
	const [row] = await db.select().from(meetingInvitations).where(eq(meetingInvitations.meetingId, meetingId));
	const chosen = await db.select().from(meetingAreas).where(eq(meetingAreas.meetingId, meetingId));
	return {
		...{ isOn: row?.isOn ?? true, isEverywhere: row?.isEverywhere ?? false },
		areaIds: chosen.map(({ areaId }) => areaId),
	};
}

/** A copied meeting is for the same people; each is announced by itself. */
export async function copyInvited(tx: Transaction, from: string, to: string): Promise<void> {
	await tx.execute(sql`
		insert into meeting_invitations (meeting_id, is_on, is_everywhere)
		select ${to}, is_on, is_everywhere from meeting_invitations where meeting_id = ${from}`);
	await tx.execute(
		sql`insert into meeting_areas (meeting_id, area_id) select ${to}, area_id from meeting_areas where meeting_id = ${from}`,
	);
}

/** Letters of a meeting's invitation: written, and waiting. */
export async function countInvitations(
	db: Reader,
	meetingId: string,
): Promise<{ written: number; waiting: number }> {
	const { rows } = await db.execute<{ written: number; waiting: number }>(sql`
		select count(n.done_at)::int as written, (count(*) - count(n.done_at))::int as waiting
		from notices n join news w on w.id = n.news_id
		where w.once = ${onceOf(meetingId)} and n.channel = 'email'`);
	return rows[0]!;
}
