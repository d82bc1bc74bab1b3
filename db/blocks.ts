// Keeping somebody from taking part in one meeting: with a reason, logged, reversible. They can still watch.
import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { DeskBlock } from '#domain/desk.ts';
import { personRoom } from '#domain/events.ts';
import { authorize } from '#domain/policy.ts';
import { blockInput, unblockInput } from '#domain/questions.ts';
import type { Reader } from './client.ts';
import { command, type Work } from './command.ts';
import { assertNotClosed, change, lockQuestions, type Locked } from './questionActs.ts';
import { announce } from './questions.ts';
import { blocks, people, questions } from './schema/index.ts';

/** Blocks the asker of a question, who is known to nobody but by it. A second time changes nothing. */
export const blockAsker = command(blockInput, async (work, { questionId, reason, note }) => {
	authorize(work.actor, 'question:block');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	const { question, meeting } = locked!;
	assertNotClosed(meeting.state);
	if (await isBlocked(work.tx, meeting.id, [question.author])) return;
	await work.tx.insert(blocks).values({
		meetingId: meeting.id,
		pseudonym: question.author,
		reason,
		note: note ?? null,
		blockedBy: work.actor.account?.id ?? 'system',
	});
	await change(work, locked!, {}, { act: 'block', change: 'blocked', batchId: randomUUID() });
	await tell(work, locked!, true);
	work.note('question:block', `question:${questionId}`, { reason, note });
});

/** Lifts the block. */
export const unblockAsker = command(unblockInput, async (work, { questionId }) => {
	authorize(work.actor, 'question:block');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	if (!(await isBlocked(work.tx, locked!.meeting.id, [locked!.question.author]))) return;
	await liftBlock(work, locked!);
	await change(work, locked!, {}, { act: 'unblock', change: 'blocked', batchId: randomUUID() });
	work.note('question:unblock', `question:${questionId}`);
});

/** Lifts the block of a question's asker. */
export async function liftBlock(work: Work, locked: Locked): Promise<void> {
	const lifted = await work.tx
		.update(blocks)
		.set({ liftedAt: new Date(), liftedBy: work.actor.account?.id ?? 'system' })
		.where(and(ofAsker(locked), isNull(blocks.liftedAt)))
		.returning();
	if (lifted.length > 0) await tell(work, locked, false);
}

/** Puts the block that was lifted last into force again, as it was. */
export async function blockAgain(work: Work, locked: Locked): Promise<void> {
	if (await isBlocked(work.tx, locked.meeting.id, [locked.question.author])) return;
	const [last] = await work.tx
		.select({ id: blocks.id })
		.from(blocks)
		.where(ofAsker(locked))
		.orderBy(desc(blocks.liftedAt))
		.limit(1);
	if (!last) return;
	await work.tx.update(blocks).set({ liftedAt: null, liftedBy: null }).where(eq(blocks.id, last.id));
	await tell(work, locked, true);
}

/** Who may not take part in a meeting, by one question of theirs. The caller has asked the policy. */
export async function blocksOf(db: Reader, meetingId: string): Promise<DeskBlock[]> {
	const rows = await db
		.selectDistinctOn([blocks.at, blocks.id], {
			questionId: questions.id,
			number: questions.number,
			text: questions.text,
			reason: blocks.reason,
			note: blocks.note,
			by: people.name,
			at: blocks.at,
		})
		.from(blocks)
		.innerJoin(
			questions,
			and(eq(questions.meetingId, blocks.meetingId), eq(questions.author, blocks.pseudonym)),
		)
		.leftJoin(people, eq(people.id, blocks.blockedBy))
		.where(and(eq(blocks.meetingId, meetingId), isNull(blocks.liftedAt)))
		.orderBy(desc(blocks.at), blocks.id, desc(questions.number));
	return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

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

const ofAsker = ({ question, meeting }: Locked) =>
	and(eq(blocks.meetingId, meeting.id), eq(blocks.pseudonym, question.author));

/** Tells the desk, for every question of that person, and the person's own browsers. */
async function tell(work: Work, { question, meeting }: Locked, blocked: boolean): Promise<void> {
	const theirs = await work.tx
		.select()
		.from(questions)
		.where(and(eq(questions.meetingId, meeting.id), eq(questions.author, question.author)))
		.orderBy(questions.number);
	for (const one of theirs) announce(work, meeting, one, one, 'blocked', { authorBlocked: blocked });
	work.record(personRoom(meeting.id, question.author), 'own:blocked', { blocked });
}
