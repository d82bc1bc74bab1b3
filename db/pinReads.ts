// How a pin is shown to whom: to everybody once it is published, to those who vet, to whoever placed it.
import { and, asc, eq, inArray } from 'drizzle-orm';
import {
	type DeskPin,
	type OwnPin,
	type Pin,
	type PinEntry,
	type PinFacts,
	type PinReason,
} from '#domain/pins.ts';
import type { Reader } from './client.ts';
import { areas, pinPhotos, pins } from './schema/index.ts';

export type PinRow = typeof pins.$inferSelect;

/** The published pins of a round as everybody sees them, in the order they were placed. */
export async function publishedPins(db: Reader, roundId: string): Promise<Pin[]> {
	const rows = await db
		.select({ pin: pins, area: areas.name })
		.from(pins)
		.leftJoin(areas, eq(areas.id, pins.areaId))
		.where(and(eq(pins.roundId, roundId), eq(pins.vetting, 'published')))
		.orderBy(asc(pins.placedAt), asc(pins.id));
	const photos = await db
		.select({ pinId: pinPhotos.pinId, id: pinPhotos.id })
		.from(pinPhotos)
		.innerJoin(pins, eq(pins.id, pinPhotos.pinId))
		.where(and(eq(pins.roundId, roundId), eq(pins.vetting, 'published'), eq(pinPhotos.vetting, 'published')))
		.orderBy(asc(pinPhotos.position));
	const photosOf = Map.groupBy(photos, ({ pinId }) => pinId);
	return rows.map(({ pin, area }) =>
		publicPin(
			pin,
			area,
			(photosOf.get(pin.id) ?? []).map(({ id }) => id),
		),
	);
}

/** What is counted and decided of some published pins, as it is now. */
export async function factsOf(db: Reader, ids: string[]): Promise<PinFacts[]> {
	const found = await withPhotos(db, await byId(db, ids), ['published']);
	return found
		.filter(({ pin }) => pin.vetting === 'published')
		.map(({ pin: { id, state, supports, comments, concern, channel }, area, photos }) => ({
			...{ id, state, supports, comments, concern, channel },
			...{ area, photos },
		}));
}

/** Pins that wait for a moderator, longest first. The caller has asked the policy. */
export async function heldPins(db: Reader, roundId: string): Promise<DeskPin[]> {
	const rows = await db
		.select()
		.from(pins)
		.where(and(eq(pins.roundId, roundId), eq(pins.vetting, 'held')))
		.orderBy(asc(pins.placedAt));
	const found = await withPhotos(db, rows, ['held', 'published']);
	return found.map(({ pin, area, photos }) => shownAtDesk(pin, area, photos));
}

/** A person's own pins in a round, in every state. */
export async function ownPins(db: Reader, roundId: string, pseudonyms: string[]): Promise<OwnPin[]> {
	if (pseudonyms.length === 0) return [];
	const rows = await db
		.select()
		.from(pins)
		.where(and(eq(pins.roundId, roundId), inArray(pins.author, pseudonyms)))
		.orderBy(asc(pins.placedAt));
	const found = await withPhotos(db, rows, ['held', 'published']);
	return found.map(({ pin, area, photos }) => ({ ...shownAtDesk(pin, area, photos), state: pin.state }));
}

/** Ids of the pins that somebody of the city has placed for others. */
export async function enteredPins(db: Reader, roundId: string, personId: string): Promise<string[]> {
	const rows = await db
		.select({ id: pins.id })
		.from(pins)
		.where(and(eq(pins.roundId, roundId), eq(pins.enteredById, personId)));
	return rows.map(({ id }) => id);
}

export async function deskPin(db: Reader, row: PinRow): Promise<DeskPin> {
	const [found] = await withPhotos(db, [row], ['held', 'published']);
	return shownAtDesk(row, found!.area, found!.photos);
}

export async function ownPin(db: Reader, row: PinRow): Promise<OwnPin> {
	return { ...(await deskPin(db, row)), state: row.state };
}

async function byId(db: Reader, ids: string[]): Promise<PinRow[]> {
	return ids.length ? db.select().from(pins).where(inArray(pins.id, ids)) : [];
}

async function withPhotos(
	db: Reader,
	rows: PinRow[],
	shown: PinRow['vetting'][],
): Promise<{ pin: PinRow; area: string | null; photos: string[] }[]> {
	if (rows.length === 0) return [];
	const names = new Map((await db.select().from(areas)).map(({ id, name }) => [id, name]));
	const photos = await db
		.select({ pinId: pinPhotos.pinId, id: pinPhotos.id })
		.from(pinPhotos)
		.where(
			and(
				inArray(
					pinPhotos.pinId,
					rows.map(({ id }) => id),
				),
				inArray(pinPhotos.vetting, shown),
			),
		)
		.orderBy(asc(pinPhotos.position));
	const photosOf = Map.groupBy(photos, ({ pinId }) => pinId);
	return rows.map((pin) => ({
		pin,
		area: (pin.areaId && names.get(pin.areaId)) ?? null,
		photos: (photosOf.get(pin.id) ?? []).map(({ id }) => id),
	}));
}

/** What of a pin stands in the document. */
export function entryOf({ category, lat, lng, note, answers, kind, placedAt }: PinRow): PinEntry {
	return { category, lat, lng, note, answers, kind, placedAt: placedAt.toISOString() };
}

function publicPin(row: PinRow, area: string | null, photos: string[]): Pin {
	const { id, state, supports, comments, concern, channel } = row;
	return { ...entryOf(row), ...{ id, state, supports, comments, concern, channel, area, photos } };
}

function shownAtDesk(row: PinRow, area: string | null, photos: string[]): DeskPin {
	const { id, vetting } = row;
	return { ...entryOf(row), ...{ id, vetting, area, photos }, reason: row.reason as PinReason | null };
}
