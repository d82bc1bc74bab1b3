// What moderators do with questions at the desk: each act is one row that can be explained and undone.
import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { Change } from '#domain/events.ts';
import type { MeetingState } from '#domain/meetings.ts';
import { authorize } from '#domain/policy.ts';
import {
	actInput,
	actMoves,
	actsAfterTheEnd,
	claimInput,
	dispositionInput,
	isPublic,
	labelInput,
	mergeInput,
	pinInput,
	questionInput,
	type DeskAct,
} from '#domain/questions.ts';
import * as v from 'valibot';
import { isBlocked } from './blocks.ts';
import { command, type Work } from './command.ts';
import { moveVotes, returnVotes } from './mergedVotes.ts';
import { announce, lockQuestion, type QuestionRow } from './questions.ts';
import { questionActs, questions } from './schema/index.ts';

type Columns = Partial<typeof questions.$inferInsert>;

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
	for (const questionId of [...new Set(input.questionIds)].sort()) {
		const locked = await lockQuestion(work.tx, questionId);
		assertActInTime(act, locked.meeting.state);
		const { from, to } = actMoves[act];
		if (locked.question.state === to && act !== 'answer-in-writing') continue;
		if (!from.includes(locked.question.state)) throw new Refusal('question-state');
		if (act === 'put-on-air') await takeOthersOffAir(work, locked, batchId);
		await change(work, locked, columnsOf(input, work), { act, change: changeOf[act], batchId });
	}
	work.note(`question:${act}`, `questions:${input.questionIds.join(',')}`, {
		reason: input.reason,
		note: input.note,
	});
});

/** Merges questions into another: their votes count there, each person once. Reversible. */
export const mergeQuestions = command(mergeInput, async (work, { questionIds, into }) => {
	authorize(work.actor, 'question:merge');
	const batchId = randomUUID();
	const ids = [...new Set([...questionIds, into])].sort();
	const locked = new Map<string, Locked>();
	for (const id of ids) locked.set(id, await lockQuestion(work.tx, id));
	const target = locked.get(into)!;
	assertActInTime('publish', target.meeting.state);
	if (!['published', 'on-air'].includes(target.question.state) || questionIds.includes(into))
		throw new Refusal('merge-loop');
	for (const id of questionIds) {
		const source = locked.get(id)!;
		if (source.meeting.id !== target.meeting.id) throw new Refusal('not-found');
		if (source.question.state === 'merged' && source.question.mergedInto === into) continue;
		if (!['published', 'submitted', 'held'].includes(source.question.state))
			throw new Refusal('question-state');
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
	await recount(work, target, 'merged');
	work.note('question:merge', `question:${into}`, { from: questionIds });
});

/** Takes a merged question out again, with its votes. */
export const unmergeQuestion = command(questionInput, async (work, { questionId }) => {
	authorize(work.actor, 'question:merge');
	const first = await lockQuestion(work.tx, questionId);
	if (first.question.state !== 'merged' || !first.question.mergedInto) throw new Refusal('question-state');
	const target = await lockQuestion(work.tx, first.question.mergedInto);
	await change(
		work,
		first,
		{ state: 'published', mergedInto: null },
		{ act: 'unmerge', change: 'unmerged', batchId: randomUUID() },
	);
	await returnVotes(work.tx, questionId, target.question.id);
	await recount(work, target, 'unmerged');
	work.note('question:unmerge', `question:${questionId}`);
});

export const labelQuestion = command(labelInput, async (work, { questionId, labels }) => {
	authorize(work.actor, 'question:label');
	const locked = await lockQuestion(work.tx, questionId);
	await change(
		work,
		locked,
		{ labels: [...new Set(labels)] },
		{ act: 'label', change: 'labelled', batchId: randomUUID() },
	);
});

export const pinQuestion = command(pinInput, async (work, { questionId, pinned }) => {
	authorize(work.actor, 'question:pin');
	const locked = await lockQuestion(work.tx, questionId);
	await change(work, locked, { pinned }, { act: 'pin', change: 'pinned', batchId: randomUUID() });
});

/** A claim shows the other moderators who is handling a question; it lapses by itself. */
export const claimLastsMs = 2 * 60_000;

/** @throws Refusal claimed-by-other while somebody else's claim lasts */
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
		work.note('question:dispose', `question:${questionId}`, { disposition, note });
	},
);

