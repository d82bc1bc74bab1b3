// Photos of pins: who adds, sees, takes away and vets them, and what is kept.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { eventsAfter } from '#db/events.ts';
import { vetPin } from '#db/pinActs.ts';
import { addPhoto, readPhoto, readPhotosOf, takeAwayPhoto, vetPhoto } from '#db/pinPhotos.ts';
import { publishedPins } from '#db/pinReads.ts';
import { withdrawPin } from '#db/pins.ts';
import { closeRound } from '#db/rounds.ts';
import { audit, pinPhotos, pins } from '#db/schema/index.ts';
import { mapRoom } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import type { Round } from '#domain/rounds.ts';
import { ada, dana, guest, maria, sam, settle } from '#tests/cast.ts';
import { openMap, pinOf } from '#tests/maps.ts';
import { cameraPhoto, plainPhoto, svg, traces } from '#tests/pictureFiles.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let round: Round;
let photo: Buffer;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	photo = await plainPhoto().jpeg().toBuffer();
});
beforeEach(async () => {
	round = await openMap(db);
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const bob = guest('bob');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const add = async (actor: Actor, pinId: string, id: string = randomUUID(), sent = photo) =>
	(await addPhoto(db, actor, { pinId, id, sent })).id;
const see = (actor: Actor, id: string, slug = round.slug) => readPhoto(db, actor, slug, id);
const onMap = async () => (await publishedPins(db, round.id)).flatMap((pin) => pin.photos);
const vettingRound = async () => (round = await openMap(db, { vetting: true }));

describe('adding', () => {
	test('the photo is kept as WebP without a trace of its camera, and everybody is told', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		const id = await add(ann, pinId, undefined, await cameraPhoto());
		expect(await onMap()).toEqual([id]);
		const [row] = await db.select().from(pinPhotos).where(eq(pinPhotos.id, id));
		expect(row).toMatchObject({ pinId, position: 0, width: 800, height: 1_200, vetting: 'published' });
		const kept = Buffer.from(row!.bytes);
		expect(kept.toString('latin1', 8, 12)).toBe('WEBP');
		for (const trace of [...traces, 'Exif', 'GPS']) expect(kept.includes(trace), trace).toBe(false);
		const events = await eventsAfter(db, mapRoom(round.id), 0);
		expect(events.at(-1)).toMatchObject({
			type: 'pin:facts',
			payload: { pins: [{ id: pinId, photos: [id] }] },
		});
	});

	test('sent twice it is one', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		const id = randomUUID();
		await add(ann, pinId, id);
		await add(ann, pinId, id);
		expect(await onMap()).toEqual([id]);
		const other = await pinOf(db, ann, round.id);
		await expect(add(ann, other.id, id)).rejects.toEqual(refused('bad-input'));
	});

	test('three and no more, also when they come at the same moment', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		const all = await Promise.allSettled(Array.from({ length: 5 }, () => add(ann, pinId)));
		expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
		await expect(add(ann, pinId)).rejects.toEqual(refused('too-many-photos'));
		expect(
			new Set(
				(await db.select().from(pinPhotos).where(eq(pinPhotos.pinId, pinId))).map((row) => row.position),
			),
		).toEqual(new Set([0, 1, 2]));
	});

	test.each([
		['somebody else', bob],
		['a resident who did not place it', maria],
		['an admin, who is not of the map', ada],
		['nobody', nobody],
	])('%s cannot, and is not told that there is such a pin', async (_, actor) => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		await expect(add(actor, pinId)).rejects.toEqual(refused('not-found'));
		await expect(add(actor, randomUUID())).rejects.toEqual(refused('not-found'));
		await expect(add(actor, 'no id')).rejects.toEqual(refused('not-found'));
	});

	test('those who act for the city can, to anybody’s pin, also an old one', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		await makeOld(pinId);
		await closeRound(db, dana, { roundId: round.id });
		const ids = [await add(sam, pinId), await add(dana, pinId)];
		expect(await onMap()).toEqual(ids);
	});

	test('not to a pin that is not new any more, nor to one of a closed round', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		await makeOld(pinId);
		await expect(add(ann, pinId)).rejects.toEqual(refused('pin-state'));
		const fresh = await pinOf(db, ann, round.id);
		await closeRound(db, dana, { roundId: round.id });
		await expect(add(ann, fresh.id)).rejects.toEqual(refused('round-not-open'));
	});

	test('what is no picture is refused, and nothing is kept of it', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		await expect(add(ann, pinId, undefined, svg)).rejects.toEqual(refused('not-a-picture'));
		expect(await db.$count(pinPhotos, eq(pinPhotos.pinId, pinId))).toBe(0);
	});
});

