// The report of a meeting that is over: what was asked, answered and promised, and how many came, for the page, the PDF and the JSON.
import type { ReportedAttendance } from './attendance.ts';
import type { Channel } from './channels.ts';
import type { ConcernState } from './concerns.ts';
import type { FollowupState } from './followups.ts';
import { momentPath } from './journeys.ts';
import type { Meeting } from './meetings.ts';
import { silentIn, type Poll, type PollForm } from './polls.ts';
import type { Disposition, Question } from './questions.ts';
import type { Chapter, Recording } from './recordings.ts';

/** A published question and what became of it. `votes` is null where the meeting does not show its totals. */
export type ReportedQuestion = Pick<
	Question,
	| 'number'
	| 'text'
	| 'askedBy'
	| 'channel'
	| 'votes'
	| 'votesElsewhere'
	| 'answeredHow'
	| 'answeredBy'
	| 'answer'
	| 'concern'
> & {
	/** Null until the city has reported back, but for what was answered or carried over that evening. */
	outcome: Disposition | null;
	outcomeNote: string | null;
	/** The words of the questions that were merged into it. */
	alsoAsked: string[];
	/** The path of the moment in the film. */
	moment: string | null;
};
export type ReportedConcern = {
	number: string;
	title: string;
	state: ConcernState;
	outcome: Disposition | null;
	outcomeNote: string | null;
};
/** A promise as it stands now. Days as in `2026-11-30`. */
export type ReportedPromise = {
	number: string;
	title: string;
	state: FollowupState;
	unit: string | null;
	dueOn: string | null;
	firstDueOn: string | null;
	percent: number | null;
	/** Its day has gone by without its being done. */
	isLate: boolean;
};
/** A film that can be watched; `path` leads to its beginning. */
export type ReportedRecording = { startedAt: string; seconds: number; keepUntil: string; path: string };

/** A poll that was held: what was asked, how many answered, and its result where everybody may see it. */
export type ReportedPoll = PollForm &
	Pick<Poll, 'number' | 'openedAt' | 'closedAt' | 'voted' | 'present' | 'result' | 'concern'> & {
		/** How many of those who were there have not answered; null where it is not known how many were. */
		silent: number | null;
	};

/** Everything that all three outputs are made from. A new section is one more field here. */
export type MeetingReport = {
	meeting: Pick<
		Meeting,
		| 'slug'
		| 'title'
		| 'description'
		| 'startsAt'
		| 'endsAt'
		| 'wentLiveAt'
		| 'endedAt'
		| 'timeZone'
		| 'placeKind'
		| 'place'
		| 'languages'
		| 'totalsHidden'
	>;
	/** When the city closed the books; null while outcomes are still being decided. */
	reportedAt: string | null;
	questions: ReportedQuestion[];
	concerns: ReportedConcern[];
	promises: ReportedPromise[];
	polls: ReportedPoll[];
	attendance: ReportedAttendance;
	recordings: ReportedRecording[];
};

/** Whether a meeting has a report: it was held and is over. */
export const hasReport = ({ state }: Pick<Meeting, 'state'>): boolean =>
	state === 'ended' || state === 'reported';

/** Where each question is heard in the films of a meeting, by its id; and where each film that is there begins. */
export function momentsIn(
	meeting: Pick<Meeting, 'slug' | 'title' | 'wentLiveAt'>,
	recordings: readonly (Recording & { chapters: Chapter[] })[],
): { questions: Map<string, string>; films: ReportedRecording[] } {
	const questions = new Map<string, string>();
	const films: ReportedRecording[] = [];
	for (const { state, startedAt, seconds, keepUntil, chapters } of recordings) {
		if (state !== 'ready' || !meeting.wentLiveAt) continue;
		const begin = (Date.parse(startedAt) - Date.parse(meeting.wentLiveAt)) / 1_000;
		const path = (second: number) =>
			momentPath({ ...meeting, second: Math.max(0, Math.floor(begin + second)), film: true });
		films.push({ startedAt, seconds: seconds ?? 0, keepUntil, path: path(0) });
		for (const chapter of chapters)
			if (!questions.has(chapter.questionId)) questions.set(chapter.questionId, path(chapter.seconds));
	}
	return { questions, films };
}

/** Polls of a meeting that is over as its report has them; the caller hands over what everybody may see. */
export function reportedPolls(polls: readonly Poll[]): ReportedPoll[] {
	return polls
		.filter(({ state }) => state === 'closed')
		.map((poll) => {
			const { kind, question, options, most, scale, number, openedAt, closedAt } = poll;
			const { voted, present, result, concern } = poll;
			return {
				...{ number, kind, question, options, most, scale, openedAt, closedAt },
				...{ voted, present, silent: silentIn(poll), result, concern },
			};
		});
}

/** How many of the questions in a report came in which way. */
export function byChannel(questions: readonly Pick<Question, 'channel'>[]): Record<Channel, number> {
	const count = (wanted: Channel) => questions.filter(({ channel }) => channel === wanted).length;
	return { online: count('online'), room: count('room'), phone: count('phone'), paper: count('paper') };
}

/** What the desk is told of sending a report: how many letters it will be, or how many it were and when. */
export type ReportSending = { readers: number; sentAt: string | null };
