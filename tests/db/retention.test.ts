// What goes on its day: with a clock of the test's own, over a DST switch, every kind; rows, files, and what the report still says.
import { eq, sql } from 'drizzle-orm';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { blockAsker } from '#db/blocks.ts';
import { captionLanguages, writeCaption } from '#db/captions.ts';
import { correctCaption } from '#db/captionVersions.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { captureQuestion } from '#db/concerns.ts';
import { endMeeting } from '#db/meetings.ts';
import { readMeetingReport } from '#db/meetingReports.ts';
import { enterQuestion } from '#db/proxies.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { recordingFile, recordingIdsIn, recordingsFolder, removeRecordingFiles } from '#db/recordingFiles.ts';
import { readRecording, removedRecordings } from '#db/recordings.ts';
import { readReplay, replayedMeeting, replayStamp } from '#db/replay.ts';
import { keptDays, keptOf, removeDue, touchedBy } from '#db/retention.ts';
import { holdMeeting, liftHold, readHolds, setKeptDays } from '#db/retentionSettings.ts';
import * as tables from '#db/schema/index.ts';
import { raiseHand } from '#db/stage.ts';
import { castVotes } from '#db/votes.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { isDayOver, lastDayOf, retentionKinds, type RetentionKind } from '#domain/retention.ts';
import { ada, dana, guest, liveMeeting, maria, rosa, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

/** Each kill starts a process. */
vi.setConfig({ testTimeout: 120_000 });

let db: Database;
let url: string;
let dataDir: string;
beforeAll(async () => {
	url = await testDatabase();
	db = openDatabase(url);
	await settle(db);
	dataDir = await mkdtemp(path.join(tmpdir(), 'retention-'));
	await mkdir(recordingsFolder({ dataDir }), { recursive: true });
});
afterAll(async () => {
	await closeDatabase(db);
	await rm(dataDir, { recursive: true });
});
// Each test has its own meetings, all at the same time: none may take away those of another.
beforeEach(async () => {
	await db.delete(tables.retentionDays);
	await db.execute(
		sql`insert into retention_holds (meeting_id, reason) select id, 'another test' from meetings on conflict do nothing`,
	);
});

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
/** Ended at half past eight on the evening of 24 October in Chicago: 25 October in UTC, eight days before clocks are put back there. */
const endedAt = new Date('2026-10-25T01:30:00Z');

/** A meeting with something of every kind. `mark` stands in all that somebody has said. */
async function fullMeeting(mark = 'neighbours') {
	const { id, slug } = await liveMeeting(db, { stageOpen: true });
	const said = await askQuestion(db, maria, {
		meetingId: id,
		text: `When is the crossing built, ${mark}?`,
		anonymous: false,
	});
	const other = await askQuestion(db, tom, {
		meetingId: id,
		text: `Why is it so dark there, ${mark}?`,
		anonymous: true,
	});
	const gone = await askQuestion(db, guest('rude'), {
		meetingId: id,
		text: `About my neighbour at 12, ${mark}`,
		anonymous: true,
	});
	await castVotes(
		db,
		['a', 'b', 'c'].map((name) => ({ actor: guest(name), questionId: said.id, on: true })),
	);
	await raiseHand(db, guest('speaker'), { meetingId: id, name: `Ann, ${mark}` });
	await enterQuestion(db, sam, {
		...{ meetingId: id, text: `On a slip of paper, ${mark}`, channel: 'paper', name: `Bo of the ${mark}` },
	});
	await blockAsker(db, dana, { questionId: gone.id, reason: 'insults', note: mark });
	const act = (questionId: string, act: 'put-on-air' | 'answer-live' | 'decline', more = {}) =>
		actOnQuestions(db, dana, { questionIds: [questionId], act, ...more });
	await act(said.id, 'put-on-air');
	await act(said.id, 'answer-live', { answer: 'In spring, says the city.' });
	await act(gone.id, 'decline', { reason: 'personal-data', note: `The neighbour at 12 is named: ${mark}` });
	const { number } = await captureQuestion(db, dana, {
		questionId: other.id,
		title: 'Dark corner at the school',
	});
	const line = await writeCaption(db, rosa, { meetingId: id, language: 'en', text: `Good evning, ${mark}.` });
	await correctCaption(db, dana, { captionId: line.id, version: 1, text: `Good evening, ${mark}.` });
	const [film] = await db
		.insert(tables.recordings)
		.values({
			meetingId: id,
			state: 'ready',
			seconds: 60,
			bytes: 10,
			startedAt: endedAt,
			keepUntil: '2026-11-03',
		})
		.returning();
	for (const kind of ['log', 'webm', 'webm.part', 'poster.webp', 'small.webm'])
		await writeFile(recordingFile({ dataDir }, film!.id, kind as 'log'), kind);
	await db.insert(tables.registrations).values({
		...{ meetingId: id, email: `${mark}@${slug}.example`, locale: 'en', way: 'online', state: 'confirmed' },
	});
	await endMeeting(db, dana, { meetingId: id });
	await db
		.insert(tables.feedbackWords)
		.values({ meetingId: id, text: `A fan hummed, ${mark}.`, state: 'published' });
	await db.insert(tables.feedbackResults).values({ meetingId: id, closedAt: endedAt });
	await db
		.update(tables.meetings)
		.set({ wentLiveAt: new Date('2026-10-24T23:30:00Z'), endedAt })
		.where(eq(tables.meetings.id, id));
	return { id, slug, film: film!.id, concern: number };
}
const filesOf = async (id: string) =>
	(await readdir(recordingsFolder({ dataDir }))).filter((file) => file.startsWith(id)).length;
/** What realtime/recordings.ts does at each look. */
async function look(): Promise<void> {
	const files = await readdir(recordingsFolder({ dataDir }));
	await removeRecordingFiles({ dataDir }, await removedRecordings(db, recordingIdsIn(files)));
}
/** Whether there is anything of a kind, by kind. */
async function thereIs(id: string, film: string): Promise<Record<RetentionKind, boolean>> {
	const count = async (table: string, where = 'true') =>
		(await db.$client.query(`select from ${table} where meeting_id = $1 and ${where}`, [id])).rowCount! > 0;
	return {
		recording: (await count('recordings', `state <> 'removed'`)) || (await filesOf(film)) > 0,
		captions:
			(await count('captions')) ||
			((
				await db.$client.query(
					`select from events where room like 'meeting:' || $1 || '%' and type = 'caption:written'`,
					[id],
				)
			).rowCount ?? 0) > 0,
		questions: await count('questions', `text <> ''`),
		registrations: await count('registrations'),
		feedback: await count('feedback_words'),
	};
}
const everything = { recording: true, captions: true, questions: true, registrations: true, feedback: true };

test('days are counted by the calendar of the place, over a switch of its clocks', () => {
	expect(lastDayOf(endedAt, 10, 'America/Chicago')).toBe('2026-11-03');
	expect(lastDayOf(endedAt, 10, 'Europe/Madrid')).toBe('2026-11-04');
	// 24 hours are not a day on 1 November.
	expect(isDayOver('2026-11-03', 'America/Chicago', new Date('2026-11-04T05:59:59Z'))).toBe(false);
	expect(isDayOver('2026-11-03', 'America/Chicago', new Date('2026-11-04T06:00:00Z'))).toBe(true);
	expect(lastDayOf(new Date('2027-03-14T05:30:00Z'), 1, 'America/Chicago')).toBe('2027-03-14');
});

test.each(retentionKinds)(
	'%s: there in the last second of its day, gone in the first of the next, nothing else with it',
	async (kind) => {
		const { id, film } = await fullMeeting();
		// Ten days for this kind alone: on 1 November the clocks in Chicago are put back.
		for (const other of retentionKinds)
			await db.insert(tables.retentionDays).values({ kind: other, days: other === kind ? 10 : 5_000 });
		await db
			.update(tables.recordings)
			.set({ keepUntil: kind === 'recording' ? '2026-11-03' : '2040-01-01' })
			.where(eq(tables.recordings.id, film));
		expect((await keptOf(db, id)).find((one) => one.kind === kind)).toEqual({
			...{ kind, lastDay: '2026-11-03', removedAt: null, isHeld: false },
		});
		expect(await removeDue(db, new Date('2026-11-04T05:59:59Z'))).toBe(0);
		await look();
		expect(await thereIs(id, film)).toEqual(everything);
		expect(await filesOf(film)).toBe(5);
		const midnight = new Date('2026-11-04T06:00:00Z');
		expect(await removeDue(db, midnight)).toBe(1);
		await look();
		expect(await thereIs(id, film)).toEqual({ ...everything, [kind]: false });
		expect(await filesOf(film)).toBe(kind === 'recording' ? 0 : 5);
		expect((await keptOf(db, id)).find((one) => one.kind === kind)).toEqual({
			...{ kind, lastDay: '2026-11-03', removedAt: midnight.toISOString(), isHeld: false },
		});
		expect(await removeDue(db, midnight)).toBe(0);
	},
);

test('the report says of what is gone what it said before: numbers, states, outcomes, answers; words and names are gone from every table', async () => {
	const { id, slug, film, concern } = await fullMeeting('heliotrope');
	for (const table of ['blocks', 'speakers', 'question_acts'])
		expect(
			(await db.$client.query(`select from ${table} where meeting_id = $1`, [id])).rowCount,
		).toBeTruthy();
	const stamp = async () => replayStamp(db, (await replayedMeeting(db, nobody, slug)).row);
	const played = JSON.stringify(await readReplay(db, nobody, slug));
	expect(played).toContain('heliotrope');
	const stampBefore = await stamp();
	const before = await readMeetingReport(db, nobody, slug);
	expect(await removeDue(db, new Date('2046-01-01T12:00:00Z'))).toBe(5);
	// Whoever has a replay in memory is told that it is an old one.
	expect(await stamp()).not.toBe(stampBefore);
	expect(JSON.stringify(await readReplay(db, nobody, slug))).not.toContain('heliotrope');
	await look();
	const after = await readMeetingReport(db, nobody, slug);
	const { questions, recordings, kept, feedback, ...rest } = after;
	expect(rest).toEqual({
		...before,
		questions: undefined,
		recordings: undefined,
		kept: undefined,
		feedback: undefined,
	});
	expect(questions).toEqual(
		before.questions.map((question) => ({ ...question, text: '', askedBy: null, moment: null })),
	);
	expect(questions.find(({ answer }) => answer)).toMatchObject({
		...{ votes: 3, outcome: 'answered', answer: 'In spring, says the city.' },
	});
	expect(recordings).toEqual([]);
	expect(kept.map(({ kind }) => kind)).toEqual([...retentionKinds]);
	expect(feedback).toMatchObject({ state: 'closed', words: [] });
	expect(rest.concerns[0]).toMatchObject({ number: concern, title: 'Dark corner at the school' });
	await expect(readRecording(db, nobody, slug, film)).rejects.toEqual(refused('not-found'));
	expect(await captionLanguages(db, id)).toEqual([]);
	// The whole database is searched: no word and no asker, in no event and no act. The audit keeps why moderators declined something.
	const { rows: all } = await db.$client.query<{ name: string }>(
		`select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('people', 'audit')`,
	);
	const found: string[] = [];
	for (const { name } of all) {
		const { rows } = await db.$client.query<{ text: string }>(
			`select to_jsonb(t)::text as text from "${name}" t where to_jsonb(t)::text like '%' || $1 || '%'
				or (to_jsonb(t)::text like '%' || $2 || '%' and to_jsonb(t)::text like '%Maria Ortega%')`,
			['heliotrope', id],
		);
		found.push(...rows.map((row) => `${name}: ${row.text}`));
	}
	expect(found).toEqual([]);
	for (const table of ['question_acts', 'blocks', 'speakers', 'registrations', 'feedback_words', 'captions'])
		expect((await db.$client.query(`select from ${table} where meeting_id = $1`, [id])).rowCount).toBe(0);
	const { rowCount: votes } = await db.$client.query(
		'select from votes v join questions q on q.id = v.question_id where q.meeting_id = $1',
		[id],
	);
	expect(votes).toBe(0);
});

test('a legal hold stops every removal, also one that is half swept; lifted, it goes on', async () => {
	const { id, film } = await fullMeeting();
	const farAway = new Date('2046-01-01T12:00:00Z');
	for (const actor of [nobody, maria, sam, dana])
		await expect(holdMeeting(db, actor, { meetingId: id, reason: 'A court asks.' })).rejects.toThrow();
	await holdMeeting(db, ada, { meetingId: id, reason: 'A court asks.' });
	expect(await removeDue(db, farAway)).toBe(0);
	expect(await thereIs(id, film)).toEqual(everything);
	expect((await keptOf(db, id)).every(({ isHeld }) => isHeld)).toBe(true);
	expect((await readHolds(db, ada)).held.map(({ meetingId }) => meetingId)).toContain(id);
	await expect(liftHold(db, dana, { meetingId: id })).rejects.toEqual(refused('forbidden'));
	await liftHold(db, ada, { meetingId: id });
	await liftHold(db, ada, { meetingId: id });
	const noted = await db
		.select({ verb: tables.audit.verb })
		.from(tables.audit)
		.where(eq(tables.audit.subject, `meeting:${id}`));
	expect(noted.map(({ verb }) => verb).filter((verb) => verb.startsWith('retention'))).toEqual([
		'retention:hold',
		'retention:lift',
	]);
	// What is half swept waits too.
	await db
		.insert(tables.retentionRemovals)
		.values({ meetingId: id, kind: 'questions', lastDay: '2026-11-03', removedAt: farAway });
	await holdMeeting(db, ada, { meetingId: id, reason: 'Again.' });
	await removeDue(db, farAway);
	expect(
		(await db.$client.query('select from question_acts where meeting_id = $1', [id])).rowCount,
	).toBeGreaterThan(0);
	await liftHold(db, ada, { meetingId: id });
	await removeDue(db, farAway);
	expect((await db.$client.query('select from question_acts where meeting_id = $1', [id])).rowCount).toBe(0);
});

test('fewer days are set only with the number of meetings that they touch; bounds and roles hold', async () => {
	const { id, film } = await fullMeeting();
	await db.delete(tables.retentionHolds).where(eq(tables.retentionHolds.meetingId, id));
	const set = (by: Actor, kind: RetentionKind, days: number, agreedTo?: number) =>
		setKeptDays(db, by, { kind, days, ...(agreedTo === undefined ? {} : { agreedTo }) });
	for (const actor of [nobody, maria, sam, dana])
		await expect(set(actor, 'captions', 5_000)).rejects.toThrow();
	for (const [kind, days] of [
		['questions', 89],
		['registrations', 366],
		['recording', 0],
	] as const)
		await expect(set(ada, kind, days)).rejects.toEqual(refused('retention-out-of-bounds'));
	await expect(set(ada, 'captions', 1.5)).rejects.toEqual(refused('bad-input'));
	// Longer needs no word.
	await set(ada, 'captions', 2_000);
	expect((await keptDays(db)).captions).toBe(2_000);
	const { earlier } = await touchedBy(db, 'captions', 30);
	expect(earlier).toBeGreaterThan(0);
	await expect(set(ada, 'captions', 30)).rejects.toEqual(refused('retention-not-agreed'));
	await expect(set(ada, 'captions', 30, earlier + 1)).rejects.toEqual(refused('retention-not-agreed'));
	expect((await keptDays(db)).captions).toBe(2_000);
	await set(ada, 'captions', 30, earlier);
	expect((await keptOf(db, id)).find(({ kind }) => kind === 'captions')!.lastDay).toBe('2026-11-23');
	const [noted] = await db
		.select()
		.from(tables.audit)
		.where(eq(tables.audit.subject, 'retention:captions'))
		.orderBy(sql`id desc`)
		.limit(1);
	expect(noted).toMatchObject({
		verb: 'retention:set',
		personId: 'ada',
		detail: { before: 2_000, days: 30, earlier },
	});
	// Films have their dates already: they move along.
	const touched = await touchedBy(db, 'recording', 5);
	await set(ada, 'recording', 5, touched.earlier);
	const [row] = await db.select().from(tables.recordings).where(eq(tables.recordings.id, film));
	expect(row!.keepUntil).toBe('2026-10-29');
});

test('a meeting that goes on loses nothing, however long ago it was to end', async () => {
	const { id } = await liveMeeting(db);
	await db.insert(tables.registrations).values({
		...{ meetingId: id, email: 'ann@example.org', locale: 'en', way: 'online', state: 'confirmed' },
	});
	await db
		.update(tables.meetings)
		.set({ startsAt: new Date('2026-01-01T00:00:00Z'), endsAt: new Date('2026-01-01T01:00:00Z') })
		.where(eq(tables.meetings.id, id));
	expect(await removeDue(db, new Date('2026-11-30T12:00:00Z'))).toBe(0);
	await endMeeting(db, dana, { meetingId: id });
	expect(await db.$count(tables.registrations, eq(tables.registrations.meetingId, id))).toBe(1);
});

/** What a killed process was about to change when it died. */
const places: [where: string, table: string][] = [
	['before the first film’s row', 'recordings'],
	['in the middle of captions', 'captions'],
	['in the middle of questions', 'questions'],
	['in the middle of registrations', 'registrations'],
	['in the middle of free words', 'feedback_words'],
	['while votes are swept', 'votes'],
	['while acts are swept', 'question_acts'],
];
test.each(places)('killed %s, nothing is half there, and the next run finishes it', async (_where, table) => {
	const [first, second] = [await fullMeeting(), await fullMeeting()];
	const farAway = '2046-01-01T12:00:00Z';
	const ofSecond =
		table === 'votes' ? 'question_id in (select id from questions where meeting_id = $1)' : 'meeting_id = $1';
	// It waits for this row, in the middle of its work, until it is killed.
	const holder = new Client({ connectionString: url });
	await holder.connect();
	onTestFinished(() => holder.end());
	await holder.query('begin');
	await holder.query(`select from ${table} where ${ofSecond} for update`, [second.id]);
	const child = spawn(process.execPath, ['tests/db/retention-process.ts', farAway], {
		cwd: path.resolve(import.meta.dirname, '../..'),
		env: { PATH: process.env.PATH, DATABASE_URL: url, SECRET: process.env.SECRET, NODE_ENV: 'test' },
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const gone = once(child, 'exit');
	await expect
		.poll(
			async () =>
				(
					await db.$client.query(
						`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
					)
				).rowCount,
			{ timeout: 60_000, interval: 50 },
		)
		.toBeGreaterThan(0);
	child.kill('SIGKILL');
	expect(await gone).toEqual([null, 'SIGKILL']);
	await holder.query('rollback');
	for (const one of [first, second]) {
		// Whatever has a removal is gone from every page; whatever has none is there whole.
		const removed = new Set(
			(await keptOf(db, one.id)).filter(({ removedAt }) => removedAt).map(({ kind }) => kind),
		);
		const { captions, ...rest } = await thereIs(one.id, one.film);
		if (!removed.has('captions')) expect(captions).toBe(true);
		expect(await captionLanguages(db, one.id)).toEqual(removed.has('captions') ? [] : ['en']);
		expect({ questions: rest.questions, registrations: rest.registrations, feedback: rest.feedback }).toEqual(
			{
				questions: !removed.has('questions'),
				registrations: !removed.has('registrations'),
				feedback: !removed.has('feedback'),
			},
		);
		// The film's file lies there still, and nobody can watch it.
		expect(await filesOf(one.film)).toBe(5);
		const watched = readRecording(db, nobody, one.slug, one.film).then(
			() => true,
			() => false,
		);
		expect(await watched).toBe(!removed.has('recording'));
		await readMeetingReport(db, nobody, one.slug);
	}
	await removeDue(db, new Date(farAway));
	await look();
	for (const one of [first, second]) {
		expect(Object.values(await thereIs(one.id, one.film))).toEqual([false, false, false, false, false]);
		expect(
			(await db.$client.query('select from question_acts where meeting_id = $1', [one.id])).rowCount,
		).toBe(0);
		expect(
			(
				await db.$client.query(
					'select from votes v join questions q on q.id = v.question_id where q.meeting_id = $1',
					[one.id],
				)
			).rowCount,
		).toBe(0);
	}
	expect((await db.$client.query('select from retention_removals where not is_swept')).rowCount).toBe(0);
});
