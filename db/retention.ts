// What belongs to a meeting goes on its day (docs/decisions/0028). First, in one transaction per meeting and kind, what anybody can see: it is
// there whole or gone whole. Then, in small steps, what nobody sees any more. Killed at any moment, it goes on where it was.
import { sql, type SQL } from 'drizzle-orm';
import { readConfig } from '#config';
import { system } from '#domain/people.ts';
import { retentionKinds, usualDays, type Kept, type RetentionKind } from '#domain/retention.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { work } from './command.ts';
import { retentionDays } from './schema/index.ts';

/** Rows that one step sweeps away. */
const stepRows = 5_000;

type Rule = {
	/** Whether there is anything of a meeting `m` to remove. */
	isThere: SQL;
	/** The last day on which it is kept; by the days after the meeting where it has no date of its own. */
	lastDay?: SQL;
	/** Takes away all that anybody can see. */
	remove(tx: Transaction, meetingId: string, now: Date): Promise<unknown>;
	/** What nobody sees: statements that take at most so many rows of it. */
	sweep(meetingId: string, most: number): SQL[];
};

/** Where what was told to browsers of a meeting stands. */
const eventsOf = (meetingId: string, which: SQL, most: number) => sql`
	delete from events where ctid in (select ctid from events
		where room in (select name from rooms where name = ${`meeting:${meetingId}`} or name like ${`meeting:${meetingId}:%`})
		and ${which} limit ${most})`;

const rules: Record<RetentionKind, Rule> = {
	recording: {
		isThere: sql`exists (select from recordings r where r.meeting_id = m.id and r.state <> 'removed')`,
		lastDay: sql`(select min(r.keep_until) from recordings r where r.meeting_id = m.id and r.state <> 'removed')`,
		// The files go when each machine sees that the row says so: realtime/recordings.ts.
		remove: async (tx, meetingId, now) => {
			await tx.execute(sql`
				update recordings r set state = 'removed', removed_at = ${now.toISOString()}::timestamptz from meetings m
				where m.id = r.meeting_id and m.id = ${meetingId} and r.state <> 'removed' and r.keep_until < ${localDay(now)}`);
			await tx.execute(sql`select pg_notify('recordings', ${meetingId})`);
		},
		sweep: () => [],
	},
	captions: {
		isThere: sql`exists (select from captions c where c.meeting_id = m.id)`,
		remove: async (tx, meetingId) => {
			await tx.execute(sql`
				update concern_sources set words = '' where meeting_id = ${meetingId} and kind = 'caption'`);
			await tx.execute(sql`delete from captions where meeting_id = ${meetingId}`);
		},
		sweep: (meetingId, most) => [eventsOf(meetingId, sql`type like 'caption:%'`, most)],
	},
	questions: {
		isThere: sql`exists (select from questions q where q.meeting_id = m.id and q.words_gone_at is null)`,
		// Number, votes, outcome, and what the city answered stay. Whose they were is told apart by nothing any more.
		remove: async (tx, meetingId, now) => {
			await tx.execute(sql`
				update questions set text = '', words_gone_at = ${now.toISOString()}::timestamptz, author = 'gone:' || id,
					asked_by_id = null, asked_by_name = null, decline_note = null, claim = null,
					claimed_by_id = null, claimed_by_name = null, claimed_at = null
				where meeting_id = ${meetingId} and words_gone_at is null`);
			await tx.execute(sql`
				update concern_sources set words = '' where meeting_id = ${meetingId} and kind = 'question'`);
		},
		sweep: (meetingId, most) => [
			sql`delete from votes where ctid in (select v.ctid from votes v join questions q on q.id = v.question_id
				where q.meeting_id = ${meetingId} limit ${most})`,
			sql`delete from question_acts where ctid in (select ctid from question_acts where meeting_id = ${meetingId} limit ${most})`,
			sql`delete from speakers where ctid in (select ctid from speakers where meeting_id = ${meetingId} limit ${most})`,
			sql`delete from blocks where ctid in (select ctid from blocks where meeting_id = ${meetingId} limit ${most})`,
			// What the meeting itself and its polls told holds nobody's words; captions have a day of their own.
			eventsOf(meetingId, sql`type !~ '^(caption|meeting|poll):'`, most),
		],
	},
	registrations: {
		isThere: sql`exists (select from registrations g where g.meeting_id = m.id)`,
		remove: (tx, meetingId) => tx.execute(sql`delete from registrations where meeting_id = ${meetingId}`),
		sweep: () => [],
	},
	feedback: {
		isThere: sql`exists (select from feedback_words f where f.meeting_id = m.id)`,
		remove: (tx, meetingId) => tx.execute(sql`delete from feedback_words where meeting_id = ${meetingId}`),
		sweep: () => [],
	},
};

/** The day at a moment in the calendar of a meeting `m`. */
const localDay = (now: Date) => sql`(${now.toISOString()}::timestamptz at time zone m.time_zone)::date`;
const meetingDay = sql`(coalesce(m.ended_at, m.ends_at) at time zone m.time_zone)::date`;
const lastDayOf = (kind: RetentionKind, days: number) =>
	rules[kind].lastDay ?? sql`(${meetingDay} + ${days}::int)`;

/** How many days after the meeting each kind is kept. */
export async function keptDays(db: Reader): Promise<Record<RetentionKind, number>> {
	const set = new Map((await db.select().from(retentionDays)).map(({ kind, days }) => [kind, days]));
	const usual = { ...usualDays, recording: readConfigOnce().RECORDING_DAYS };
	return Object.fromEntries(retentionKinds.map((kind) => [kind, set.get(kind) ?? usual[kind]])) as Record<
		RetentionKind,
		number
	>;
}