/**
 * Takes back the moderator's own last act in the meeting (all of it, if it was on many questions).
 * @throws Refusal nothing-to-undo, also when somebody has changed the question since
 */
export const undoLastAct = command(
	v.object({ meetingId: v.pipe(v.string(), v.uuid()) }),
	async (work, { meetingId }) => {
		authorize(work.actor, 'question:undo');
		const { tx, actor } = work;
		const mine = and(
			eq(questionActs.meetingId, meetingId),
			eq(questionActs.personId, actor.account?.id ?? 'system'),
			isNull(questionActs.undoneAt),
		);
		const [last] = await tx.select().from(questionActs).where(mine).orderBy(desc(questionActs.at)).limit(1);
		if (!last) throw new Refusal('nothing-to-undo');
		const acts = await tx
			.select()
			.from(questionActs)
			.where(eq(questionActs.batchId, last.batchId))
			.orderBy(questionActs.questionId);
		for (const act of acts) await undo(work, act);
		await tx
			.update(questionActs)
			.set({ undoneAt: new Date() })
			.where(
				inArray(
					questionActs.id,
					acts.map((act) => act.id),
				),
			);
		work.note('question:undo', `questions:${acts.map((act) => act.questionId).join(',')}`, { act: last.act });
		return { act: last.act, questionIds: acts.map((act) => act.questionId) };
	},
);

type Locked = Awaited<ReturnType<typeof lockQuestion>>;

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

async function undo(work: Work, act: typeof questionActs.$inferSelect): Promise<void> {
	const locked = await lockQuestion(work.tx, act.questionId);
	const now = JSON.stringify(pick(locked.question, Object.keys(act.after)));
	if (now !== JSON.stringify(pick(act.after, Object.keys(act.after)))) throw new Refusal('nothing-to-undo');
	const target =
		act.act === 'merge' ? act.after.mergedInto : act.act === 'unmerge' ? act.before.mergedInto : undefined;
	await update(work, locked, fromJson(act.before), 'undone');
	if (typeof target !== 'string') return;
	if (act.act === 'merge') await returnVotes(work.tx, act.questionId, target);
	else await moveVotes(work.tx, act.questionId, target);
	await recount(work, await lockQuestion(work.tx, target), 'undone');
}

async function recount(work: Work, { question, meeting }: Locked, change: Change): Promise<void> {
	const [after] = await work.tx.select().from(questions).where(eq(questions.id, question.id));
	announce(work, meeting, question, after!, change);
}

async function takeOthersOffAir(work: Work, locked: Locked, batchId: string): Promise<void> {
	const others = await work.tx
		.select({ id: questions.id })
		.from(questions)
		.where(and(eq(questions.meetingId, locked.meeting.id), eq(questions.state, 'on-air')));
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
			return { state, publishedAt: now, heldBecause: null, declineReason: null, declineNote: null };
		case 'hold':
			return { state, heldBecause: 'moderator', pinned: false };
		case 'decline':
			return { state, declineReason: input.reason!, declineNote: input.note ?? null, pinned: false };
		case 'put-on-air':
			return { state, onAirAt: now };
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
			};
		case 'defer':
			return { state, deferredDue: input.due ?? null, pinned: false };
		case 'take-off-air':
			return { state };
		case 'carry-over':
		case 'leave-unanswered':
			return { state, dispositionNote: input.note ?? null, pinned: false };
	}
}

function assertActInTime(act: DeskAct, state: MeetingState): void {
	if (state === 'live' || (state === 'ended' && actsAfterTheEnd.includes(act))) return;
	throw new Refusal(state === 'ended' ? 'meeting-state' : 'meeting-not-live');
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
function pick(row: Record<string, unknown>, names: string[]): Record<string, unknown> {
	return JSON.parse(
		JSON.stringify(Object.fromEntries(names.sort().map((name) => [name, row[name] ?? null]))),
	);
}

const times = ['publishedAt', 'onAirAt', 'answeredAt', 'claimedAt', 'flaggedAt'];

function fromJson(columns: Record<string, unknown>): Columns {
	return Object.fromEntries(
		Object.entries(columns).map(([name, value]) => [
			name,
			times.includes(name) && typeof value === 'string' ? new Date(value) : value,
		]),
	);
}
