// News by short message: what is due for one follower becomes one message to each of their devices, in the transaction that notes it as
// told. A message says how much there is, and no more.
import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { system } from '#domain/people.ts';
import { quietUntil } from '#domain/registrations.ts';
import type { Database } from './client.ts';
import { work } from './command.ts';
import { isStillToCome, newsBy } from './newsReads.ts';
import { notices } from './schema/index.ts';

/** Asks for messages to all for whom something is due; in the quiet hours for nobody. @returns how many followers were told */
export async function gatherPushes(db: Database, now = new Date()): Promise<number> {
	if (quietUntil(now, readConfig().TIME_ZONE)) return 0;
	const { rows } = await db.execute<{ id: string }>(sql`
		select distinct follower_id as id from notices
		where channel = 'push' and done_at is null and due_at <= ${now.toISOString()}::timestamptz`);
	let told = 0;
	for (const { id } of rows) told += Number(await gather(db, id, now));
	return told;
}

async function gather(db: Database, followerId: string, now: Date): Promise<boolean> {
	return work(db, system, async ({ tx }) => {
		// Two processes must not make two messages of what belongs into one.
		const { rows } = await tx.execute<{ personId: string; isOfCity: boolean }>(sql`
			select f.person_id as "personId", exists (
				select from person_roles r where r.person_id = f.person_id and r.role in ('staff', 'moderator')) as "isOfCity"
			from followers f where f.id = ${followerId} and f.person_id is not null
			for no key update of f skip locked`);
		const reader = rows[0];
		if (!reader) return false;
		const isDue = and(
			eq(notices.followerId, followerId),
			eq(notices.channel, 'push'),
			isNull(notices.doneAt),
			lte(notices.dueAt, now),
		);
		const taken = await tx.select({ newsId: notices.newsId }).from(notices).where(isDue).for('update');
		if (taken.length === 0) return false;
		const ids = taken.map(({ newsId }) => newsId);
		const isTaken = and(isDue, inArray(notices.newsId, ids));
		const news = await newsBy(tx, and(isTaken, isStillToCome(now)), reader.isOfCity);
		await tx.update(notices).set({ doneAt: now }).where(isTaken);
		if (news.length === 0) return false;
		await tx.execute(sql`
			insert into push_messages (device_id, kind, key, count)
			select id, 'news', ${String(Math.max(...ids))}, ${news.length}::int from push_devices where person_id = ${reader.personId}
			on conflict do nothing`);
		await tx.execute(sql`select pg_notify('push', '')`);
		return true;
	});
}
