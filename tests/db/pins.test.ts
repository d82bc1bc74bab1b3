import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimOf, readClaim } from '#db/claims.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { changeDocument, documentIn, loadDocument } from '#db/documents.ts';
import { eventsAfter } from '#db/events.ts';
import {
	commentPin,
	commentsOn,
	heldComments,
	markPin,
	supportPin,
	vetComment,
	vetPin,
} from '#db/pinActs.ts';
import { copyPins } from '#db/pinCopies.ts';
import { heldPins, ownPins, publishedPins } from '#db/pinReads.ts';
import { editPin, placePin, withdrawPin } from '#db/pins.ts';
import { pseudonymsIn } from '#db/identity.ts';
import { closeRound, createRound, nextRound, openRound, readRound, reportRound } from '#db/rounds.ts';
import { areas, audit, documentUpdates, pins } from '#db/schema/index.ts';
import { documentName } from '#domain/documents.ts';
import { mapRoom } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { changePin, mostPins, readPins, removePin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, guest, maria, sam, settle } from '#tests/cast.ts';
import { aRound, middle, openMap, outside, pinOf } from '#tests/maps.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let round: Round;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
beforeEach(async () => {
	round = await openMap(db);
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const bob = guest('bob');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const onMap = async (id = round.id) => readPins(await documentIn(db, { kind: 'map', id }));
const shown = () => publishedPins(db, round.id);
const own = (actor: Actor) => ownPins(db, round.id, pseudonymsIn(round.id, actor, 'map').all);

describe('a pin placed for somebody', () => {
	const forSomebody = (actor: Actor, id: string = randomUUID(), roundId = round.id) =>
		placePin(db, actor, {
			...{ roundId, id, category: 'speeding', at: middle, note: 'Said at the microphone' },
			channel: 'room',
		});

	test('says how it came, is a resident’s, and belongs to no browser; the same press twice is one', async () => {
		const id = randomUUID();
		await forSomebody(sam, id);
		await forSomebody(sam, id);
		expect(await shown()).toMatchObject([{ id, channel: 'room', kind: 'resident' }]);
		expect(await own(sam)).toEqual([]);
		await expect(forSomebody(dana, id)).rejects.toEqual(refused('bad-input'));
		await supportPin(db, sam, { pinId: id, on: true });
		expect(await shown()).toMatchObject([{ supports: 1 }]);
	});

	test('is vetted like others where the round vets, unless a moderator places it', async () => {
		const vetted = await openMap(db, { vetting: true });
		expect(await forSomebody(sam, undefined, vetted.id)).toMatchObject({ vetting: 'held' });
		expect(await forSomebody(dana, undefined, vetted.id)).toMatchObject({ vetting: 'published' });
	});

	test('is taken back by who placed it alone, with both in the audit; not by residents', async () => {
		const { id } = await forSomebody(sam);
		await expect(withdrawPin(db, dana, { pinId: id })).rejects.toEqual(refused('not-found'));
		await withdrawPin(db, sam, { pinId: id });
		await withdrawPin(db, sam, { pinId: id });
		expect(await shown()).toEqual([]);
		expect(await onMap()).toEqual([]);
		const notes = await db
			.select()
			.from(audit)
			.where(eq(audit.subject, `pin:${id}`));
		expect(notes.map(({ verb, personId }) => [verb, personId])).toEqual([
			['proxy:pin', 'sam'],
			['proxy:withdraw', 'sam'],
		]);
		await expect(forSomebody(maria)).rejects.toEqual(refused('forbidden'));
	});
});

describe('placing a pin', () => {
	test('it stands in the document and as a row, and everybody is told', async () => {
		const { id, vetting } = await pinOf(db, ann, round.id);
		expect(vetting).toBe('published');
		expect(await shown()).toMatchObject([
			{ id, category: 'speeding', note: 'Cars race down Elm Street', supports: 0 },
		]);
		expect((await onMap()).map((pin) => pin.id)).toEqual([id]);
		const events = await eventsAfter(db, mapRoom(round.id), 0);
		expect(events.at(-1)).toMatchObject({ type: 'pin:facts', payload: { pins: [{ id, state: 'open' }] } });
	});

	test('sent twice it is one; somebody else cannot have the same id', async () => {
		const id = randomUUID();
		await pinOf(db, ann, round.id, { id });
		await pinOf(db, ann, round.id, { id });
		expect(await shown()).toHaveLength(1);
		expect(await onMap()).toHaveLength(1);
		await expect(pinOf(db, bob, round.id, { id })).rejects.toEqual(refused('bad-input'));
	});

	test('a kind that is not shown exactly is moved to its block before it is written anywhere', async () => {
		const at = { lat: 41.6203211, lng: -90.5798765 };
		await pinOf(db, ann, round.id, { category: 'unsafe', at });
		await pinOf(db, bob, round.id, { category: 'unsafe', at: { lat: at.lat + 0.00001, lng: at.lng } });
		const [first, second] = await shown();
		expect(first!.lat).not.toBe(at.lat);
		expect([second!.lat, second!.lng]).toEqual([first!.lat, first!.lng]);
		const dump = JSON.stringify(await db.select().from(pins)) + JSON.stringify(await onMap());
		expect(dump).not.toContain('41.62032');
	});

	test.each([
		['outside the boundary', { at: outside }, 'outside-boundary'],
		['of a kind that nobody asks for', { category: 'parking' }, 'category-unknown'],
		['with a note that is too long', { note: 'x'.repeat(501) }, 'bad-input'],
		['nowhere on earth', { at: { lat: 91, lng: 0 } }, 'bad-input'],
	])('%s is refused in words', async (_, more, code) => {
		await expect(pinOf(db, ann, round.id, more)).rejects.toEqual(refused(code));
		expect(await onMap()).toEqual([]);
	});

	test('not by somebody whose browser is not known, nor in a round that is not open', async () => {
		await expect(pinOf(db, nobody, round.id)).rejects.toEqual(refused('sign-in-needed'));
		await closeRound(db, dana, { roundId: round.id });
		await expect(pinOf(db, ann, round.id)).rejects.toEqual(refused('round-not-open'));
		await expect(pinOf(db, ann, randomUUID())).rejects.toEqual(refused('not-found'));
	});

	test('nobody fills the map alone, and all together not beyond what it holds', async () => {
		const { author } = (
			await db
				.select()
				.from(pins)
				.where(eq(pins.id, (await pinOf(db, ann, round.id)).id))
		)[0]!;
		const row = {
			roundId: round.id,
			author,
			kind: 'resident',
			category: 'speeding',
			...middle,
			note: '',
			vetting: 'published',
		} as const;
		await db
			.insert(pins)
			.values(Array.from({ length: 99 }, () => ({ ...row, id: randomUUID(), placedAt: new Date() })));
		await expect(pinOf(db, ann, round.id)).rejects.toEqual(refused('too-many-pins'));
		await db.execute(sql`insert into pins (round_id, id, author, kind, category, lat, lng, note, vetting, placed_at, answers)
			select ${round.id}, gen_random_uuid(), 'crowd', 'resident', 'speeding', ${middle.lat}, ${middle.lng}, '', 'published', now(), '{}'
			from generate_series(1, ${mostPins - 101})`);
		const { id } = await pinOf(db, bob, round.id);
		await vetPin(db, dana, { pinId: id, act: 'remove', reason: 'double' });
		await pinOf(db, bob, round.id);
		await expect(vetPin(db, dana, { pinId: id, act: 'publish' })).rejects.toEqual(refused('map-full'));
		await expect(pinOf(db, bob, round.id)).rejects.toEqual(refused('map-full'));
		await expect(pinOf(db, dana, round.id)).rejects.toEqual(refused('map-full'));
	});

	test('nothing of a resident’s account stands beside it, unless they ask to be told', async () => {
		await pinOf(db, maria, round.id);
		const [row] = await db.select().from(pins).where(eq(pins.roundId, round.id));
		const { account, guest: browser } = pseudonymsIn(round.id, maria, 'map');
		expect(row).toMatchObject({ author: browser, tellPersonId: null });
		expect(JSON.stringify(row)).not.toContain(account);
		await pinOf(db, maria, round.id, { tellMe: true });
		expect(await db.$count(pins, eq(pins.tellPersonId, 'maria'))).toBe(1);
	});

	test('it lies in an area of the city', async () => {
		await db.insert(areas).values({ name: `Old Town ${round.slug}`, shape: aRound.boundary! });
		await pinOf(db, ann, round.id);
		expect((await shown())[0]!.area).toMatch(/Old Town/);
		await db.delete(areas);
	});

	test('its author comes back to it with four words, in either language', async () => {
		const { id } = await pinOf(db, ann, round.id);
		const [row] = await db.select().from(pins).where(eq(pins.id, id));
		const claim = row!.claim!;
		const words = claimOf(`pin:${id}`, 'en');
		expect(words.split(' ')).toHaveLength(4);
		expect(claim).not.toContain(words.split(' ')[0]);
		expect(readClaim(words.toUpperCase().replaceAll(' ', ' - '))).toBe(claim);
		expect(readClaim(claimOf(`pin:${id}`, 'es').normalize('NFC'))).toBe(claim);
		expect(readClaim('not four words')).toBe(null);
		expect(readClaim('zzz zzz zzz zzz')).toBe(null);
	});
});

describe('where pins are vetted', () => {
	const canary = 'canary 8f3a';
	beforeEach(async () => {
		round = await openMap(db, { vetting: true });
	});

	test('one that is held is in no document, no event of the map, and on nobody’s list but its author’s and the moderators’', async () => {
		const { id, vetting } = await pinOf(db, ann, round.id, { note: canary });
		expect(vetting).toBe('held');
		expect(await shown()).toEqual([]);
		expect(await own(ann)).toMatchObject([{ id, note: canary, vetting: 'held' }]);
		expect(await own(bob)).toEqual([]);
		expect(await heldPins(db, round.id)).toMatchObject([{ id, note: canary }]);
		const log = await db
			.select()
			.from(documentUpdates)
			.where(eq(documentUpdates.document, `map:${round.id}`));
		expect(Buffer.concat(log.map(({ update }) => Buffer.from(update))).includes(canary)).toBe(false);
		expect(JSON.stringify(await eventsAfter(db, mapRoom(round.id), 0))).not.toContain(canary);
	});

	test('a moderator publishes it, once; removes it with a reason; publishes it again', async () => {
		const { id } = await pinOf(db, ann, round.id, { note: canary });
		await vetPin(db, dana, { pinId: id, act: 'publish' });
		await vetPin(db, dana, { pinId: id, act: 'publish' });
		expect(await onMap()).toMatchObject([{ id, note: canary }]);
		await expect(vetPin(db, dana, { pinId: id, act: 'remove' })).rejects.toEqual(refused('reason-needed'));
		await vetPin(db, dana, { pinId: id, act: 'remove', reason: 'insult' });
		expect(await onMap()).toEqual([]);
		expect(await shown()).toEqual([]);
		expect(await own(ann)).toMatchObject([{ vetting: 'removed', reason: 'insult' }]);
		await vetPin(db, dana, { pinId: id, act: 'publish' });
		expect(await shown()).toHaveLength(1);
		for (const actor of [ann, maria, sam])
			await expect(vetPin(db, actor, { pinId: id, act: 'publish' })).rejects.toThrow();
	});

	test('what its author writes anew is held again; where it stands is not', async () => {
		const { id } = await pinOf(db, ann, round.id);
		await vetPin(db, dana, { pinId: id, act: 'publish' });
		await editPin(db, ann, { pinId: id, at: { ...middle, lat: 41.621 } });
		expect(await shown()).toMatchObject([{ lat: 41.621 }]);
		await editPin(db, ann, { pinId: id, note: canary });
		expect(await shown()).toEqual([]);
		expect(await onMap()).toEqual([]);
		expect(await own(ann)).toMatchObject([{ note: canary, vetting: 'held' }]);
	});

	test('comments wait, too, and a removed one is gone for all', async () => {
		const { id } = await pinOf(db, ann, round.id);
		const comment = { pinId: id, id: randomUUID(), text: canary };
		await expect(commentPin(db, bob, comment)).rejects.toEqual(refused('not-found'));
		await vetPin(db, dana, { pinId: id, act: 'publish' });
		await commentPin(db, bob, comment);
		await commentPin(db, bob, comment);
		expect(await commentsOn(db, id)).toEqual([]);
		expect(await heldComments(db, round.id)).toHaveLength(1);
		expect(JSON.stringify(await eventsAfter(db, mapRoom(round.id), 0))).not.toContain(canary);
		await vetComment(db, dana, { commentId: comment.id, act: 'publish' });
		expect(await commentsOn(db, id)).toMatchObject([{ text: canary, by: null, kind: 'resident' }]);
		expect((await shown())[0]!.comments).toBe(1);
		await vetComment(db, dana, { commentId: comment.id, act: 'remove', reason: 'off-topic' });
		expect(await commentsOn(db, id)).toEqual([]);
		expect((await shown())[0]!.comments).toBe(0);
		await expect(vetComment(db, sam, { commentId: comment.id, act: 'publish' })).rejects.toEqual(
			refused('forbidden'),
		);
	});
});

describe('changing and taking back', () => {
	test('its author changes it, an editor changes any, others find nothing', async () => {
		const { id } = await pinOf(db, ann, round.id);
		await editPin(db, ann, { pinId: id, note: 'Every evening' });
		await editPin(db, sam, { pinId: id, category: 'unsafe' });
		const [pin] = await shown();
		expect(pin).toMatchObject({ note: 'Every evening', category: 'unsafe' });
		expect((await onMap())[0]).toMatchObject({ note: 'Every evening', category: 'unsafe', lat: pin!.lat });
		await expect(editPin(db, bob, { pinId: id, note: 'x' })).rejects.toEqual(refused('not-found'));
		await expect(editPin(db, ann, { pinId: id, at: outside })).rejects.toEqual(refused('outside-boundary'));
	});

	test('its author takes it back, once and for all', async () => {
		const { id } = await pinOf(db, ann, round.id);
		await expect(withdrawPin(db, bob, { pinId: id })).rejects.toEqual(refused('not-found'));
		await expect(withdrawPin(db, dana, { pinId: id })).rejects.toEqual(refused('not-found'));
		await withdrawPin(db, ann, { pinId: id });
		await withdrawPin(db, ann, { pinId: id });
		expect(await shown()).toEqual([]);
		expect(await onMap()).toEqual([]);
		await expect(vetPin(db, dana, { pinId: id, act: 'publish' })).rejects.toEqual(refused('pin-state'));
	});
});

describe('supports', () => {
	test('one per person, also before and after signing in, and never for one’s own', async () => {
		const { id } = await pinOf(db, ann, round.id);
		await supportPin(db, { ...maria, account: null }, { pinId: id, on: true });
		await supportPin(db, maria, { pinId: id, on: true });
		await Promise.all([1, 2, 3].map(() => supportPin(db, bob, { pinId: id, on: true })));
		expect((await shown())[0]!.supports).toBe(2);
		await supportPin(db, maria, { pinId: id, on: false });
		expect((await shown())[0]!.supports).toBe(1);
		await expect(supportPin(db, ann, { pinId: id, on: true })).rejects.toEqual(refused('own-pin'));
		await expect(supportPin(db, nobody, { pinId: id, on: true })).rejects.toEqual(refused('sign-in-needed'));
		await closeRound(db, dana, { roundId: round.id });
		await expect(supportPin(db, bob, { pinId: id, on: false })).rejects.toEqual(refused('round-not-open'));
	});
});

test('staff say what the city does about a pin, residents do not', async () => {
	const { id } = await pinOf(db, ann, round.id);
	await markPin(db, sam, { pinId: id, state: 'looking-into' });
	expect((await shown())[0]!.state).toBe('looking-into');
	await expect(markPin(db, maria, { pinId: id, state: 'acted-on' })).rejects.toEqual(refused('forbidden'));
});

describe('what was changed in the document', () => {
	test('is copied into rows: changed, taken away', async () => {
		const kept = await pinOf(db, ann, round.id);
		const gone = await pinOf(db, ann, round.id);
		await db.transaction((tx) =>
			changeDocument(tx, { kind: 'map', id: round.id }, (doc) => {
				const keyOf = (id: string) => readPins(doc).find((pin) => pin.id === id)!.key;
				changePin(doc, round, keyOf(kept.id), { note: 'Changed together' });
				removePin(doc, keyOf(gone.id));
			}),
		);
		await copyPins(db, round.id);
		const after = await shown();
		expect(after.map(({ note }) => note).sort()).toEqual(['Changed together']);
		expect(after.map(({ id }) => id)).not.toContain(gone.id);
		const events = await eventsAfter(db, mapRoom(round.id), 0);
		await copyPins(db, round.id);
		expect(await eventsAfter(db, mapRoom(round.id), 0)).toEqual(events);
	});

	test('of an open document only what was touched is copied, and no more is said to be', async () => {
		const [touched, other] = [await pinOf(db, ann, round.id), await pinOf(db, ann, round.id)];
		const place = { kind: 'map', id: round.id } as const;
		const write = (note: string, ...ids: string[]) =>
			db.transaction((tx) =>
				changeDocument(tx, place, (doc) => {
					for (const { id, key } of readPins(doc)) if (ids.includes(id)) changePin(doc, round, key, { note });
				}),
			);
		const known = () => loadDocument(db, documentName(place));
		await write('First', touched.id);
		const { upTo } = await known();
		await write('Second', other.id);
		const doc = await documentIn(db, place);
		const keys = new Set(readPins(doc).flatMap(({ id, key }) => (id === touched.id ? [key] : [])));
		const live = { doc, keys, upTo, reaches: async () => true };
		const notes = async () => new Map((await shown()).map(({ id, note }) => [id, note]));

		// A command changes the row in the moment between: it is left alone.
		const meanwhile = async () => {
			await editPin(db, ann, { pinId: touched.id, note: 'Third' });
			return true;
		};
		expect(await copyPins(db, round.id, { ...live, reaches: meanwhile })).toBe(false);
		expect((await notes()).get(touched.id)).toBe('Third');
		expect((await known()).copiedUpTo).toBe(0);

		const now = await documentIn(db, place);
		expect(await copyPins(db, round.id, { ...live, doc: now })).toBe(true);
		expect(await notes()).toEqual(
			new Map([
				[touched.id, 'Third'],
				[other.id, other.note],
			]),
		);
		expect((await known()).copiedUpTo).toBe(upTo);
		// One that does not get as far as the rows: everything is read from the log.
		expect(await copyPins(db, round.id, { ...live, reaches: async () => false })).toBe(true);
		expect((await notes()).get(other.id)).toBe('Second');
		expect((await known()).copiedUpTo).toBe((await known()).upTo);
	});
});

describe('rounds', () => {
	test('one is open at a time', async () => {
		const { id } = await createRound(db, dana, aRound);
		await expect(openRound(db, dana, { roundId: id })).rejects.toEqual(refused('round-open-already'));
		await closeRound(db, dana, { roundId: round.id });
		await openRound(db, dana, { roundId: id });
		expect((await readRound(db, id))!.state).toBe('open');
	});

	test('the next opens in one act, with the same set-up, and closes the one before; twice it is one', async () => {
		const next = { roundId: round.id, title: 'December', opensOn: '2026-12-01', closesOn: '2026-12-31' };
		const made = await nextRound(db, dana, next);
		expect(await nextRound(db, dana, next)).toEqual(made);
		const after = (await readRound(db, made.id))!;
		expect(after).toMatchObject({
			state: 'open',
			title: 'December',
			previous: round.slug,
			categories: round.categories,
		});
		expect((await readRound(db, round.id))!.state).toBe('closed');
		await reportRound(db, dana, { roundId: round.id, summary: 'Two crossings were painted.' });
		expect(await readRound(db, round.id)).toMatchObject({
			state: 'reported',
			summary: 'Two crossings were painted.',
		});
	});

	test('are a moderator’s business', async () => {
		for (const actor of [ann, maria, sam]) {
			await expect(createRound(db, actor, aRound)).rejects.toThrow();
			await expect(closeRound(db, actor, { roundId: round.id })).rejects.toThrow();
		}
	});
});
