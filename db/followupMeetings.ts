// The meetings by which follow-ups can be chosen, and those where they were promised.
import { sql } from 'drizzle-orm';
import type { MeetingChoice } from '#domain/followups.ts';
import type { Reader } from './client.ts';

/**
 * Announced meetings where some follow-up was promised, or of which one answers what was heard there (also where that was merged into
 * something else), the newest first.
 * @param isPublic of follow-ups that everybody can read alone
 * @param chosen the slug of a meeting that is in the list whatever became of it
 */
export async function meetingsOfFollowups(
	db: Reader,
	{ isPublic, chosen }: { isPublic: boolean; chosen: string | null },
): Promise<MeetingChoice[]> {
	const { rows } = await db.execute<MeetingChoice>(sql`
		with recursive up(meeting_id, id) as (
			select c.meeting_id, c.id from concerns c where c.meeting_id is not null
			union select up.meeting_id, m.into_id from up join concern_merges m on m.concern_id = up.id and m.undone_at is null
		), linked(meeting_id, followup_id) as (
			select l.target_id, l.followup_id from followup_links l where l.kind = 'meeting'
			union select up.meeting_id, fc.followup_id from up join followup_concerns fc on fc.concern_id = up.id
		)
		select m.slug, m.title, (m.starts_at at time zone m.time_zone)::date::text as day from meetings m
		where m.state <> 'draft' and (m.slug = ${chosen} or m.id in (
			select linked.meeting_id from linked join followups f on f.id = linked.followup_id
			where not ${isPublic}::boolean or f.visibility = 'public'))
		order by m.starts_at desc, m.slug`);
	return rows;
}

/** Meetings where something can have been promised: those that are on or have been, the newest first. */
export async function heldMeetings(db: Reader): Promise<(MeetingChoice & { id: string })[]> {
	const { rows } = await db.execute<MeetingChoice & { id: string }>(sql`
		select m.id, m.slug, m.title, (m.starts_at at time zone m.time_zone)::date::text as day from meetings m
		where m.state in ('live', 'ended', 'reported') order by m.starts_at desc, m.slug`);
	return rows;
}
