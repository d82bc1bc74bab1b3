// Corrections of captions: what everybody reads, what is kept of before, and who may do either.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { correctCaption, versionedCaptions } from '#db/captionVersions.ts';
import { captionsIn, lastCaptions, writeCaption } from '#db/captions.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { eventsAfter } from '#db/events.ts';
import { endMeeting } from '#db/meetings.ts';
import { readReplay } from '#db/replay.ts';
import { hallRoom } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { ada, dana, guest, liveMeeting, maria, noor, rosa, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	await settle(db, [noor]);
});
afterAll(() => closeDatabase(db));

async function written(text = 'The crosing is bilt in March.') {
	const meeting = await liveMeeting(db);
	const { id } = await writeCaption(db, rosa, { meetingId: meeting.id, language: 'en', text });
	const correct = (to: string, version: number, by: Actor = rosa) =>
		correctCaption(db, by, { captionId: id, version, text: to });
	const versions = async (by: Actor = sam, words = '') => {
		const of = { meetingId: meeting.id, words, page: 1, perPage: 50 };
		return (await versionedCaptions(db, by, of)).captions.flatMap((one) => one.versions);
	};
	return { ...meeting, captionId: id, correct, versions };
}

test('everybody reads the newest, and the city what it said before, with who and when', async () => {
	const { id, slug, correct, versions } = await written();
	expect(await versions()).toMatchObject([{ version: 1, text: 'The crosing is bilt in March.', by: null }]);
	await correct('The crossing is bilt in March.', 1);
	await endMeeting(db, dana, { meetingId: id });
	await correct('The crossing is built in March.', 2, dana);
	expect((await captionsIn(db, id, 'en')).map(({ text }) => text)).toEqual([
		'The crossing is built in March.',
	]);
	expect((await readReplay(db, nobody, slug)).lines).toMatchObject([
		{ text: 'The crossing is built in March.' },
	]);
	const all = await versions();
	expect(all).toMatchObject([
		{ version: 3, text: 'The crossing is built in March.', by: 'Dana Reyes' },
		{ version: 2, text: 'The crossing is bilt in March.', by: 'Rosa Quintero' },
		{ version: 1, text: 'The crosing is bilt in March.', by: null },
	]);
	for (const { at } of all) expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(60_000);
	// What it said before is not found by its old words any more, and not told to everybody.
	expect(await versions(sam, 'bilt')).toEqual([]);
	expect(JSON.stringify(await readReplay(db, nobody, slug))).not.toContain('bilt');
});

test('the same words a second time are no version', async () => {
	const { correct, versions } = await written();
	await correct('The crossing.', 1);
	await correct('The crossing.', 1);
	await correct('  The   crossing. ', 2);
	expect(await versions()).toHaveLength(2);
});

test('of two who correct the same line at once one hears that it has changed', async () => {
	const { correct, versions, captionId } = await written();
	const both = await Promise.allSettled([correct('One.', 1, rosa), correct('Another.', 1, noor)]);
	expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
	expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
		reason: { code: 'changed-since' },
	});
	expect(await versions()).toHaveLength(2);
	await expect(
		correctCaption(db, rosa, { captionId, version: 7, text: 'From nowhere.' }),
	).rejects.toMatchObject({ code: 'changed-since' });
});

test('a hall that is open says the corrected line', async () => {
	const { id, correct } = await written();
	await correct('The crossing.', 1);
	const told = (await eventsAfter(db, hallRoom(id), 0)).filter(({ type }) => type === 'caption:corrected');
	expect(told).toMatchObject([{ payload: { caption: { text: 'The crossing.' } } }]);
	expect((await lastCaptions(db, id)).map(({ text }) => text)).toEqual(['The crossing.']);
});

test('nobody else corrects, and nobody else reads what was said before', async () => {
	const { correct, versions } = await written();
	for (const by of [nobody, guest('ann'), maria, ada, sam])
		await expect(correct('Mine.', 1, by)).rejects.toMatchObject({ name: 'Refusal' });
	for (const by of [nobody, guest('ann'), maria, ada])
		await expect(versions(by)).rejects.toMatchObject({ name: 'Refusal' });
	for (const by of [dana, sam, rosa]) expect(await versions(by)).toHaveLength(1);
});

test('what is no line is refused', async () => {
	const { correct } = await written();
	for (const text of ['', '   ', 'a'.repeat(201)])
		await expect(correct(text, 1)).rejects.toMatchObject({ code: 'bad-input' });
	const nowhere = '00000000-0000-4000-8000-000000000000';
	await expect(
		correctCaption(db, rosa, { captionId: nowhere, version: 1, text: 'A.' }),
	).rejects.toMatchObject({
		code: 'not-found',
	});
});

test('a search for a sign finds that sign alone', async () => {
	const { id, versions } = await written('100 % of it');
	await writeCaption(db, rosa, { meetingId: id, language: 'en', text: 'Nothing of it' });
	expect(await versions(sam, '%')).toHaveLength(1);
	expect(await versions(sam, 'of it')).toHaveLength(2);
});
