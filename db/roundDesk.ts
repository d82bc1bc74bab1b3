// What the desk knows of map rounds: their numbers, what waits for a moderator, and what was decided last.
import { and, count, desc, eq, inArray, sql, sum } from 'drizzle-orm';
import type { Seen } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import type { DeskComment, DeskPin, Pin, PinReason, PinVetting } from '#domain/pins.ts';
import { authorize } from '#domain/policy.ts';
import type { Round } from '#domain/rounds.ts';
import type { Database, Reader } from './client.ts';
import { lastSeqs } from './events.ts';
import { heldComments } from './pinActs.ts';
import { isHeldPhoto } from './pinPhotos.ts';
import { heldPins } from './pinReads.ts';
import { findRound, listRounds, roundRooms } from './rounds.ts';
import { activities, audit, people, pinComments, pinPhotos, pins } from './schema/index.ts';

/** How a round stands; `waiting`: pins, comments and photos that nobody has vetted yet. */
export type RoundNumbers = { pins: number; waiting: number; supports: number; activities: number };
export type DeskRound = Round & { numbers: RoundNumbers };

/** The rounds with their numbers, newest first. @throws Refusal sign-in-needed, forbidden */
export async function deskRounds(db: Reader, actor: Actor): Promise<DeskRound[]> {
	authorize(actor, 'activity:record');
	const rounds = await listRounds(db, actor);
	const published = await db
		.select({ roundId: pins.roundId, pins: count(), supports: sum(pins.supports).mapWith(Number) })
		.from(pins)
		.where(eq(pins.vetting, 'published'))
		.groupBy(pins.roundId);
	const held = await db
		.select({ roundId: pins.roundId, count: count() })
		.from(pins)
		.where(eq(pins.vetting, 'held'))
		.groupBy(pins.roundId);
	const comments = await db
		.select({ roundId: pins.roundId, count: count() })
		.from(pinComments)
		.innerJoin(pins, eq(pins.id, pinComments.pinId))
		.where(eq(pinComments.vetting, 'held'))
		.groupBy(pins.roundId);
	const photos = await db
		.select({ roundId: pins.roundId, count: count() })
		.from(pinPhotos)
		.innerJoin(pins, eq(pins.id, pinPhotos.pinId))
		.where(isHeldPhoto)
		.groupBy(pins.roundId);
	const done = await db
		.select({ roundId: activities.roundId, count: count() })
		.from(activities)
		.groupBy(activities.roundId);
	const of = (rows: { roundId: string; count: number }[], id: string) =>
		rows.find(({ roundId }) => roundId === id)?.count ?? 0;
	return rounds.map((round) => {
		const shown = published.find(({ roundId }) => roundId === round.id);
		return {
			...round,
			numbers: {
				pins: shown?.pins ?? 0,
				supports: shown?.supports ?? 0,
				waiting: of(held, round.id) + of(comments, round.id) + of(photos, round.id),
				activities: of(done, round.id),
			},
		};
	});
}

/** A pin or a comment that somebody has decided about; `vetting` and `reason` as they are now. */
export type Decided = {
	kind: 'pin' | 'comment';
	id: string;
	text: string;
	category: string;
	vetting: PinVetting;
	reason: PinReason | null;
	at: string;
	by: string | null;
};
/** A photo that was added to a published pin. */
export type HeldPhoto = { id: string; pin: Pick<Pin, 'id' | 'category' | 'note' | 'placedAt'> };
/** The vetting queue of a round. `seen`: numbers of the last events that are in it. */
export type Vetting = {
	round: Round;
	pins: DeskPin[];
	comments: (DeskComment & { pin: Pick<Pin, 'category' | 'note'> })[];
	photos: HeldPhoto[];
	decided: Decided[];
	seen: Seen;
};

