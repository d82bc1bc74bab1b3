// Vote stuffing: bursts of fresh identities are shown to moderators, who can freeze a count and set votes aside.
import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { deskRoom } from '#domain/events.ts';
import { system } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { freezeInput, setAsideInput } from '#domain/questions.ts';
import type { Database, Reader } from './client.ts';
import { command, work, type Work } from './command.ts';
import { countVotes } from './mergedVotes.ts';
import { assertNotClosed, change, lockQuestions, tellCount, type Locked } from './questionActs.ts';
import { lockQuestion } from './questions.ts';
import { questions, votes } from './schema/index.ts';

/** Freezes a question's count, or thaws it: no vote is taken while it is frozen. */
export const freezeVotes = command(freezeInput, async (work, { questionId, frozen }) => {
	authorize(work.actor, 'question:freeze');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	assertNotClosed(locked!.meeting.state);
	if (locked!.question.votesFrozen === frozen) return;
	await change(
		work,
		locked!,
		{ votesFrozen: frozen },
		{ act: 'freeze', change: 'counted', batchId: randomUUID() },
	);
	work.note('question:freeze', `question:${questionId}`, { frozen });
});

/** Sets the votes of fresh identities on a question aside, or counts them again. They stay, and are shown as set aside. */
export const setVotesAside = command(setAsideInput, async (work, { questionId, aside }) => {
	authorize(work.actor, 'question:freeze');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	assertNotClosed(locked!.meeting.state);
	const moved = await putAside(work, locked!, aside);
	if (moved === 0) return;
	const act = aside ? 'set-aside' : 'count-again';
	await change(
		work,
		await lockQuestion(work.tx, questionId),
		{},
		{ act, change: 'counted', batchId: randomUUID() },
	);
	work.note('question:set-aside', `question:${questionId}`, { aside, votes: moved });
});

/** Sets the fresh votes of a question aside or counts them again. @returns how many that were */
export async function putAside(work: Work, locked: Locked, aside: boolean): Promise<number> {
	const questionId = locked.question.id;
	const moved = await work.tx
		.update(votes)
		.set({ aside })
		.where(and(eq(votes.questionId, questionId), eq(votes.fresh, true), eq(votes.aside, !aside)))
		.returning({ voter: votes.voter });
	if (moved.length === 0) return 0;
	await countVotes(work.tx, questionId);
	await tellCount(work, locked);
	return moved.length;
}

/** The questions of a meeting with votes by fresh identities, and how many. The caller has asked the policy. */
export async function freshVotesOf(
	db: Reader,
	meetingId: string,
): Promise<{ questionId: string; fresh: number }[]> {
	return db
		.select({ questionId: votes.questionId, fresh: count() })
		.from(votes)
		.innerJoin(questions, eq(questions.id, votes.questionId))
		.where(and(eq(questions.meetingId, meetingId), eq(votes.fresh, true)))
		.groupBy(votes.questionId);
}

/** Marks a question for the desk's eye after a burst of votes by fresh identities; once per question. */
export async function flagBurst(db: Database, questionId: string, freshVoters: number): Promise<void> {
	await work(db, system, async ({ tx, record }) => {
		const [flagged] = await tx
			.update(questions)
			.set({ flaggedAt: sql`now()` })
			.where(and(eq(questions.id, questionId), isNull(questions.flaggedAt)))
			.returning();
		if (flagged) record(deskRoom(flagged.meetingId), 'desk:flagged', { questionId, freshVoters });
	});
}
