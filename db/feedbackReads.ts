// What is read of feedback once it is closed: numbers for everybody; the words for the city, and for everybody those that were vetted.
import { and, asc, eq } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import {
	feedbackQuestions,
	feedbackScale,
	vetFeedbackInput,
	type Feedback,
	type FeedbackWords,
} from '#domain/feedback.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { feedbackLastDay, isOver } from './feedback.ts';
import { feedbackCounts, feedbackResults, feedbackWords, type meetings } from './schema/index.ts';

type MeetingRow = typeof meetings.$inferSelect;

/**
 * Feedback on a meeting as everybody may see it, the city too: while it is open nothing of what was answered, not even by how many, since
 * each step of a running number would say how whoever has just answered did. Null where nobody answered.
 */
export async function feedbackOf(
	db: Reader,
	meeting: MeetingRow,
	now = new Date(),
): Promise<Feedback | null> {
	if (!['live', 'ended', 'reported'].includes(meeting.state)) return null;
	if (!isOver(meeting, now)) return { state: 'open', lastDay: feedbackLastDay(meeting) };
	const [result] = await db.select().from(feedbackResults).where(eq(feedbackResults.meetingId, meeting.id));
	if (!result) return null;
	const rows = await db.select().from(feedbackCounts).where(eq(feedbackCounts.meetingId, meeting.id));
	const words = await db
		.select({ text: feedbackWords.text })
		.from(feedbackWords)
		.where(and(eq(feedbackWords.meetingId, meeting.id), eq(feedbackWords.state, 'published')))
		.orderBy(asc(feedbackWords.id));
	return {
		state: 'closed',
		closedAt: result.closedAt.toISOString(),
		numbers: feedbackQuestions.map((question) => {
			const own = rows.filter((row) => row.question === question);
			const chose = (answer: number) => own.find((row) => row.answer === answer)?.people ?? 0;
			return { question, counts: own.length === 0 ? null : feedbackScale.map(chose) };
		}),
		words: words.map(({ text }) => text),
	};
}

/** All free words of a closed feedback, in no order. @throws Refusal for who may not read them */
export async function feedbackWordsOf(db: Reader, actor: Actor, meetingId: string): Promise<FeedbackWords[]> {
	authorize(actor, 'feedback:read');
	return db
		.select({ id: feedbackWords.id, text: feedbackWords.text, state: feedbackWords.state })
		.from(feedbackWords)
		.where(eq(feedbackWords.meetingId, meetingId))
		.orderBy(asc(feedbackWords.id));
}

/** Publishes words, or keeps them for the city; either can be changed again. @throws Refusal not-found, forbidden */
export const vetFeedback = command(vetFeedbackInput, async (work, { wordsId, state }) => {
	authorize(work.actor, 'feedback:vet');
	const [words] = await work.tx
		.select()
		.from(feedbackWords)
		.where(eq(feedbackWords.id, wordsId))
		.for('update');
	if (!words) throw new Refusal('not-found');
	if (words.state === state) return;
	await work.tx.update(feedbackWords).set({ state }).where(eq(feedbackWords.id, wordsId));
	work.note('feedback:vet', `meeting:${words.meetingId}`, { wordsId, state });
});
