// The report of a meeting that is over, read once for all its outputs: they cannot say different things.
import type { Concern } from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import { isOverdue, type Followup } from '#domain/followups.ts';
import {
	hasReport,
	momentsIn,
	reportedPolls,
	type MeetingReport,
	type ReportedConcern,
	type ReportedPromise,
	type ReportedQuestion,
} from '#domain/meetingReports.ts';
import type { Actor } from '#domain/people.ts';
import { inOrder } from '#domain/questions.ts';
import { publicAttendance } from './attendance.ts';
import type { Database } from './client.ts';
import { concernsOf } from './concerns.ts';
import { feedbackOf } from './feedbackReads.ts';
import { followupsOf } from './followupReads.ts';
import { readMeeting } from './meetings.ts';
import { publishedMinutes } from './minutes.ts';
import { today } from './numbers.ts';
import { publicPolls } from './pollReads.ts';
import { recordingsOf } from './recordings.ts';
import { questionsWithOutcomes, type QuestionWithOutcome } from './reports.ts';
import { keptOf } from './retention.ts';

/** The same for everybody, moderators too. @throws Refusal not-found, also for a meeting that is not over or was called off */
export async function readMeetingReport(db: Database, actor: Actor, slug: string): Promise<MeetingReport> {
	return db.transaction(
		async (tx) => {
			const { row, meeting } = await readMeeting(tx, actor, slug);
			if (!hasReport(meeting)) throw new Refusal('not-found');
			const films = await recordingsOf(tx, row.id);
			const moments = momentsIn(meeting, films);
			const asked = await questionsWithOutcomes(tx, row);
			const { title, description, startsAt, endsAt, wentLiveAt, endedAt } = meeting;
			const { timeZone, placeKind, place, languages, totalsHidden } = meeting;
			return {
				meeting: {
					...{ slug, title, description, startsAt, endsAt, wentLiveAt, endedAt },
					...{ timeZone, placeKind, place, languages, totalsHidden },
				},
				reportedAt: row.reportedAt?.toISOString() ?? null,
				questions: reported(asked, endsAt, moments.questions),
				concerns: (await concernsOf(tx, row.id)).map(reportedConcern),
				promises: (await followupsOf(tx, { meetingId: row.id })).map(reportedPromise),
				polls: reportedPolls(await publicPolls(tx, row.id)),
				attendance: await publicAttendance(tx, row.id),
				recordings: moments.films,
				minutes: await publishedMinutes(tx, meeting, films),
				feedback: await feedbackOf(tx, row),
				kept: await keptOf(tx, row.id),
			};
		},
		// All parts as of one moment: an outcome that is published meanwhile is in all of them or in none.
		{ isolationLevel: 'repeatable read', accessMode: 'read only' },
	);
}

/** Most wanted first, as the meeting's page has them; in the order they were asked in where totals are hidden. */
function reported(
	questions: QuestionWithOutcome[],
	endsAt: string,
	moments: Map<string, string>,
): ReportedQuestion[] {
	const shown = questions.filter(({ state }) => state !== 'merged');
	return inOrder(shown, 'top', Date.parse(endsAt)).map((question) => {
		const { number, text, askedBy, channel, votes, votesElsewhere } = question;
		const { state, answeredHow, answeredBy, answer, concern } = question;
		const soFar = state === 'answered' || state === 'carried-over' ? state : null;
		return {
			...{ number, text, askedBy, channel, votes, votesElsewhere, answeredHow, answeredBy, answer, concern },
			outcome: question.disposition ?? soFar,
			outcomeNote: question.dispositionNote,
			alsoAsked: questions.filter(({ mergedInto }) => mergedInto === question.id).map((other) => other.text),
			moment: moments.get(question.id) ?? null,
		};
	});
}

function reportedConcern({ number, title, state, disposition, dispositionNote }: Concern): ReportedConcern {
	return { number, title, state, outcome: disposition, outcomeNote: dispositionNote };
}

function reportedPromise(followup: Followup): ReportedPromise {
	const { number, title, state, unit, dueOn, firstDueOn, percent } = followup;
	const isLate = isOverdue(followup, today());
	return { number, title, state, unit, dueOn, firstDueOn, percent, isLate };
}
