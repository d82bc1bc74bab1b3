// Concerns: captured from what was said, numbered, with a link back.
import { and, desc, eq, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { readConfig } from '#config';
import { concernNumber, type Concern } from '#domain/concerns.ts';
import { wallClock } from '#domain/meetings.ts';
import { authorize } from '#domain/policy.ts';
import { captureInput, isPublic } from '#domain/questions.ts';
import { Refusal } from '#domain/errors.ts';
import type { Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { change, lockQuestions } from './questionActs.ts';
import { concerns, meetings, questions } from './schema/index.ts';

/**
 * Captures a public question as a concern. A second time gives the same concern.
 * @returns its number, e.g. `PL-2026-00123`
 */
export const captureQuestion = command(captureInput, async (work, { questionId, title }) => {
	authorize(work.actor, 'concern:capture');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	const { question, meeting } = locked!;
	if (question.concern) return { number: question.concern };
	if (!isPublic(question)) throw new Refusal('question-state');
	const number = await nextNumber(work.tx);
	await work.tx.insert(concerns).values({ number, title: title ?? question.text, meetingId: meeting.id });
	await change(
		work,
		locked!,
		{ concern: number },
		{ act: 'capture', change: 'captured', batchId: randomUUID() },
	);
	work.note('concern:capture', `concern:${number}`, { question: questionId });
	return { number };
});

/** Takes back a capture by mistake, while nobody has worked with the concern; its number is not given again. @throws Refusal nothing-to-undo */
export async function forgetConcern(work: Work, number: string): Promise<void> {
	const gone = await work.tx
		.delete(concerns)
		.where(and(eq(concerns.number, number), eq(concerns.state, 'published')))
		.returning();
	if (gone.length === 0) throw new Refusal('nothing-to-undo');
	work.note('concern:forget', `concern:${number}`, { title: gone[0]!.title });
}

/** All concerns, newest first. */
export async function listConcerns(db: Reader): Promise<Concern[]> {
	const rows = await selectConcerns(db).orderBy(desc(concerns.capturedAt)).limit(500);
	return rows.map(shown);
}

/** @throws Refusal not-found */
export async function readConcern(db: Reader, number: string): Promise<Concern> {
	const [row] = await selectConcerns(db).where(eq(concerns.number, number));
	if (!row) throw new Refusal('not-found');
	return shown(row);
}

function selectConcerns(db: Reader) {
	return db
		.select({
			concern: concerns,
			meeting: { slug: meetings.slug, title: meetings.title },
			question: { id: questions.id, number: questions.number, text: questions.text },
		})
		.from(concerns)
		.leftJoin(meetings, eq(meetings.id, concerns.meetingId))
		.leftJoin(questions, eq(questions.concern, concerns.number))
		.$dynamic();
}

function shown(row: Awaited<ReturnType<typeof selectConcerns>>[number]): Concern {
	const { id, number, title, state, capturedAt } = row.concern;
	return {
		id,
		number,
		title,
		state,
		capturedAt: capturedAt.toISOString(),
		meeting: row.meeting,
		question: row.question,
	};
}

// The counter's row is locked until the commit: a number is never skipped and never given twice.
async function nextNumber(tx: Transaction): Promise<string> {
	const year = Number(wallClock(new Date(), readConfig().TIME_ZONE).slice(0, 4));
	const { rows } = await tx.execute<{ last: number }>(sql`
		insert into concern_numbers (year, last) values (${year}, 1)
		on conflict (year) do update set last = concern_numbers.last + 1 returning last`);
	return concernNumber(year, rows[0]!.last);
}
