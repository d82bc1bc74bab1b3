// What the demo town's halls were told, moved to when it happened: replays are made from it, and order and times must agree.
import { like, sql } from 'drizzle-orm';
import { hallRoom } from '#domain/events.ts';
import type { Database } from '../client.ts';
import { rooms } from '../schema/index.ts';

/** Totals were told in so many steps, in the first half of the evening: what is on air later has all its votes. */
export const countSteps = 8;

/** After rows have been moved: events follow them, and are numbered in the order of their times. */
export async function moveEventsToTheirTime(db: Database, meetingId: string): Promise<void> {
	const room = hallRoom(meetingId);
	// The desk and the askers hear of what happens from now on.
	await db.delete(rooms).where(like(rooms.name, `${room}:%`));
	await db.execute(sql`update questions set tally_due = false where meeting_id = ${meetingId}`);
	await db.execute(sql`
		with evening as (
			select *, went_live_at as start, coalesce(ended_at, now() - interval '1 minute') as until
			from meetings where id = ${meetingId}
		), counted as (
			select seq, row_number() over (order by seq) as step from events where room = ${room} and type = 'question:counted'
		), ended as (
			select min(seq) as seq from events
			where room = ${room} and type = 'meeting:changed' and payload->'meeting'->>'state' = 'ended'
		), moved as (
			select v.seq, case
				when v.type = 'meeting:changed' then case v.payload->'meeting'->>'state'
					when 'scheduled' then e.start - interval '20 days'
					when 'live' then e.start
					when 'ended' then e.until
					else e.reported_at end
				when v.type = 'question:removed' then greatest(q.published_at, q.asked_at) + interval '3 minutes'
				when v.type = 'question:counted' then e.start + (e.until - e.start) * 0.45 * c.step / ${countSteps}
				when v.type = 'question:changed' then case
					when v.payload->>'change' = 'published' then q.published_at
					when v.payload->>'change' = 'on-air' then q.on_air_at
					when v.payload->>'change' = 'answered' then q.answered_at
					when v.seq > ended.seq and v.payload->>'change' <> 'off-air' then e.until + interval '1 day'
					when v.payload->>'change' = 'off-air' then e.until
					else greatest(q.published_at, q.answered_at, q.on_air_at) + interval '2 minutes' end
				when v.type like 'poll:%' then case
					when v.type in ('poll:closed', 'poll:results') then p.closed_at
					when v.type = 'poll:progress' then p.opened_at + interval '90 seconds'
					when v.payload->'poll'->>'state' = 'closed' then p.closed_at
					else p.opened_at end
				when v.type = 'caption:written' then t.at
				end as at
			from events v cross join evening e cross join ended
			left join counted c on c.seq = v.seq
			left join questions q on q.id::text = coalesce(v.payload->'question'->>'id', v.payload->>'questionId')
			left join polls p on p.id::text = coalesce(v.payload->'poll'->>'id', v.payload->>'pollId')
			left join captions t on t.id::text = v.payload->'caption'->>'id'
			where v.room = ${room}
		)
		update events set at = m.at from moved m where events.room = ${room} and events.seq = m.seq and m.at is not null`);
	// Published after the votes of the evening were counted: with those it has.
	await db.execute(sql`
		update events v set payload = jsonb_set(jsonb_set(v.payload, '{question,votes}', to_jsonb(q.votes)),
			'{question,votesWithAccount}', to_jsonb(q.votes_with_account))
		from questions q, meetings m where v.room = ${room} and v.type = 'question:changed' and q.meeting_id = m.id
			and m.id = ${meetingId} and q.id::text = v.payload->'question'->>'id'
			and v.at > m.went_live_at + (coalesce(m.ended_at, now()) - m.went_live_at) * 0.45`);
	await db.execute(sql`
		update events v set seq = -n.turn from (
			select seq, row_number() over (order by at, seq) as turn from events where room = ${room}
		) n where v.room = ${room} and v.seq = n.seq`);
	await db.execute(sql`update events set seq = -seq where room = ${room}`);
}
