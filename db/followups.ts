// Follow-ups: proposing one, changing what it says, who owns it, and its milestones. What they are linked to: followupLinks.ts.
import { eq, inArray } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { followupDeskRoom } from '#domain/events.ts';
import {
	assignInput,
	changeFollowupInput,
	followupNumber,
	milestonesInput,
	proposeInput,
} from '#domain/followups.ts';
import { promiseWords } from '#domain/journeys.ts';
import { authorize } from '#domain/policy.ts';
import type { Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import {
	acknowledged,
	assertOfCity,
	assertStillPromised,
	followConcerns,
	lockConcern,
	lockRootsOf,
	type ConcernRow,
} from './concernMoves.ts';
import { findTarget } from './followupLinks.ts';
import { deskFollowupsBy } from './followupReads.ts';
import { tell, toldOf } from './news.ts';
import { nextNumber, today } from './numbers.ts';
import {
	areas,
	followupConcerns,
	followupEvents,
	followupLinks,
	followupMilestones,
	followups,
	units,
} from './schema/index.ts';

export type FollowupRow = typeof followups.$inferSelect;
type Event = Omit<typeof followupEvents.$inferInsert, 'followupId' | 'personId'>;

/** In these a concern can get a follow-up; one that is published only needs its first answer, too. */
const takesFollowups = ['acknowledged', 'accepted', 'in-progress', 'reopened'];

/**
 * Proposes a follow-up; the concerns that it answers are accepted by it. Those that nobody has answered yet are acknowledged with `text`.
 * @returns its number, `FU-2026-00012`
 * @throws Refusal not-found (a concern), concern-state, reason-needed (`text`, where a concern waits for its first answer)
 */
export const proposeFollowup = command(proposeInput, async (work, input): Promise<{ number: string }> => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	const { concerns: numbers, meetingId, text, ...fields } = input;
	const concerns = await lockToAnswer(work, numbers, text);
	await assertFields(tx, fields);
	const number = await nextNumber(tx, 'followup_numbers', followupNumber);
	const [row] = await tx
		.insert(followups)
		.values({ ...fields, number })
		.returning();
	const { id } = row!;
	if (concerns.length > 0)
		await tx
			.insert(followupConcerns)
			.values(concerns.map((concern) => ({ followupId: id, concernId: concern.id })));
	if (meetingId !== null) {
		const targetId = await findTarget(tx, 'meeting', meetingId);
		await tx.insert(followupLinks).values({ followupId: id, kind: 'meeting', targetId });
	}
	await note(work, row!, { kind: 'proposed', to: 'proposed' });
	await followConcerns(work, concerns);
	await tell(work, {
		...{ kind: 'followup-moved', followup: row!, people: [row!.ownerId] },
		...{ isInternal: row!.visibility === 'internal', detail: { to: 'proposed' } },
	});
	await announceFollowups(work, [id]);
	return { number };
});

/**
 * Changes what it says; the day and the state have commands of their own.
 * @throws Refusal not-found, changed-since (somebody else has changed it since this version), bad-input, promise-incomplete,
 * promise-public (it would no longer be seen), last-followup (a concern that was accepted would have none to be seen)
 */
export const changeFollowup = command(changeFollowupInput, async (work, { number, version, ...fields }) => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	const roots = await lockRootsOf(tx, number);
	const row = await lockFollowup(tx, number, version);
	await assertFields(tx, fields, row);
	// What was promised in public is dropped in public, or kept.
	if (row.firstDueOn !== null && row.visibility === 'public' && fields.visibility === 'internal')
		throw new Refusal('promise-public', 'visibility');
	if (row.firstDueOn !== null && (fields.unitId === null || fields.ownerId === null))
		throw new Refusal('promise-incomplete', fields.unitId === null ? 'unitId' : 'ownerId');
	const names = Object.keys(fields) as (keyof typeof fields)[];
	const changed = names.filter((name) => fields[name] !== row[name]);
	if (changed.length === 0) return;
	const before = Object.fromEntries(changed.map((name) => [name, row[name]]));
	const after = await write(work, row, fields, { kind: 'changed', detail: { before } });
	if (changed.includes('visibility')) {
		if (fields.visibility === 'internal') await assertStillPromised(tx, roots);
		await followConcerns(work, roots);
	}
	// What was promised reads differently: whoever follows it is told.
	const words = promiseWords.filter((name) => changed.includes(name));
	if (row.firstDueOn !== null && row.visibility === 'public' && words.length > 0)
		await tell(work, { ...toldOf(after), kind: 'followup-update', detail: { changed: words } });
	if (changed.includes('ownerId'))
		await tell(work, { kind: 'assigned', followup: row, isInternal: true, people: [fields.ownerId] });
});

/** Gives several to somebody, or to a unit; all of them or none. @throws Refusal not-found, changed-since, bad-input, promise-incomplete */
export const assignFollowups = command(assignInput, async (work, { followups: chosen, ownerId, unitId }) => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	const set = { ...(ownerId === undefined ? {} : { ownerId }), ...(unitId === undefined ? {} : { unitId }) };
	const given: string[] = [];
	for (const { number, version } of chosen.toSorted((a, b) => (a.number < b.number ? -1 : 1))) {
		const row = await lockFollowup(tx, number, version);
		const after = { ...row, ...set };
		if (row.firstDueOn !== null && (after.unitId === null || after.ownerId === null))
			throw new Refusal('promise-incomplete', after.unitId === null ? 'unitId' : 'ownerId');
		await assertFields(tx, set, row);
		if (after.ownerId === row.ownerId && after.unitId === row.unitId) continue;
		const { ownerId: owner, unitId: unit } = row;
		await change(work, row, set, { kind: 'assigned', detail: { before: { ownerId: owner, unitId: unit } } });
		given.push(row.id);
		if (after.ownerId !== owner)
			await tell(work, { kind: 'assigned', followup: row, isInternal: true, people: [after.ownerId] });
	}
	await announceFollowups(work, given);
});

