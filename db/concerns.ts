// Concerns: captured from what was said, numbered, with a link back.
import { desc, eq, inArray, or } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { concernDispositionInput, concernNumber, type Concern, type ConcernPage } from '#domain/concerns.ts';
import { authorize } from '#domain/policy.ts';
import { captureInput, isPublic } from '#domain/questions.ts';
import { Refusal } from '#domain/errors.ts';
import type { Reader, Transaction } from './client.ts';
import { cardsOf, tellCards } from './cardFacts.ts';
import { command, type Work } from './command.ts';
import { mergesOf } from './concernMerges.ts';
import { addSource, concernMadeOf, sourcesOf } from './concernSources.ts';
import { change, lockQuestions } from './questionActs.ts';
import { nextNumber } from './numbers.ts';
import { saidAt } from './said.ts';
import { concernMerges, concerns, meetings, pins, questions } from './schema/index.ts';
import { supportersOf } from './supporters.ts';

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
	// The report has given every concern its outcome: one more would have none.
	if (meeting.state === 'reported') throw new Refusal('meeting-state');
	// Its card may have become a concern before.
	const concern =
		(await concernMadeOf(work.tx, 'question', questionId)) ??
		(await newConcern(work.tx, { title: title ?? question.text, meetingId: meeting.id }));
	const { number } = concern;
	await addSource(work.tx, concern.id, {
		...{ kind: 'question', sourceId: questionId, meetingId: meeting.id, words: question.text },
		saidAtSecond: saidAt(meeting, question.onAirAt ?? question.askedAt),
	});
	await change(
		work,
		locked!,
		{ concern: number },
		{ act: 'capture', change: 'captured', batchId: randomUUID() },
	);
	work.note('concern:capture', `concern:${number}`, { question: questionId });
	return { number };
});

/** A concern with the next number. */
export async function newConcern(
	tx: Transaction,
	{ title, meetingId }: { title: string; meetingId: string | null },
): Promise<typeof concerns.$inferSelect> {
	const number = await nextNumber(tx, 'concern_numbers', concernNumber);
	const [concern] = await tx.insert(concerns).values({ number, title, meetingId }).returning();
	return concern!;
}

/** What became of a concern, for the report of its meeting. Possible when the meeting has ended. */
export const disposeOfConcern = command(
	concernDispositionInput,
	async (work, { number, disposition, note }) => {
		authorize(work.actor, 'concern:dispose');
		const { tx } = work;
		// The meeting first, as every command does: its state stays until the commit.
		const ofConcern = tx.select({ id: concerns.meetingId }).from(concerns).where(eq(concerns.number, number));
		const [meeting] = await tx.select().from(meetings).where(inArray(meetings.id, ofConcern)).for('share');
		if (!meeting) throw new Refusal('not-found');
		if (meeting.state !== 'ended') throw new Refusal('meeting-state');
		if (disposition === 'declined' && !note) throw new Refusal('reason-needed', 'note');
		await tx
			.update(concerns)
			.set({ disposition, dispositionNote: note || null })
			.where(eq(concerns.number, number));
		work.note('concern:dispose', `concern:${number}`, { disposition, note });
	},
);

/** Takes back a capture by mistake, while nobody has worked with the concern; its number is not given again. @throws Refusal nothing-to-undo */
export async function forgetConcern(work: Work, number: string): Promise<void> {
	const { tx } = work;
	const [concern] = await tx.select().from(concerns).where(eq(concerns.number, number)).for('update');
	if (concern?.state !== 'published' || concern.disposition !== null) throw new Refusal('nothing-to-undo');
	if ((await hasMerges(tx, concern.id)) || (await tx.$count(pins, eq(pins.concern, number))) > 0)
		throw new Refusal('nothing-to-undo');
	const cards = await cardsOf(tx, [concern.id]);
	const gone = await tx.delete(concerns).where(eq(concerns.id, concern.id)).returning();
	for (const [meetingId, keys] of cards) await tellCards(work, meetingId, keys);
	work.note('concern:forget', `concern:${number}`, { title: gone[0]!.title });
}

/** Concerns on one page. */
export const concernPageSize = 30;

/** Concerns, newest first. @param page from 1; a page that is not there is empty */
export async function listConcerns(
	db: Reader,
	page = 1,
): Promise<{ concerns: Concern[]; page: number; pages: number }> {
	const count = await db.$count(concerns);
	const rows = await selectConcerns(db)
		.orderBy(desc(concerns.capturedAt), desc(concerns.number))
		.limit(concernPageSize)
		.offset((page - 1) * concernPageSize);
	return { concerns: rows.map(shown), page, pages: Math.max(1, Math.ceil(count / concernPageSize)) };
}

/** The concerns of a meeting by number, as everybody sees them. */
export async function concernsOf(db: Reader, meetingId: string): Promise<Concern[]> {
	return (await rowsOf(db, meetingId)).map(shown);
}

/** The same, with their outcomes also before the report. The caller has asked the policy. */
export async function concernsToReport(db: Reader, meetingId: string): Promise<Concern[]> {
	return (await rowsOf(db, meetingId)).map((row) => ({ ...shown(row), ...outcomeOf(row) }));
}

async function rowsOf(db: Reader, meetingId: string): Promise<Selected[]> {
	return selectConcerns(db).where(eq(concerns.meetingId, meetingId)).orderBy(concerns.number);
}

/** A concern with what it was made of and who stands behind it. @throws Refusal not-found */
export async function readConcern(db: Reader, number: string): Promise<ConcernPage> {
	const [row] = await selectConcerns(db).where(eq(concerns.number, number));
	if (!row) throw new Refusal('not-found');
	const { id } = row.concern;
	return {
		...shown(row),
		sources: await sourcesOf(db, id),
		supporters: await supportersOf(db, id),
		...(await mergesOf(db, id)),
	};
}

async function hasMerges(tx: Transaction, id: string): Promise<boolean> {
	return (
		(await tx.$count(concernMerges, or(eq(concernMerges.concernId, id), eq(concernMerges.intoId, id)))) > 0
	);
}

function selectConcerns(db: Reader) {
	return db
		.select({
			concern: concerns,
			meeting: { slug: meetings.slug, title: meetings.title, state: meetings.state },
			question: { id: questions.id, number: questions.number, text: questions.text },
		})
		.from(concerns)
		.leftJoin(meetings, eq(meetings.id, concerns.meetingId))
		.leftJoin(questions, eq(questions.concern, concerns.number))
		.$dynamic();
}

type Selected = Awaited<ReturnType<typeof selectConcerns>>[number];

function shown(row: Selected): Concern {
	const { id, number, title, state, capturedAt } = row.concern;
	const meeting = row.meeting && { slug: row.meeting.slug, title: row.meeting.title };
	const outcome =
		row.meeting?.state === 'reported' ? outcomeOf(row) : { disposition: null, dispositionNote: null };
	return {
		id,
		number,
		title,
		state,
		capturedAt: capturedAt.toISOString(),
		meeting,
		question: row.question,
		...outcome,
	};
}

function outcomeOf({ concern: { disposition, dispositionNote } }: Selected) {
	return { disposition, dispositionNote };
}
