// What the city does with a concern: takes it on, answers, declines, refers, opens it again; and what follows from its follow-ups.
import { and, eq, inArray, sql } from 'drizzle-orm';
import {
	acknowledgeInput,
	concernMoves,
	declineConcernInput,
	referInput,
	reopenConcernInput,
	takeConcernInput,
	type ConcernState,
} from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import { followupDeskRoom } from '#domain/events.ts';
import { concernStateBy, type FollowupState } from '#domain/followups.ts';
import { authorize } from '#domain/policy.ts';
import { tellCardsOf } from './cardFacts.ts';
import type { Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { withMerged } from './concernSources.ts';
import { tell } from './news.ts';
import {
	areas,
	concernEvents,
	concerns,
	followupConcerns,
	followups,
	people,
	personRoles,
} from './schema/index.ts';

export type ConcernRow = typeof concerns.$inferSelect;
type Told = Partial<Pick<typeof concernEvents.$inferInsert, 'text' | 'reason' | 'detail'>>;

/** The first human answer. Once it is acknowledged, a second time is refused. @throws Refusal not-found, concern-state */
export const acknowledgeConcern = command(acknowledgeInput, async (work, { number, text }) => {
	authorize(work.actor, 'concern:answer');
	const concern = await lockConcern(work.tx, number);
	await moveConcern(work, concern, 'acknowledged', { text });
});

/** The city does not take it on, and says why. @throws Refusal not-found, concern-state */
export const declineConcern = command(declineConcernInput, async (work, { number, reason, text }) => {
	authorize(work.actor, 'concern:answer');
	const concern = await acknowledged(work, await lockConcern(work.tx, number), text);
	await moveConcern(work, concern, 'declined', { reason, text });
});

/** It is somebody else's: who, and under which reference. @throws Refusal not-found, concern-state */
export const referConcern = command(referInput, async (work, { number, agency, reference, text }) => {
	authorize(work.actor, 'concern:answer');
	const concern = await acknowledged(work, await lockConcern(work.tx, number), text);
	await moveConcern(work, concern, 'referred', { text, detail: { agency, reference } });
});

/** Somebody of the city sees that it is not fixed. @throws Refusal not-found, concern-state */
export const reopenConcern = command(reopenConcernInput, async (work, { number, text }) => {
	authorize(work.actor, 'concern:answer');
	await moveConcern(work, await lockConcern(work.tx, number), 'reopened', { text });
});

/**
 * Who looks after it, what it is about and where.
 * @throws Refusal not-found, changed-since (somebody has changed the same meanwhile), bad-input (somebody who is not of the city, an area
 * that there is not)
 */
export const takeConcern = command(takeConcernInput, async (work, { number, seen, ...wanted }) => {
	authorize(work.actor, 'concern:answer');
	const { tx } = work;
	const concern = await lockConcern(tx, number);
	for (const name of ['ownerId', 'topic', 'areaId'] as const)
		if (wanted[name] !== seen[name] && concern[name] !== seen[name] && concern[name] !== wanted[name])
			throw new Refusal('changed-since');
	const ownerId = wanted.ownerId === seen.ownerId ? concern.ownerId : wanted.ownerId;
	const topic = wanted.topic === seen.topic ? concern.topic : wanted.topic;
	const areaId = wanted.areaId === seen.areaId ? concern.areaId : wanted.areaId;
	if (ownerId !== null && ownerId !== concern.ownerId) await assertOfCity(tx, ownerId);
	if (areaId !== null && (await tx.$count(areas, eq(areas.id, areaId))) === 0)
		throw new Refusal('bad-input', 'areaId');
	if (concern.ownerId === ownerId && concern.topic === topic && concern.areaId === areaId) return;
	await tx.update(concerns).set({ ownerId, topic, areaId }).where(eq(concerns.id, concern.id));
	const personId = work.actor.account?.id ?? null;
	await tx.insert(concernEvents).values({ concernId: concern.id, kind: 'taken', personId });
	work.note('concern:take', `concern:${number}`, { ownerId, topic, areaId });
	work.record(followupDeskRoom, 'desk:concern', { number });
	if (ownerId !== concern.ownerId && ownerId !== null)
		await tell(work, { kind: 'assigned', concern, isInternal: true, people: [ownerId] });
});

/** A concern that was published only is acknowledged with these words; others stay as they are. */
export async function acknowledged(work: Work, concern: ConcernRow, text: string): Promise<ConcernRow> {
	return concern.state === 'published' ? moveConcern(work, concern, 'acknowledged', { text }) : concern;
}

/**
 * Moves a locked concern, with its row of history, and tells everybody whom it concerns.
 * @throws Refusal concern-state where `concernMoves` does not list it
 */
export async function moveConcern(
	work: Work,
	concern: ConcernRow,
	to: ConcernState,
	{ text = '', reason, detail = {} }: Told = {},
): Promise<ConcernRow> {
	const { tx, actor } = work;
	if (to === 'merged' || concern.state === 'merged' || !concernMoves[concern.state].includes(to))
		throw new Refusal('concern-state');
	const [after] = await tx.update(concerns).set({ state: to }).where(eq(concerns.id, concern.id)).returning();
	const from = concern.state;
	const personId = actor.account?.id ?? null;
	await tx
		.insert(concernEvents)
		.values({ concernId: concern.id, kind: 'moved', from, to, personId, text, reason, detail });
	if (personId) work.note('concern:move', `concern:${concern.number}`, { from, to, reason });
	work.record(followupDeskRoom, 'desk:concern', { number: concern.number });
	await tellCardsOf(work, [concern.id]);
	await tell(work, { kind: 'concern-moved', concern, people: [concern.ownerId], detail: { from, to, text } });
	return after!;
}

/**
 * Moves concerns along as their public follow-ups stand: an internal one is not to be seen by what it moves. The concerns are locked
 * (`lockRoots`).
 * @param isConfirmed whether residents themselves have confirmed what was claimed
 * @returns them as they are then
 */
export async function followConcerns(
	work: Work,
	roots: ConcernRow[],
	isConfirmed = false,
): Promise<ConcernRow[]> {
	const moved: ConcernRow[] = [];
	for (const root of roots) {
		const stands = await statesOf(work.tx, root);
		let concern = root;
		for (let to = concernStateBy(concern.state, stands, isConfirmed); to;) {
			concern = await moveConcern(work, concern, to);
			to = concernStateBy(concern.state, stands, isConfirmed);
		}
		moved.push(concern);
	}
	return moved;
}

/**
 * What was accepted keeps a public follow-up: nobody takes the last one away, or hides it.
 * @param roots the concerns, locked, of a public follow-up that was unlinked or hidden
 * @throws Refusal last-followup
 */
export async function assertStillPromised(tx: Transaction, roots: ConcernRow[]): Promise<void> {
	for (const root of roots)
		if (root.state === 'accepted' || root.state === 'in-progress')
			if ((await statesOf(tx, root)).length === 0) throw new Refusal('last-followup');
}

/** States of the public follow-ups of a concern, and of all that was merged into it. */
async function statesOf(tx: Transaction, root: ConcernRow): Promise<FollowupState[]> {
	const isOfIt = sql`${followupConcerns.concernId} in (${withMerged(root.id)})`;
	const rows = await tx
		.selectDistinct({ id: followups.id, state: followups.state })
		.from(followups)
		.innerJoin(followupConcerns, eq(followupConcerns.followupId, followups.id))
		.where(and(eq(followups.visibility, 'public'), isOfIt));
	return rows.map(({ state }) => state);
}

/** Locks the concerns of follow-ups: each the one that it stands in now, where it was merged, in the order of their numbers. */
export async function lockRoots(tx: Transaction, followupIds: string[]): Promise<ConcernRow[]> {
	if (followupIds.length === 0) return [];
	const { rows } = await tx.execute<{ id: string }>(sql`
		with recursive up(id) as (
			select concern_id from followup_concerns where followup_id = any (${sql.param(followupIds)}::uuid[])
			union select m.into_id from up join concern_merges m on m.concern_id = up.id and m.undone_at is null
		) select up.id from up join concerns c on c.id = up.id where c.state <> 'merged'`);
	if (rows.length === 0) return [];
	const ids = rows.map(({ id }) => id);
	const locked = await tx
		.select()
		.from(concerns)
		.where(inArray(concerns.id, ids))
		.orderBy(concerns.number)
		.for('update');
	// One was merged while this waited for it: what it stands in now is asked for anew.
	return locked.some(({ state }) => state === 'merged') ? lockRoots(tx, followupIds) : locked;
}

/** The concerns of a follow-up, locked before it is. @throws Refusal not-found */
export async function lockRootsOf(tx: Transaction, number: string) {
	const [found] = await tx.select({ id: followups.id }).from(followups).where(eq(followups.number, number));
	if (!found) throw new Refusal('not-found', 'number');
	return lockRoots(tx, [found.id]);
}

/** @throws Refusal not-found */
export async function lockConcern(tx: Transaction, number: string): Promise<ConcernRow> {
	const [concern] = await tx.select().from(concerns).where(eq(concerns.number, number)).for('update');
	if (!concern) throw new Refusal('not-found', 'number');
	return concern;
}

/** Only people who act for the city own concerns and follow-ups. @throws Refusal bad-input */
export async function assertOfCity(tx: Transaction, personId: string): Promise<void> {
	const roles = and(eq(personRoles.personId, personId), inArray(personRoles.role, ['staff', 'moderator']));
	if ((await tx.$count(personRoles, roles)) === 0) throw new Refusal('bad-input', 'ownerId');
}

/** People who can own something, by name. The caller has asked the policy. */
export async function peopleOfCity(tx: Pick<Transaction, 'selectDistinct'>) {
	return tx
		.selectDistinct({ id: people.id, name: people.name })
		.from(people)
		.innerJoin(personRoles, eq(personRoles.personId, people.id))
		.where(inArray(personRoles.role, ['staff', 'moderator']))
		.orderBy(people.name);
}
