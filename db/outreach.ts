// Which paper or message brought people to a meeting: counted by link and day, without a word about who opened it.
import { asc, eq, sql } from 'drizzle-orm';
import { outreachSources, type OutreachSource } from '#domain/outreach.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { today } from './numbers.ts';
import { outreachCounts } from './schema/index.ts';

/** Counts one opening of a short link, while the meeting is still to come or live: what comes later was not brought to it. */
export async function countArrival(db: Reader, code: string, source: OutreachSource): Promise<void> {
	await db.execute(sql`
		insert into outreach_counts (meeting_id, source, day, count)
		select id, ${source}, ${today()}, 1 from meetings where code = ${code.toLowerCase()} and state in ('scheduled', 'live')
		on conflict (meeting_id, source, day) do update set count = outreach_counts.count + 1`);
}

/** Openings of a meeting's links from one source: in all, and by day (`2026-11-30`), the first one first. */
export type Arrivals = {
	source: OutreachSource;
	count: number;
	days: { day: string; count: number }[];
};

/** Every source, also those that brought nobody. @throws Refusal for who may not see it */
export async function readArrivals(db: Reader, actor: Actor, meetingId: string): Promise<Arrivals[]> {
	authorize(actor, 'attendance:read');
	const rows = await db
		.select()
		.from(outreachCounts)
		.where(eq(outreachCounts.meetingId, meetingId))
		.orderBy(asc(outreachCounts.day));
	return outreachSources.map((source) => {
		const days = rows.filter((row) => row.source === source).map(({ day, count }) => ({ day, count }));
		return { source, count: days.reduce((sum, { count }) => sum + count, 0), days };
	});
}
