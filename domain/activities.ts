// Field activity: what the city did where residents had put pins, told on the same map. Never the name of an officer.
import * as v from 'valibot';
import { metresBetween, metresToLine, placeShape, type Place } from './places.ts';

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
const uuid = v.pipe(v.string(), v.uuid());
const said = {
	kind: v.picklist(activityKinds),
	at: placeShape,
	stretch: v.optional(v.nullable(stretchShape), null),
	fromDay: day,
	untilDay: day,
	counts: countsShape,
	/** Public. */
	note: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(500)),
	/** The pins it answers. */
	pins: v.pipe(v.array(uuid), v.maxLength(200)),
};
export const activityInput = v.pipe(
	v.object({ roundId: uuid, ...said }),
	v.forward(
		v.check(({ fromDay, untilDay }) => fromDay <= untilDay, 'ends before it begins'),
		['untilDay'],
	),
);
export const activityChangeInput = v.pipe(
	v.object({ activityId: uuid, ...said }),
	v.forward(
		v.check(({ fromDay, untilDay }) => fromDay <= untilDay, 'ends before it begins'),
		['untilDay'],
	),
);
export type ActivityInput = Omit<v.InferOutput<typeof activityInput>, 'roundId'>;

/** An activity as everybody sees it. */
export type Activity = ActivityInput & {
	id: string;
	recordedAt: string;
};

/** Pins this near may be what an activity answers. */
export const answeredMetres = 150;

/** Kinds of pin that a kind of activity is likely to answer, by words in their key; every kind where nothing is said. */
const fitting: Partial<Record<ActivityKind, RegExp>> = {
	enforcement: /speed|traffic|parking|noise/,
	signs: /speed|traffic|parking|crossing/,
	lighting: /light|unsafe|dark/,
	'clean-up': /litter|dump|graffiti|unsafe/,
};

/** Published pins that an activity may answer: near it, of a fitting kind, not answered yet first, then the nearest. */
export function answerable<P extends { category: string; state: string; lat: number; lng: number }>(
	pins: readonly P[],
	{ kind, at, stretch }: Pick<ActivityInput, 'kind' | 'at' | 'stretch'>,
): { pin: P; metres: number; fits: boolean }[] {
	return pins
		.map((pin) => ({
			pin,
			metres: metresFrom(pin, { at, stretch }),
			fits: pin.state !== 'not-ours' && (fitting[kind]?.test(pin.category) ?? true),
		}))
		.filter(({ metres }) => metres <= answeredMetres)
		.sort((a, b) => Number(b.fits) - Number(a.fits) || a.metres - b.metres);
}

/** Metres from a place to where an activity was: its point, or the nearest of its stretch. */
export function metresFrom(place: Place, { at, stretch }: Pick<ActivityInput, 'at' | 'stretch'>): number {
	return Math.min(metresBetween(place, at), stretch ? metresToLine(place, stretch) : Infinity);
}
