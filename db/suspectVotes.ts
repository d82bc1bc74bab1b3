// Vote stuffing: bursts of fresh identities are shown to moderators, who can freeze a count and set votes aside.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { deskRoom } from '#domain/events.ts';
import { system } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { freezeInput, setAsideInput } from '#domain/questions.ts';
import type { Database } from './client.ts';
import { command, work } from './command.ts';
import { countVotes } from './mergedVotes.ts';
import { change } from './questionActs.ts';
import { announce, lockQuestion } from './questions.ts';
import { questions, votes } from './schema/index.ts';

/** Freezes a question's count, or thaws it: no vote is taken while it is frozen. */
export const freezeVotes = command(freezeInput, async (work, { questionId, frozen }) => {
	authorize(work.actor, 'question:freeze');
	const locked = await lockQuestion(work.tx, questionId);
	if (locked.question.votesFrozen === frozen) return;
	await change(
		work,
		locked,
		{ votesFrozen: frozen },
		{ act: 'freeze', change: 'counted', batchId: randomUUID() },
	);
	work.note('question:freeze', `question:${questionId}`, { frozen });
});

/** Sets the votes of fresh identities on a question aside, or counts them again. They stay, and are shown as set aside. */
export const setVotesAside = command(setAsideInput, async (work, { questionId, aside }) => {
	authorize(work.actor, 'question:freeze');
	const { question, meeting } = await lockQuestion(work.tx, questionId);
	await work.tx
		.update(votes)
		.set({ aside })
		.where(and(eq(votes.questionId, questionId), eq(votes.fresh, true)));
	await countVotes(work.tx, questionId);
	const [after] = await work.tx.select().from(questions).where(eq(questions.id, questionId));
	announce(work, meeting, question, after!, 'counted');
	work.note('question:set-aside', `question:${questionId}`, { aside, votes: after!.votesAside });
});

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
