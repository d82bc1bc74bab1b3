// Taking back a moderator's last act, whatever it was: the row says what was before.
import { and, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import { blockAgain, liftBlock } from './blocks.ts';
import { command, type Work } from './command.ts';
import { forgetConcern } from './concerns.ts';
import { moveVotes, returnVotes } from './mergedVotes.ts';
import { lockMeeting } from './meetings.ts';
import { pick, subjectOf, tellCount, update, type Columns } from './questionActs.ts';
import { lockQuestion } from './questions.ts';
import { questionActs, questions } from './schema/index.ts';
import { putAside } from './suspectVotes.ts';

type Act = typeof questionActs.$inferSelect;

/**
 * Takes back the moderator's own last act in the meeting (all of it, if it was on many questions). What was done before the
 * meeting ended stays as it was then.
 * @throws Refusal nothing-to-undo, also when somebody has changed the question since
 */
export const undoLastAct = command(
	v.object({ meetingId: v.pipe(v.string(), v.uuid()) }),
	async (work, { meetingId }) => {
		authorize(work.actor, 'question:undo');
		const { tx } = work;
		const meeting = await lockMeeting(tx, meetingId);
		const [last] = await tx
			.select()
			.from(questionActs)
			.where(
				and(
					eq(questionActs.meetingId, meetingId),
					eq(questionActs.personId, work.actor.account?.id ?? 'system'),
					isNull(questionActs.undoneAt),
				),
			)
			.orderBy(desc(questionActs.at))
			.limit(1);
		const isFrozen = !['scheduled', 'live', 'ended'].includes(meeting.state);
		if (!last || isFrozen || (meeting.endedAt && last.at < meeting.endedAt))
			throw new Refusal('nothing-to-undo');
		// Backwards: what was done last is taken back first.
		const acts = await tx
			.select()
			.from(questionActs)
			.where(eq(questionActs.batchId, last.batchId))
			.orderBy(desc(questionActs.at));
		for (const act of acts) await undo(work, act);
		await assertOneOnAir(work, meetingId);
		const ids = [...new Set(acts.map((act) => act.questionId))];
		await tx
			.update(questionActs)
			.set({ undoneAt: sql`clock_timestamp()` })
			.where(
				inArray(
					questionActs.id,
					acts.map((act) => act.id),
				),
			);
		work.note('question:undo', subjectOf(ids), { act: last.act });
		return { act: last.act, questionIds: ids };
	},
);

async function undo(work: Work, act: Act): Promise<void> {
	const locked = await lockQuestion(work.tx, act.questionId);
	const now = pick(locked.question, Object.keys(act.after));
	if (JSON.stringify(now) !== JSON.stringify(pick(act.after, Object.keys(act.after))))
		throw new Refusal('nothing-to-undo');
	// Acts on something else than the question's own columns.
	switch (act.act) {
		case 'block':
			return liftBlock(work, locked);
		case 'unblock':
			return blockAgain(work, locked);
		case 'set-aside':
			return void (await putAside(work, locked, false));
		case 'count-again':
			return void (await putAside(work, locked, true));
	}
	await update(work, locked, fromJson(act.before), 'undone');
	if (act.act === 'capture') await forgetConcern(work, String(act.after.concern));
	await moveVotesBack(work, act);
}

async function moveVotesBack(work: Work, { questionId, before, after }: Act): Promise<void> {
	const targets = [
		{ id: after.mergedInto, take: returnVotes },
		{ id: before.mergedInto, take: moveVotes },
	];
	for (const { id, take } of targets) {
		if (typeof id !== 'string') continue;
		const target = await lockQuestion(work.tx, id);
		await take(work.tx, questionId, id);
		await tellCount(work, target);
	}
}

/** Somebody else's question may have gone on air since. */
async function assertOneOnAir(work: Work, meetingId: string): Promise<void> {
	const [onAir] = await work.tx
		.select({ count: count() })
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), eq(questions.state, 'on-air')));
	if (onAir!.count > 1) throw new Refusal('nothing-to-undo');
}

const times = ['publishedAt', 'onAirAt', 'answeredAt'];

function fromJson(columns: Record<string, unknown>): Columns {
	return Object.fromEntries(
		Object.entries(columns).map(([name, value]) => [
			name,
			times.includes(name) && typeof value === 'string' ? new Date(value) : value,
		]),
	);
}
