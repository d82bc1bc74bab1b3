// How many people stand behind concerns and follow-ups: one count for both, so that their pages cannot disagree.
import { sql, type SQL } from 'drizzle-orm';
import type { Reader } from './client.ts';
import { withMerged } from './concernSources.ts';

/** How many people support any of what a concern is made of, also through what was merged into it. */
export async function supportersOf(db: Reader, concernId: string): Promise<number> {
	const counts = await counted(
		db,
		sql`select ${concernId}::uuid, kind, source_id, meeting_id from concern_sources where concern_id in (${withMerged(concernId)})`,
	);
	return counts.get(concernId) ?? 0;
}

/**
 * The same for follow-ups, all at once: who supports any of the concerns that each answers, or a pin or a question that it is linked
 * to itself. Those whom nobody supports are not in the answer.
 */
export async function supportersOfFollowups(db: Reader, ids: string[]): Promise<Map<string, number>> {
	if (ids.length === 0) return new Map();
	const asked = sql`any (${sql.param(ids)}::uuid[])`;
	return counted(
		db,
		sql`
		with recursive tree(whole, id) as (
			select followup_id, concern_id from followup_concerns where followup_id = ${asked}
			union select tree.whole, m.concern_id from tree join concern_merges m on m.into_id = tree.id and m.undone_at is null
		)
		select tree.whole, s.kind, s.source_id, s.meeting_id from tree join concern_sources s on s.concern_id = tree.id
		union
		select followup_id, kind, target_id::text, null from followup_links
		where followup_id = ${asked} and kind in ('pin', 'question')`,
	);
}

/**
 * A pseudonym holds for one meeting, or for one map: within it nobody counts twice. Totals that a meeting hides are not told here either.
 * @param made a query of what is counted for, and of the kind, id and meeting of what that is made of
 */
async function counted(db: Reader, made: SQL): Promise<Map<string, number>> {
	// What a source's id is depends on its kind: a card's is no uuid.
	const idOf = (kind: string) =>
		sql`case made.kind when ${sql.raw(`'${kind}'`)} then made.source_id::uuid end`;
	const { rows } = await db.execute<{ whole: string; count: number }>(sql`
		with made(whole, kind, source_id, meeting_id) as (${made})
		select whole, count(*)::int as count from (
			select made.whole, q.meeting_id as place, v.voter as supporter
			from made join questions q on q.id = ${idOf('question')}
				join meetings m on m.id = q.meeting_id and not m.totals_hidden
				join votes v on v.question_id = q.id and not v.aside
			union
			select made.whole, s.meeting_id, s.supporter
			from made join card_supports s on made.kind = 'card' and s.key = made.source_id and s.meeting_id = made.meeting_id
			union
			select made.whole, p.round_id, s.supporter
			from made join pins p on p.id = ${idOf('pin')} join pin_supports s on s.pin_id = p.id
		) supporters group by whole`);
	return new Map(rows.map(({ whole, count }) => [whole, count]));
}
