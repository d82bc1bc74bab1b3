// What the residents' answers make of a claim, and of a concern all of whose claims are verified: it is confirmed, or not fixed after all.
import { and, eq, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { verdictOf, type Answers } from '#domain/followups.ts';
import type { Reader, Transaction } from './client.ts';
import type { Work } from './command.ts';
import { moveConcern, type ConcernRow } from './concernMoves.ts';
import { withMerged } from './concernSources.ts';
import type { FollowupRow } from './followups.ts';
import { followupAnswers } from './schema/index.ts';

/**
 * Opens those of these concerns again of which nothing is left to do while residents who count say of a part that it is not fixed: also
 * where they said so when another part was not verified yet. What was said before a concern was opened last was heard by that.
 */
export async function reopenNotFixed(work: Work, roots: ConcernRow[]): Promise<void> {
	const { tx } = work;
	for (const root of roots) {
		if (root.state !== 'resolved' && root.state !== 'confirmed') continue;
		const claimed = await ofConcern(tx, root);
		if (!claimed.every(({ state }) => state === 'verified')) continue;
		const since = await lastReopened(tx, root);
		let isNotFixed = false;
		for (const row of claimed) isNotFixed ||= (await verdictIn(tx, row, since)) === 'reopened';
		if (isNotFixed) await moveConcern(work, root, 'reopened');
	}
}

/**
 * Whether residents themselves have confirmed all that was done for a concern. Who said "not fixed" before it was opened again was
 * heard by that.
 */
export async function isConfirmed(tx: Transaction, root: ConcernRow): Promise<boolean> {
	const since = await lastReopened(tx, root);
	for (const row of await ofConcern(tx, root)) {
		const verdict = await verdictIn(tx, row, since);
		if (verdict === 'reopened' || (verdict === null && !row.isByResidents)) return false;
	}
	return true;
}

/** When a concern was opened again last; null where it never was. */
async function lastReopened(tx: Transaction, root: ConcernRow): Promise<string | null> {
	const { rows } = await tx.execute<{ at: string | null }>(
		sql`select max(at)::text as at from concern_events where concern_id = ${root.id} and "to" = 'reopened'`,
	);
	return rows[0]!.at;
}

type Claimed = Pick<FollowupRow, 'id' | 'state' | 'claims'> & { isByResidents: boolean };
/** Follow-ups of a concern, and of those merged into it, that were claimed done. */
async function ofConcern(tx: Transaction, root: ConcernRow): Promise<Claimed[]> {
	const { rows } = await tx.execute<Claimed>(sql`
		select f.id, f.state, f.claims, f.state = 'verified' and not exists (
			select from followup_events e where e.followup_id = f.id and e."to" = 'verified' and e.person_id is not null
		) as "isByResidents"
		from followups f where f.visibility = 'public' and f.state in ('done', 'verified') and f.id in (
			select followup_id from followup_concerns where concern_id in (${withMerged(root.id)}))`);
	return rows;
}

/** @param since of "not fixed" only what was said after this */
export async function verdictIn(
	db: Reader,
	row: Pick<FollowupRow, 'id' | 'claims'>,
	since: string | null = null,
): Promise<'verified' | 'reopened' | null> {
	const rows = await db
		.select({
			isAsker: followupAnswers.isAsker,
			answer: followupAnswers.answer,
			count: sql<number>`count(*)::int`,
		})
		.from(followupAnswers)
		.where(
			and(
				eq(followupAnswers.followupId, row.id),
				eq(followupAnswers.claim, row.claims),
				since
					? sql`(${followupAnswers.answer} <> 'not-fixed' or ${followupAnswers.at} > ${since}::timestamptz)`
					: undefined,
			),
		)
		.groupBy(followupAnswers.isAsker, followupAnswers.answer);
	const asker = rows.filter(({ isAsker }) => isAsker);
	return verdictOf(counted(rows), counted(asker), readConfig().ANSWERS_THAT_COUNT);
}

const noAnswers: Answers = { fixed: 0, 'not-fixed': 0, 'cannot-tell': 0 };
const counted = (rows: { answer: keyof Answers; count: number }[]) =>
	rows.reduce<Answers>((sum, { answer, count }) => ({ ...sum, [answer]: sum[answer] + count }), noAnswers);
