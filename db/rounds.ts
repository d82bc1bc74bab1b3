// Map rounds: set up, opened, closed, reported, and followed by the next; and how they are read.
import { and, asc, desc, eq, ne, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { mapDeskRoom, mapPersonRoom, mapRoom } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import { roundChangeInput, roundInput, roundSlug, type Round, type RoundInput } from '#domain/rounds.ts';
import type { Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { mapCategories, mapRounds } from './schema/index.ts';

type RoundRow = typeof mapRounds.$inferSelect;
const roundId = v.object({ roundId: v.pipe(v.string(), v.uuid()) });

/** Sets up a round; it is planned until somebody opens it. @returns its id and address */
export const createRound = command(roundInput, async (work, input): Promise<{ id: string; slug: string }> => {
	authorize(work.actor, 'map:run');
	return insertRound(work, input, null);
});

/** Changes the set-up. Categories that pins may have stay; others can go. @throws Refusal round-state (closed or reported) */
export const changeRound = command(roundChangeInput, async (work, { roundId, ...input }) => {
	authorize(work.actor, 'map:run');
	const { tx } = work;
	const row = await lockRow(tx, roundId);
	if (row.state !== 'planned' && row.state !== 'open') throw new Refusal('round-state');
	await tx.update(mapRounds).set(columnsOf(input)).where(eq(mapRounds.id, roundId));
	await writeCategories(tx, roundId, input, row.state === 'open');
	work.note('map:change', `map:${row.slug}`, {});
	await tell(work, roundId);
});

/** Opens a planned round. @throws Refusal round-state, round-open-already */
export const openRound = command(roundId, async (work, input) => {
	authorize(work.actor, 'map:run');
	const row = await lockRow(work.tx, input.roundId);
	if (row.state === 'open') return;
	if (row.state !== 'planned') throw new Refusal('round-state');
	await open(work, row);
});

/** Closes an open round: no pins, supports or comments of residents any more. */
export const closeRound = command(roundId, async (work, input) => {
	authorize(work.actor, 'map:run');
	const row = await lockRow(work.tx, input.roundId);
	if (row.state === 'closed' || row.state === 'reported') return;
	if (row.state !== 'open') throw new Refusal('round-state');
	await close(work, row);
});

const summary = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(5_000));
/** Says what came of a closed round; from then on it stays as it is. @throws Refusal round-state */
export const reportRound = command(v.object({ ...roundId.entries, summary }), async (work, input) => {
	authorize(work.actor, 'map:run');
	const row = await lockRow(work.tx, input.roundId);
	if (row.state !== 'closed' && row.state !== 'reported') throw new Refusal('round-state');
	await work.tx
		.update(mapRounds)
		.set({ state: 'reported', summary: input.summary, reportedAt: row.reportedAt ?? sql`now()` })
		.where(eq(mapRounds.id, row.id));
	work.note('map:report', `map:${row.slug}`, {});
	await tell(work, row.id);
});

const day = v.pipe(v.string(), v.isoDate());
const nextInput = v.object({
	...roundId.entries,
	title: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100)),
	opensOn: day,
	closesOn: day,
});

/**
 * Opens the next round in one act: copies the set-up, closes the old one. A second time gives the same.
 * @returns the new round's id and address
 * @throws Refusal round-state (planned, or another one is open), bad-input
 */
export const nextRound = command(nextInput, async (work, input): Promise<{ id: string; slug: string }> => {
	authorize(work.actor, 'map:run');
	const { tx } = work;
	const row = await lockRow(tx, input.roundId);
	const [next] = await tx.select().from(mapRounds).where(eq(mapRounds.previousId, row.id));
	if (next) return { id: next.id, slug: next.slug };
	if (row.state === 'planned') throw new Refusal('round-state');
	if (input.opensOn > input.closesOn) throw new Refusal('bad-input', 'closesOn');
	if (row.state === 'open') await close(work, row);
	const { title, opensOn, closesOn } = input;
	const made = await insertRound(work, { ...(await roundOf(tx, row)), title, opensOn, closesOn }, row.id);
	await open(work, await lockRow(tx, made.id));
	return made;
});

async function insertRound(
	work: Work,
	input: RoundInput,
	previousId: string | null,
): Promise<{ id: string; slug: string }> {
	const { tx } = work;
	const rows = await tx.select({ slug: mapRounds.slug }).from(mapRounds);
	const slug = roundSlug(
		input.opensOn,
		rows.map((row) => row.slug),
	);
	const [row] = await tx
		.insert(mapRounds)
		.values({ ...columnsOf(input), slug, previousId })
		.returning();
	await writeCategories(tx, row!.id, input, false);
	work.note('map:create', `map:${slug}`, { title: input.title });
	return { id: row!.id, slug };
}

async function open(work: Work, row: RoundRow): Promise<void> {
	const { tx } = work;
	const others = and(eq(mapRounds.state, 'open'), ne(mapRounds.id, row.id));
	if ((await tx.$count(mapRounds, others)) > 0) throw new Refusal('round-open-already');
	await tx
		.update(mapRounds)
		.set({ state: 'open', openedAt: sql`now()` })
		.where(eq(mapRounds.id, row.id));
	work.note('map:open', `map:${row.slug}`, {});
	await tell(work, row.id);
}

