// Recordings of the stage: begun and ended by the server while the hall shows that it records; removed by moderators or by their date.
import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { isPublic } from '#domain/questions.ts';
import { chaptersOf, removeRecordingInput, type Chapter, type Recording } from '#domain/recordings.ts';
import type { Database, Reader } from './client.ts';
import { command } from './command.ts';
import { readMeeting } from './meetings.ts';
import { keptDays } from './retention.ts';
import { questions, recordings } from './schema/index.ts';

type RecordingRow = typeof recordings.$inferSelect;

/** Notes that a recording begins now. @param keepDays how many days after today, in the meeting's calendar, it may be watched */
export async function beginRecording(db: Database, meetingId: string, keepDays?: number): Promise<string> {
	const days = keepDays ?? (await keptDays(db)).recording;
	const today = sql`(select (now() at time zone m.time_zone)::date from meetings m where m.id = ${meetingId})`;
	const [row] = await db
		.insert(recordings)
		.values({ meetingId, keepUntil: sql`${today} + ${days}::int` })
		.returning({ id: recordings.id });
	return row!.id;
}

/** A recording is over; its film is still to be made. */
export async function endRecording(db: Database, id: string): Promise<void> {
	await db
		.update(recordings)
		.set({ state: 'recorded' })
		.where(and(eq(recordings.id, id), eq(recordings.state, 'recording')));
}

/** Recordings whose film is still to be made, oldest first. `isGoing`: their recorder has not said that it has ended. */
export async function unfinishedRecordings(db: Database): Promise<{ id: string; isGoing: boolean }[]> {
	const rows = await db
		.select({ id: recordings.id, state: recordings.state })
		.from(recordings)
		.where(inArray(recordings.state, ['recording', 'recorded']))
		.orderBy(asc(recordings.startedAt));
	return rows.map(({ id, state }) => ({ id, isGoing: state === 'recording' }));
}

/** The film is there; null: nothing was recorded, so there was no recording. */
export async function finishRecording(
	db: Database,
	id: string,
	film: { seconds: number; bytes: number } | null,
): Promise<void> {
	if (!film) await db.delete(recordings).where(unfinished(id));
	else
		await db
			.update(recordings)
			.set({ state: 'ready', ...film })
			.where(unfinished(id));
}

/** The film could not be made. */
export async function failRecording(db: Database, id: string): Promise<void> {
	await db.update(recordings).set({ state: 'failed' }).where(unfinished(id));
}

/** Which of these recordings were removed: their files are to go. */
export async function removedRecordings(db: Database, ids: string[]): Promise<string[]> {
	if (ids.length === 0) return [];
	const rows = await db
		.select({ id: recordings.id })
		.from(recordings)
		.where(and(inArray(recordings.id, ids), eq(recordings.state, 'removed')));
	return rows.map(({ id }) => id);
}

/** Removes a recording for good, with a reason that everybody can read. @throws Refusal not-found, forbidden */
export const removeRecording = command(removeRecordingInput, async (work, { recordingId, reason }) => {
	authorize(work.actor, 'recording:remove');
	const [known] = await work.tx.select().from(recordings).where(eq(recordings.id, recordingId)).for('update');
	if (!known || known.state === 'recording') throw new Refusal('not-found');
	if (known.state === 'removed') return;
	await work.tx
		.update(recordings)
		.set({ state: 'removed', removedAt: sql`now()`, removedBecause: reason })
		.where(eq(recordings.id, recordingId));
	await work.tx.execute(sql`select pg_notify('recordings', ${recordingId})`);
	work.note('recording:remove', `recording:${recordingId}`, { reason });
});

/** The recordings of a meeting with their chapters, oldest first. */
export async function recordingsOf(
	db: Reader,
	meetingId: string,
): Promise<(Recording & { chapters: Chapter[] })[]> {
	const rows = await db
		.select()
		.from(recordings)
		.where(eq(recordings.meetingId, meetingId))
		.orderBy(asc(recordings.startedAt));
	if (rows.length === 0) return [];
	const asked = await db
		.select({
			at: questions.onAirAt,
			questionId: questions.id,
			number: questions.number,
			text: questions.text,
			state: questions.state,
		})
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), isNotNull(questions.onAirAt)));
	const onAir = asked
		.filter(isPublic)
		.map(({ at, questionId, number, text }) => ({ at: at!.getTime(), questionId, number, text }));
	return rows.map((row) => {
		const film = { startedAt: row.startedAt.getTime(), seconds: row.seconds ?? 0 };
		return { ...recordingView(row), chapters: row.state === 'ready' ? chaptersOf(film, onAir) : [] };
	});
}

/** A recording that can be watched. @throws Refusal not-found */
export async function readRecording(
	db: Reader,
	actor: Actor,
	slug: string,
	id: string,
): Promise<Recording & { meetingId: string }> {
	const { row: meeting } = await readMeeting(db, actor, slug);
	const [row] = await db
		.select()
		.from(recordings)
		.where(and(eq(sql`${recordings.id}::text`, id), eq(recordings.meetingId, meeting.id)));
	if (row?.state !== 'ready') throw new Refusal('not-found');
	return { ...recordingView(row), meetingId: meeting.id };
}

/** One that was removed meanwhile stays removed. */
const unfinished = (id: string) =>
	and(eq(recordings.id, id), inArray(recordings.state, ['recording', 'recorded']));

function recordingView(row: RecordingRow): Recording {
	const { id, state, seconds, bytes, keepUntil, removedBecause } = row;
	return {
		...{ id, state, seconds, bytes, keepUntil, removedBecause },
		startedAt: row.startedAt.toISOString(),
		removedAt: row.removedAt?.toISOString() ?? null,
	};
}
