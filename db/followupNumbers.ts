// The honest numbers, counted: one set of SQL for the page, the JSON and the CSV. What each number means stands in domain/honestNumbers.ts.
import { sql, type SQL } from 'drizzle-orm';
import {
	monthsOf,
	noneCounted,
	periodOf,
	waitingShown,
	withPercent,
	type Counted,
	type Ended,
	type HonestNumbers,
	type NumbersFilter,
	type Waiting,
} from '#domain/honestNumbers.ts';
import { wallClock } from '#domain/meetings.ts';
import { readAreas } from './areas.ts';
import type { Database, Reader } from './client.ts';

type Asked = {
	filter: NumbersFilter;
	/** The city's, in which months and days begin and end. */
	zone: string;
	now?: Date;
};
/** What is counted over: the city's zone and day, the months, the area. */
type Scope = { zone: string; today: string; now: Date; from: string; until: string; area: string | null };

/** Everything that the page of honest numbers shows, as it stands at one moment. An area that there is not is passed over. */
export async function readHonestNumbers(
	db: Database,
	{ filter, zone, now = new Date() }: Asked,
): Promise<HonestNumbers> {
	return db.transaction(
		async (tx) => {
			const today = wallClock(now, zone).slice(0, 10);
			const all = await readAreas(tx);
			const area = all.find(({ id }) => id === filter.area);
			const period = periodOf(filter, today, await firstMonth(tx, zone));
			const scope: Scope = { zone, today, now, ...period, area: area?.id ?? null };
			const rows = await counts(tx, scope);
			const countedOf = (find: (row: Row) => boolean) => withPercent(countedIn(rows.find(find)));
			const places = [
				...(area ? [area] : all),
				...(rows.some((row) => row.part === 'area' && row.areaId === null) ? [{ id: null, name: null }] : []),
			];
			return {
				...period,
				...{ area: area ? { id: area.id, name: area.name } : null, timeZone: zone, today },
				total: countedOf((row) => row.part === 'total'),
				months: monthsOf(period.from, period.until).map((month) => ({
					...{ month, ...countedOf((row) => row.part === 'month' && row.month === month) },
				})),
				areas: places.map(({ id, name }) => ({
					...{ area: name, ...countedOf((row) => row.part === 'area' && row.areaId === id) },
				})),
				ended: await ended(tx, scope),
				waiting: await waiting(tx, scope),
			};
		},
		{ isolationLevel: 'repeatable read', accessMode: 'read only' },
	);
}

/** The month in which the first was heard or promised, `2026-03`; null where nothing was. Before it there is nothing to show. */
export async function firstMonth(db: Reader, zone: string): Promise<string | null> {
	const { rows } = await db.execute<{ month: string | null }>(
		sql`select ${monthOf(sql`least((select min(captured_at) from concerns), (select min(at) from followup_events))`, zone)} as month`,
	);
	return rows[0]?.month ?? null;
}

type Row = Counted & { part: 'total' | 'month' | 'area'; month: string | null; areaId: string | null };

/** One row for all, one per month and one per area with anything in it: each fact is counted once in each of the three. */
async function counts(tx: Reader, scope: Scope): Promise<Row[]> {
	const { from, until, area } = scope;
	const of = (kind: string) => sql`count(*) filter (where kind = ${kind})::int`;
	const { rows } = await tx.execute<Row>(sql`
		with ${facts(scope)}
		select case when grouping(month) = 0 then 'month' when grouping(area_id) = 0 then 'area' else 'total' end as part,
			month, area_id as "areaId",
			count(*) filter (where kind in ('answered', 'unanswered'))::int as heard,
			${of('answered')} as answered, ${of('unanswered')} as unanswered,
			round((percentile_cont(0.5) within group (order by days))::numeric, 1)::float8 as "medianDays",
			${of('committed')} as promised,
			${of('due on time')} as "dueOnTime", ${of('due late')} as "dueLate", ${of('due missed')} as "dueMissed",
			${of('first on time')} as "firstOnTime", ${of('first late')} as "firstLate", ${of('first missed')} as "firstMissed",
			${of('done')} as claimed, ${of('confirmed')} as confirmed, ${of('checked')} as checked,
			${of('reopened')} as reopened, ${of('dropped')} as dropped, ${of('rejected')} as rejected
		from facts
		where month between ${from} and ${until} and (${area}::uuid is null or area_id = ${area}::uuid)
		group by grouping sets ((), (month), (area_id))`);
	return rows;
}

