// What is told of the progress of follow-ups: drafts, what was published, and the photos of both and of claims.
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { publishUpdateInput, updateInput } from '#domain/followups.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, type Work } from './command.ts';
import { announceFollowups, lockFollowup, type FollowupRow } from './followups.ts';
import { tell, toldOf } from './news.ts';
import { keptPicture, type Picture } from './pictures.ts';
import { followupPhotos, followups, followupUpdates, people } from './schema/index.ts';

/** Photos of one update, or of one claim: as many as a form may carry (realtime/bodies.ts). */
const mostFollowupPhotos = 3;

/**
 * Writes an update of one or of several follow-ups: a draft, or published at once. Sent twice, with the same id, it is one.
 * @returns its ids, by the follow-ups' numbers
 * @throws Refusal not-found, followup-state (it was published meanwhile, with other words)
 */
export const writeUpdate = command(
	updateInput,
	async (work, { id, numbers, text, isPublic, isPublished }) => {
		authorize(work.actor, 'followup:change');
		const { tx, actor } = work;
		const written: Record<string, string> = {};
		const told: string[] = [];
		const all = [...new Set(numbers)].sort();
		for (const number of all) {
			const row = await lockFollowup(tx, number);
			const said = { id: all.length === 1 ? id : idOf(id, number), followupId: row.id, text, isPublic };
			const [update] = await tx
				.insert(followupUpdates)
				.values({ ...said, authorId: actor.account?.id })
				// A draft that was sent before, with other words now.
				.onConflictDoUpdate({
					target: followupUpdates.id,
					set: { text, isPublic },
					setWhere: and(eq(followupUpdates.followupId, row.id), isNull(followupUpdates.publishedAt)),
				})
				.returning();
			if (!update) {
				await assertSame(tx, said);
				continue;
			}
			written[number] = update.id;
			if (!isPublished) continue;
			await publish(work, row, update);
			told.push(row.id);
		}
		await announceFollowups(work, told);
		return written;
	},
);

