// What brings people to a meeting: counted by link and day, and by nothing else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, goLive, publishMeeting, readMeeting } from '#db/meetings.ts';
import { today } from '#db/numbers.ts';
import { countArrival, readArrivals } from '#db/outreach.ts';
import { nobody } from '#domain/people.ts';
import { sourceOf } from '#domain/outreach.ts';
import { ada, anEvening, dana, maria, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

async function planned() {
	const { id, slug } = await createMeeting(db, dana, anEvening);
	const { meeting } = await readMeeting(db, dana, slug);
	return { id, code: meeting.code };
}
const counts = async (id: string) =>
	Object.fromEntries((await readArrivals(db, dana, id)).map(({ source, count }) => [source, count]));
const none = { poster: 0, flyer: 0, school: 0, radio: 0, social: 0, newsletter: 0, website: 0 };

test('each opening counts one for its source, also when many come at once', async () => {
	const { id, code } = await planned();
	await publishMeeting(db, dana, { meetingId: id });
	await Promise.all(Array.from({ length: 25 }, () => countArrival(db, code, 'poster')));
	await countArrival(db, code.toUpperCase(), 'radio');
	expect(await counts(id)).toEqual({ ...none, poster: 25, radio: 1 });
	const [poster] = await readArrivals(db, dana, id);
	expect(poster).toEqual({ source: 'poster', count: 25, days: [{ day: today(), count: 25 }] });
});

test('it is counted from the announcement to the end, not before and not after', async () => {
	const { id, code } = await planned();
	await countArrival(db, code, 'flyer');
	expect(await counts(id)).toEqual(none);
	await publishMeeting(db, dana, { meetingId: id });
	await countArrival(db, code, 'flyer');
	await goLive(db, dana, { meetingId: id });
	await countArrival(db, code, 'flyer');
	await endMeeting(db, dana, { meetingId: id });
	await countArrival(db, code, 'flyer');
	await countArrival(db, 'zzzzzz', 'flyer');
	expect(await counts(id)).toEqual({ ...none, flyer: 2 });
});

test('only moderators read the counts', async () => {
	const { id } = await planned();
	for (const actor of [nobody, maria, sam, ada])
		await expect(readArrivals(db, actor, id)).rejects.toMatchObject({ name: 'Refusal' });
});

test('the table has room for sums alone', async () => {
	const { rows } = await db.$client.query<{ name: string }>(
		`select column_name as name from information_schema.columns where table_name = 'outreach_counts' order by 1`,
	);
	expect(rows.map(({ name }) => name)).toEqual(['count', 'day', 'meeting_id', 'source']);
});

test('a source is one of those that are known', () => {
	expect([sourceOf('poster'), sourceOf('Poster'), sourceOf("x'; drop"), sourceOf(null)]).toEqual([
		'poster',
		null,
		null,
		null,
	]);
});