/** What is due at a moment, oldest first: meetings without a legal hold that still have it. */
async function due(db: Reader, kind: RetentionKind, now: Date): Promise<{ id: string; lastDay: string }[]> {
	const lastDay = lastDayOf(kind, (await keptDays(db))[kind]);
	const { rows } = await db.execute<{ id: string; lastDay: string }>(sql`
		select m.id, ${lastDay}::text as "lastDay" from meetings m
		where m.state <> 'live' and ${rules[kind].isThere} and ${lastDay} < ${localDay(now)}
			and not exists (select from retention_holds h where h.meeting_id = m.id)
		order by 2, 1`);
	return rows;
}

/**
 * Removes what is due. The clock is the caller's.
 * @returns how many removals were begun
 * @throws AggregateError of what could not be removed; all else was
 */
export async function removeDue(db: Database, now = new Date()): Promise<number> {
	let removed = 0;
	const failed: unknown[] = [];
	for (const kind of retentionKinds)
		for (const { id } of await due(db, kind, now))
			try {
				if (await removeOne(db, kind, id, now)) removed++;
			} catch (error) {
				// One that cannot be removed must not keep the others.
				failed.push(error);
			}
	await sweepAll(db);
	if (failed.length > 0) throw new AggregateError(failed, 'not everything that is due could be removed');
	return removed;
}

async function removeOne(db: Database, kind: RetentionKind, meetingId: string, now: Date): Promise<boolean> {
	return work(db, system, async ({ tx }) => {
		// Whoever sets a hold or other days waits for this, or this for them.
		await tx.execute(sql`lock table retention_days in share mode`);
		await tx.execute(sql`select id from meetings where id = ${meetingId} for no key update`);
		const still = (await due(tx, kind, now)).find(({ id }) => id === meetingId);
		if (!still) return false;
		await rules[kind].remove(tx, meetingId, now);
		await tx.execute(sql`
			insert into retention_removals (meeting_id, kind, last_day, removed_at)
			values (${meetingId}, ${kind}, ${still.lastDay}::date, ${now.toISOString()}::timestamptz)
			on conflict (meeting_id, kind) do update set last_day = excluded.last_day, removed_at = excluded.removed_at, is_swept = false`);
		return true;
	});
}

async function sweepAll(db: Database): Promise<void> {
	const { rows } = await db.execute<{ id: string; kind: RetentionKind }>(sql`
		select meeting_id as id, kind from retention_removals r where not is_swept
			and not exists (select from retention_holds h where h.meeting_id = r.meeting_id) order by 1, 2`);
	for (const { id, kind } of rows) {
		for (const statement of rules[kind].sweep(id, stepRows))
			while (((await db.execute(statement)).rowCount ?? 0) === stepRows);
		await db.execute(sql`
			update retention_removals set is_swept = true where meeting_id = ${id} and kind = ${kind}`);
	}
}

/** What a meeting has of each kind: until when, or that it was removed. Nothing of what it never had. */
export async function keptOf(db: Reader, meetingId: string): Promise<Kept[]> {
	const days = await keptDays(db);
	const kept: Kept[] = [];
	for (const kind of retentionKinds) {
		const { rows } = await db.execute<{
			isThere: boolean;
			lastDay: string | null;
			removedAt: Date | null;
			goneAfter: string | null;
			isHeld: boolean;
		}>(sql`
			select ${rules[kind].isThere} as "isThere", ${lastDayOf(kind, days[kind])}::text as "lastDay", r.removed_at as "removedAt",
				r.last_day::text as "goneAfter", exists (select from retention_holds h where h.meeting_id = m.id) as "isHeld"
			from meetings m left join retention_removals r on r.meeting_id = m.id and r.kind = ${kind} where m.id = ${meetingId}`);
		const [row] = rows;
		if (!row) continue;
		if (row.isThere) kept.push({ kind, lastDay: row.lastDay!, removedAt: null, isHeld: row.isHeld });
		else if (row.removedAt)
			kept.push({
				kind,
				lastDay: row.goneAfter!,
				removedAt: new Date(row.removedAt).toISOString(),
				isHeld: false,
			});
	}
	return kept;
}

/** Meetings of which a kind would be removed earlier than now if it were kept so many days; `atOnce`: whose day is over already. */
export async function touchedBy(
	db: Reader,
	kind: RetentionKind,
	days: number,
	now = new Date(),
): Promise<{ earlier: number; atOnce: number }> {
	const before = (await keptDays(db))[kind];
	// A recording has its date from the day it began.
	const after = kind === 'recording' ? recordingDay(days) : sql`(${meetingDay} + ${days}::int)`;
	const { rows } = await db.execute<{ earlier: number; atOnce: number }>(sql`
		select count(*)::int as earlier, (count(*) filter (where ${after} < ${localDay(now)}))::int as "atOnce"
		from meetings m where ${rules[kind].isThere} and ${after} < ${lastDayOf(kind, before)}`);
	return rows[0]!;
}

const recordingDay = (
	days: number,
) => sql`(select min((r.started_at at time zone m.time_zone)::date) + ${days}::int
	from recordings r where r.meeting_id = m.id and r.state <> 'removed')`;

let config: ReturnType<typeof readConfig> | undefined;
function readConfigOnce() {
	return (config ??= readConfig());
}
