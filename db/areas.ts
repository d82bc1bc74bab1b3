// Areas of the city: which one a place lies in.
import { asc } from 'drizzle-orm';
import { isInside, type Place } from '#domain/places.ts';
import type { Reader } from './client.ts';
import { areas } from './schema/index.ts';

/** The id of the area that a place lies in, the first by name where two overlap; null outside all of them. */
export async function areaOf(db: Reader, place: Place): Promise<string | null> {
	return areaIn(await readAreas(db), place);
}

export const areaIn = (all: Awaited<ReturnType<typeof readAreas>>, place: Place): string | null =>
	all.find(({ shape }) => isInside(place, shape))?.id ?? null;

/** All areas by name. */
export async function readAreas(db: Reader) {
	return db.select().from(areas).orderBy(asc(areas.name));
}
