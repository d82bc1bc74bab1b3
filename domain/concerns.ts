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

/**
 * From where a concern can be moved to where. Whatever is not listed is refused, by the database too; a merge is taken back to how the
 * concern stood before.
 */
export const concernMoves: Record<ConcernState, readonly ConcernState[]> = {
	published: ['acknowledged', 'merged'],
	acknowledged: ['accepted', 'declined', 'referred', 'merged'],
	accepted: ['in-progress', 'merged'],
	'in-progress': ['resolved', 'merged'],
	resolved: ['confirmed', 'reopened', 'merged'],
	confirmed: ['reopened'],
	reopened: ['in-progress', 'merged'],
	declined: [],
	referred: [],
	merged: ['published', 'acknowledged', 'accepted', 'in-progress', 'resolved', 'reopened'],
};

/** Somebody has still to do something about it. */
export const openConcernStates = [
	'published',
	'acknowledged',
	'accepted',
	'in-progress',
	'reopened',
] as const satisfies ConcernState[];

/** The city has answered that it does nothing itself: there nothing else is kept along. */
export const turnedAwayStates: readonly ConcernState[] = ['declined', 'referred'];

/** Why the city does not take something on. */
export const declineCodes = [
	'not-possible',
	'not-legal',
	'no-means',
	'done-already',
	'unclear',
	'other',
] as const;
export type DeclineCode = (typeof declineCodes)[number];

/** What concerns and follow-ups are about. */
export const topics = [
	'traffic',
	'lighting',
	'crime',
	'noise',
	'public-space',
	'youth',
	'policing',
	'other',
] as const;
export type Topic = (typeof topics)[number];

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

/** A concern with all that its page shows. */
export type ConcernPage = Concern & {
	/** What it was made of, with its author's own words: also of those that were merged into it. */
	sources: ConcernSource[];
	/** How many people support any of it, each counted once in a meeting and once on a map. */
	supporters: number;
	/** The concern that this one was merged into. */
	mergedInto: { number: string; title: string; at: string } | null;
	/** Concerns that were merged into this one. */
	merged: { number: string; title: string; at: string }[];
};

export const concernSourceKinds = ['question', 'card', 'pin', 'caption', 'poll', 'staff'] as const;
export type ConcernSourceKind = (typeof concernSourceKinds)[number];

/** Something that a concern was made of. */
export type ConcernSource = {
	kind: ConcernSourceKind;
	id: string;
	/** As they were written when it became a concern. */
	words: string;
	/** Seconds since its meeting went live, where that is known. */
	at: number | null;
	/** The number of the concern that it made: another one where that was merged into this. */
	concern: string;
	meeting: { slug: string; title: string } | null;
};

/** So long a merge can be taken back. */
export const unmergeDays = 30;

const number = v.pipe(
	v.string(),
	v.trim(),
	v.transform((text) => text.toUpperCase()),
	v.regex(/^PL-\d{4}-\d{5,}$/),
);
export const concernInput = v.object({ number });
const sentence = v.pipe(v.string(), v.trim(), v.minLength(3), v.maxLength(1_000));
/** The first human answer: public words. */
export const acknowledgeInput = v.object({ number, text: sentence });
export const declineConcernInput = v.object({ number, reason: v.picklist(declineCodes), text: sentence });
export const referInput = v.object({
	number,
	agency: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(120)),
	/** Theirs, such as a case number. */
	reference: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(120)), ''),
	text: sentence,
});
export const reopenConcernInput = v.object({ number, text: sentence });
const taken = {
	ownerId: v.nullable(v.string()),
	topic: v.nullable(v.picklist(topics)),
	areaId: v.nullable(v.pipe(v.string(), v.uuid())),
};
export const takeConcernInput = v.object({
	number,
	...taken,
	/** What whoever decides had before them: what they left as it was is not written over what others have changed. */
	seen: v.object(taken),
});
/** What somebody has told the city at the counter, by phone or on the way; everybody reads it. */
export const enterConcernInput = v.object({
	title: v.pipe(v.string(), v.trim(), v.minLength(3), v.maxLength(120)),
	/** As they said it, without their name. */
	words: sentence,
	topic: taken.topic,
	areaId: taken.areaId,
});
export const mergeConcernsInput = v.object({ number, into: number });

export const concernDispositionInput = v.object({
	number: v.pipe(v.string(), v.regex(/^PL-\d{4}-\d{5,}$/)),
	disposition: v.picklist(dispositions),
	note: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500))),
});

/** `PL-2026-00123`: the year it was captured (in the city's zone) and a count within the year. */
export function concernNumber(year: number, count: number): string {
	return `PL-${year}-${String(count).padStart(5, '0')}`;
}