/** Everything that is counted, one row each: what it is, in which month and area, and of an answer how many days it took. */
const facts = ({ zone, today }: Scope): SQL => sql`
	answers as (${firstAnswers}),
	-- The claim that stands: of what was opened again only a later one counts.
	claims as (
		select f.id, (max(e.at) at time zone ${zone})::date as day
		from followups f join followup_events e on e.followup_id = f.id and e.kind = 'moved' and e."to" = 'done'
		where f.state in ('done', 'verified') group by f.id
	),
	promises as (
		select f.area_id, f.state, day.kind, day.due_on, claims.day as done_on
		from followups f left join claims on claims.id = f.id
			cross join lateral (values ('due', f.due_on), ('first', f.first_due_on)) as day (kind, due_on)
		where f.visibility = 'public' and f.first_due_on is not null
	),
	facts (kind, month, area_id, days) as (
		select case when a.at is null then 'unanswered' else 'answered' end, ${monthOf(sql`c.captured_at`, zone)}, c.area_id,
			extract(epoch from a.at - c.captured_at)::float8 / 86400
		from concerns c left join answers a on a.concern_id = c.id
		where c.state <> 'merged'
		union all
		select kind || case when done_on <= due_on then ' on time' when done_on > due_on then ' late' else ' missed' end,
			to_char(due_on, 'YYYY-MM'), area_id, null
		from promises
		where done_on is not null or state = 'dropped' or due_on < ${today}::date
		union all
		select case when e."to" <> 'verified' then e."to" when e.person_id is null then 'confirmed' else 'checked' end,
			${monthOf(sql`e.at`, zone)}, f.area_id, null
		from followup_events e join followups f on f.id = e.followup_id
		where f.visibility = 'public' and e.kind = 'moved'
			and e."to" in ('committed', 'done', 'verified', 'reopened', 'dropped', 'rejected')
	)`;

/** The first time that somebody of the city acknowledged a concern. What followed by itself is no answer. */
const firstAnswers = sql`
	select concern_id, min(at) as at from concern_events
	where kind = 'moved' and "to" = 'acknowledged' and person_id is not null group by concern_id`;

async function ended(tx: Reader, { zone, from, until, area }: Scope): Promise<Ended[]> {
	const { rows } = await tx.execute<Ended>(sql`
		select f.number, f.title, e."to" as state, (e.at at time zone ${zone})::date::text as "on", e.text as reason, a.name as area
		from followup_events e join followups f on f.id = e.followup_id left join areas a on a.id = f.area_id
		where f.visibility = 'public' and e.kind = 'moved' and e."to" in ('dropped', 'rejected')
			and ${monthOf(sql`e.at`, zone)} between ${from} and ${until} and (${area}::uuid is null or f.area_id = ${area}::uuid)
		order by e.at desc, f.number`);
	return rows;
}

async function waiting(tx: Reader, { zone, now, area }: Scope): Promise<Waiting[]> {
	const { rows } = await tx.execute<Waiting>(sql`
		with answers as (${firstAnswers})
		select c.number, c.title, (c.captured_at at time zone ${zone})::date::text as "capturedOn", a.name as area,
			floor(extract(epoch from ${now.toISOString()}::timestamptz - c.captured_at) / 86400)::int as days
		from concerns c left join areas a on a.id = c.area_id
		where c.state <> 'merged' and not exists (select from answers where answers.concern_id = c.id)
			and (${area}::uuid is null or c.area_id = ${area}::uuid)
		order by c.captured_at, c.number limit ${waitingShown}`);
	return rows;
}

/** The month of a moment by the city's clock: half past eleven at night on the 31st is still that month. */
const monthOf = (moment: SQL, zone: string): SQL => sql`to_char(${moment} at time zone ${zone}, 'YYYY-MM')`;

function countedIn(row: Row | undefined): Counted {
	if (!row) return noneCounted;
	const { part: _, month: _m, areaId: _a, ...counted } = row;
	return counted;
}