/** The id of an update that is told of several follow-ups, in one of them: the same when it is sent again. */
function idOf(id: string, number: string): string {
	const hex = createHash('sha256').update(`${id} ${number}`).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type Said = Pick<typeof followupUpdates.$inferSelect, 'id' | 'followupId' | 'text' | 'isPublic'>;
/** @throws Refusal followup-state where something else was published under this id */
async function assertSame(tx: Transaction, said: Said): Promise<void> {
	const [there] = await tx.select().from(followupUpdates).where(eq(followupUpdates.id, said.id));
	const isSame = (['followupId', 'text', 'isPublic'] as const).every((name) => there?.[name] === said[name]);
	if (!isSame) throw new Refusal('followup-state');
}

/** Publishes a draft, with the words as they are now; what is published stays. A second time changes nothing. @throws Refusal not-found */
export const publishUpdate = command(publishUpdateInput, async (work, { updateId, text }) => {
	authorize(work.actor, 'followup:change');
	const { update, row } = await lockUpdate(work.tx, updateId);
	if (update.publishedAt) return;
	if (text !== undefined)
		await work.tx.update(followupUpdates).set({ text }).where(eq(followupUpdates.id, updateId));
	await publish(work, row, { ...update, text: text ?? update.text });
	await announceFollowups(work, [row.id]);
});

/** Throws a draft away, with its photos; one that is not there changes nothing. @throws Refusal followup-state (published) */
export const discardUpdate = command(
	v.object({ updateId: v.pipe(v.string(), v.uuid()) }),
	async (work, { updateId }) => {
		authorize(work.actor, 'followup:change');
		const [found] = await work.tx
			.select()
			.from(followupUpdates)
			.where(eq(followupUpdates.id, updateId))
			.for('update');
		if (found?.publishedAt) throw new Refusal('followup-state');
		if (found) await work.tx.delete(followupUpdates).where(eq(followupUpdates.id, updateId));
	},
);

async function publish(
	work: Work,
	row: FollowupRow,
	update: typeof followupUpdates.$inferSelect,
): Promise<void> {
	const { tx } = work;
	const now = new Date();
	await tx.update(followupUpdates).set({ publishedAt: now }).where(eq(followupUpdates.id, update.id));
	work.note('followup:update', `followup:${row.number}`, { update: update.id, isPublic: update.isPublic });
	if (update.isPublic && row.visibility === 'public') {
		await tx.update(followups).set({ toldAt: now }).where(eq(followups.id, row.id));
		await tell(work, {
			...toldOf(row),
			kind: 'followup-update',
			detail: { update: update.id, text: update.text },
		});
	}
}

const keepInput = v.object({
	number: v.string(),
	/** Made by whoever sends it: sent twice it is one photo. */
	id: v.pipe(v.string(), v.uuid()),
	/** Of a draft; otherwise it is evidence of the next claim. */
	updateId: v.optional(v.pipe(v.string(), v.uuid())),
	picture: v.custom<Picture>((picture) => typeof picture === 'object' && picture !== null),
});
const keepPhoto = command(keepInput, async ({ tx, actor }, { number, id, updateId, picture }) => {
	authorize(actor, 'followup:change');
	const row = await lockFollowup(tx, number);
	const draft =
		updateId && (await tx.select().from(followupUpdates).where(eq(followupUpdates.id, updateId)))[0];
	if (updateId && (!draft || draft.followupId !== row.id)) throw new Refusal('not-found', 'updateId');
	const belongs = { updateId: updateId ?? null, claim: updateId ? null : row.claims + 1 };
	const [before] = await tx
		.select({
			followupId: followupPhotos.followupId,
			updateId: followupPhotos.updateId,
			claim: followupPhotos.claim,
			answerer: followupPhotos.answerer,
		})
		.from(followupPhotos)
		.where(eq(followupPhotos.id, id));
	// It is sent again, with a form that was refused or whose answer was lost: it counts once.
	if (before && isOf(before, { ...belongs, followupId: row.id })) return;
	if (draft ? draft.publishedAt : row.state !== 'in-progress') throw new Refusal('followup-state');
	if (before) throw new Refusal('bad-input', 'id');
	const others = and(
		eq(followupPhotos.followupId, row.id),
		updateId ? eq(followupPhotos.updateId, updateId) : eq(followupPhotos.claim, row.claims + 1),
	);
	if ((await tx.$count(followupPhotos, others)) >= mostFollowupPhotos) throw new Refusal('too-many-photos');
	await tx.insert(followupPhotos).values({ ...picture, ...belongs, id, followupId: row.id });
});

type Place = Pick<typeof followupPhotos.$inferSelect, 'followupId' | 'updateId' | 'claim'>;
/** Whether a photo that there is was added to the same draft, or to the same claim. */
const isOf = (photo: Place & { answerer: string | null }, place: Place): boolean =>
	photo.answerer === null &&
	(['followupId', 'updateId', 'claim'] as const).every((name) => photo[name] === place[name]);

/**
 * Adds a photo, made anew from what was sent, to a draft or to the claim that comes.
 * Sent twice, with the same id, it is one.
 * @throws Refusal not-found, followup-state, bad-input (the id is another photo's), too-many-photos, and those of keptPicture
 */
export async function addFollowupPhoto(
	db: Database,
	actor: Actor,
	{ sent, ...of }: { number: string; id: string; updateId?: string; sent: Uint8Array },
): Promise<void> {
	// Nobody makes us decode a picture who may not add it.
	authorize(actor, 'followup:change');
	await keepPhoto(db, actor, { ...of, picture: await keptPicture(sent) });
}

/**
 * Throws away the photos that wait for the claim that comes, but for these: what a try that was refused has left must not become
 * evidence unseen.
 */
export const keepEvidence = command(
	v.object({ number: v.string(), ids: v.array(v.string()) }),
	async ({ tx, actor }, { number, ids }) => {
		authorize(actor, 'followup:change');
		const { id, claims } = await lockFollowup(tx, number);
		await tx
			.delete(followupPhotos)
			.where(
				and(
					eq(followupPhotos.followupId, id),
					eq(followupPhotos.claim, claims + 1),
					sql`${followupPhotos.id}::text <> all (${sql.param(ids)}::text[])`,
				),
			);
	},
);

/** A photo for whoever asks: public ones for everybody, others for those who act for the city. @throws Refusal not-found */
export async function readFollowupPhoto(
	db: Reader,
	actor: Actor,
	number: string,
	id: string,
): Promise<{ bytes: Uint8Array; isPublic: boolean }> {
	const [found] = await db
		.select({ photo: followupPhotos, followup: followups, update: followupUpdates })
		.from(followupPhotos)
		.innerJoin(followups, eq(followups.id, followupPhotos.followupId))
		.leftJoin(followupUpdates, eq(followupUpdates.id, followupPhotos.updateId))
		.where(and(eq(followups.number, number.toUpperCase()), sql`${followupPhotos.id}::text = ${id}`));
	if (!found) throw new Refusal('not-found');
	const { photo, followup, update } = found;
	const isTold = update
		? update.isPublic && update.publishedAt !== null
		: photo.answerer === null && photo.claim! <= followup.claims;
	const isPublic = followup.visibility === 'public' && isTold;
	if (!isPublic && !can(actor, 'followup:board')) throw new Refusal('not-found');
	return { bytes: photo.bytes, isPublic };
}

/** An update as staff see it. */
export type DeskUpdate = {
	id: string;
	text: string;
	isPublic: boolean;
	by: string | null;
	writtenAt: string;
	publishedAt: string | null;
	photos: string[];
};

/** All updates of a follow-up, drafts too, newest first. The caller has asked the policy. */
export async function updatesOf(db: Reader, followupId: string): Promise<DeskUpdate[]> {
	const rows = await db
		.select({ update: followupUpdates, by: people.name })
		.from(followupUpdates)
		.leftJoin(people, eq(people.id, followupUpdates.authorId))
		.where(eq(followupUpdates.followupId, followupId))
		.orderBy(sql`${followupUpdates.publishedAt} desc nulls first`, sql`${followupUpdates.writtenAt} desc`);
	const ids = rows.map(({ update }) => update.id);
	const photos = ids.length
		? await db
				.select({ id: followupPhotos.id, updateId: followupPhotos.updateId })
				.from(followupPhotos)
				.where(inArray(followupPhotos.updateId, ids))
				.orderBy(followupPhotos.addedAt)
		: [];
	return rows.map(({ update: { id, text, isPublic, writtenAt, publishedAt }, by }) => ({
		...{ id, text, isPublic, by },
		writtenAt: writtenAt.toISOString(),
		publishedAt: publishedAt?.toISOString() ?? null,
		photos: photos.filter(({ updateId }) => updateId === id).map((photo) => photo.id),
	}));
}

async function lockUpdate(tx: Transaction, updateId: string) {
	const [found] = await tx
		.select({ number: followups.number })
		.from(followupUpdates)
		.innerJoin(followups, eq(followups.id, followupUpdates.followupId))
		.where(eq(followupUpdates.id, updateId));
	if (!found) throw new Refusal('not-found');
	const row = await lockFollowup(tx, found.number);
	const [update] = await tx
		.select()
		.from(followupUpdates)
		.where(eq(followupUpdates.id, updateId))
		.for('update');
	if (!update) throw new Refusal('not-found');
	return { row, update };
}
