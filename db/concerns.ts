// Concerns: captured from what was said, numbered, with a link back.
import { desc, eq, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { concernNumber, type Concern } from '#domain/concerns.ts';
import { wallClock } from '#domain/meetings.ts';
import { authorize } from '#domain/policy.ts';
import { captureInput, isPublic } from '#domain/questions.ts';
import { Refusal } from '#domain/errors.ts';
import type { Reader, Transaction } from './client.ts';
import { command } from './command.ts';
import { update } from './questionActs.ts';
import { lockQuestion } from './questions.ts';
import { concerns, meetings, questions } from './schema/index.ts';

/**
 * Captures a public question as a concern. A second time gives the same concern.
 * @returns its number, e.g. `PL-2026-00123`
 */
export const captureQuestion = command(captureInput, async (work, { questionId, title }) => {
	authorize(work.actor, 'concern:capture');
	const locked = await lockQuestion(work.tx, questionId);
	const { question, meeting } = locked;
	if (question.concern) return { number: question.concern };
	if (!isPublic(question)) throw new Refusal('question-state');
	const number = await nextNumber(work.tx);
	await work.tx.insert(concerns).values({ number, title: title ?? question.text, meetingId: meeting.id });
	await update(work, locked, { concern: number }, 'captured');
	work.note('concern:capture', `concern:${number}`, { question: questionId });
	return { number };
});

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
