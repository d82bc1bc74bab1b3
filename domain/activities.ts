// Field activity: what the city did where residents had put pins, told on the same map. Never the name of an officer.
import * as v from 'valibot';
import { placeShape } from './places.ts';

export const activityKinds = [
	'enforcement',
	'patrol',
	'signs',
	'lighting',
	'repair',
	'clean-up',
	'conversation',
	'other',
] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** What is counted: each may be left out. */
export const countNames = ['hours', 'stops', 'warnings', 'citations', 'signs', 'repairs', 'people'] as const;
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000));
export const countsShape = v.partial(
	v.strictObject(
		Object.fromEntries(countNames.map((name) => [name, count])) as Record<CountName, typeof count>,
	),
);
export type CountName = (typeof countNames)[number];
export type Counts = v.InferOutput<typeof countsShape>;

const stretchShape = v.pipe(v.array(placeShape), v.minLength(2), v.maxLength(50));
export type Stretch = v.InferOutput<typeof stretchShape>;

const day = v.pipe(v.string(), v.isoDate());
export const activityInput = v.pipe(
	v.object({
		roundId: v.pipe(v.string(), v.uuid()),
		kind: v.picklist(activityKinds),
		at: placeShape,
		stretch: v.optional(v.nullable(stretchShape), null),
		fromDay: day,
		untilDay: day,
		counts: countsShape,
		/** Public. */
		note: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(500)),
		/** The pins it answers. */
		pins: v.pipe(v.array(v.pipe(v.string(), v.uuid())), v.maxLength(200)),
	}),
	v.forward(
		v.check(({ fromDay, untilDay }) => fromDay <= untilDay, 'ends before it begins'),
		['untilDay'],
	),
);

/** An activity as everybody sees it. */
export type Activity = Omit<v.InferOutput<typeof activityInput>, 'roundId'> & {
	id: string;
	recordedAt: string;
};
