// The votes of merged questions: they count at the target, each person once, and go back when the merge is undone.
import { sql } from 'drizzle-orm';
import type { Transaction } from './client.ts';

/** Copies the votes of a merged question to its target, except of people who have voted there. Both rows are locked by the caller. */
export async function moveVotes(tx: Transaction, sourceId: string, targetId: string): Promise<void> {
	await tx.execute(sql`
		insert into votes (question_id, voter, with_account, fresh, aside, via)
		select ${targetId}, voter, with_account, fresh, aside, ${sourceId} from votes where question_id = ${sourceId}
		on conflict do nothing`);
	await tx.execute(sql`update proxy_votes set counts_for = ${targetId} where question_id = ${sourceId}`);
	await countVotes(tx, targetId);
}

/**
 * Takes back from the target what a merged question had brought along; who had voted for another merged one as well is still counted,
 * by that one.
 */
export async function returnVotes(tx: Transaction, sourceId: string, targetId: string): Promise<void> {
	await tx.execute(sql`update proxy_votes set counts_for = ${sourceId} where question_id = ${sourceId}`);
	await tx.execute(sql`delete from votes where question_id = ${targetId} and via = ${sourceId}`);
	await tx.execute(sql`
		insert into votes (question_id, voter, with_account, fresh, aside, via)
		select ${targetId}, v.voter, v.with_account, v.fresh, v.aside, v.question_id
		from votes v join questions q on q.id = v.question_id
		where q.merged_into = ${targetId} and q.id <> ${sourceId}
		order by q.number
		on conflict do nothing`);
	await countVotes(tx, targetId);
}

/** Sets a question's totals to what its votes say. */
export async function countVotes(tx: Transaction, questionId: string): Promise<void> {
	await tx.execute(sql`
		update questions q set votes = c.votes, votes_with_account = c.with_account, votes_aside = c.aside, tally_due = true
		from (
			select count(*) filter (where not aside) as votes,
				count(*) filter (where not aside and with_account) as with_account,
				count(*) filter (where aside) as aside
			from votes where question_id = ${questionId}
		) c where q.id = ${questionId}`);
	await countByHand(tx, questionId);
}

/** Sets what was counted by hand: its own, and that of what is merged into it. */
export async function countByHand(tx: Transaction, questionId: string): Promise<void> {
	await tx.execute(sql`
		update questions q set votes_room = c.room, votes_phone = c.phone, votes_paper = c.paper
		from (
			select coalesce(sum(count) filter (where channel = 'room'), 0) as room,
				coalesce(sum(count) filter (where channel = 'phone'), 0) as phone,
				coalesce(sum(count) filter (where channel = 'paper'), 0) as paper
			from proxy_votes where question_id = ${questionId} or counts_for = ${questionId}
		) c where q.id = ${questionId}`);
}
