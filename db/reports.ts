// Reporting back: every question and concern of a meeting gets its outcome, then the books are closed.
import { and, asc, eq, inArray } from 'drizzle-orm';
import * as v from 'valibot';
import type { Concern } from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import type { Meeting } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { publicStates, type Disposition, type Question } from '#domain/questions.ts';
import { sumUpAttendance } from './attendance.ts';
import type { Reader } from './client.ts';
import { command } from './command.ts';
import { concernsToReport } from './concerns.ts';
import { lockMeeting, move, readMeeting, type MeetingRow } from './meetings.ts';
import { publicQuestion, type QuestionRow } from './questions.ts';
import { questions } from './schema/index.ts';

/** A public question and what became of it; null where that is not decided, or not published yet. */
export type QuestionWithOutcome = Question & {
	disposition: Disposition | null;
	dispositionNote: string | null;
};

/** Public questions of a meeting in the order of their numbers. Outcomes are public once the meeting is reported. */
export async function questionsWithOutcomes(db: Reader, meeting: MeetingRow): Promise<QuestionWithOutcome[]> {
	const rows = await publicRows(db, meeting.id);
	return rows.map((row) => ({
		...publicQuestion(row, meeting),
		disposition: meeting.state === 'reported' ? outcomeOf(row) : null,
		dispositionNote: meeting.state === 'reported' ? row.dispositionNote : null,
	}));
}

export type Report = {
	meeting: Meeting;
	questions: QuestionWithOutcome[];
	concerns: Concern[];
	/** How many of both have no outcome yet. */
	open: number;
};

/** What a moderator works through after a meeting. @throws Refusal not-found, or for who may not */
export async function readReport(db: Reader, actor: Actor, slug: string): Promise<Report> {
	authorize(actor, 'meeting:report');
	const { row, meeting } = await readMeeting(db, actor, slug);
	const rows = await publicRows(db, row.id);
	const found = rows
		.filter(({ state }) => state !== 'merged')
		.map((row) => ({
			...publicQuestion(row, { totalsHidden: false }),
			disposition: outcomeOf(row),
			dispositionNote: row.dispositionNote,
		}));
	const concerns = await concernsToReport(db, row.id);
	return {
		meeting,
		questions: found,
		concerns,
		// What was merged has the outcome of the concern it was merged into.
		open: [...found, ...concerns].filter(({ disposition, state }) => !disposition && state !== 'merged')
			.length,
	};
}

/**
 * Closes the books: every published question and captured concern needs an outcome first. Attendance becomes three sums.
 * @throws Refusal report-incomplete, meeting-state
 */
export const reportMeeting = command(
	v.object({ meetingId: v.pipe(v.string(), v.uuid()) }),
	async (work, { meetingId }) => {
		authorize(work.actor, 'meeting:report');
		const { tx } = work;
		const { state } = await lockMeeting(tx, meetingId);
		if (state === 'ended' && (await hasOpenOutcomes(tx, meetingId))) throw new Refusal('report-incomplete');
		if (!(await move(work, meetingId, 'reported', () => ({ reportedAt: new Date() })))) return;
		await sumUpAttendance(tx, meetingId);
		work.note('meeting:report', `meeting:${meetingId}`);
	},
);

async function hasOpenOutcomes(db: Reader, meetingId: string): Promise<boolean> {
	const rows = await publicRows(db, meetingId);
	const concerns = await concernsToReport(db, meetingId);
	return (
		rows.some((row) => row.state !== 'merged' && outcomeOf(row) === null) ||
		concerns.some(({ disposition, state }) => disposition === null && state !== 'merged')
	);
}

/** The outcome that was given, or the one that the question's state already is. */
function outcomeOf({ state, disposition }: QuestionRow): Disposition | null {
	if (disposition) return disposition;
	return state === 'answered' || state === 'carried-over' ? state : null;
}

async function publicRows(db: Reader, meetingId: string): Promise<QuestionRow[]> {
	return db
		.select()
		.from(questions)
		.where(and(eq(questions.meetingId, meetingId), inArray(questions.state, publicStates)))
		.orderBy(asc(questions.number));
}
