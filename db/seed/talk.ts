// An evening of the demo town, as it is written down to be played.
import type { MeetingInput } from '#domain/meetings.ts';
import type { DeclineReason, Disposition } from '#domain/questions.ts';
import type { Minuted } from './minutes.ts';
import type { Polled } from './polls.ts';

type Outcome = { disposition: Disposition; note?: string };

export type Asked = {
	text: string;
	/** Who asked by name; nobody: anonymously. */
	by?: 'maria' | 'tom';
	votes?: number;
	labels?: string[];
	/** What was said while it was on air, line by line, as captions. */
	said?: string[];
	/** The place in the list of the question it was merged into. */
	mergedInto?: number;
	/** Where the question stands; published when left away. */
	now?:
		| 'submitted'
		| 'held'
		| 'on-air'
		| 'answered'
		| 'answered-in-writing'
		| 'answered-later'
		| 'declined'
		| 'deferred'
		| 'withdrawn'
		| 'carried-over';
	answer?: string;
	reason?: DeclineReason;
	note?: string;
	concern?: { title: string; outcome?: Outcome };
	/** For the report, where the state alone does not say it. */
	outcome?: Outcome;
};

export type Talk = {
	meeting: Omit<MeetingInput, 'startsAtLocal' | 'endsAtLocal' | 'timeZone'>;
	minutes: number;
	visitors: number;
	isOver: boolean;
	isReported: boolean;
	questions: Asked[];
	polls?: Polled[];
	/** Its minutes, where they were typed and published. */
	kept?: Minuted[];
};
export type PastTalk = Talk & { daysAgo: number; from: string };
