// For those who are not online: what was asked in the room, by phone or on paper, entered by somebody of the city.
import { and, asc, eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type * as v from 'valibot';
import type { ClaimWords } from '#domain/claims.ts';
import { Refusal } from '#domain/errors.ts';
import { assertTakesQuestions } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { questionInput, type OwnQuestion } from '#domain/questions.ts';
import { enterQuestionInput } from '#domain/room.ts';
import { claimWords } from './claims.ts';
import type { Database, Reader } from './client.ts';
import { command } from './command.ts';
import { addQuestion, announce, lockQuestion, ownQuestion, whyHeld } from './questions.ts';
import { meetings, questions } from './schema/index.ts';

const enter = command(enterQuestionInput, async (work, { meetingId, text, channel, name }) => {
	authorize(work.actor, 'proxy:enter');
	const { tx, actor } = work;
	const [meeting] = await tx.select().from(meetings).where(eq(meetings.id, meetingId)).for('no key update');
	if (!meeting || !can(actor, 'meeting:read', meeting)) throw new Refusal('not-found');
	assertTakesQuestions(meeting);
	const question = await addQuestion(work, meeting, {
		...{ text, channel, askedByName: name || null, askedById: null },
		// Nobody's browser: whoever asked comes back by the four words.
		author: `proxy:${randomUUID()}`,
		enteredById: actor.account!.id,
		// Whoever vets has read it.
		heldBecause: can(actor, 'question:act') ? null : whyHeld(meeting, text),
	});
	work.note('proxy:question', `question:${question.id}`, { channel });
	return ownQuestion(question);
});

/**
 * Enters a question that somebody asked in the room, by phone or on paper. It is vetted like others, unless a moderator enters it.
 * @returns it, and the words with which whoever asked it comes back
 * @throws Refusal not-found, forbidden, meeting-not-live, questions-closed
 */
export async function enterQuestion(
	db: Database,
	actor: Actor,
	input: v.InferInput<typeof enterQuestionInput>,
	id?: string,
): Promise<OwnQuestion & { claim: ClaimWords }> {
	const question = await enter(db, actor, input, id);
	return { ...question, claim: claimWords(`question:${question.id}`) };
}

/**
 * Takes back what one has entered wrongly, while it is not on air: enter it again then. The audit keeps both.
 * @throws Refusal not-found (also for what somebody else has entered), question-state
 */
export const withdrawEntry = command(questionInput, async (work, { questionId }) => {
	const { tx, actor } = work;
	authorize(actor, 'proxy:enter');
	const { question, meeting } = await lockQuestion(tx, questionId);
	const own = question.enteredById !== null && question.enteredById === actor.account?.id;
	if (!can(actor, 'proxy:correct', { own })) throw new Refusal('not-found');
	if (question.state === 'withdrawn') return;
	if (!['submitted', 'held', 'published'].includes(question.state)) throw new Refusal('question-state');
	const [after] = await tx
		.update(questions)
		.set({ state: 'withdrawn', pinned: false })
		.where(eq(questions.id, questionId))
		.returning();
	announce(work, meeting, question, after!, 'withdrawn');
	work.note('proxy:withdraw', `question:${questionId}`);
});

/** What the actor has entered in a meeting, oldest first. @throws Refusal forbidden */
export async function ownEntries(db: Reader, actor: Actor, meetingId: string): Promise<OwnQuestion[]> {
	authorize(actor, 'proxy:enter');
	const rows = await db
		.select()
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), eq(questions.enteredById, actor.account!.id)))
		.orderBy(asc(questions.number));
	return rows.map(ownQuestion);
}
