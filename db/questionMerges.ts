// Merging questions that ask the same, and parting them again: their votes go along and come back.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import { isVotable, mergeInput, questionInput, type QuestionState } from '#domain/questions.ts';
import { command, type Work } from './command.ts';
import { moveVotes, returnVotes } from './mergedVotes.ts';
import {
	assertActInTime,
	change,
	lockQuestions,
	subjectOf,
	tellCount,
	type Columns,
} from './questionActs.ts';
import { lockQuestion } from './questions.ts';
import { questionActs, questions } from './schema/index.ts';

/**
 * Merges questions into another: their votes count there, each person once. What was merged into one of them goes along. Reversible.
 * @throws Refusal merge-loop, question-state, meeting-not-live
 */
export const mergeQuestions = command(mergeInput, async (work, { questionIds, into }) => {
	authorize(work.actor, 'question:merge');
	const locked = await lockQuestions(work.tx, [...questionIds, into]);
	const target = locked.find(({ question }) => question.id === into)!;
	assertActInTime('publish', target.meeting.state);
	if (!isVotable(target.question) || questionIds.includes(into)) throw new Refusal('merge-loop');
	const batchId = randomUUID();
	const merged: string[] = [];
	for (const source of locked) {
		const { id, state, mergedInto } = source.question;
		if (source === target || (state === 'merged' && mergedInto === into)) continue;
		if (!(['published', 'submitted', 'held'] as QuestionState[]).includes(state))
			throw new Refusal('question-state');
		for (const child of await mergedIntoIt(work, id)) {
			await returnVotes(work.tx, child, id);
			await mergeOne(work, child, into, batchId);
		}
		await mergeOne(work, id, into, batchId);
		merged.push(id);
	}
	if (merged.length === 0) return;
	await tellCount(work, target);
	work.note('question:merge', `question:${into}`, { from: merged });
});

/** Takes a merged question out again, with its votes, into the state it came from. @throws Refusal question-state, meeting-not-live */
export const unmergeQuestion = command(questionInput, async (work, { questionId }) => {
	authorize(work.actor, 'question:merge');
	const [merged] = await lockQuestions(work.tx, [questionId]);
	assertActInTime('publish', merged!.meeting.state);
	const { state, mergedInto } = merged!.question;
	if (state !== 'merged' || !mergedInto) throw new Refusal('question-state');
	const target = await lockQuestion(work.tx, mergedInto);
	await change(work, merged!, await asBefore(work, questionId), {
		act: 'unmerge',
		change: 'unmerged',
		batchId: randomUUID(),
	});
	await returnVotes(work.tx, questionId, mergedInto);
	await tellCount(work, target);
	work.note('question:unmerge', subjectOf([questionId]));
});

async function mergeOne(work: Work, id: string, into: string, batchId: string): Promise<void> {
	const source = await lockQuestion(work.tx, id);
	await change(
		work,
		source,
		{
			state: 'merged',
			mergedInto: into,
			pinned: false,
			publishedAt: source.question.publishedAt ?? new Date(),
		},
		{ act: 'merge', change: 'merged', batchId },
	);
	await moveVotes(work.tx, id, into);
}

async function mergedIntoIt(work: Work, id: string): Promise<string[]> {
	const rows = await work.tx.select({ id: questions.id }).from(questions).where(eq(questions.mergedInto, id));
	return rows.map((row) => row.id).sort();
}

/** What a merged question was before: one that was never published goes back to those that wait, not out to everybody. */
async function asBefore(work: Work, questionId: string): Promise<Columns> {
	const [merge] = await work.tx
		.select({ before: questionActs.before })
		.from(questionActs)
		.where(
			and(
				eq(questionActs.questionId, questionId),
				eq(questionActs.act, 'merge'),
				sql`${questionActs.before}->>'state' <> 'merged'`,
				isNull(questionActs.undoneAt),
			),
		)
		.orderBy(desc(questionActs.at))
		.limit(1);
	const waited = merge && ['submitted', 'held'].includes(String(merge.before.state));
	if (!waited) return { state: 'published', mergedInto: null };
	return { state: merge.before.state as 'submitted' | 'held', mergedInto: null, publishedAt: null };
}
