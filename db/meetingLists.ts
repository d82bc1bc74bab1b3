// Lists of meetings: what is on, what comes, what has been, and what calendars and feed readers take.
import { and, asc, desc, eq, gt, inArray, lte, ne, or, sql, type SQL } from 'drizzle-orm';
import type { ListedMeeting } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { publicStates } from '#domain/questions.ts';
import type { Reader } from './client.ts';
import { meetings } from './schema/index.ts';

export type MeetingRow = typeof meetings.$inferSelect;

/** Meetings on one page of those that have been. */
export const pastPageSize = 20;

const inProgress = eq(meetings.state, 'live');

/** Live now, and to come by their start. A cancelled meeting stays until its time has passed. */
export async function currentMeetings(
	db: Reader,
	now = new Date(),
): Promise<{ live: ListedMeeting[]; upcoming: ListedMeeting[] }> {
	const rows = await listed(db)
		.where(or(inProgress, isToCome(now)))
		.orderBy(asc(meetings.startsAt), asc(meetings.id))
		.limit(200);
	const shown = rows.map(view);
	return {
		live: shown.filter(({ state }) => state === 'live'),
		upcoming: shown.filter(({ state }) => state !== 'live'),
	};
}

/**
 * Meetings that are over, newest first; also those that were never held.
 * @param page from 1; a page that is not there is empty
 */
export async function pastMeetings(
	db: Reader,
	{ page = 1, size = pastPageSize, now = new Date() }: { page?: number; size?: number; now?: Date } = {},
): Promise<{ meetings: ListedMeeting[]; page: number; pages: number }> {
	const isOver = hasBeen(now);
	const count = await db.$count(meetings, isOver);
	const rows = await listed(db)
		.where(isOver)
		.orderBy(desc(meetings.startsAt), asc(meetings.id))
		.limit(size)
		.offset((page - 1) * size);
	return { meetings: rows.map(view), page, pages: Math.max(1, Math.ceil(count / size)) };
}

/** When the last meeting before a moment ended; sixty days before it where there was none. */
export async function lastEnd(db: Reader, before: Date): Promise<Date> {
	const [last] = await db
		.select({ at: meetings.endedAt })
		.from(meetings)
		.where(and(inArray(meetings.state, ['ended', 'reported']), lte(meetings.endedAt, before)))
		.orderBy(desc(meetings.endedAt))
		.limit(1);
	return last?.at ?? new Date(before.getTime() - 60 * 86_400_000);
}

/** Drafts, for those who write them. @throws Refusal for anybody else */
export async function draftMeetings(db: Reader, actor: Actor): Promise<ListedMeeting[]> {
	authorize(actor, 'meeting:edit');
	const rows = await listed(db).where(eq(meetings.state, 'draft')).orderBy(asc(meetings.startsAt)).limit(500);
	return rows.map(view);
}

/** What a calendar that follows the city shows: everything announced that is at most 400 days old, cancelled ones too. */
export async function calendarMeetings(db: Reader, now = new Date()): Promise<MeetingRow[]> {
	const since = new Date(now.getTime() - 400 * 86_400_000);
	return db
		.select()
		.from(meetings)
		.where(and(ne(meetings.state, 'draft'), gt(meetings.endsAt, since)))
		.orderBy(asc(meetings.startsAt))
		.limit(1000);
}

/** What is new for feed readers: announced meetings, the last changed first. */
export async function changedMeetings(db: Reader): Promise<MeetingRow[]> {
	return db
		.select()
		.from(meetings)
		.where(ne(meetings.state, 'draft'))
		.orderBy(desc(meetings.updatedAt))
		.limit(50);
}

function isToCome(now: Date): SQL | undefined {
	return or(
		and(eq(meetings.state, 'scheduled'), gt(meetings.endsAt, halfADayBefore(now))),
		and(eq(meetings.state, 'cancelled'), gt(meetings.endsAt, now)),
	);
}

function hasBeen(now: Date): SQL | undefined {
	return or(
		inArray(meetings.state, ['ended', 'reported']),
		and(eq(meetings.state, 'scheduled'), lte(meetings.endsAt, halfADayBefore(now))),
		and(eq(meetings.state, 'cancelled'), lte(meetings.endsAt, now)),
	);
}

/** The same border as `isMissed` in domain/meetings.ts. */
const halfADayBefore = (now: Date) => new Date(now.getTime() - 12 * 3_600_000);

function listed(db: Reader) {
	const shown = publicStates.filter((state) => state !== 'merged');
	// Written out: in a query on one table drizzle leaves the tables' names away, and the inner id would be the question's own.
	const count = (states: readonly string[]) =>
		sql<number>`(select count(*)::int from questions q where q.meeting_id = meetings.id and q.state = any(${sql.param(states)}::text[]))`;
	return db
		.select({ meeting: meetings, questions: count(shown), answered: count(['answered']) })
		.from(meetings)
		.$dynamic();
}

function view({
	meeting,
	questions,
	answered,
}: {
	meeting: MeetingRow;
	questions: number;
	answered: number;
}): ListedMeeting {
	const { id, slug, title, description, state, timeZone, placeKind, place, languages, cancelReason } =
		meeting;
	return {
		...{
			id,
			slug,
			title,
			description,
			state,
			timeZone,
			placeKind,
			place,
			languages,
			cancelReason,
			questionsOpen: meeting.questionsOpen,
			questions,
			answered,
		},
		startsAt: meeting.startsAt.toISOString(),
		endsAt: meeting.endsAt.toISOString(),
		questionsFrom: meeting.questionsFrom?.toISOString() ?? null,
	};
}