/** What waits, and what was decided last. @throws Refusal not-found, sign-in-needed, forbidden */
export async function readVetting(db: Database, actor: Actor, slug: string): Promise<Vetting> {
	authorize(actor, 'pin:vet');
	return db.transaction(
		async (tx) => {
			const round = await findRound(tx, actor, slug);
			return {
				round,
				pins: await heldPins(tx, round.id),
				comments: await withTheirPins(tx, await heldComments(tx, round.id)),
				photos: await heldPhotos(tx, round.id),
				decided: await lastDecided(tx, round.id),
				seen: await lastSeqs(tx, roundRooms(actor, round.id)),
			};
		},
		{ isolationLevel: 'repeatable read', accessMode: 'read only' },
	);
}

async function withTheirPins(tx: Reader, comments: DeskComment[]): Promise<Vetting['comments']> {
	if (comments.length === 0) return [];
	const ids = comments.map(({ pinId }) => pinId);
	const rows = await tx
		.select({ id: pins.id, category: pins.category, note: pins.note })
		.from(pins)
		.where(inArray(pins.id, ids));
	const byId = new Map(rows.map((row) => [row.id, row]));
	return comments.map((comment) => ({ ...comment, pin: byId.get(comment.pinId)! }));
}

async function heldPhotos(tx: Reader, roundId: string): Promise<HeldPhoto[]> {
	const { id, category, note, placedAt } = pins;
	const rows = await tx
		.select({ id: pinPhotos.id, pin: { id, category, note, placedAt } })
		.from(pinPhotos)
		.innerJoin(pins, eq(pins.id, pinPhotos.pinId))
		.where(and(eq(pins.roundId, roundId), isHeldPhoto))
		.orderBy(pins.placedAt, pinPhotos.position);
	return rows.map((row) => ({
		id: row.id,
		pin: { ...row.pin, placedAt: row.pin.placedAt.toISOString() },
	}));
}

const decidedShown = 20;

/** The last decisions of a round, each pin and comment once, as the audit has them. */
async function lastDecided(tx: Reader, roundId: string): Promise<Decided[]> {
	const isDecision = inArray(audit.verb, [
		...['pin:publish', 'pin:decline', 'pin:remove'],
		...['pin:comment-publish', 'pin:comment-decline', 'pin:comment-remove'],
	]);
	const rows = await tx
		.select({ at: audit.at, by: people.name, pin: pins, comment: pinComments })
		.from(audit)
		.innerJoin(pins, eq(sql`'pin:' || ${pins.id}`, audit.subject))
		.leftJoin(pinComments, eq(sql`${pinComments.id}::text`, sql`${audit.detail}->>'commentId'`))
		.leftJoin(people, eq(people.id, audit.personId))
		.where(and(eq(pins.roundId, roundId), isDecision))
		.orderBy(desc(audit.id))
		.limit(decidedShown * 2);
	const shown = new Map<string, Decided>();
	for (const { at, by, pin, comment } of rows) {
		const { id, vetting, reason } = comment ?? pin;
		// Taken back by its author, or written anew: nothing here can be undone.
		if (vetting === 'withdrawn' || vetting === 'held' || shown.has(id)) continue;
		shown.set(id, {
			...{ id, vetting, by, category: pin.category },
			kind: comment ? 'comment' : 'pin',
			text: comment ? comment.text : pin.note,
			reason: reason as PinReason | null,
			at: at.toISOString(),
		});
	}
	return [...shown.values()].slice(0, decidedShown);
}

/** Published pins whose note holds the words, newest first, for those who may remove one. @throws Refusal forbidden */
export async function findPublished(
	db: Reader,
	actor: Actor,
	{ roundId, words, most }: { roundId: string; words: string; most: number },
): Promise<Pick<Pin, 'id' | 'category' | 'note' | 'placedAt' | 'supports'>[]> {
	authorize(actor, 'pin:vet');
	const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
	const rows = await db
		.select()
		.from(pins)
		.where(and(eq(pins.roundId, roundId), eq(pins.vetting, 'published'), sql`${pins.note} ilike ${pattern}`))
		.orderBy(desc(pins.placedAt))
		.limit(most);
	return rows.map(({ id, category, note, placedAt, supports }) => ({
		...{ id, category, note, supports },
		placedAt: placedAt.toISOString(),
	}));
}
