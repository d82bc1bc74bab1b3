// The replay of a meeting that is over: its events, with what is public of them now; and its board and map as they stood at a moment.
import { and, asc, desc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { documentName, type DocumentPlace } from '#domain/documents.ts';
import { Refusal } from '#domain/errors.ts';
import { hallRoom, mapRoom, type RoomEvent } from '#domain/events.ts';
import { hasReport } from '#domain/meetingReports.ts';
import type { Actor } from '#domain/people.ts';
import { replayOf, type Replay } from '#domain/replay.ts';
import { captionsOf } from './captions.ts';
import type { Database, Reader } from './client.ts';
import { lastSeqs } from './events.ts';
import { readMeeting, type MeetingRow } from './meetings.ts';
import { publishedMinutes } from './minutes.ts';
import { publicPolls } from './pollReads.ts';
import { publicQuestions } from './questions.ts';
import { recordingsOf } from './recordings.ts';
import { events, mapRounds, retentionRemovals } from './schema/index.ts';

/** A meeting that can be replayed. @throws Refusal not-found, also for one that is not over or was called off */
export async function replayedMeeting(db: Reader, actor: Actor, slug: string) {
	const { row, meeting } = await readMeeting(db, actor, slug);
	if (!hasReport(meeting)) throw new Refusal('not-found');
	return { row, meeting };
}

/**
 * What a replay is made from has changed when this has: everything in it is announced in the hall, but for its films and for what was
 * removed on its day. Much cheaper than the replay itself.
 */
export async function replayStamp(db: Reader, row: Pick<MeetingRow, 'id' | 'title'>): Promise<string> {
	const seen = await lastSeqs(db, [hallRoom(row.id)]);
	const films = await recordingsOf(db, row.id);
	const removed = await db
		.select({
			kind: retentionRemovals.kind,
			at: retentionRemovals.removedAt,
			isSwept: retentionRemovals.isSwept,
		})
		.from(retentionRemovals)
		.where(eq(retentionRemovals.meetingId, row.id))
		.orderBy(asc(retentionRemovals.kind));
	return JSON.stringify([row.title, seen, films.map(({ id, state }) => [id, state]), removed]);
}

/** The replay of a meeting, the same for everybody. @throws Refusal not-found */
export async function readReplay(db: Database, actor: Actor, slug: string): Promise<Replay> {
	return db.transaction(
		async (tx) => {
			const { row, meeting } = await replayedMeeting(tx, actor, slug);
			const mapChanges: number[] = [];
			for (const { id } of await roundsDuring(tx, row))
				mapChanges.push(...(await changesOf(tx, { kind: 'map', id }, row)));
			return replayOf({
				meeting,
				events: await eventsUntilTheEnd(tx, row),
				questions: await publicQuestions(tx, row),
				polls: await publicPolls(tx, row.id),
				captions: await captionsOf(tx, row.id),
				recordings: await recordingsOf(tx, row.id),
				minutes: (await publishedMinutes(tx, meeting, []))?.items ?? [],
				boardChanges: await changesOf(tx, { kind: 'board', id: row.id }, row),
				mapChanges,
			});
		},
		// All parts as of one moment: what is taken away meanwhile is in all of them or in none.
		{ isolationLevel: 'repeatable read', accessMode: 'read only' },
	);
}

const replayed: RoomEvent['type'][] = [
	'meeting:changed',
	'question:changed',
	'question:removed',
	'question:counted',
	'poll:opened',
	'poll:progress',
	'poll:closed',
	'poll:results',
	'poll:changed',
];

/** What the hall was told until the meeting had ended, that included. */
async function eventsUntilTheEnd(tx: Reader, row: MeetingRow): Promise<RoomEvent[]> {
	const room = hallRoom(row.id);
	// What ends a meeting is told in one transaction, and so at the same instant.
	const [end] = await tx
		.select({ at: sql<string | null>`min(${events.at})::text` })
		.from(events)
		.where(
			and(
				eq(events.room, room),
				eq(events.type, 'meeting:changed'),
				sql`${events.payload}->'meeting'->>'state' = 'ended'`,
			),
		);
	const until = end?.at ?? row.endedAt?.toISOString() ?? null;
	const rows = await tx
		.select()
		.from(events)
		.where(
			and(
				eq(events.room, room),
				inArray(events.type, replayed),
				until === null ? undefined : sql`${events.at} <= ${until}::timestamptz`,
			),
		)
		.orderBy(asc(events.seq));
	return rows.map((one) => ({ ...one, at: one.at.toISOString() }) as RoomEvent);
}

/** The rounds of the map that were open while a meeting was live, the last first. */
export async function roundsDuring(db: Reader, { wentLiveAt, endedAt }: MeetingRow) {
	if (!wentLiveAt) return [];
	return db
		.select({ id: mapRounds.id, openedAt: mapRounds.openedAt, closedAt: mapRounds.closedAt })
		.from(mapRounds)
		.where(
			and(
				endedAt ? lte(mapRounds.openedAt, endedAt) : sql`${mapRounds.openedAt} is not null`,
				or(isNull(mapRounds.closedAt), gt(mapRounds.closedAt, wentLiveAt)),
			),
		)
		.orderBy(desc(mapRounds.openedAt));
}

/**
 * When a document, or what is counted of it, was changed until a meeting had ended: the last change of each second, milliseconds
 * since 1970.
 */
async function changesOf(
	tx: Reader,
	{ kind, id }: DocumentPlace,
	{ endedAt }: MeetingRow,
): Promise<number[]> {
	const [room, type] = kind === 'board' ? [hallRoom(id), 'card:facts'] : [mapRoom(id), 'pin:facts'];
	const until = endedAt?.toISOString() ?? 'infinity';
	const { rows } = await tx.execute<{ at: number }>(sql`
		select extract(epoch from max(at))::float8 * 1000 as at from (
			select at from document_updates where document = ${documentName({ kind, id })}
			union all select at from events where room = ${room} and type = ${type}
		) changes where at <= ${until}::timestamptz group by date_trunc('second', at) order by 1`);
	// PostgreSQL keeps microseconds, a replay milliseconds: the change itself is within.
	return rows.map(({ at }) => Math.ceil(at));
}
