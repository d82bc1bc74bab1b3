// The whole history of a follow-up for staff: every change with who made it, what it was before, and what it is linked to.
import { desc, eq, sql } from 'drizzle-orm';
import type { FollowupState } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { followupEvents, people } from './schema/index.ts';

export type HistoryEvent = {
	at: string;
	kind: (typeof followupEvents.$inferSelect)['kind'];
	from: FollowupState | null;
	to: FollowupState | null;
	/** Null: the residents' answers, or the server. */
	by: string | null;
	text: string;
	detail: Record<string, unknown>;
};
/** Something else that a follow-up is about. */
export type FollowupLink = { kind: 'pin' | 'question' | 'meeting'; id: string; words: string; path: string };

/** Newest first. @throws Refusal sign-in-needed, forbidden */
export async function historyOf(
	db: Reader,
	actor: Actor,
	followupId: string,
): Promise<{ events: HistoryEvent[]; links: FollowupLink[] }> {
	authorize(actor, 'followup:board');
	const rows = await db
		.select({ event: followupEvents, by: people.name })
		.from(followupEvents)
		.leftJoin(people, eq(people.id, followupEvents.personId))
		.where(eq(followupEvents.followupId, followupId))
		.orderBy(desc(followupEvents.id));
	return {
		events: rows.map(({ event: { at, kind, from, to, text, detail }, by }) => ({
			...{ kind, from, to, text, detail, by },
			at: at.toISOString(),
		})),
		links: await linksOf(db, followupId),
	};
}

/** The public things that a follow-up is linked to. */
export async function linksOf(db: Reader, followupId: string): Promise<FollowupLink[]> {
	const { rows } = await db.execute<FollowupLink>(sql`
		select l.kind, l.target_id as id,
			coalesce(m.title, q.text, nullif(p.note, ''), p.category, '') as words,
			case l.kind when 'meeting' then '/meetings/' || m.slug
				when 'question' then '/meetings/' || qm.slug || '#question-' || q.number
				else '/map/' || r.slug || '?pin=' || p.id end as path
		from followup_links l
			left join meetings m on l.kind = 'meeting' and m.id = l.target_id
			left join questions q on l.kind = 'question' and q.id = l.target_id
			left join meetings qm on qm.id = q.meeting_id
			left join pins p on l.kind = 'pin' and p.id = l.target_id and p.vetting = 'published'
			left join map_rounds r on r.id = p.round_id
		where l.followup_id = ${followupId} and coalesce(m.id, q.id, p.id) is not null
		order by l.kind, words`);
	return rows;
}
