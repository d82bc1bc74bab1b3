// What a concern is: something residents said, with a number, from the hall to the kept promise.

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
};

/** `PL-2026-00123`: the year it was captured (in the city's zone) and a count within the year. */
export function concernNumber(year: number, count: number): string {
	return `PL-${year}-${String(count).padStart(5, '0')}`;
}
