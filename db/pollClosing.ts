// Closing a poll: its ballots become numbers, and what they were marked with goes.
import { and, eq, sql } from 'drizzle-orm';
import { deskRoom, hallRoom } from '#domain/events.ts';
import type { Transaction } from './client.ts';
import type { Work } from './command.ts';
import { asPublic, deskPoll, type PollRow } from './pollReads.ts';
import { attendance, meetings, pollBoxes, polls } from './schema/index.ts';

/**
 * Closes an open poll. Equal ballots become one row with their number, in the order of what they say; the box and its key are deleted.
 * @param show everybody sees the result at once
 */
export async function closeOpenPoll(work: Work, poll: PollRow, show: boolean): Promise<void> {
	const { tx } = work;
	// Whoever is voting has the box: what they do is counted, what comes later finds none.
	await tx
		.select({ id: pollBoxes.pollId })
		.from(pollBoxes)
		.where(eq(pollBoxes.pollId, poll.id))
		.for('update');
	await tx.execute(sql`
		insert into poll_counts (poll_id, choice, ballots)
		select b.poll_id, e.value, count(*) from poll_boxes b, jsonb_each(b.box) e
		where b.poll_id = ${poll.id} and e.value <> 'null' group by b.poll_id, e.value order by e.value`);
	await tx.delete(pollBoxes).where(eq(pollBoxes.pollId, poll.id));
	const { rows } = await tx.execute<{ voted: number }>(
		sql`select coalesce(sum(ballots), 0)::int as voted from poll_counts where poll_id = ${poll.id}`,
	);
	const { voted } = rows[0]!;
	const [closed] = await tx
		.update(polls)
		.set({
			...{ state: 'closed', closedAt: new Date(), voted },
			present: Math.max(voted, await wereThere(tx, poll.meetingId)),
			isShown: show && poll.kind !== 'words',
		})
		.where(eq(polls.id, poll.id))
		.returning();
	await tellPoll(work, closed!, 'poll:closed');
	work.note('poll:close', `poll:${poll.id}`, { show });
}

/** Closes what is still open when the meeting ends; moderators show the result when they have seen it. */
export async function closePollsOf(work: Work, meetingId: string): Promise<void> {
	const open = await work.tx
		.select()
		.from(polls)
		.where(and(eq(polls.meetingId, meetingId), eq(polls.state, 'open')))
		.for('no key update');
	for (const poll of open) await closeOpenPoll(work, poll, false);
}

/** Tells the hall and the desk how a poll is now. */
export async function tellPoll(
	{ tx, record }: Work,
	row: PollRow,
	as: 'poll:opened' | 'poll:closed' | 'poll:results' | 'poll:changed',
): Promise<void> {
	const poll = await deskPoll(tx, row);
	record(deskRoom(row.meetingId), 'desk:poll', { poll });
	if (row.state !== 'draft') record(hallRoom(row.meetingId), as, { poll: asPublic(poll) });
}

/** Browsers that have had the hall open: by the minutes that were noted, or, where those came too late, the most at once. */
async function wereThere(tx: Transaction, meetingId: string): Promise<number> {
	const [meeting] = await tx
		.select({ peak: meetings.peakAttendance })
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	return Math.max(meeting?.peak ?? 0, await tx.$count(attendance, eq(attendance.meetingId, meetingId)));
}
