// Keeping somebody from taking part in one meeting: with a reason, logged, reversible. They can still watch.
import { and, desc, eq, isNull, notExists } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { DeskBlock } from '#domain/desk.ts';
import { personRoom } from '#domain/events.ts';
import { Refusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import { blockInput, unblockInput, type BlockReason } from '#domain/questions.ts';
import { blockSpeakerInput, speakerBlockInput } from '#domain/stage.ts';
import { isBlocked } from './blocked.ts';
import type { Reader } from './client.ts';
import { command, type Work } from './command.ts';
import { assertNotClosed, change, lockQuestions, type Locked } from './questionActs.ts';
import { announce } from './questions.ts';
import { blocks, people, questions, speakers } from './schema/index.ts';
import { lockStage, sendBack } from './stage.ts';

/** Blocks the asker of a question, who is known to nobody but by it. A second time changes nothing. */
export const blockAsker = command(blockInput, async (work, { questionId, reason, note }) => {
	authorize(work.actor, 'question:block');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	const { question, meeting } = locked!;
	assertNotClosed(meeting.state);
	if (await isBlocked(work.tx, meeting.id, [question.author])) return;
	await block(work, meeting.id, question.author, { reason, note });
	await change(work, locked!, {}, { act: 'block', change: 'blocked', batchId: randomUUID() });
	await tell(work, meeting, question.author, true);
	work.note('question:block', `question:${questionId}`, { reason, note });
});

/** Removes somebody from the stage and keeps them from taking part, as `blockAsker` does. A second time changes nothing. */
export const blockSpeaker = command(blockSpeakerInput, async (work, { speakerId, reason, note }) => {
	authorize(work.actor, 'question:block');
	const { speaker, meeting } = await lockSpeaker(work, speakerId);
	assertNotClosed(meeting.state);
	// Moderators are not blocked, they lose the role.
	if (speaker.isModerator) throw new Refusal('forbidden');
	if (await isBlocked(work.tx, meeting.id, [speaker.pseudonym])) return;
	await block(work, meeting.id, speaker.pseudonym, { reason, note });
	await tell(work, meeting, speaker.pseudonym, true);
	work.note('stage:block', `speaker:${speakerId}`, { reason, note });
});

export const unblockSpeaker = command(speakerBlockInput, async (work, { speakerId }) => {
	authorize(work.actor, 'question:block');
	const { speaker, meeting } = await lockSpeaker(work, speakerId);
	await lift(work, meeting, speaker.pseudonym);
	work.note('stage:unblock', `speaker:${speakerId}`);
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
	await lift(work, locked.meeting, locked.question.author);
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
	await tell(work, locked.meeting, locked.question.author, true);
}

/** Who may not take part in a meeting, by one question of theirs or else the name they had on the stage. The caller has asked the policy. */
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
	const asSpeakers = await db
		.selectDistinctOn([blocks.at, blocks.id], {
			speakerId: speakers.id,
			text: speakers.name,
			reason: blocks.reason,
			note: blocks.note,
			by: people.name,
			at: blocks.at,
		})
		.from(blocks)
		.innerJoin(
			speakers,
			and(eq(speakers.meetingId, blocks.meetingId), eq(speakers.pseudonym, blocks.pseudonym)),
		)
		.leftJoin(people, eq(people.id, blocks.blockedBy))
		.where(and(eq(blocks.meetingId, meetingId), isNull(blocks.liftedAt), notExists(questionOf(db))))
		.orderBy(desc(blocks.at), blocks.id);
	return [
		...rows.map((row) => ({ ...row, speakerId: null, at: row.at.toISOString() })),
		...asSpeakers.map((row) => ({ ...row, questionId: null, number: null, at: row.at.toISOString() })),
	];
}

/** A question of whoever a block is about. */
const questionOf = (db: Reader) =>
	db
		.select({ id: questions.id })
		.from(questions)
		.where(and(eq(questions.meetingId, blocks.meetingId), eq(questions.author, blocks.pseudonym)));

const ofAsker = ({ question, meeting }: Locked) =>
	and(eq(blocks.meetingId, meeting.id), eq(blocks.pseudonym, question.author));

async function lockSpeaker(work: Work, speakerId: string) {
	const [speaker] = await work.tx.select().from(speakers).where(eq(speakers.id, speakerId));
	if (!speaker) throw new Refusal('not-found');
	return { speaker, meeting: await lockStage(work.tx, speaker.meetingId) };
}

async function block(
	work: Work,
	meetingId: string,
	pseudonym: string,
	{ reason, note }: { reason: BlockReason; note: string | null | undefined },
): Promise<void> {
	const blockedBy = work.actor.account?.id ?? 'system';
	await work.tx.insert(blocks).values({ meetingId, pseudonym, reason, note: note ?? null, blockedBy });
	await sendBack(work, meetingId, pseudonym);
}

async function lift(work: Work, meeting: Locked['meeting'], pseudonym: string): Promise<void> {
	const lifted = await work.tx
		.update(blocks)
		.set({ liftedAt: new Date(), liftedBy: work.actor.account?.id ?? 'system' })
		.where(and(eq(blocks.meetingId, meeting.id), eq(blocks.pseudonym, pseudonym), isNull(blocks.liftedAt)))
		.returning();
	if (lifted.length > 0) await tell(work, meeting, pseudonym, false);
}

/** Tells the desk, for every question of that person, and the person's own browsers. */
async function tell(
	work: Work,
	meeting: Locked['meeting'],
	pseudonym: string,
	blocked: boolean,
): Promise<void> {
	const theirs = await work.tx
		.select()
		.from(questions)
		.where(and(eq(questions.meetingId, meeting.id), eq(questions.author, pseudonym)))
		.orderBy(questions.number);
	for (const one of theirs) announce(work, meeting, one, one, 'blocked', { authorBlocked: blocked });
	work.record(personRoom(meeting.id, pseudonym), 'own:blocked', { blocked });
}
