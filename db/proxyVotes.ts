// Support that is counted by hand: raised hands in the room, calls, slips of paper. Kept apart from browsers' votes, summed in the order.
import { and, asc, eq, gt } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { isQueueOpen } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { isVotable } from '#domain/questions.ts';
import { correctSupportInput, supportInput, type OwnSupport } from '#domain/room.ts';
import type { Reader } from './client.ts';
import { command, type Work } from './command.ts';
import { countByHand } from './mergedVotes.ts';
import { assertNotClosed, tellCount } from './questionActs.ts';
import { lockQuestion } from './questions.ts';
import { proxyVotes, questions } from './schema/index.ts';

/**
 * Adds a number of raised hands, calls or slips to a question's support. Each press (by its id) counts once.
 * @throws Refusal not-found, forbidden, meeting-not-live, question-state, votes-frozen
 */
export const countSupport = command(supportInput, async (work, { questionId, channel, count }) => {
	authorize(work.actor, 'proxy:enter');
	const { question, meeting } = await lockQuestion(work.tx, questionId);
	if (!isQueueOpen(meeting, Date.now())) throw new Refusal('meeting-not-live');
	if (!isVotable(question)) throw new Refusal('question-state');
	if (question.votesFrozen) throw new Refusal('votes-frozen');
	const [entry] = await work.tx
		.insert(proxyVotes)
		.values({ questionId, countsFor: questionId, channel, count, enteredById: work.actor.account!.id })
		.returning();
	await recount(work, questionId);
	work.note('proxy:support', `question:${questionId}`, { entry: entry!.id, channel, count });
});

/**
 * Puts right what one has counted wrongly; 0 takes it back. The audit keeps the number before.
 * @throws Refusal not-found (also for what somebody else has counted), meeting-state, votes-frozen
 */
export const correctSupport = command(correctSupportInput, async (work, { entryId, count }) => {
	authorize(work.actor, 'proxy:enter');
	const { tx, actor } = work;
	const [known] = await tx.select().from(proxyVotes).where(eq(proxyVotes.id, entryId));
	const own = known !== undefined && known.enteredById === actor.account?.id;
	if (!known || !can(actor, 'proxy:correct', { own })) throw new Refusal('not-found');
	const { question, meeting } = await lockQuestion(tx, known.questionId);
	assertNotClosed(meeting.state);
	if (question.votesFrozen) throw new Refusal('votes-frozen');
	// Read again under the lock: two corrections at once, or a merge.
	const [before] = await tx.select().from(proxyVotes).where(eq(proxyVotes.id, entryId)).for('update');
	if (before!.count === count) return;
	await tx.update(proxyVotes).set({ count }).where(eq(proxyVotes.id, entryId));
	await recount(work, known.questionId);
	if (before!.countsFor !== known.questionId) await recount(work, before!.countsFor);
	work.note('proxy:correct', `question:${known.questionId}`, {
		entry: entryId,
		from: before!.count,
		to: count,
	});
});

/** What the actor has counted in a meeting and not taken back, oldest first. @throws Refusal forbidden */
export async function ownSupports(db: Reader, actor: Actor, meetingId: string): Promise<OwnSupport[]> {
	authorize(actor, 'proxy:enter');
	return db
		.select({
			id: proxyVotes.id,
			number: questions.number,
			channel: proxyVotes.channel,
			count: proxyVotes.count,
		})
		.from(proxyVotes)
		.innerJoin(questions, eq(questions.id, proxyVotes.questionId))
		.where(
			and(
				eq(questions.meetingId, meetingId),
				eq(proxyVotes.enteredById, actor.account!.id),
				gt(proxyVotes.count, 0),
			),
		)
		.orderBy(asc(proxyVotes.at));
}

async function recount(work: Work, questionId: string): Promise<void> {
	const locked = await lockQuestion(work.tx, questionId);
	await countByHand(work.tx, questionId);
	await tellCount(work, locked);
}