describe('where the round vets', () => {
	test('a photo is seen by whoever placed the pin and by moderators, and by nobody else, until it is published with its pin', async () => {
		await vettingRound();
		const { id: pinId } = await pinOf(db, ann, round.id);
		const id = await add(ann, pinId);
		for (const actor of [ann, dana]) expect(await see(actor, id)).toMatchObject({ isPublic: false });
		for (const actor of [nobody, bob, maria, sam, ada])
			await expect(see(actor, id)).rejects.toEqual(refused('not-found'));
		await vetPin(db, dana, { pinId, act: 'publish' });
		expect(await see(nobody, id)).toMatchObject({ isPublic: true });
		expect(await onMap()).toEqual([id]);
	});

	test('one that is added to a published pin waits by itself; a resident cannot publish it, a moderator can, and only once it counts', async () => {
		await vettingRound();
		const { id: pinId } = await pinOf(db, ann, round.id);
		await vetPin(db, dana, { pinId, act: 'publish' });
		const id = await add(ann, pinId);
		expect(await onMap()).toEqual([]);
		await expect(see(nobody, id)).rejects.toEqual(refused('not-found'));
		await expect(vetPhoto(db, ann, { photoId: id, act: 'publish' })).rejects.toEqual(
			refused('sign-in-needed'),
		);
		await expect(vetPhoto(db, sam, { photoId: id, act: 'publish' })).rejects.toEqual(refused('forbidden'));
		await vetPhoto(db, dana, { photoId: id, act: 'publish' });
		await vetPhoto(db, dana, { photoId: id, act: 'publish' });
		expect(await onMap()).toEqual([id]);
		expect(await notes(pinId)).toEqual(['pin:photo-publish']);
	});
});

describe('taken off the map', () => {
	test('by a moderator, with a reason that is noted; it can be published again', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		const id = await add(ann, pinId);
		await expect(vetPhoto(db, dana, { photoId: id, act: 'remove' })).rejects.toEqual(
			refused('reason-needed'),
		);
		await vetPhoto(db, dana, { photoId: id, act: 'remove', reason: 'personal-data' });
		expect(await onMap()).toEqual([]);
		for (const actor of [nobody, bob, ann])
			await expect(see(actor, id)).rejects.toEqual(refused('not-found'));
		expect(await see(dana, id)).toMatchObject({ isPublic: false });
		expect(await notes(pinId)).toEqual(['pin:photo-remove']);
		await vetPhoto(db, dana, { photoId: id, act: 'publish' });
		expect(await see(nobody, id)).toMatchObject({ isPublic: true });
	});

	test('by whoever placed the pin: then it is gone for good, and taking it away again changes nothing', async () => {
		const { id: pinId } = await pinOf(db, ann, round.id);
		const id = await add(ann, pinId);
		await expect(takeAwayPhoto(db, bob, { photoId: id })).rejects.toEqual(refused('not-found'));
		await expect(takeAwayPhoto(db, dana, { photoId: id })).rejects.toEqual(refused('not-found'));
		await takeAwayPhoto(db, ann, { photoId: id });
		await takeAwayPhoto(db, ann, { photoId: id });
		expect(await db.$count(pinPhotos, eq(pinPhotos.id, id))).toBe(0);
		await expect(see(dana, id)).rejects.toEqual(refused('not-found'));
		expect(await onMap()).toEqual([]);
		await add(ann, pinId);
	});

	test('with its pin, when that is removed or withdrawn', async () => {
		const [removed, withdrawn] = [await pinOf(db, ann, round.id), await pinOf(db, ann, round.id)];
		const ids = [await add(ann, removed.id), await add(ann, withdrawn.id)];
		await vetPin(db, dana, { pinId: removed.id, act: 'remove', reason: 'insult' });
		await withdrawPin(db, ann, { pinId: withdrawn.id });
		for (const id of ids) await expect(see(bob, id)).rejects.toEqual(refused('not-found'));
		expect(await see(dana, ids[0]!)).toMatchObject({ isPublic: false });
		await expect(see(dana, ids[1]!)).rejects.toEqual(refused('not-found'));
	});
});

test('a photo is found on the map of its own round alone', async () => {
	const { id: pinId } = await pinOf(db, ann, round.id);
	const id = await add(ann, pinId);
	const next = await openMap(db);
	await expect(see(nobody, id, next.slug)).rejects.toEqual(refused('not-found'));
	for (const no of [randomUUID(), 'no id', "' or true --"])
		await expect(see(nobody, no)).rejects.toEqual(refused('not-found'));
});

test('the page of a pin’s photos is for whoever placed it and for those who act for the city', async () => {
	const { id: pinId } = await pinOf(db, ann, round.id);
	const id = await add(ann, pinId);
	const read = (actor: Actor) => readPhotosOf(db, actor, round.slug, pinId);
	for (const actor of [ann, sam, dana])
		expect(await read(actor)).toMatchObject({ photos: [{ id }], left: 2 });
	for (const actor of [nobody, bob, maria]) await expect(read(actor)).rejects.toEqual(refused('not-found'));
	await makeOld(pinId);
	expect(await read(ann)).toMatchObject({ left: 0 });
	expect(await read(sam)).toMatchObject({ left: 2 });
	await withdrawPin(db, ann, { pinId });
	await expect(read(ann)).rejects.toEqual(refused('not-found'));
});

async function makeOld(pinId: string): Promise<void> {
	await db
		.update(pins)
		.set({ placedAt: new Date(Date.now() - 2 * 3_600_000) })
		.where(eq(pins.id, pinId));
}

async function notes(pinId: string): Promise<string[]> {
	const rows = await db
		.select({ verb: audit.verb })
		.from(audit)
		.where(eq(audit.subject, `pin:${pinId}`));
	return rows.map(({ verb }) => verb).filter((verb) => verb.startsWith('pin:photo'));
}