/** Sets its milestones; their weights give the percentage. Those of a promise that are reached now are told. @throws Refusal not-found, changed-since */
export const setMilestones = command(milestonesInput, async (work, { number, version, milestones }) => {
	authorize(work.actor, 'followup:change');
	const { tx } = work;
	const row = await lockFollowup(tx, number, version);
	const isOfIt = eq(followupMilestones.followupId, row.id);
	const before = await tx
		.select()
		.from(followupMilestones)
		.where(isOfIt)
		.orderBy(followupMilestones.position);
	const doneOn = new Map(before.map((one) => [one.id, one.doneOn]));
	// Its own keep their ids, each once; all others are new.
	const own = new Set(doneOn.keys());
	const idOf = (id: string) => (own.delete(id) ? id : randomUUID());
	await tx.delete(followupMilestones).where(isOfIt);
	if (milestones.length > 0)
		await tx.insert(followupMilestones).values(
			milestones.map(({ isDone, ...one }, position) => ({
				...{ ...one, id: idOf(one.id), position, followupId: row.id },
				doneOn: isDone ? (doneOn.get(one.id) ?? today()) : null,
			})),
		);
	const wereDone = new Set(before.filter(({ doneOn }) => doneOn !== null).map(({ id }) => id));
	const reached = milestones
		.filter(({ id, isDone }) => isDone && !wereDone.has(id))
		.map(({ title }) => title);
	const isTold = reached.length > 0 && row.firstDueOn !== null && row.visibility === 'public';
	const set = isTold ? { toldAt: new Date() } : {};
	const after = await write(work, row, set, { kind: 'milestones', detail: { before, reached } });
	if (isTold)
		await tell(work, {
			...{ ...toldOf(after), kind: 'followup-update' },
			detail: { isReached: true, text: reached.join('\n') },
		});
});

/**
 * Locks a follow-up for a change. Concerns that the change may move are locked before (`lockRoots`), as every command does.
 * @param version what whoever changes it has seen
 * @throws Refusal not-found, changed-since
 */
export async function lockFollowup(tx: Transaction, number: string, version?: number): Promise<FollowupRow> {
	const [row] = await tx.select().from(followups).where(eq(followups.number, number)).for('update');
	if (!row) throw new Refusal('not-found', 'number');
	if (version !== undefined && row.version !== version) throw new Refusal('changed-since');
	return row;
}

/** Writes a change of a locked follow-up with its row of history, and shows it on the staff's boards. */
export async function write(
	work: Work,
	row: FollowupRow,
	set: Partial<FollowupRow>,
	event: Event,
): Promise<FollowupRow> {
	const after = await change(work, row, set, event);
	await announceFollowups(work, [row.id]);
	return after;
}

async function change(
	work: Work,
	row: FollowupRow,
	set: Partial<FollowupRow>,
	event: Event,
): Promise<FollowupRow> {
	const [after] = await work.tx
		.update(followups)
		.set({ ...set, version: row.version + 1 })
		.where(eq(followups.id, row.id))
		.returning();
	await note(work, after!, event);
	return after!;
}

async function note(work: Work, row: FollowupRow, event: Event): Promise<void> {
	const personId = work.actor.account?.id ?? null;
	await work.tx.insert(followupEvents).values({ ...event, followupId: row.id, personId });
	if (personId)
		work.note(`followup:${event.kind}`, `followup:${row.number}`, { to: event.to, ...event.detail });
}

/** Shows on the staff's boards how they stand, in this order: read once, however many there are. */
export async function announceFollowups(work: Work, ids: string[]): Promise<void> {
	if (ids.length === 0) return;
	const read = await deskFollowupsBy(work.tx, inArray(followups.id, ids));
	const by = work.actor.account?.name ?? null;
	for (const followup of read.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)))
		work.record(followupDeskRoom, 'desk:followup', { followup, by });
}

/** The concerns that a follow-up is to answer, locked in the order of their numbers and acknowledged. */
async function lockToAnswer(work: Work, numbers: string[], text: string): Promise<ConcernRow[]> {
	const locked: ConcernRow[] = [];
	for (const number of [...new Set(numbers.map((one) => one.toUpperCase()))].sort())
		locked.push(await answered(work, await lockConcern(work.tx, number), text));
	return locked;
}

/** A locked concern that can get a follow-up, acknowledged. @throws Refusal reason-needed, concern-state */
export async function answered(work: Work, found: ConcernRow, text: string): Promise<ConcernRow> {
	if (found.state === 'published' && !text) throw new Refusal('reason-needed', 'text');
	const concern = await acknowledged(work, found, text);
	if (!takesFollowups.includes(concern.state)) throw new Refusal('concern-state', 'concerns');
	return concern;
}

type Fields = Partial<Pick<FollowupRow, 'ownerId' | 'unitId' | 'areaId'>>;
/** @throws Refusal bad-input for an owner, a unit or an area that there is not; who owned it already stays */
async function assertFields(
	tx: Transaction,
	{ ownerId, unitId, areaId }: Fields,
	before?: FollowupRow,
): Promise<void> {
	if (ownerId && ownerId !== before?.ownerId) await assertOfCity(tx, ownerId);
	if (unitId && (await tx.$count(units, eq(units.id, unitId))) === 0)
		throw new Refusal('bad-input', 'unitId');
	if (areaId && (await tx.$count(areas, eq(areas.id, areaId))) === 0)
		throw new Refusal('bad-input', 'areaId');
}
