// Captions and recordings in the database: who writes and removes, what is kept, and until when.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captionLanguages, captionsIn, lastCaptions, writeCaption } from '#db/captions.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import * as rows from '#db/recordings.ts';
import { removeDue } from '#db/retention.ts';
import { copyMeeting } from '#db/meetingPlans.ts';
import { endMeeting } from '#db/meetings.ts';
import { nobody } from '#domain/people.ts';
import { dana, liveMeeting, maria, rosa, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const film = { seconds: 120, bytes: 1_000_000 };
async function ready(meetingId: string): Promise<string> {
	const id = await rows.beginRecording(db, meetingId, 30);
	await rows.endRecording(db, id);
	await rows.finishRecording(db, id, film);
	return id;
}

test('a captioner writes lines while the meeting is live, at the time when they began to type', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const write = (text: string, more: object = {}, by = rosa) =>
		writeCaption(db, by, { meetingId, language: 'en', text, ...more });
	const late = await write('Good evening.', { typedForMs: 20_000 });
	await write('Welcome.');
	await write('Bienvenidas.', { language: 'es' });
	expect((await captionsIn(db, meetingId, 'en')).map(({ text }) => text)).toEqual([
		'Good evening.',
		'Welcome.',
	]);
	expect(Date.now() - Date.parse(late.at)).toBeGreaterThan(19_000);
	expect((await lastCaptions(db, meetingId)).map(({ text }) => text)).toEqual([
		'Good evening.',
		'Welcome.',
		'Bienvenidas.',
	]);
	expect(await captionLanguages(db, meetingId)).toEqual(['en', 'es']);
	await expect(write('Mine.', {}, maria)).rejects.toMatchObject({ code: 'forbidden' });
	await endMeeting(db, dana, { meetingId });
	await expect(write('Too late.')).rejects.toMatchObject({ code: 'meeting-not-live' });
});

test('a line that is sent twice is written once', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const input = { meetingId, language: 'en', text: 'Once.' };
	const first = await writeCaption(db, rosa, input, 'the-same-id-of-a-caption');
	expect(await writeCaption(db, rosa, input, 'the-same-id-of-a-caption')).toEqual(first);
	expect(await captionsIn(db, meetingId, 'en')).toHaveLength(1);
});

test('a recording is watched by everybody when it is ready, with the public questions that were on air', async () => {
	const { id: meetingId, slug } = await liveMeeting(db);
	const id = await rows.beginRecording(db, meetingId, 30);
	const ask = (text: string) => askQuestion(db, tom, { meetingId, text, anonymous: false });
	const [shown, held] = [
		await ask('When is the crossing built?'),
		await ask('What is said about my neighbour?'),
	];
	const act = (what: 'put-on-air' | 'take-off-air' | 'hold', questionId: string) =>
		actOnQuestions(db, dana, { act: what, questionIds: [questionId] });
	await act('put-on-air', shown.id);
	await act('put-on-air', held.id);
	await act('take-off-air', held.id);
	await act('hold', held.id);
	await expect(rows.readRecording(db, nobody, slug, id)).rejects.toMatchObject({ code: 'not-found' });
	expect(await rows.unfinishedRecordings(db)).toEqual([{ id, isGoing: true }]);
	await rows.endRecording(db, id);
	expect(await rows.unfinishedRecordings(db)).toEqual([{ id, isGoing: false }]);
	await rows.finishRecording(db, id, film);
	expect(await rows.readRecording(db, nobody, slug, id)).toMatchObject({ id, state: 'ready', ...film });
	const [recording] = await rows.recordingsOf(db, meetingId);
	expect(recording!.chapters.map(({ text }) => text)).toEqual(['When is the crossing built?']);
	for (const wrong of ['no-id', crypto.randomUUID()])
		await expect(rows.readRecording(db, nobody, slug, wrong)).rejects.toMatchObject({ code: 'not-found' });
	const other = await liveMeeting(db);
	await expect(rows.readRecording(db, nobody, other.slug, id)).rejects.toMatchObject({ code: 'not-found' });
});

test('of a recording of nothing nothing is left', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const id = await rows.beginRecording(db, meetingId, 30);
	await rows.finishRecording(db, id, null);
	expect(await rows.recordingsOf(db, meetingId)).toEqual([]);
});

test('a moderator removes a recording with a reason that stays; a second time changes nothing, others may not', async () => {
	const { id: meetingId, slug } = await liveMeeting(db);
	const recordingId = await ready(meetingId);
	const remove = (reason: string, by = dana) => rows.removeRecording(db, by, { recordingId, reason });
	await expect(remove('I am in it.', maria)).rejects.toMatchObject({ code: 'forbidden' });
	await expect(remove(' ')).rejects.toMatchObject({ code: 'bad-input', field: 'reason' });
	await remove('An address was read out.');
	await remove('Another reason.');
	expect(await rows.recordingsOf(db, meetingId)).toMatchObject([
		{ state: 'removed', removedBecause: 'An address was read out.' },
	]);
	expect(await rows.removedRecordings(db, [recordingId])).toEqual([recordingId]);
	await rows.failRecording(db, recordingId);
	expect((await rows.recordingsOf(db, meetingId)).map(({ state }) => state)).toEqual(['removed']);
	await expect(rows.readRecording(db, nobody, slug, recordingId)).rejects.toMatchObject({
		code: 'not-found',
	});
});

test('a recording goes after its date, not on it', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const [today, yesterday] = [await ready(meetingId), await ready(meetingId)];
	await endMeeting(db, dana, { meetingId });
	const day = sql`(now() at time zone 'America/Chicago')::date`;
	await db.execute(sql`update recordings set keep_until = ${day} where id = ${today}`);
	await db.execute(sql`update recordings set keep_until = ${day} - 1 where id = ${yesterday}`);
	await removeDue(db);
	expect(await rows.removedRecordings(db, [today, yesterday])).toEqual([yesterday]);
});

test('a copy of a meeting is not recorded unless somebody says so again', async () => {
	const { id: meetingId } = await liveMeeting(db, { stageOpen: true, stageRecorded: true });
	await copyMeeting(db, dana, { meetingId, daysLater: 7 });
	const { rows: copies } = await db.$client.query(
		`select stage_open, stage_recorded from meetings where state = 'draft' order by created_at desc limit 1`,
	);
	expect(copies).toEqual([{ stage_open: true, stage_recorded: false }]);
});