async function close(work: Work, row: RoundRow): Promise<void> {
	await work.tx
		.update(mapRounds)
		.set({ state: 'closed', closedAt: sql`now()` })
		.where(eq(mapRounds.id, row.id));
	work.note('map:close', `map:${row.slug}`, {});
	await tell(work, row.id);
}

function columnsOf({ view, categories: _, ...input }: RoundInput) {
	const { title, description, opensOn, closesOn, boundary, blockMetres, vetting } = input;
	return {
		...{ title, description, opensOn, closesOn, boundary, blockMetres, vetting },
		...{ viewLat: view.lat, viewLng: view.lng, viewZoom: view.zoom },
	};
}

/** @param keepsAll pins may stand under each: none is taken away, and none becomes exact that was not */
async function writeCategories(
	tx: Transaction,
	roundId: string,
	{ categories }: RoundInput,
	keepsAll: boolean,
): Promise<void> {
	const before = await tx.select().from(mapCategories).where(eq(mapCategories.roundId, roundId));
	if (keepsAll)
		for (const { key, isExact } of before) {
			const after = categories.find((category) => category.key === key);
			if (!after || after.isExact !== isExact) throw new Refusal('round-state', 'categories');
		}
	await tx.delete(mapCategories).where(eq(mapCategories.roundId, roundId));
	await tx
		.insert(mapCategories)
		.values(categories.map((category, position) => ({ roundId, position, ...category })));
}

async function tell(work: Work, id: string): Promise<void> {
	work.record(mapRoom(id), 'round:changed', { round: (await readRound(work.tx, id))! });
}

async function lockRow(tx: Transaction, id: string): Promise<RoundRow> {
	const [row] = await tx.select().from(mapRounds).where(eq(mapRounds.id, id)).for('update');
	if (!row) throw new Refusal('not-found');
	return row;
}

/** A round whose set-up and state stay until the commit. @throws Refusal not-found, also where it is not the actor's to see */
export async function lockRound(tx: Transaction, actor: Actor, id: string): Promise<Round> {
	const [row] = await tx.select().from(mapRounds).where(eq(mapRounds.id, id)).for('share');
	if (!row || !can(actor, 'map:read', row)) throw new Refusal('not-found');
	return roundOf(tx, row);
}

/** A round by its id; undefined when there is none. */
export async function readRound(db: Reader, id: string): Promise<Round | undefined> {
	const [row] = await db.select().from(mapRounds).where(eq(mapRounds.id, id));
	return row && roundOf(db, row);
}

/** A round by its address. @throws Refusal not-found, also where it is not the actor's to see */
export async function findRound(db: Reader, actor: Actor, slug: string): Promise<Round> {
	const [row] = await db.select().from(mapRounds).where(eq(mapRounds.slug, slug));
	if (!row || !can(actor, 'map:read', row)) throw new Refusal('not-found');
	return roundOf(db, row);
}

/** The rounds that the actor may see, newest first. */
export async function listRounds(db: Reader, actor: Actor): Promise<Round[]> {
	const rows = await db.select().from(mapRounds).orderBy(desc(mapRounds.opensOn), desc(mapRounds.createdAt));
	return Promise.all(rows.filter((row) => can(actor, 'map:read', row)).map((row) => roundOf(db, row)));
}

/** The round that takes pins now; undefined when none does. */
export async function currentRound(db: Reader): Promise<Round | undefined> {
	const [row] = await db.select().from(mapRounds).where(eq(mapRounds.state, 'open'));
	return row && roundOf(db, row);
}

/** Rooms the actor listens to on a round's map. */
export function roundRooms(actor: Actor, id: string): string[] {
	const own = pseudonymsIn(id, actor, 'map').all.map((pseudonym) => mapPersonRoom(id, pseudonym));
	return [mapRoom(id), ...(can(actor, 'pin:vet') ? [mapDeskRoom(id)] : []), ...own];
}

async function roundOf(db: Reader, row: RoundRow): Promise<Round> {
	const categories = await db
		.select()
		.from(mapCategories)
		.where(eq(mapCategories.roundId, row.id))
		.orderBy(asc(mapCategories.position));
	const [previous] = row.previousId
		? await db.select({ slug: mapRounds.slug }).from(mapRounds).where(eq(mapRounds.id, row.previousId))
		: [];
	const { id, slug, title, description, state, opensOn, closesOn, boundary, blockMetres, vetting } = row;
	return {
		...{ id, slug, title, description, state, opensOn, closesOn, boundary, blockMetres, vetting },
		summary: row.summary,
		view: { lat: row.viewLat, lng: row.viewLng, zoom: row.viewZoom },
		previous: previous?.slug ?? null,
		categories: categories.map(({ roundId: _, position: __, ...category }) => category),
	};
}
