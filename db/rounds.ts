// Map rounds: reading one with its categories.
import { asc, eq } from 'drizzle-orm';
import type { Round } from '#domain/rounds.ts';
import type { Reader } from './client.ts';
import { mapCategories, mapRounds } from './schema/index.ts';

type RoundRow = typeof mapRounds.$inferSelect;

/** A round by its id; undefined when there is none. */
export async function readRound(db: Reader, id: string): Promise<Round | undefined> {
	const [row] = await db.select().from(mapRounds).where(eq(mapRounds.id, id));
	return row && roundOf(db, row);
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
	const { id, slug, title, description, state, opensOn, closesOn, boundary, blockMetres, vetting, summary } =
		row;
	return {
		...{ id, slug, title, description, state, opensOn, closesOn, boundary, blockMetres, vetting, summary },
		view: { lat: row.viewLat, lng: row.viewLng, zoom: row.viewZoom },
		previous: previous?.slug ?? null,
		categories: categories.map(({ roundId: _, position: __, ...category }) => category),
	};
}
