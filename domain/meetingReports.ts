// The report of a meeting that is over: what was asked, answered and promised, and how many came, for the page, the PDF and the JSON.
import type { ConcernState } from './concerns.ts';
import type { Feedback } from './feedback.ts';
import type { FollowupState } from './followups.ts';
import { momentPath } from './journeys.ts';
import type { Meeting } from './meetings.ts';
import type { Disposition, Question } from './questions.ts';
import type { Chapter, Recording } from './recordings.ts';
import type { Kept } from './retention.ts';

/** A published question and what became of it; `text` is empty once its words have been removed on their day. `votes` is null where the meeting does not show its totals. */
export type ReportedQuestion = Pick<
	Question,
	'number' | 'text' | 'askedBy' | 'votes' | 'answeredHow' | 'answeredBy' | 'answer' | 'concern'
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

/** Browsers that had the hall open, counted without names: most at once, and different ones. */
export type ReportedAttendance = {
	online: { peak: number; visitors: number };
	/** Null: areas are not asked for. */
	byArea: ShownGroups | null;
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
	attendance: ReportedAttendance;
	recordings: ReportedRecording[];
	/** What those who were there said of it; null where nobody did. */
	feedback: Feedback | null;
	/** Until when what belongs to it is kept, or was. */
	kept: Kept[];
};

export type Group = { name: string; count: number };
/** Groups that may be shown, and how many people the others have together; null where nothing is hidden. */
export type ShownGroups = { shown: Group[]; hidden: { groups: number; count: number } | null };

/** Smaller groups of people are not shown: a neighbour could be recognised in them. */
export const leastGroup = 10;

/**
 * Which groups of a whole may be shown. Small ones are hidden; and because the sum is known, the smallest of the others too, until
 * what is hidden is at least two groups that have `least` people together: else it could be computed from what is shown.
 */
export function shownGroups(groups: readonly Group[], least = leastGroup): ShownGroups {
	const bySize = groups.toSorted((a, b) => a.count - b.count || a.name.localeCompare(b.name));
	let hidden = bySize.filter(({ count }) => count < least).length;
	const sum = () => bySize.slice(0, hidden).reduce((all, { count }) => all + count, 0);
	if (hidden > 0) while (hidden < bySize.length && (hidden < 2 || sum() < least)) hidden++;
	const names = new Set(bySize.slice(hidden).map(({ name }) => name));
	return {
		shown: groups.filter(({ name }) => names.has(name)),
		hidden: hidden === 0 ? null : { groups: hidden, count: sum() },
	};
}

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
