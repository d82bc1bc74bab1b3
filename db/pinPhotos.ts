// Photos of pins: added while the pin is new, taken away by whoever placed it, vetted, and shown to those who may see them.
import { and, eq, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { keepPhotoInput, photoInput, takesPhotos, vetPhotoInput } from '#domain/pinPhotos.ts';
import { mostPhotos } from '#domain/pins.ts';
import { authorize, can } from '#domain/policy.ts';
import type { Round } from '#domain/rounds.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command } from './command.ts';
import { keptPicture } from './pictures.ts';
import type { PinRow } from './pinReads.ts';
import { announce, isOwn, kindOf, lockPin } from './pins.ts';
import { findRound, readRound } from './rounds.ts';
import { pinPhotos, pins } from './schema/index.ts';

type PhotoRow = Omit<typeof pinPhotos.$inferSelect, 'bytes'>;

/**
 * Adds a photo to a pin, made anew from what was sent. It is held where the round vets. Sent twice, with the same id, it is one.
 * @throws Refusal not-found (also for somebody else's), round-not-open, pin-state (not new any more), too-many-photos, and those of keptPicture
 */
export async function addPhoto(
	db: Database,
	actor: Actor,
	{ pinId, id, sent }: { pinId: string; id: string; sent: Uint8Array },
): Promise<{ id: string }> {
	// Nobody makes us decode a picture who may not add it.
	const [pin] = await db
		.select()
		.from(pins)
		.where(eq(sql`${pins.id}::text`, pinId));
	if (!pin) throw new Refusal('not-found');
	assertMayAdd(actor, pin, (await readRound(db, pin.roundId))!);
	return keepPhoto(db, actor, { pinId, id, picture: await keptPicture(sent) });
}

const keepPhoto = command(keepPhotoInput, async (work, { pinId, id, picture }): Promise<{ id: string }> => {
	const { tx, actor } = work;
	const { pin, round } = await lockPin(tx, actor, pinId);
	assertMayAdd(actor, pin, round);
	const [before] = await tx.select({ pinId: pinPhotos.pinId }).from(pinPhotos).where(eq(pinPhotos.id, id));
	if (before) {
		if (before.pinId !== pinId) throw new Refusal('bad-input', 'id');
		return { id };
	}
	const isHeld = pin.vetting === 'held' || (round.vetting && kindOf(actor) === 'resident');
	await tx.insert(pinPhotos).values({
		...{ id, pinId, ...picture },
		position: await freePosition(tx, pinId),
		vetting: isHeld ? 'held' : 'published',
	});
	await announce(work, pin);
	return { id };
});

/** @throws Refusal not-found, round-not-open, pin-state */
function assertMayAdd(actor: Actor, pin: PinRow, round: Round): void {
	const subject = { own: isOwn(pin, actor), blocked: false };
	if (!can(actor, 'map:read', round) || !can(actor, 'pin:photo', subject)) throw new Refusal('not-found');
	if (can(actor, 'map:edit')) {
		if (pin.vetting !== 'held' && pin.vetting !== 'published') throw new Refusal('pin-state');
		return;
	}
	if (round.state !== 'open') throw new Refusal('round-not-open');
	if (!takesPhotos(pin)) throw new Refusal('pin-state');
}

/** The pin is locked, so that two photos do not get the same place. @throws Refusal too-many-photos */
async function freePosition(tx: Transaction, pinId: string): Promise<number> {
	const rows = await tx
		.select({ position: pinPhotos.position })
		.from(pinPhotos)
		.where(eq(pinPhotos.pinId, pinId));
	const taken = new Set(rows.map(({ position }) => position));
	for (let position = 0; position < mostPhotos; position++) if (!taken.has(position)) return position;
	throw new Refusal('too-many-photos');
}

/** Whoever placed the pin takes a photo away: it is deleted. A second time changes nothing. @throws Refusal not-found (also for somebody else's) */
export const takeAwayPhoto = command(photoInput, async (work, { photoId }) => {
	const { tx, actor } = work;
	const found = await findPhoto(tx, photoId);
	if (!found) return;
	const { pin } = await lockPin(tx, actor, found.pinId);
	if (!can(actor, 'pin:withdraw', { own: isOwn(pin, actor), blocked: false })) throw new Refusal('not-found');
	await tx.delete(pinPhotos).where(eq(pinPhotos.id, photoId));
	await announce(work, pin);
});

/** Publishes, declines or removes a photo; each can be published again. @throws Refusal not-found, reason-needed */
export const vetPhoto = command(vetPhotoInput, async (work, { photoId, act, reason }) => {
	const { tx, actor } = work;
	authorize(actor, 'pin:vet');
	const found = await findPhoto(tx, photoId);
	if (!found) throw new Refusal('not-found');
	const { pin } = await lockPin(tx, actor, found.pinId);
	if (act !== 'publish' && !reason) throw new Refusal('reason-needed', 'reason');
	const vetting = vettingAfter[act];
	const changed = await tx
		.update(pinPhotos)
		.set({ vetting })
		.where(and(eq(pinPhotos.id, photoId), sql`${pinPhotos.vetting} <> ${vetting}`))
		.returning({ id: pinPhotos.id });
	if (changed.length === 0) return;
	work.note(`pin:photo-${act}`, `pin:${pin.id}`, { photoId, reason });
	await announce(work, pin);
});

/** It waits by itself, not with its pin. Of `pinPhotos` joined with `pins`. */
export const isHeldPhoto = and(eq(pinPhotos.vetting, 'held'), eq(pins.vetting, 'published'));

const vettingAfter = { publish: 'published', decline: 'declined', remove: 'removed' } as const;

/** A photo as somebody sees it. `isPublic`: everybody may, so it may be kept on the way. */
export type ShownPhoto = { bytes: Uint8Array; isPublic: boolean };

/**
 * A photo for whoever asks: a published one of a published pin for everybody; else for whoever placed the pin, and for those who vet.
 * @throws Refusal not-found: hidden and missing look the same
 */
export async function readPhoto(db: Reader, actor: Actor, slug: string, id: string): Promise<ShownPhoto> {
	const round = await findRound(db, actor, slug);
	const [found] = await db
		.select({ pin: pins, vetting: pinPhotos.vetting })
		.from(pinPhotos)
		.innerJoin(pins, eq(pins.id, pinPhotos.pinId))
		.where(and(eq(sql`${pinPhotos.id}::text`, id), eq(pins.roundId, round.id)));
	if (!found || !isShownTo(actor, found)) throw new Refusal('not-found');
	// What nobody may see is not even read.
	const [photo] = await db
		.select({ bytes: pinPhotos.bytes })
		.from(pinPhotos)
		.where(eq(sql`${pinPhotos.id}::text`, id));
	if (!photo) throw new Refusal('not-found');
	return { bytes: photo.bytes, isPublic: isPublic(found) && round.state !== 'planned' };
}

type Seen = { pin: PinRow; vetting: PhotoRow['vetting'] };
const isPublic = ({ pin, vetting }: Seen) => vetting === 'published' && pin.vetting === 'published';

function isShownTo(actor: Actor, { pin, vetting }: Seen): boolean {
	if (isPublic({ pin, vetting })) return true;
	if (isOwn(pin, actor)) return vetting === 'held' || vetting === 'published';
	return can(actor, 'pin:vet') && pin.vetting !== 'withdrawn';
}

/** A pin with its photos for those who may add some. */
export type PhotosOfPin = {
	pinId: string;
	photos: { id: string; width: number; height: number; vetting: PhotoRow['vetting'] }[];
	/** Only who placed the pin takes its photos away; others hide them, with a reason. */
	isOwn: boolean;
	mayVet: boolean;
	/** How many more there is place for; 0 where none is taken any more. */
	left: number;
};

/** What the page of a pin's photos shows to whoever placed it, and to those who act for the city. @throws Refusal not-found */
export async function readPhotosOf(
	db: Reader,
	actor: Actor,
	slug: string,
	pinId: string,
): Promise<PhotosOfPin> {
	const round = await findRound(db, actor, slug);
	const [pin] = await db
		.select()
		.from(pins)
		.where(and(eq(sql`${pins.id}::text`, pinId), eq(pins.roundId, round.id)));
	const own = pin !== undefined && isOwn(pin, actor);
	if (!pin || pin.vetting === 'withdrawn' || !can(actor, 'pin:photo', { own, blocked: false }))
		throw new Refusal('not-found');
	const { id, width, height, vetting } = pinPhotos;
	const photos = await db
		.select({ id, width, height, vetting })
		.from(pinPhotos)
		.where(eq(pinPhotos.pinId, pin.id))
		.orderBy(pinPhotos.position);
	const isOpen = can(actor, 'map:edit') || (round.state === 'open' && takesPhotos(pin));
	return {
		pinId: pin.id,
		isOwn: own,
		mayVet: can(actor, 'pin:vet'),
		photos: photos.filter((photo) => isShownTo(actor, { pin, vetting: photo.vetting })),
		left: isOpen ? mostPhotos - photos.length : 0,
	};
}

async function findPhoto(tx: Transaction, id: string): Promise<{ pinId: string } | undefined> {
	const [row] = await tx.select({ pinId: pinPhotos.pinId }).from(pinPhotos).where(eq(pinPhotos.id, id));
	return row;
}
