// What the desk knows of the maps: numbers, what waits, what was decided; and what somebody comes back to with four words.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordActivity } from '#db/activities.ts';
import { claimOf } from '#db/claims.ts';
import { readClaimed } from '#db/claimed.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readComparison, readMapReport } from '#db/mapReports.ts';
import { commentPin, supportPin, vetComment, vetPin } from '#db/pinActs.ts';
import { addPhoto, readPhotosOf, vetPhoto } from '#db/pinPhotos.ts';
import { withdrawPin } from '#db/pins.ts';
import { deskRounds, findPublished, readVetting } from '#db/roundDesk.ts';
import { nextRound } from '#db/rounds.ts';
import { areas } from '#db/schema/index.ts';
import { nobody } from '#domain/people.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, guest, maria, sam, settle } from '#tests/cast.ts';
import { aRound, middle, openMap, pinOf } from '#tests/maps.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let round: Round;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	await db.insert(areas).values({ name: 'Old Town', shape: aRound.boundary! });
});
beforeEach(async () => {
	round = await openMap(db, { vetting: true });
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const publish = (pinId: string) => vetPin(db, dana, { pinId, act: 'publish' });
const done = (pins: string[]) => ({
	...{ roundId: round.id, kind: 'signs' as const, at: middle, fromDay: '2026-11-10', untilDay: '2026-11-10' },
	...{ counts: { signs: 2 }, note: 'Two signs.', pins },
});
const photoOf = async (pinId: string) => {
	const sent = await plainPhoto().jpeg().toBuffer();
	return (await addPhoto(db, ann, { pinId, id: randomUUID(), sent })).id;
};
const noLetter = () => ({ subject: '', text: '', html: '' });

describe('the numbers of a round', () => {
	test('count what is on the map, what waits, supports and activities', async () => {
		const pin = await pinOf(db, ann, round.id);
		await pinOf(db, ann, round.id);
		await publish(pin.id);
		await supportPin(db, maria, { pinId: pin.id, on: true });
		await commentPin(db, maria, { pinId: pin.id, id: randomUUID(), text: 'Here, too.' });
		await recordActivity(db, sam, done([pin.id]), noLetter);
		const shown = (await deskRounds(db, dana)).find(({ id }) => id === round.id);
		expect(shown!.numbers).toEqual({ pins: 1, waiting: 2, supports: 1, activities: 1 });
	});

	test('are for those of the city', async () => {
		await expect(deskRounds(db, maria)).rejects.toEqual(refused('forbidden'));
		await expect(deskRounds(db, nobody)).rejects.toEqual(refused('sign-in-needed'));
	});
});

describe('the vetting queue', () => {
	test('holds pins and comments, and afterwards says what was decided by whom, once each', async () => {
		const [one, two, gone] = [
			await pinOf(db, ann, round.id),
			await pinOf(db, ann, round.id),
			await pinOf(db, ann, round.id),
		];
		expect((await readVetting(db, dana, round.slug)).pins.map(({ id }) => id)).toEqual([
			one.id,
			two.id,
			gone.id,
		]);
		await vetPin(db, dana, { pinId: one.id, act: 'decline', reason: 'off-topic' });
		await publish(one.id);
		const comment = { pinId: one.id, id: randomUUID(), text: 'Here, too.' };
		await commentPin(db, maria, comment);
		expect((await readVetting(db, dana, round.slug)).comments).toMatchObject([
			{ id: comment.id, pin: { note: one.note } },
		]);
		await vetComment(db, dana, { commentId: comment.id, act: 'decline', reason: 'insult' });
		await vetPin(db, dana, { pinId: two.id, act: 'decline', reason: 'double' });
		await publish(gone.id);
		await withdrawPin(db, ann, { pinId: gone.id });
		const { pins, comments, decided, seen } = await readVetting(db, dana, round.slug);
		expect([pins, comments]).toEqual([[], []]);
		expect(decided).toMatchObject([
			{ kind: 'pin', id: two.id, vetting: 'declined', reason: 'double', by: 'Dana Reyes' },
			{ kind: 'comment', id: comment.id, vetting: 'declined', reason: 'insult' },
			{ kind: 'pin', id: one.id, vetting: 'published', reason: null },
		]);
		expect(Object.values(seen).some((seq) => seq > 0)).toBe(true);
	});

	test('holds a photo that comes to a published pin, until somebody has decided about it', async () => {
		const pin = await pinOf(db, ann, round.id);
		const withIt = await photoOf(pin.id);
		const waits = async () => {
			const { pins, photos } = await readVetting(db, dana, round.slug);
			const shown = (await deskRounds(db, dana)).find(({ id }) => id === round.id);
			expect(shown!.numbers.waiting).toBe(pins.length + photos.length);
			return [...pins, ...photos].map(({ id }) => id);
		};
		// It is a part of its pin while that waits, too.
		expect(await waits()).toEqual([pin.id]);
		await publish(pin.id);
		expect(await waits()).toEqual([]);
		const [later, last] = [await photoOf(pin.id), await photoOf(pin.id)];
		expect(await waits()).toEqual([later, last]);
		await vetPhoto(db, dana, { photoId: later, act: 'publish' });
		await vetPhoto(db, dana, { photoId: last, act: 'decline', reason: 'personal-data' });
		expect(await waits()).toEqual([]);
		const { photos } = await readPhotosOf(db, ann, round.slug, pin.id);
		expect(photos.map(({ id }) => id)).toEqual([withIt, later]);
	});

	test('a photo that nobody has looked at does not come back with its pin after that was removed', async () => {
		const pin = await pinOf(db, ann, round.id);
		await publish(pin.id);
		const later = await photoOf(pin.id);
		await vetPin(db, dana, { pinId: pin.id, act: 'remove', reason: 'off-topic' });
		await publish(pin.id);
		const { pins, photos } = await readVetting(db, dana, round.slug);
		expect([...pins, ...photos].map(({ id }) => id)).toEqual([later]);
	});

	test('is the moderators’ alone', async () => {
		await expect(readVetting(db, sam, round.slug)).rejects.toEqual(refused('forbidden'));
		await expect(readVetting(db, maria, round.slug)).rejects.toEqual(refused('forbidden'));
		await expect(readVetting(db, dana, 'no-such-round')).rejects.toEqual(refused('not-found'));
		await expect(findPublished(db, sam, { roundId: round.id, words: '', most: 5 })).rejects.toEqual(
			refused('forbidden'),
		);
	});

	test('published pins are found by their words, which are no pattern', async () => {
		const pin = await pinOf(db, dana, round.id, { note: '100% of the cars, every_day' });
		await pinOf(db, ann, round.id, { note: '100% held' });
		const find = async (words: string) =>
			(await findPublished(db, dana, { roundId: round.id, words, most: 5 })).map(({ id }) => id);
		expect(await find('100%')).toEqual([pin.id]);
		expect(await find('EVERY_day')).toEqual([pin.id]);
		expect(await find('1__%')).toEqual([]);
	});
});

describe('four words', () => {
	test('lead to the pin, its state, and what was done, in either language', async () => {
		const pin = await pinOf(db, ann, round.id);
		await publish(pin.id);
		await recordActivity(db, sam, done([pin.id]), noLetter);
		for (const language of ['en', 'es'] as const) {
			const claimed = await readClaimed(db, nobody, ` ${claimOf(`pin:${pin.id}`, language).toUpperCase()} `);
			expect(claimed).toMatchObject({
				round: { slug: round.slug },
				pin: { id: pin.id, state: 'acted-on' },
				activities: [{ note: 'Two signs.' }],
			});
			expect(JSON.stringify(claimed)).not.toContain('author');
		}
	});

	test.each([
		['no words', ''],
		['wrong ones', 'one two three'],
		['unknown ones', claimOf('pin:nobody', 'en')],
	])('%s get the same answer', async (_, words) => {
		await expect(readClaimed(db, nobody, words)).rejects.toEqual(
			expect.objectContaining({ code: 'claim-unknown', field: 'words' }),
		);
	});
});

describe('a report and a comparison', () => {
	const zone = 'America/Chicago';

	test('count what is published, and say what was done about how many', async () => {
		const [one, two] = [
			await pinOf(db, ann, round.id),
			await pinOf(db, ann, round.id, { category: 'unsafe' }),
		];
		await pinOf(db, ann, round.id);
		await publish(one.id);
		await publish(two.id);
		await recordActivity(db, sam, done([one.id]), noLetter);
		const report = await readMapReport(db, nobody, round.slug, zone);
		expect(report).toMatchObject({
			answered: 1,
			table: { count: 2 },
			previous: null,
			sums: [{ kind: 'signs', counts: { signs: 2 } }],
		});
		expect(report.table.areas).toMatchObject([{ area: 'Old Town', count: 2 }]);
		expect(report.days.first).toBe(report.days.last);
	});

	test('the round before is what it is compared with; there is none to begin with', async () => {
		expect(
			(await readComparison(db, nobody, { slug: round.slug, withSlug: null, zone })).compared,
		).toBeNull();
		const pin = await pinOf(db, ann, round.id);
		await publish(pin.id);
		const days = { title: 'December', opensOn: '2026-12-01', closesOn: '2026-12-31' };
		const next = await nextRound(db, dana, { roundId: round.id, ...days });
		const { compared, others } = await readComparison(db, nobody, { slug: next.slug, withSlug: null, zone });
		expect(compared!.sides.map((side) => side.round.slug)).toEqual([next.slug, round.slug]);
		expect(compared!.comparison.all.counts).toEqual([0, 1]);
		expect(others.map(({ slug }) => slug)).toContain(round.slug);
		for (const withSlug of [next.slug, 'no-such-round'])
			await expect(readComparison(db, nobody, { slug: next.slug, withSlug, zone })).rejects.toEqual(
				refused('not-found'),
			);
	});
});
