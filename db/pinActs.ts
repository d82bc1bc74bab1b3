// What is done with pins: supports and comments of everybody, vetting and states by those who act for the city.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import { mapDeskRoom, mapRoom } from '#domain/events.ts';
import {
	commentInput,
	pinStateInput,
	supportInput,
	vetCommentInput,
	vetPinInput,
	type DeskComment,
	type PinComment,
	type PinReason,
} from '#domain/pins.ts';
import { authorize } from '#domain/policy.ts';
import type { Reader } from './client.ts';
import { command, type Work } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { announce, assertRoom, isOwn, kindOf, lockPin, putOn, setVetting, takeOff } from './pins.ts';
import { factsOf } from './pinReads.ts';
import { pinComments, pinPhotos, pins, pinSupports } from './schema/index.ts';

type CommentRow = typeof pinComments.$inferSelect;

/**
 * Supports a pin, or takes that back. Twice changes nothing; a browser before and after signing in is one person.
 * @throws Refusal not-found, round-not-open, own-pin, no-guest
 */
export const supportPin = command(supportInput, async (work, { pinId, on }) => {
	const { tx, actor } = work;
	const { pin, round } = await lockPin(tx, actor, pinId);
	if (pin.vetting !== 'published') throw new Refusal('not-found');
	authorize(actor, 'pin:support', { blocked: false });
	if (round.state !== 'open') throw new Refusal('round-not-open');
	if (isOwn(pin, actor)) throw new Refusal('own-pin');
	const { account, guest, all } = pseudonymsIn(round.id, actor, 'map');
	const supporter = account ?? guest;
	if (!supporter) throw new Refusal('no-guest');
	const theirs = and(eq(pinSupports.pinId, pinId), inArray(pinSupports.supporter, all));
	if (!on) await tx.delete(pinSupports).where(theirs);
	else if ((await tx.$count(pinSupports, theirs)) === 0)
		await tx.insert(pinSupports).values({ pinId, supporter }).onConflictDoNothing();
	await tx
		.update(pins)
		.set({ supports: sql`(select count(*) from ${pinSupports} s where s.pin_id = ${pinId})` })
		.where(eq(pins.id, pinId));
	work.record(mapRoom(round.id), 'pin:facts', { pins: await factsOf(tx, [pinId]) });
});

/** Ids of the pins of a round that a person supports. */
export async function supportedPins(db: Reader, roundId: string, pseudonyms: string[]): Promise<string[]> {
	if (pseudonyms.length === 0) return [];
	const rows = await db
		.selectDistinct({ id: pinSupports.pinId })
		.from(pinSupports)
		.innerJoin(pins, eq(pins.id, pinSupports.pinId))
		.where(and(eq(pins.roundId, roundId), inArray(pinSupports.supporter, pseudonyms)));
	return rows.map(({ id }) => id);
}

/** Says something about a pin; held where the round vets. Sent twice, with the same id, it is one. @throws Refusal not-found, round-not-open */
export const commentPin = command(commentInput, async (work, { pinId, id, text }): Promise<DeskComment> => {
	const { tx, actor } = work;
	const { pin, round } = await lockPin(tx, actor, pinId);
	if (pin.vetting !== 'published') throw new Refusal('not-found');
	authorize(actor, 'pin:comment', { blocked: false });
	const kind = kindOf(actor);
	if (round.state !== 'open' && kind === 'resident') throw new Refusal('round-not-open');
	const { account, guest } = pseudonymsIn(round.id, actor, 'map');
	const author = kind === 'resident' ? (guest ?? account) : (account ?? guest);
	if (!author) throw new Refusal('no-guest');
	const [before] = await tx.select().from(pinComments).where(eq(pinComments.id, id));
	if (before) {
		if (before.author !== author || before.pinId !== pinId) throw new Refusal('bad-input', 'id');
		return deskComment(before);
	}
	const isHeld = round.vetting && kind === 'resident';
	const [comment] = await tx
		.insert(pinComments)
		.values({
			...{ id, pinId, author, kind, text },
			byName: kind === 'resident' ? null : (actor.account?.name ?? null),
			vetting: isHeld ? 'held' : 'published',
		})
		.returning();
	await tellComment(work, round.id, comment!);
	return deskComment(comment!);
});

/** Publishes, declines or removes a comment. @throws Refusal not-found, reason-needed */
export const vetComment = command(vetCommentInput, async (work, { commentId, act, reason }) => {
	const { tx, actor } = work;
	authorize(actor, 'pin:vet');
	const [found] = await tx.select().from(pinComments).where(eq(pinComments.id, commentId));
	if (!found) throw new Refusal('not-found');
	const { round } = await lockPin(tx, actor, found.pinId);
	if (act !== 'publish' && !reason) throw new Refusal('reason-needed', 'reason');
	const [after] = await tx
		.update(pinComments)
		.set({ vetting: vettingAfter[act], reason: act === 'publish' ? null : reason })
		.where(eq(pinComments.id, commentId))
		.returning();
	if (found.vetting === 'published' && act !== 'publish')
		work.record(mapRoom(round.id), 'pin:comment-removed', { pinId: found.pinId, commentId });
	work.note(`pin:comment-${act}`, `pin:${found.pinId}`, { commentId, reason });
	await tellComment(work, round.id, after!);
});

