// What the page of a map starts from: everything the viewer may see, and the event numbers it is true at.
import { and, eq } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import type { MapView } from '#domain/mapView.ts';
import type { Actor } from '#domain/people.ts';
import type { Pin, PinComment } from '#domain/pins.ts';
import { can } from '#domain/policy.ts';
import type { Round } from '#domain/rounds.ts';
import { activitiesOf } from './activities.ts';
import type { Database, Reader } from './client.ts';
import { rightsOn } from './documentRights.ts';
import { lastSeqs } from './events.ts';
import { pseudonymsIn } from './identity.ts';
import { commentsOn, heldComments, supportedPins } from './pinActs.ts';
import { enteredPins, heldPins, ownPins, publishedPins } from './pinReads.ts';
import { findRound, roundRooms } from './rounds.ts';
import { pins } from './schema/index.ts';

/**
 * A round's map as the actor may see it, read at one moment, so that the events after `seen` continue it without a gap.
 * @throws Refusal not-found
 */
export async function readMap(db: Database, actor: Actor, slug: string): Promise<MapView> {
	return db.transaction(
		async (tx) => {
			const round = await findRound(tx, actor, slug);
			return viewOf(tx, actor, round);
		},
		{ isolationLevel: 'repeatable read', accessMode: 'read only' },
	);
}

async function viewOf(tx: Reader, actor: Actor, round: Round): Promise<MapView> {
	const me = pseudonymsIn(round.id, actor, 'map').all;
	const { author, role } = rightsOn({ round }, actor);
	const mayVet = can(actor, 'pin:vet');
	return {
		round,
		viewer: { author, role, mayVet, mayMark: can(actor, 'pin:mark') },
		own: await ownPins(tx, round.id, me),
		entered: can(actor, 'proxy:enter') ? await enteredPins(tx, round.id, actor.account!.id) : [],
		supported: await supportedPins(tx, round.id, me),
		activities: await activitiesOf(tx, round.id),
		waiting: mayVet
			? { pins: await heldPins(tx, round.id), comments: await heldComments(tx, round.id) }
			: null,
		seen: await lastSeqs(tx, roundRooms(actor, round.id)),
	};
}

/** The published pins of a round. @throws Refusal not-found, also where the round is not the actor's to see */
export async function pinsOn(db: Reader, actor: Actor, slug: string): Promise<Pin[]> {
	return publishedPins(db, (await findRound(db, actor, slug)).id);
}

/** What is said of a published pin. @throws Refusal not-found */
export async function talkOn(db: Reader, actor: Actor, slug: string, pinId: string): Promise<PinComment[]> {
	const round = await findRound(db, actor, slug);
	const isThere = and(eq(pins.id, pinId), eq(pins.roundId, round.id), eq(pins.vetting, 'published'));
	if ((await db.$count(pins, isThere)) === 0) throw new Refusal('not-found');
	return commentsOn(db, pinId);
}
