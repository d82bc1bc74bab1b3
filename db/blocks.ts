// Keeping somebody from taking part in one meeting: with a reason, logged, reversible. They can still watch.
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { personRoom } from '#domain/events.ts';
import { authorize } from '#domain/policy.ts';
import { blockInput, unblockInput } from '#domain/questions.ts';
import type { Reader } from './client.ts';
import { command, type Work } from './command.ts';
import { announce, lockQuestion } from './questions.ts';
import { blocks } from './schema/index.ts';

/** Blocks the asker of a question, who is known to nobody but by it. A second time changes nothing. */
export const blockAsker = command(blockInput, async (work, { questionId, reason, note }) => {
	authorize(work.actor, 'question:block');
	const { question, meeting } = await lockQuestion(work.tx, questionId);
	if (await isBlocked(work.tx, meeting.id, [question.author])) return;
	await work.tx.insert(blocks).values({
		meetingId: meeting.id,
		pseudonym: question.author,
		reason,
		note: note ?? null,
		blockedBy: work.actor.account?.id ?? 'system',
	});
	tell(work, meeting, question, true);
	work.note('question:block', `question:${questionId}`, { reason, note });
});

/** Lifts the block. */
export const unblockAsker = command(unblockInput, async (work, { questionId }) => {
	authorize(work.actor, 'question:block');
	const { question, meeting } = await lockQuestion(work.tx, questionId);
	const lifted = await work.tx
		.update(blocks)
		.set({ liftedAt: new Date(), liftedBy: work.actor.account?.id ?? 'system' })
		.where(
			and(eq(blocks.meetingId, meeting.id), eq(blocks.pseudonym, question.author), isNull(blocks.liftedAt)),
		)
		.returning();
	if (lifted.length === 0) return;
	tell(work, meeting, question, false);
	work.note('question:unblock', `question:${questionId}`);
});

/** Whether any of a person's pseudonyms is blocked in the meeting. */
export async function isBlocked(tx: Reader, meetingId: string, pseudonyms: string[]): Promise<boolean> {
	if (pseudonyms.length === 0) return false;
	const rows = await tx
		.select({ id: blocks.id })
		.from(blocks)
		.where(
			and(eq(blocks.meetingId, meetingId), inArray(blocks.pseudonym, pseudonyms), isNull(blocks.liftedAt)),
		)
		.limit(1);
	return rows.length > 0;
}

type Locked = Awaited<ReturnType<typeof lockQuestion>>;

function tell(work: Work, meeting: Locked['meeting'], question: Locked['question'], blocked: boolean): void {
	announce(work, meeting, question, question, 'blocked', { authorBlocked: blocked });
	work.record(personRoom(meeting.id, question.author), 'own:blocked', { blocked });
}
