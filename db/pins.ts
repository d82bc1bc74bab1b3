// Pins: placing one, changing and taking back one's own. A published pin stands in the round's document and, with it, as a row.
import { and, eq, ne } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { documentName, type DocumentPlace } from '#domain/documents.ts';
import { Refusal } from '#domain/errors.ts';
import { mapDeskRoom, mapPersonRoom, mapRoom } from '#domain/events.ts';
import { has, type Actor } from '#domain/people.ts';
import { isInside, type Place } from '#domain/places.ts';
import {
	changePin,
	editPinInput,
	mostPins,
	mostPinsOfOne,
	pinInput,
	pinKeyOf,
	placePinInput,
	putPin,
	removePin,
	writtenPlace,
	type OwnPin,
	type PinEntry,
} from '#domain/pins.ts';
import { authorize, can } from '#domain/policy.ts';
import { categoryOf, type Round } from '#domain/rounds.ts';
import { areaOf } from './areas.ts';
import { claimDigestOf } from './claims.ts';
import type { Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { addToDocument, changeDocument, lockDocument } from './documents.ts';
import { pseudonymsIn } from './identity.ts';
import { deskPin, entryOf, factsOf, ownPin, type PinRow } from './pinReads.ts';
import { lockRound } from './rounds.ts';
import { pins } from './schema/index.ts';

const mapOf = (roundId: string): DocumentPlace => ({ kind: 'map', id: roundId });

/**
 * Places a pin in an open round: held where the round vets, else published at once. The exact point is written down only where the
 * category shows it. Sent twice, with the same id, it is one pin.
 * @returns the pin as whoever placed it sees it
 * @throws Refusal not-found, forbidden (for somebody else), round-not-open, category-unknown, outside-boundary, map-full, too-many-pins, no-guest
 */
export const placePin = command(
	placePinInput,
	async (work, { roundId, id, category, at, note, answers, tellMe, channel }): Promise<OwnPin> => {
		const { tx, actor } = work;
		const round = await lockRound(tx, actor, roundId);
		authorize(actor, 'pin:place', { blocked: false });
		if (channel) authorize(actor, 'proxy:enter');
		const enteredById = channel ? actor.account!.id : null;
		// Placed for somebody it is nobody's browser: whoever said it comes back by the four words.
		const author = channel ? `proxy-${randomUUID()}` : authorIn(roundId, actor);
		const [before] = await tx.select().from(pins).where(eq(pins.id, id));
		if (before) {
			const isSame = channel ? before.enteredById === enteredById : before.author === author;
			if (before.roundId !== roundId || !isSame) throw new Refusal('bad-input', 'id');
			return ownPin(tx, before);
		}
		if (round.state !== 'open') throw new Refusal('round-not-open');
		assertPlace(round, category, at);
		await assertNotTooMany(tx, roundId, author, actor);
		const kind = channel ? 'resident' : kindOf(actor);
		const placedAt = new Date();
		const written = writtenPlace(round, category, at);
		const entry: PinEntry = { category, ...written, note, answers, kind, placedAt: placedAt.toISOString() };
		const isRead = channel !== undefined && can(actor, 'pin:vet');
		const isHeld = round.vetting && kind === 'resident' && !isRead;
		const [pin] = await tx
			.insert(pins)
			.values({
				...{ id, roundId, author, kind, category, note, answers, placedAt },
				...written,
				vetting: isHeld ? 'held' : 'published',
				publishedAt: isHeld ? null : placedAt,
				areaId: await areaOf(tx, written),
				claim: claimDigestOf(`pin:${id}`),
				...{ channel, enteredById },
				tellPersonId: tellMe && !channel ? (actor.account?.id ?? null) : null,
			})
			.returning();
		if (!isHeld) await addToDocument(tx, mapOf(roundId), (doc) => putPin(doc, pinKeyOf(author, id), entry));
		await announce(work, pin!);
		if (channel) work.note('proxy:pin', `pin:${id}`, { channel });
		return ownPin(tx, pin!);
	},
);

/**
 * Changes one's own pin, or as an editor any: place, category, words. What a resident writes anew where the round vets is held again.
 * @throws Refusal not-found (also for somebody else's), round-not-open, pin-state, outside-boundary, category-unknown
 */
export const editPin = command(editPinInput, async (work, { pinId, at, ...change }): Promise<OwnPin> => {
	const { tx, actor } = work;
	const { pin, round } = await lockPin(tx, actor, pinId, { withDocument: true });
	const isEditor = can(actor, 'map:edit');
	if (!isEditor && !isOwn(pin, actor)) throw new Refusal('not-found');
	if (!isEditor && round.state !== 'open') throw new Refusal('round-not-open');
	if (pin.vetting !== 'held' && pin.vetting !== 'published') throw new Refusal('pin-state');
	const next = { ...entryOf(pin), ...change, ...at };
	assertPlace(round, next.category, next);
	const written = writtenPlace(round, next.category, next);
	const isRewritten =
		JSON.stringify({ ...next, ...written }) !== JSON.stringify({ ...entryOf(pin), ...written });
	const isHeldAgain = pin.vetting === 'published' && round.vetting && !isEditor && isRewritten;
	const key = pinKeyOf(pin.author, pin.id);
	if (isHeldAgain) await changeDocument(tx, mapOf(round.id), (doc) => removePin(doc, key));
	else if (pin.vetting === 'published')
		await changeDocument(tx, mapOf(round.id), (doc) => changePin(doc, round, key, { ...change, ...written }));
	const { category, note, answers } = next;
	const [after] = await tx
		.update(pins)
		.set({
			...{ category, note, answers },
			...written,
			areaId: await areaOf(tx, written),
			...(isHeldAgain ? { vetting: 'held' as const } : {}),
		})
		.where(eq(pins.id, pinId))
		.returning();
	if (isEditor && !isOwn(pin, actor)) work.note('pin:edit', `pin:${pinId}`, { before: entryOf(pin) });
	await announce(work, after!);
	return ownPin(tx, after!);
});

/** Whoever placed it, or has placed it for somebody, takes it back. A second time changes nothing. @throws Refusal not-found (also for somebody else's) */
export const withdrawPin = command(pinInput, async (work, { pinId }) => {
	const { tx, actor } = work;
	const { pin } = await lockPin(tx, actor, pinId, { withDocument: true });
	const hasEntered = pin.enteredById !== null && pin.enteredById === actor.account?.id;
	const isCorrection = can(actor, 'proxy:correct', { own: hasEntered });
	const own = isOwn(pin, actor);
	if (!isCorrection && !can(actor, 'pin:withdraw', { own, blocked: false })) throw new Refusal('not-found');
	if (pin.vetting === 'withdrawn') return;
	if (isCorrection) work.note('proxy:withdraw', `pin:${pinId}`);
	if (pin.vetting === 'published') await takeOff(tx, pin);
	await setVetting(work, pin, { vetting: 'withdrawn' });
});

/** Takes a published pin out of the document. */
export async function takeOff(
	tx: Transaction,
	pin: Pick<PinRow, 'roundId' | 'author' | 'id'>,
): Promise<void> {
	await changeDocument(tx, mapOf(pin.roundId), (doc) => removePin(doc, pinKeyOf(pin.author, pin.id)));
}

/** Puts a pin into the document as its row says. */
export async function putOn(tx: Transaction, pin: PinRow): Promise<void> {
	const key = pinKeyOf(pin.author, pin.id);
	await changeDocument(tx, mapOf(pin.roundId), (doc) => putPin(doc, key, entryOf(pin)));
}

/** Writes what was decided of a pin, and tells everybody whom it concerns. */
export async function setVetting(
	work: Work,
	pin: PinRow,
	set: Partial<Pick<PinRow, 'vetting' | 'reason' | 'publishedAt'>>,
): Promise<void> {
	const [after] = await work.tx.update(pins).set(set).where(eq(pins.id, pin.id)).returning();
	await announce(work, after!);
}

/** Tells each room what it may know of a pin: the map its facts, those who vet all of it, whoever placed it what became of it. */
export async function announce(work: Work, pin: PinRow): Promise<void> {
	const { tx } = work;
	work.record(mapDeskRoom(pin.roundId), 'desk:pin', { pin: await deskPin(tx, pin) });
	work.record(mapPersonRoom(pin.roundId, pin.author), 'own:pin', { pin: await ownPin(tx, pin) });
	if (pin.vetting === 'published')
		work.record(mapRoom(pin.roundId), 'pin:facts', { pins: await factsOf(tx, [pin.id]) });
}

/**
 * Locks a pin for a change, its round against one: always the round first, then the document where it will be written to, as every
 * command does.
 * @throws Refusal not-found
 */
export async function lockPin(
	tx: Transaction,
	actor: Actor,
	pinId: string,
	{ withDocument = false } = {},
): Promise<{ pin: PinRow; round: Round }> {
	const [found] = await tx.select({ roundId: pins.roundId }).from(pins).where(eq(pins.id, pinId));
	if (!found) throw new Refusal('not-found');
	const round = await lockRound(tx, actor, found.roundId);
	if (withDocument) await lockDocument(tx, documentName(mapOf(round.id)));
	const [pin] = await tx.select().from(pins).where(eq(pins.id, pinId)).for('no key update');
	return { pin: pin!, round };
}

/** Signs what somebody places: residents by their browser, so that nothing leads to an account; those who act for the city by it. */
function authorIn(roundId: string, actor: Actor): string {
	const { guest, account } = pseudonymsIn(roundId, actor, 'map');
	const author = can(actor, 'map:edit') ? (account ?? guest) : (guest ?? account);
	if (!author) throw new Refusal('no-guest');
	return author;
}

export const isOwn = (pin: Pick<PinRow, 'author' | 'roundId'>, actor: Actor): boolean =>
	pseudonymsIn(pin.roundId, actor, 'map').all.includes(pin.author);

export function kindOf(actor: Actor): PinEntry['kind'] {
	if (has(actor, 'moderator')) return 'moderator';
	return has(actor, 'staff') ? 'staff' : 'resident';
}

function assertPlace(round: Round, category: string, at: Place): void {
	if (!categoryOf(round, category)) throw new Refusal('category-unknown', 'category');
	const written = writtenPlace(round, category, at);
	const isIn = (place: Place) => !round.boundary || isInside(place, round.boundary);
	// The middle of a block at the edge may lie beyond it.
	if (!isIn(at) || !isIn(written)) throw new Refusal('outside-boundary', 'at');
}

/** @throws Refusal map-full */
export async function assertRoom(tx: Transaction, roundId: string): Promise<void> {
	const all = await tx.$count(pins, and(eq(pins.roundId, roundId), eq(pins.vetting, 'published')));
	if (all >= mostPins) throw new Refusal('map-full');
}

async function assertNotTooMany(
	tx: Transaction,
	roundId: string,
	author: string,
	actor: Actor,
): Promise<void> {
	await assertRoom(tx, roundId);
	if (can(actor, 'map:edit')) return;
	const count = await tx.$count(
		pins,
		and(eq(pins.roundId, roundId), eq(pins.author, author), ne(pins.vetting, 'withdrawn')),
	);
	if (count >= mostPinsOfOne) throw new Refusal('too-many-pins');
}
