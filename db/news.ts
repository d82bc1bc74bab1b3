// News: told in the transaction of the change, to everybody who follows what changed and to whom it concerns by office.
import { sql, type SQL } from 'drizzle-orm';
import { readConfig } from '#config';
import type { NewsKind } from '#domain/following.ts';
import type { Work } from './command.ts';
import { news, type followups } from './schema/index.ts';

/** At this hour, in the city's time, letters that were gathered go out; weekly ones on Mondays. */
export const letterHour = 7;

export type Told = {
	kind: NewsKind;
	concern?: { id: string; number: string; areaId: string | null };
	followup?: { id: string; number: string; areaId: string | null };
	meeting?: { id: string };
	/** Areas that it is about beside those of concern and follow-up. */
	areas?: string[];
	/** It is about all areas. */
	isEverywhere?: boolean;
	/** Nobody but the people named hears of it. */
	isInternal?: boolean;
	/** Whom it concerns though they do not follow it: people of the city by office, and who asked for it by name. */
	people?: (string | null)[];
	detail?: Record<string, unknown>;
	/** What must be told once only: a second time nothing happens. */
	once?: string;
	/** With `once`: whoever was not told then is told now. */
	isAgain?: boolean;
	/** Told in time for it: at the end of the period, unless that is later. */
	neededBy?: Date;
	/** When it is told; from then on periods are counted. */
	now?: Date;
};

/** What is told of a follow-up goes to its owner too; of an internal one to nobody else. */
export const toldOf = (followup: typeof followups.$inferSelect) => ({
	followup,
	isInternal: followup.visibility === 'internal',
	people: [followup.ownerId],
});

/**
 * Tells of something: a row of news, and one per follower and channel in the outbox. Whoever did it is not told of it. A follower of
 * several things that it touches is told once. Whoever writes letters is woken when the transaction commits (channel `news`).
 */
export async function tell({ tx, actor }: Work, told: Told): Promise<void> {
	const { kind, concern, followup, meeting, detail = {}, once = null, now = new Date() } = told;
	const [made] = await tx
		.insert(news)
		.values({
			kind,
			concernId: concern?.id,
			followupId: followup?.id,
			meetingId: meeting?.id,
			detail,
			once,
			at: now,
		})
		.onConflictDoNothing()
		.returning({ id: news.id });
	const row = made ?? (told.isAgain ? await earlier(tx, once) : undefined);
	if (!row) return;
	const due = dueBy(told.neededBy, now);
	const people = (told.people ?? []).filter((person) => person !== null && person !== actor.account?.id);
	if (people.length > 0) await makeFollowers(tx, people as string[]);
	await tx.execute(sql`
		with told as (
			select f.id, f.person_id, f.email, f.period, f.confirmed_at from followers f
			where (f.confirmed_at is not null or f.person_id is not null)
				and coalesce(f.person_id <> ${actor.account?.id ?? null}::text, true)
				and (f.person_id = any (${sql.param(people)}::text[])
					or not ${told.isInternal ?? false}::boolean and exists (
						select from follows w where w.follower_id = f.id and (${followedBy(told)})))
		)
		insert into notices (news_id, follower_id, channel, due_at)
		select ${row.id}::bigint, id, 'email', ${due} from told
		where confirmed_at is not null and (email is null or email not in (
			-- An account that hears of it by mail, and whoever did it, are not written to twice under the same address.
			select p.email from people p where p.id = ${actor.account?.id ?? null}::text
				or p.id in (select person_id from told where confirmed_at is not null)))
		union all
		select ${row.id}::bigint, id, 'in-app', ${now}::timestamptz from told where person_id is not null
		union all
		select ${row.id}::bigint, id, 'push', ${due} from told
		where exists (select from push_devices d where d.person_id = told.person_id)
		on conflict do nothing`);
	await tx.execute(sql`select pg_notify('news', '')`);
}

async function earlier(tx: Work['tx'], once: string | null): Promise<{ id: number } | undefined> {
	const [row] = await tx
		.select({ id: news.id })
		.from(news)
		.where(sql`${news.once} = ${once}`);
	return row;
}

/** Whoever follows a concern follows what it was merged with, and the follow-ups that answer it. */
function followedBy({ concern, followup, areas: more = [], isEverywhere = false }: Told): SQL {
	const areas = [concern?.areaId, followup?.areaId, ...more].filter(
		(area) => area !== null && area !== undefined,
	);
	return sql`w.kind = 'everything'
		or w.kind = 'followup' and w.subject = ${followup?.number ?? ''}
		or w.kind = 'area' and (${isEverywhere}::boolean or w.subject = any (${sql.param(areas)}::text[]))
		or w.kind = 'concern' and w.subject in (
			with recursive tree(id) as (
				select ${concern?.id ?? null}::uuid
				union all select concern_id from followup_concerns where followup_id = ${followup?.id ?? null}::uuid
				union
				select case when m.into_id = tree.id then m.concern_id else m.into_id end from tree
					join concern_merges m on m.undone_at is null and tree.id in (m.into_id, m.concern_id)
			) select c.number from tree join concerns c on c.id = tree.id)`;
}

/** The end of a follower's period; where what is told is needed before that, then, or now. */
function dueBy(neededBy: Date | undefined, now: Date): SQL {
	const end = endOfPeriod(sql`period`, now);
	return neededBy ? sql`least(${end}, greatest(${neededBy}::timestamptz, ${now}::timestamptz))` : end;
}

/** When what comes now goes out, in the city's time: at once, or at the next letter hour. */
export function endOfPeriod(period: SQL, now: Date): SQL {
	const zone = readConfig().TIME_ZONE;
	const here = sql`(${now}::timestamptz at time zone ${zone} - make_interval(hours => ${letterHour}::int))`;
	const after = (unit: 'day' | 'week') =>
		sql`(date_trunc('${sql.raw(unit)}', ${here}) + make_interval(hours => ${letterHour}::int) + interval '1 ${sql.raw(unit)}') at time zone ${zone}`;
	return sql`case ${period} when 'daily' then ${after('day')} when 'weekly' then ${after('week')} else ${now}::timestamptz end`;
}

/** Rows for accounts that are told without having followed anything; in the language of the device that they let us send messages to, if any. */
async function makeFollowers(tx: Work['tx'], people: string[]): Promise<void> {
	await tx.execute(sql`
		insert into followers (person_id, locale, confirmed_at)
		select p.id, coalesce((
			select d.locale from push_devices d where d.person_id = p.id order by d.created_at desc limit 1), 'en'), now()
		from people p where p.id = any (${sql.param(people)}::text[])
		on conflict (person_id) do nothing`);
}
