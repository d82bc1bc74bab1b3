// What a concern is: something residents said, with a number, from the hall to the kept promise.
import * as v from 'valibot';
import { dispositions, type Disposition } from './questions.ts';

export const concernStates = [
	'published',
	'acknowledged',
	'accepted',
	'declined',
	'referred',
	'in-progress',
	'resolved',
	'confirmed',
	'reopened',
	'merged',
] as const;
export type ConcernState = (typeof concernStates)[number];

/** A concern as everybody sees it. */
export type Concern = {
	id: string;
	number: string;
	title: string;
	state: ConcernState;
	capturedAt: string;
	/** Where it was said. */
	meeting: { slug: string; title: string } | null;
	question: { id: string; number: number; text: string } | null;
	/** What the report of the meeting says became of it; null until the meeting is reported. */
	disposition: Disposition | null;
	dispositionNote: string | null;
};

export const concernDispositionInput = v.object({
	number: v.pipe(v.string(), v.regex(/^PL-\d{4}-\d{5,}$/)),
	disposition: v.picklist(dispositions),
	note: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500))),
});

/** `PL-2026-00123`: the year it was captured (in the city's zone) and a count within the year. */
export function concernNumber(year: number, count: number): string {
	return `PL-${year}-${String(count).padStart(5, '0')}`;
}
