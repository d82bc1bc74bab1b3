// What moderators do with questions at the desk: each act is one row that can be explained and undone.
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isTimeFor } from '#domain/desk.ts';
import { Refusal } from '#domain/errors.ts';
import type { Change } from '#domain/events.ts';
import type { MeetingState } from '#domain/meetings.ts';
import { authorize } from '#domain/policy.ts';
import {
	actInput,
	actMoves,
	claimInput,
	claimLastsMs,
	dispositionInput,
	isPublic,
	isVotable,
	labelInput,
	pinInput,
	type DeskAct,
} from '#domain/questions.ts';
import type * as v from 'valibot';
import { isBlocked } from './blocked.ts';
import type { Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { announce, lockQuestion, type QuestionRow } from './questions.ts';
import { meetings, questionActs, questions } from './schema/index.ts';

export type Columns = Partial<typeof questions.$inferInsert>;

const changeOf: Record<DeskAct, Change> = {
	publish: 'published',
	hold: 'held',
	decline: 'declined',
	'put-on-air': 'on-air',
	'take-off-air': 'off-air',
	'answer-live': 'answered',
	'answer-in-writing': 'answered',
	reopen: 'reopened',
	defer: 'deferred',
	'carry-over': 'carried-over',
	'leave-unanswered': 'unanswered',
};

/**
 * One act of the desk on one or many questions. Those that are there already are left as they are; if one is in a state the act does
 * not start from, nothing is done at all.
 * @throws Refusal question-state, reason-needed (decline without reason, answer without text), meeting-not-live
 */
export const actOnQuestions = command(actInput, async (work, input) => {
	const { act } = input;
	authorize(work.actor, act === 'answer-in-writing' ? 'question:answer' : 'question:act');
	if (act === 'decline' && !input.reason) throw new Refusal('reason-needed', 'reason');
	if (act === 'answer-in-writing' && !input.answer) throw new Refusal('reason-needed', 'answer');
	const batchId = randomUUID();
	const changed: string[] = [];
	for (const locked of await lockQuestions(work.tx, input.questionIds)) {
		assertActInTime(act, locked.meeting.state);
		const { from, to } = actMoves[act];
		if (locked.question.state === to && act !== 'answer-in-writing') continue;
		if (!from.includes(locked.question.state)) throw new Refusal('question-state');
		if (act === 'put-on-air') await takeOthersOffAir(work, locked, batchId);
		await change(work, locked, columnsOf(input, work), { act, change: changeOf[act], batchId });
		changed.push(locked.question.id);
	}
	if (changed.length === 0) return;
	work.note(`question:${act}`, subjectOf(changed), { reason: input.reason, note: input.note });
});

/** Gives a question its labels; the same ones again change nothing. */
export const labelQuestion = command(labelInput, async (work, { questionId, labels }) => {
	authorize(work.actor, 'question:label');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	assertNotClosed(locked!.meeting.state);
	const after = [...new Set(labels)];
	if (isDeepStrictEqual(after, locked!.question.labels)) return;
	await change(work, locked!, { labels: after }, { act: 'label', change: 'labelled', batchId: randomUUID() });
	work.note('question:label', subjectOf([questionId]), { labels: after });
});

/** Keeps a question on top of everybody's list, or lets it go. Only what can be voted for is pinned. @throws Refusal question-state */
export const pinQuestion = command(pinInput, async (work, { questionId, pinned }) => {
	authorize(work.actor, 'question:pin');
	const [locked] = await lockQuestions(work.tx, [questionId]);
	if (locked!.question.pinned === pinned) return;
	assertActInTime('publish', locked!.meeting.state);
	if (pinned && !isVotable(locked!.question)) throw new Refusal('question-state');
	await change(work, locked!, { pinned }, { act: 'pin', change: 'pinned', batchId: randomUUID() });
	work.note('question:pin', subjectOf([questionId]), { pinned });
});

/** Shows the other moderators who is handling a question; lapses by itself. @throws Refusal claimed-by-other while another's claim lasts */
export const claimQuestion = command(claimInput, async (work, { questionId, claimed }) => {
	authorize(work.actor, 'question:claim');
	const locked = await lockQuestion(work.tx, questionId);
	const { claimedById, claimedAt } = locked.question;
	const isOthers = claimedById !== null && claimedById !== work.actor.account?.id;
	if (isOthers && claimedAt && Date.now() - claimedAt.getTime() < claimLastsMs) {
		if (claimed) throw new Refusal('claimed-by-other');
		return;
	}
	await update(work, locked, claimed ? claimBy(work) : noClaim, 'claimed');
});

/** What became of a question, for the report. Possible when the meeting has ended. */
export const disposeOfQuestion = command(
	dispositionInput,
	async (work, { questionId, disposition, note }) => {
		authorize(work.actor, 'question:dispose');
		const locked = await lockQuestion(work.tx, questionId);
		const { meeting, question } = locked;
		if (meeting.state !== 'ended') throw new Refusal('meeting-state');
		// A merged question shares the outcome of the one it was merged into.
		if (!isPublic(question) || question.state === 'merged') throw new Refusal('question-state');
		if (disposition === 'declined' && !note) throw new Refusal('reason-needed', 'note');
		if (question.disposition === disposition && question.dispositionNote === (note || null)) return;
		await change(
			work,
			locked,
			{ disposition, dispositionNote: note || null },
			{ act: 'dispose', change: 'disposed', batchId: randomUUID() },
		);
		work.note('question:dispose', subjectOf([questionId]), { disposition, note });
	},
);

export type Locked = Awaited<ReturnType<typeof lockQuestion>>;

/**
 * Locks questions of one meeting, and the meeting against every other act of the desk: two moderators act one after the other, so
 * that what an act finds is still so when it is done.
 * @returns them by id
 * @throws Refusal not-found, also when they are of several meetings
 */
export async function lockQuestions(tx: Transaction, questionIds: readonly string[]): Promise<Locked[]> {
	const ids = [...new Set(questionIds)];
	const inMeeting = tx.select({ id: questions.meetingId }).from(questions).where(inArray(questions.id, ids));
	const found = await tx
		.select()
		.from(meetings)
		.where(inArray(meetings.id, inMeeting))
		.orderBy(meetings.id)
		.for('no key update');
	const rows = await tx
		.select()
		.from(questions)
		.where(inArray(questions.id, ids))
		.orderBy(questions.id)
		.for('no key update');
	const [meeting] = found;
	if (!meeting || found.length > 1 || rows.length < ids.length) throw new Refusal('not-found');
	return rows.map((question) => ({ question, meeting }));
}

/** Questions as the subject of an audit row. */
export const subjectOf = (ids: string[]) =>
	ids.length === 1 ? `question:${ids[0]}` : `questions:${ids.join(',')}`;

/** Tells what the votes of a question say now, after they were moved or set aside. */
export async function tellCount(work: Work, { question, meeting }: Locked): Promise<QuestionRow> {
	const [after] = await work.tx.select().from(questions).where(eq(questions.id, question.id));
	announce(work, meeting, question, after!, 'counted', {
		authorBlocked: await isBlocked(work.tx, meeting.id, [question.author]),
	});
	return after!;
}

/** Changes a question by an act of the desk: the row, the act's own row, and what everybody is told. */
export async function change(
	work: Work,
	locked: Locked,
	columns: Columns,
	how: { act: string; change: Change; batchId: string },
): Promise<QuestionRow> {
	const before = pick(locked.question, Object.keys(columns));
	const after = await update(work, locked, { ...columns, ...noClaim }, how.change);
	await work.tx.insert(questionActs).values({
		batchId: how.batchId,
		meetingId: locked.meeting.id,
		questionId: after.id,
		personId: work.actor.account?.id ?? 'system',
		act: how.act,
		before,
		after: pick(after, Object.keys(columns)),
		// clock_timestamp, not now(): acts of one transaction keep their order.
		at: sql`clock_timestamp()`,
	});
	return after;
}

/** Changes a question without an act that could be undone. */
export async function update(
	work: Work,
	{ question, meeting }: Locked,
	columns: Columns,
	change: Change,
): Promise<QuestionRow> {
	const [after] = await work.tx
		.update(questions)
		.set(columns)
		.where(eq(questions.id, question.id))
		.returning();
	announce(work, meeting, question, after!, change, {
		authorBlocked: await isBlocked(work.tx, meeting.id, [question.author]),
	});
	return after!;
}

async function takeOthersOffAir(work: Work, locked: Locked, batchId: string): Promise<void> {
	const others = await work.tx
		.select({ id: questions.id })
		.from(questions)
		.where(
			and(
				eq(questions.meetingId, locked.meeting.id),
				eq(questions.state, 'on-air'),
				ne(questions.id, locked.question.id),
			),
		);
	for (const { id } of others)
		await change(
			work,
			await lockQuestion(work.tx, id),
			{ state: 'published' },
			{ act: 'take-off-air', change: 'off-air', batchId },
		);
}

function columnsOf(input: v.InferOutput<typeof actInput>, work: Work): Columns {
	const state = actMoves[input.act].to;
	const now = new Date();
	const by = work.actor.account?.name ?? null;
	switch (input.act) {
		case 'publish':
			return {
				state,
				publishedAt: now,
				heldBecause: null,
				declineReason: null,
				declineNote: null,
				deferredDue: null,
			};
		case 'hold':
			return { state, heldBecause: 'moderator', pinned: false };
		case 'decline':
			return { state, declineReason: input.reason!, declineNote: input.note ?? null, pinned: false };
		case 'put-on-air':
			return { state, onAirAt: now, deferredDue: null };
		case 'answer-live':
			return {
				state,
				answeredAt: now,
				answeredHow: 'live',
				answeredByName: by,
				answer: input.answer ?? null,
				pinned: false,
			};
		case 'answer-in-writing':
			return {
				state,
				answeredAt: now,
				answeredHow: 'writing',
				answeredByName: by,
				answer: input.answer!,
				deferredDue: null,
				pinned: false,
			};
		case 'reopen':
			return {
				state,
				answeredAt: null,
				answeredHow: null,
				answeredByName: null,
				answer: null,
				deferredDue: null,
				disposition: null,
				dispositionNote: null,
			};
		case 'defer':
			return { state, deferredDue: input.due ?? null, pinned: false };
		case 'take-off-air':
			return { state };
		case 'carry-over':
		case 'leave-unanswered':
			return { state, dispositionNote: input.note ?? null, deferredDue: null, pinned: false };
	}
}

/** @throws Refusal meeting-not-live, meeting-state when the act is not one of those that are possible beforehand or left after the end */
export function assertActInTime(act: DeskAct, state: MeetingState): void {
	if (isTimeFor(act, state)) return;
	throw new Refusal(state === 'ended' ? 'meeting-state' : 'meeting-not-live');
}

/** @throws Refusal meeting-state when the books of the meeting are closed */
export function assertNotClosed(state: MeetingState): void {
	if (state === 'reported' || state === 'cancelled') throw new Refusal('meeting-state');
}

const noClaim = { claimedById: null, claimedByName: null, claimedAt: null } satisfies Columns;

function claimBy(work: Work): Columns {
	return {
		claimedById: work.actor.account?.id ?? null,
		claimedByName: work.actor.account?.name ?? null,
		claimedAt: new Date(),
	};
}

/** Some columns as JSON would keep them. */
export function pick(row: Record<string, unknown>, names: string[]): Record<string, unknown> {
	return JSON.parse(
		JSON.stringify(Object.fromEntries(names.sort().map((name) => [name, row[name] ?? null]))),
	);
}
