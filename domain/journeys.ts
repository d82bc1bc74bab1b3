// A journey: everything that happened from the first question or pin to the residents' word on whether it is fixed, in one line of time.
import type { ConcernSourceKind, ConcernState, DeclineCode } from './concerns.ts';
import type { Answers, FollowupState } from './followups.ts';

/** Where something was said: a meeting, and the second of it where that is known. `film`: a recording shows it. */
export type Moment = { slug: string; title: string; second: number | null; film: boolean };

type At = { at: string };
type OfConcern = At & { concern: string };
type OfFollowup = At & { followup: string };

/** What a promise says, by the names of the fields. */
export const promiseWords = ['title', 'description', 'successMeasure'] as const;
export type PromiseWord = (typeof promiseWords)[number];
export type PromiseChange = { name: PromiseWord; before: string; after: string };

/** One step, with the public words of it. Days are `2026-11-25`, moments ISO 8601 in UTC. */
export type Step =
	| (OfConcern & {
			kind: 'said';
			source: ConcernSourceKind;
			words: string;
			moment: Moment | null;
			place: string | null;
	  })
	| (OfConcern & { kind: 'captured'; title: string })
	| (OfConcern & {
			kind: 'concern-moved';
			to: ConcernState;
			/** By a person of the city; otherwise it follows from its follow-ups or the residents' answers. */
			byCity: boolean;
			text: string;
			reason: DeclineCode | null;
			agency: string | null;
			reference: string | null;
	  })
	| (OfConcern & { kind: 'merged' | 'parted'; other: string })
	| (OfFollowup & { kind: 'proposed' })
	| (OfFollowup & {
			kind: 'moved';
			from: FollowupState;
			to: FollowupState;
			byCity: boolean;
			text: string;
			reviewOn: string | null;
			/** With a promise. */
			dueOn: string | null;
			unit: string | null;
			photos: string[];
			/** What residents said of the claim that this ends. */
			answers: Answers | null;
	  })
	| (OfFollowup & { kind: 'due-changed'; before: string; after: string; text: string })
	/** What a promise says was changed. */
	| (OfFollowup & { kind: 'changed'; changes: PromiseChange[] })
	/** Titles of milestones, one a line. */
	| (OfFollowup & { kind: 'reached'; text: string })
	| (OfFollowup & { kind: 'update'; id: string; text: string; photos: string[] });
export type StepKind = Step['kind'];

/** What comes before what when it was written at the same moment: an answer before the promise, what follows from it afterwards. */
function rankOf(step: Step): number {
	const order: StepKind[] = [
		'said',
		'captured',
		'concern-moved',
		'merged',
		'parted',
		'proposed',
		'due-changed',
		'changed',
		'reached',
		'update',
		'moved',
	];
	const isAfterAll = step.kind === 'concern-moved' && step.to !== 'acknowledged';
	return isAfterAll ? order.length : order.indexOf(step.kind);
}

/** In the order in which things happened. */
export function inTime(steps: readonly Step[]): Step[] {
	return steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || rankOf(a) - rankOf(b));
}

/** The address of a moment: the film where there is one, else the meeting. */
export const momentPath = ({ slug, second, film }: Moment): string =>
	film && second !== null ? `/meetings/${slug}?at=${second}#recordings` : `/meetings/${slug}`;

export const followupPhotoPath = (number: string, photoId: string) =>
	`/followups/${number}/photos/${photoId}.webp`;
