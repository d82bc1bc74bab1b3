// What concerns are made of: questions, cards, pins, captions, polls, what staff were told; with their authors' words.
import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { ConcernSource, ConcernSourceKind } from '#domain/concerns.ts';
import type { Reader, Transaction } from './client.ts';
import { concerns, concernSources, meetings } from './schema/index.ts';

type Source = Omit<typeof concernSources.$inferInsert, 'concernId'>;

/** Notes what a concern is made of. What belongs to another concern already stays there. */
export async function addSource(tx: Transaction, concernId: string, source: Source): Promise<void> {
	await tx
		.insert(concernSources)
		.values({ concernId, ...source })
		.onConflictDoNothing();
}

/** The concern that something has become, if it has. */
export async function concernMadeOf(
	db: Reader,
	kind: ConcernSourceKind,
	sourceId: string,
): Promise<typeof concerns.$inferSelect | undefined> {
	const [row] = await db
		.select({ concern: concerns })
		.from(concernSources)
		.innerJoin(concerns, eq(concerns.id, concernSources.concernId))
		.where(and(eq(concernSources.kind, kind), eq(concernSources.sourceId, sourceId)));
	return row?.concern;
}

/** All that a concern is made of, also through what was merged into it, in the order of their numbers. */
export async function sourcesOf(db: Reader, concernId: string): Promise<ConcernSource[]> {
	const rows = await db
		.select({
			kind: concernSources.kind,
			id: concernSources.sourceId,
			words: concernSources.words,
			at: concernSources.saidAtSecond,
			concern: concerns.number,
			slug: meetings.slug,
			title: meetings.title,
		})
		.from(concernSources)
		.innerJoin(concerns, eq(concerns.id, concernSources.concernId))
		.leftJoin(meetings, eq(meetings.id, concernSources.meetingId))
		.where(sql`${concernSources.concernId} in (${withMerged(concernId)})`)
		.orderBy(asc(concerns.number), asc(concernSources.kind), asc(concernSources.sourceId));
	return rows.map(({ slug, title, ...source }) => ({
		...source,
		meeting: slug !== null && title !== null ? { slug, title } : null,
	}));
}

/** Ids of a concern and of all that were merged into it, and into those. */
export function withMerged(concernId: string): SQL {
	return sql`
		with recursive merged(id) as (
			select ${concernId}::uuid
			union select m.concern_id from concern_merges m join merged on m.into_id = merged.id where m.undone_at is null
		) select id from merged`;
}
