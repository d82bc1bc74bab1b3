// Merging concerns that are about the same, and parting them again. Nothing is moved: what each was made of stays its own.
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import {
	concernInput,
	concernMoves,
	mergeConcernsInput,
	turnedAwayStates,
	unmergeDays,
	type ConcernPage,
} from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import { tellCardsOf } from './cardFacts.ts';
import { followConcerns } from './concernMoves.ts';
import type { Reader, Transaction } from './client.ts';
import { command } from './command.ts';
import { tell } from './news.ts';
import { concernEvents, concernMerges, concerns } from './schema/index.ts';

type ConcernRow = typeof concerns.$inferSelect;

/**
 * Merges a concern into another: whoever supports both counts once there, and every author's words stay to be read. A second time
 * changes nothing; it can be undone for 30 days.
 * @throws Refusal not-found, concern-merge (itself, or one that is merged), concern-turned-away, concern-state (confirmed)
 */
export const mergeConcerns = command(mergeConcernsInput, async (work, { number, into }) => {
	authorize(work.actor, 'concern:merge');
	const { tx } = work;
	const [source, target] = await lockConcerns(tx, [number, into]);
	if (source!.id === target!.id) throw new Refusal('concern-merge', 'into');
	if ((await mergeOf(tx, source!.id))?.intoId === target!.id) return;
	// What waits for the city would wait for nobody there, and its follow-ups would move nothing.
	if ([source!, target!].some(({ state }) => turnedAwayStates.includes(state)))
		throw new Refusal('concern-turned-away', 'into');
	if (source!.state === 'merged' || target!.state === 'merged') throw new Refusal('concern-merge', 'into');
	if (!concernMoves[source!.state].includes('merged')) throw new Refusal('concern-state', 'into');
	await tx.insert(concernMerges).values({
		concernId: source!.id,
		intoId: target!.id,
		stateBefore: source!.state,
		mergedById: work.actor.account?.id ?? null,
	});
	await tx.update(concerns).set({ state: 'merged' }).where(eq(concerns.id, source!.id));
	const personId = work.actor.account?.id ?? null;
	const merged = { concernId: source!.id, kind: 'merged', from: source!.state, to: 'merged' } as const;
	await tx.insert(concernEvents).values({ ...merged, personId, detail: { other: target!.number } });
	await tell(work, { kind: 'concern-merged', concern: source!, detail: { other: target!.number } });
	work.note('concern:merge', `concern:${number}`, { into });
	await tellCardsOf(work, [source!.id, target!.id]);
	// What was promised about the one is promised about the other now.
	await followConcerns(work, [target!]);
});

/** Takes a concern out again of the one it was merged into, as it was before. @throws Refusal not-found, nothing-to-undo, undo-too-late */
export const unmergeConcern = command(concernInput, async (work, { number }) => {
	authorize(work.actor, 'concern:merge');
	const { tx } = work;
	const [concern, root] = await lockConcerns(tx, [number, await rootOf(tx, number)]);
	const merge = await mergeOf(tx, concern!.id);
	if (!merge) throw new Refusal('nothing-to-undo');
	if (Date.now() - merge.mergedAt.getTime() > unmergeDays * 24 * 3_600_000)
		throw new Refusal('undo-too-late');
	await tx.update(concernMerges).set({ undoneAt: new Date() }).where(eq(concernMerges.id, merge.id));
	await tx.update(concerns).set({ state: merge.stateBefore }).where(eq(concerns.id, concern!.id));
	const personId = work.actor.account?.id ?? null;
	const parted = { concernId: concern!.id, kind: 'parted', from: 'merged', to: merge.stateBefore } as const;
	const [other] = await tx.select().from(concerns).where(eq(concerns.id, merge.intoId));
	await tx.insert(concernEvents).values({ ...parted, personId, detail: { other: other!.number } });
	await tell(work, { kind: 'concern-parted', concern: concern!, detail: { other: other!.number } });
	work.note('concern:unmerge', `concern:${number}`);
	await tellCardsOf(work, [concern!.id, merge.intoId]);
	// Both stand by what is left to each.
	await followConcerns(work, [{ ...concern!, state: merge.stateBefore }, root!]);
});

/** What a concern was merged into, and what into it. */
export async function mergesOf(
	db: Reader,
	concernId: string,
): Promise<Pick<ConcernPage, 'mergedInto' | 'merged'>> {
	const columns = { number: concerns.number, title: concerns.title, at: concernMerges.mergedAt };
	const isThere = isNull(concernMerges.undoneAt);
	const [into] = await db
		.select(columns)
		.from(concernMerges)
		.innerJoin(concerns, eq(concerns.id, concernMerges.intoId))
		.where(and(eq(concernMerges.concernId, concernId), isThere));
	const merged = await db
		.select(columns)
		.from(concernMerges)
		.innerJoin(concerns, eq(concerns.id, concernMerges.concernId))
		.where(and(eq(concernMerges.intoId, concernId), isThere))
		.orderBy(asc(concerns.number));
	const shown = ({ at, ...concern }: (typeof merged)[number]) => ({ ...concern, at: at.toISOString() });
	return { mergedInto: into ? shown(into) : null, merged: merged.map(shown) };
}

async function mergeOf(tx: Reader, concernId: string) {
	const [merge] = await tx
		.select()
		.from(concernMerges)
		.where(and(eq(concernMerges.concernId, concernId), isNull(concernMerges.undoneAt)));
	return merge;
}

/** The number of what a concern stands in now, through all its merges; its own where it was not merged. */
async function rootOf(tx: Transaction, number: string): Promise<string> {
	const { rows } = await tx.execute<{ number: string }>(sql`
		with recursive up(id) as (
			select id from concerns where number = ${number}
			union select m.into_id from up join concern_merges m on m.concern_id = up.id and m.undone_at is null
		) select c.number from up join concerns c on c.id = up.id where c.state <> 'merged'`);
	return rows[0]?.number ?? number;
}

/** In the order of their numbers, whoever merges what into what; given back as asked. */
async function lockConcerns(tx: Transaction, numbers: string[]): Promise<ConcernRow[]> {
	const rows = await tx
		.select()
		.from(concerns)
		.where(inArray(concerns.number, numbers))
		.orderBy(concerns.number)
		.for('update');
	return numbers.map((number) => {
		const found = rows.find((row) => row.number === number);
		if (!found) throw new Refusal('not-found', 'number');
		return found;
	});
}
