// A town with many promises: each answers a concern that was a question with supporters, and has its history.
import { sql } from 'drizzle-orm';
import type { Place } from '../place.ts';
import { liveMeeting } from '#tests/cast.ts';
import { trafficUnit } from '#tests/promises.ts';

export const supportersOfEach = 6;
/** So many, those of the lowest numbers, are pressing and are to be begun: they stand on top of their columns, and are moved. */
export const pressing = 40;

/** How the others are spread over the columns, one after the other. */
const spread = [
	'proposed',
	'committed',
	'in-progress',
	'in-progress',
	'blocked',
	'done',
	'verified',
	'dropped',
];

/** Adds follow-ups until there are so many. */
export async function fill({ db }: Place, upTo: number): Promise<void> {
	const [unit, { id: meeting }] = [await trafficUnit(db), await liveMeeting(db)];
	const { rows } = await db.execute<{ count: number }>(sql`select count(*)::int as count from followups`);
	const from = rows[0]!.count + 1;
	const each = sql`generate_series(${from}::int, ${upTo}::int) n`;
	const numbered = (prefix: string) => sql`${prefix} || '-2026-' || lpad(n::text, 5, '0')`;
	const state = sql`case when n <= ${pressing} then 'committed' else (${sql.param(spread)}::text[])[1 + n % ${spread.length}] end`;
	await db.transaction(async (tx) => {
		await tx.execute(sql`
			insert into questions (meeting_id, number, text, state, author, votes)
			select ${meeting}, n, 'When will the light at corner ' || n || ' be mended?', 'answered', 'asker ' || n, ${supportersOfEach} from ${each}`);
		await tx.execute(sql`
			insert into votes (question_id, voter, with_account)
			select q.id, 'voter ' || (q.number * 7 + v) % 2000, false from questions q, generate_series(1, ${supportersOfEach}::int) v
			where q.meeting_id = ${meeting}`);
		await tx.execute(sql`
			insert into concerns (number, title, state, meeting_id, captured_at)
			select ${numbered('PL')}, 'The light at corner ' || n || ' is dark', 'accepted', ${meeting}, now() - make_interval(days => n % 300) from ${each}`);
		await tx.execute(sql`
			insert into concern_sources (concern_id, kind, source_id, meeting_id, words)
			select c.id, 'question', q.id::text, ${meeting}, q.text from questions q
			join concerns c on c.number = 'PL-2026-' || lpad(q.number::text, 5, '0') where q.meeting_id = ${meeting}`);
		await tx.execute(sql`
			insert into followups (number, title, description, state, unit_id, owner_id, topic, priority, due_on, first_due_on, review_on, claims, claimed_at, created_at, told_at)
			select ${numbered('FU')}, 'Mend the light at corner ' || n, 'A new lamp, new wiring, and a post that stands straight again.', s, ${unit},
				case n % 3 when 0 then 'sam' when 1 then 'dana' end, 'lighting', case when n <= ${pressing} then 'urgent' else 'normal' end,
				current_date + n % 90 - 20, current_date + n % 90 - 20, case s when 'blocked' then current_date + 10 end,
				case when s in ('done', 'verified') then 1 else 0 end, case when s in ('done', 'verified') then now() - interval '40 days' end,
				now() - make_interval(days => n % 300), now() - make_interval(days => n % 40)
			from (select n, ${state} as s from ${each}) all_of_them`);
		await tx.execute(sql`
			insert into followup_concerns (followup_id, concern_id)
			select f.id, c.id from followups f join concerns c on substr(c.number, 4) = substr(f.number, 4) where c.meeting_id = ${meeting}`);
		for (const to of ['proposed', 'committed', 'in-progress', 'done', 'verified'])
			await tx.execute(sql`
				insert into followup_events (followup_id, kind, "to", at)
				select f.id, case ${to}::text when 'proposed' then 'proposed' else 'moved' end, ${to}, f.created_at
				from followups f where f.number >= ${`FU-2026-${String(from).padStart(5, '0')}`} and (${to}::text = 'proposed'
					or f.state = any ((${sql.param(['committed', 'in-progress', 'done', 'verified'])}::text[])[array_position(${sql.param(['committed', 'in-progress', 'done', 'verified'])}::text[], ${to}::text):]))`);
		await tx.execute(sql`
			insert into followup_numbers (year, last) values (2026, ${upTo}) on conflict (year) do update set last = ${upTo}`);
	});
	await db.execute(sql`analyze`);
}
