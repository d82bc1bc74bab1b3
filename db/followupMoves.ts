// How a follow-up moves: promised, begun, blocked, claimed done, verified, opened again, dropped; and how its day is changed.
import { and, eq, isNull } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import {
	answerDays,
	dueInput,
	isPromised,
	moveFollowupInput,
	needsOf,
	type FollowupState,
	type Need,
} from '#domain/followups.ts';
import { authorize } from '#domain/policy.ts';
import type * as v from 'valibot';
import type { Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { assertOfCity, followConcerns, lockRootsOf } from './concernMoves.ts';
import { askersByName, noteAsked } from './followupAskers.ts';
import { lockFollowup, write, type FollowupRow } from './followups.ts';
import { reopenNotFixed } from './followupVerdicts.ts';
import { tell, toldOf } from './news.ts';
import { today } from './numbers.ts';
import { followupPhotos, units } from './schema/index.ts';

type Move = v.InferOutput<typeof moveFollowupInput>;
/** What a move brings along, with what the follow-up has already. */
type Brought = Pick<Move, 'text' | 'reviewOn'> & Partial<Pick<FollowupRow, 'unitId' | 'ownerId' | 'dueOn'>>;

/**
 * Moves a follow-up; its concerns move along.
 * @throws Refusal not-found, changed-since, followup-state (no such move), and what the move needs and has not: promise-incomplete,
 * reason-needed, review-needed, evidence-needed, own-claim, residents-first
 */
export const moveFollowup = command(moveFollowupInput, async (work, input) => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	const roots = await lockRootsOf(tx, input.number);
	const row = await lockFollowup(tx, input.number, input.version);
	const needs = needsOf(row.state, input.to);
	if (needs === null) throw new Refusal('followup-state');
	const set = {
		...promiseIn(row, input),
		...claimIn(work, row, input.to),
		reviewOn: input.to === 'blocked' ? input.reviewOn : null,
	};
	for (const need of needs) await assertNeed[need](work, row, { text: input.text, ...set });
	const detail = input.to === 'committed' ? await promiseOf(tx, { ...row, ...set }) : {};
	const after = await moveOn(work, row, input.to, { text: input.text, set, detail });
	if (after.state === 'done') await noteAsked(tx, after);
	await reopenNotFixed(work, await followConcerns(work, roots));
});

/** Changes the day that was promised, and says why; the first one stays to be seen. @throws Refusal not-found, changed-since, followup-state, promise-incomplete */
export const changeDue = command(dueInput, async (work, { number, version, dueOn, reason }) => {
	authorize(work.actor, 'followup:change');
	const row = await lockFollowup(work.tx, number, version);
	if (!isPromised(row.state)) throw new Refusal('followup-state');
	if (dueOn === row.dueOn) return;
	if (dueOn < today()) throw new Refusal('promise-incomplete', 'dueOn');
	const detail = { before: row.dueOn, after: dueOn };
	const after = await write(
		work,
		row,
		{ dueOn, toldAt: new Date() },
		{ kind: 'due-changed', text: reason, detail },
	);
	await tell(work, { ...toldOf(after), kind: 'followup-due-changed', detail: { ...detail, reason } });
});

/** Moves a locked follow-up: row, history, boards, news. What the move needs is there. */
export async function moveOn(
	work: Work,
	row: FollowupRow,
	to: FollowupState,
	{ text = '', set = {}, detail = {} }: { text?: string; set?: Partial<FollowupRow>; detail?: object } = {},
): Promise<FollowupRow> {
	const more = set.reviewOn ? { reviewOn: set.reviewOn } : {};
	const event = { kind: 'moved', from: row.state, to, text, detail: { ...detail, ...more } } as const;
	const after = await write(work, row, { ...set, state: to, toldAt: new Date() }, event);
	// Of a claim residents are asked whether it is so: whoever asked for it by name is told of that.
	const isAsked = to === 'done' && after.visibility === 'public';
	const told = toldOf(after);
	await tell(work, {
		...{
			...told,
			kind: 'followup-moved',
			detail: { from: row.state, to, text, ...(isAsked && { isAsked }) },
		},
		people: [...told.people, ...(isAsked ? await askersByName(work.tx, after.id) : [])],
	});
	return after;
}

function promiseIn(row: FollowupRow, { to, unitId, ownerId, dueOn }: Move): Partial<FollowupRow> {
	if (to !== 'committed') return {};
	const day = dueOn ?? row.dueOn;
	return { unitId: unitId ?? row.unitId, ownerId: ownerId ?? row.ownerId, dueOn: day, firstDueOn: day };
}

function claimIn({ actor }: Work, row: FollowupRow, to: FollowupState): Partial<FollowupRow> {
	if (to !== 'done') return {};
	return { claims: row.claims + 1, claimedById: actor.account?.id ?? null, claimedAt: new Date() };
}

const assertNeed: Record<Need, (work: Work, row: FollowupRow, input: Brought) => Promise<void>> = {
	promise: async (_, __, { unitId, ownerId, dueOn }) => {
		if (!unitId) throw new Refusal('promise-incomplete', 'unitId');
		if (!ownerId) throw new Refusal('promise-incomplete', 'ownerId');
		if (!dueOn || dueOn < today()) throw new Refusal('promise-incomplete', 'dueOn');
	},
	reason: async (_, __, { text }) => {
		if (!text) throw new Refusal('reason-needed', 'text');
	},
	reviewOn: async (_, __, { reviewOn }) => {
		if (!reviewOn || reviewOn < today()) throw new Refusal('review-needed', 'reviewOn');
	},
	evidence: async ({ tx }, row, { text }) => {
		if (text) return;
		const isOfClaim = and(
			eq(followupPhotos.followupId, row.id),
			eq(followupPhotos.claim, row.claims + 1),
			isNull(followupPhotos.answerer),
		);
		if ((await tx.$count(followupPhotos, isOfClaim)) === 0) throw new Refusal('evidence-needed', 'text');
	},
	check: async ({ actor }, row, { text }) => {
		if (!text) throw new Refusal('reason-needed', 'text');
		if (row.claimedById === actor.account?.id) throw new Refusal('own-claim');
		// Of an internal one residents know nothing.
		if (row.visibility === 'internal') return;
		const days = (Date.now() - (row.claimedAt?.getTime() ?? 0)) / 86_400_000;
		if (days < answerDays) throw new Refusal('residents-first');
	},
};

/**
 * What is kept of a promise beside its day: the unit's name as it was then.
 * @throws Refusal bad-input for an owner or a unit that there is not
 */
async function promiseOf(tx: Transaction, { ownerId, unitId }: FollowupRow): Promise<{ unit: string }> {
	await assertOfCity(tx, ownerId!);
	const [unit] = await tx.select().from(units).where(eq(units.id, unitId!));
	if (!unit) throw new Refusal('bad-input', 'unitId');
	return { unit: unit.name };
}