/** What is said of a pin, oldest first. */
export async function commentsOn(db: Reader, pinId: string): Promise<PinComment[]> {
	const rows = await db
		.select()
		.from(pinComments)
		.innerJoin(pins, and(eq(pins.id, pinComments.pinId), eq(pins.vetting, 'published')))
		.where(and(eq(pinComments.pinId, pinId), eq(pinComments.vetting, 'published')))
		.orderBy(pinComments.at);
	return rows.map((row) => publicComment(row.pin_comments));
}

/** Comments of a round that wait for a moderator. The caller has asked the policy. */
export async function heldComments(db: Reader, roundId: string): Promise<DeskComment[]> {
	const rows = await db
		.select({ comment: pinComments })
		.from(pinComments)
		.innerJoin(pins, eq(pins.id, pinComments.pinId))
		.where(and(eq(pins.roundId, roundId), eq(pinComments.vetting, 'held')))
		.orderBy(pinComments.at);
	return rows.map(({ comment }) => deskComment(comment));
}

/**
 * Publishes a pin, declines a held one, or removes a published one; each can be published again. Its photos go with it.
 * @throws Refusal not-found, pin-state (withdrawn by its author), reason-needed, map-full
 */
export const vetPin = command(vetPinInput, async (work, { pinId, act, reason }) => {
	const { tx, actor } = work;
	authorize(actor, 'pin:vet');
	const { pin } = await lockPin(tx, actor, pinId, { withDocument: true });
	if (act !== 'publish' && !reason) throw new Refusal('reason-needed', 'reason');
	const vetting = vettingAfter[act];
	if (pin.vetting === vetting) return;
	if (pin.vetting === 'withdrawn' || (act === 'decline' && pin.vetting === 'published'))
		throw new Refusal('pin-state');
	if (act === 'publish') {
		await assertRoom(tx, pin.roundId);
		await putOn(tx, pin);
		// What came to a published pin before it was removed has not been looked at with it.
		if (pin.vetting !== 'removed')
			await tx
				.update(pinPhotos)
				.set({ vetting: 'published' })
				.where(and(eq(pinPhotos.pinId, pinId), eq(pinPhotos.vetting, 'held')));
	}
	if (pin.vetting === 'published') await takeOff(tx, pin);
	work.note(`pin:${act}`, `pin:${pinId}`, { reason });
	await setVetting(work, pin, {
		vetting,
		reason: act === 'publish' ? null : reason,
		publishedAt: act === 'publish' ? (pin.publishedAt ?? new Date()) : pin.publishedAt,
	});
});

/** Says what the city does about a pin. @throws Refusal not-found */
export const markPin = command(pinStateInput, async (work, { pinId, state }) => {
	const { tx, actor } = work;
	authorize(actor, 'pin:mark');
	const { pin } = await lockPin(tx, actor, pinId);
	if (pin.vetting !== 'published') throw new Refusal('not-found');
	if (pin.state === state) return;
	const [after] = await tx.update(pins).set({ state }).where(eq(pins.id, pinId)).returning();
	work.note('pin:mark', `pin:${pinId}`, { before: pin.state, state });
	await announce(work, after!);
});

const vettingAfter = { publish: 'published', decline: 'declined', remove: 'removed' } as const;

async function tellComment(work: Work, roundId: string, comment: CommentRow): Promise<void> {
	const { tx } = work;
	const { pinId } = comment;
	work.record(mapDeskRoom(roundId), 'desk:comment', { comment: deskComment(comment) });
	await tx
		.update(pins)
		.set({
			comments: sql`(select count(*) from ${pinComments} c where c.pin_id = ${pinId} and c.vetting = 'published')`,
		})
		.where(eq(pins.id, pinId));
	if (comment.vetting === 'published')
		work.record(mapRoom(roundId), 'pin:commented', { pinId, comment: publicComment(comment) });
	const facts = await factsOf(tx, [pinId]);
	if (facts.length) work.record(mapRoom(roundId), 'pin:facts', { pins: facts });
}

function publicComment({ id, text, kind, byName, at }: CommentRow): PinComment {
	return { id, text, kind, by: byName, at: at.toISOString() };
}

function deskComment(row: CommentRow): DeskComment {
	const { pinId, vetting } = row;
	return { ...publicComment(row), pinId, vetting, reason: row.reason as PinReason | null };
}
