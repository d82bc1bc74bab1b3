// What a round's report shows, and what two rounds show side by side: pins per category and area, what was done, before and after. Pure.
import {
	countNames,
	metresFrom,
	answeredMetres,
	type Activity,
	type ActivityKind,
	type Counts,
} from './activities.ts';
import type { Pin } from './pins.ts';
import type { Category, Round } from './rounds.ts';

type Counted = Pick<Pin, 'category' | 'area'>;
type Placed = Pick<Pin, 'lat' | 'lng' | 'placedAt'>;

/** Pins by area and category; `area` is null outside all areas. Areas and categories without pins stay, unless there is no such area. */
export type PinTable = {
	categories: { key: string; count: number }[];
	areas: { area: string | null; counts: number[]; count: number }[];
	count: number;
};

/** Counts pins. @param areas names of all areas, in the order in which they are shown */
export function pinTable(
	{ categories }: Pick<Round, 'categories'>,
	areas: readonly string[],
	pins: readonly Counted[],
): PinTable {
	const keys = categories.map(({ key }) => key);
	const countOf = (area: string | null, key: string) =>
		pins.filter((pin) => pin.area === area && pin.category === key).length;
	const isOutside = pins.some((pin) => pin.area === null);
	const rows = [...areas, ...(isOutside ? [null] : [])].map((area) => {
		const counts = keys.map((key) => countOf(area, key));
		return { area, counts, count: sum(counts) };
	});
	return {
		categories: keys.map((key, at) => ({ key, count: sum(rows.map(({ counts }) => counts[at]!)) })),
		areas: rows,
		count: sum(rows.map(({ count }) => count)),
	};
}

/** What a table says at first sight: the category with the most pins, and the area. Null where there is nothing, or no single most. */
export function findingOf({ categories, areas, count }: PinTable): {
	category: { key: string; percent: number } | null;
	area: string | null;
} {
	const category = single(categories);
	const area = single(areas.filter(({ area }) => area !== null));
	return {
		category: category && { key: category.key, percent: Math.round((category.count / count) * 100) },
		area: area?.area ?? null,
	};
}

/** What was done, kind by kind in the order of their number, with everything that was counted added up. */
export function activitySums(
	activities: readonly Activity[],
): { kind: ActivityKind; times: number; counts: Counts }[] {
	const byKind = Map.groupBy(activities, ({ kind }) => kind);
	return [...byKind]
		.map(([kind, all]) => ({ kind, times: all.length, counts: addedUp(all.map(({ counts }) => counts)) }))
		.sort((a, b) => b.times - a.times);
}

function addedUp(all: Counts[]): Counts {
	const named = countNames.filter((name) => all.some((counts) => counts[name] !== undefined));
	return Object.fromEntries(named.map((name) => [name, sum(all.map((counts) => counts[name] ?? 0))]));
}

/** Pins within reach of an activity, by when they were placed; `previous` is the whole round before, null where there was none. */
export type BeforeAfter = {
	activity: Activity;
	before: number;
	during: number;
	after: number;
	previous: number | null;
	/** Days of the round before it began and after it ended: what the numbers are to be held against. */
	daysBefore: number;
	daysAfter: number;
};

/**
 * Before and after, place by place.
 * @param days first and last day of the round
 * @param dayOf the day of a moment in the city's zone
 */
export function beforeAndAfter(
	activities: readonly Activity[],
	pins: readonly Placed[],
	previous: readonly Placed[] | null,
	days: Days,
	dayOf: (iso: string) => string,
): BeforeAfter[] {
	return activities.map((activity) => {
		const near = (all: readonly Placed[]) => all.filter((pin) => metresFrom(pin, activity) <= answeredMetres);
		const placed = near(pins).map(({ placedAt }) => dayOf(placedAt));
		const before = placed.filter((day) => day < activity.fromDay).length;
		const after = placed.filter((day) => day > activity.untilDay).length;
		return {
			...{ activity, before, after },
			during: placed.length - before - after,
			previous: previous && near(previous).length,
			daysBefore: Math.max(0, daysBetween(days.first, activity.fromDay)),
			daysAfter: Math.max(0, daysBetween(activity.untilDay, days.last)),
		};
	});
}

/** First and last day, both included. */
export type Days = { first: string; last: string };
export const lengthOf = ({ first, last }: Days): number => Math.max(1, daysBetween(first, last) + 1);

/** A number of pins in each of two rounds, and per week, so that a long round is not more only because it was longer. */
export type Compared = { counts: [number, number]; weekly: [number, number] };
export type ComparedSide = {
	round: Pick<Round, 'categories'>;
	pins: readonly Counted[];
	days: Days;
};
export type Comparison = {
	categories: (Compared & { category: Category; isIn: [boolean, boolean] })[];
	areas: (Compared & { area: string | null })[];
	all: Compared;
};

/** Two rounds side by side, the later one first. Categories that one of them does not have are told as such. */
export function compared(sides: [ComparedSide, ComparedSide], areas: readonly string[]): Comparison {
	const [a, b] = sides;
	const both = (isCounted: (pin: Counted) => boolean): Compared => {
		const counts = [a, b].map(({ pins }) => pins.filter(isCounted).length) as [number, number];
		return { counts, weekly: [perWeek(counts[0], a.days), perWeek(counts[1], b.days)] };
	};
	const keysOf = ({ round }: ComparedSide) => round.categories.map(({ key }) => key);
	const onlyBefore = b.round.categories.filter(({ key }) => !keysOf(a).includes(key));
	const isOutside = [...a.pins, ...b.pins].some(({ area }) => area === null);
	return {
		categories: [...a.round.categories, ...onlyBefore].map((category) => ({
			category,
			isIn: [keysOf(a).includes(category.key), keysOf(b).includes(category.key)],
			...both((pin) => pin.category === category.key),
		})),
		areas: [...areas, ...(isOutside ? [null] : [])].map((area) => ({
			area,
			...both((pin) => pin.area === area),
		})),
		all: both(() => true),
	};
}

/** Pins per week, to one decimal. */
const perWeek = (count: number, days: Days) => Math.round((count / lengthOf(days)) * 70) / 10;

const daysBetween = (from: string, to: string) =>
	Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
const sum = (numbers: number[]) => numbers.reduce((all, number) => all + number, 0);

/** The one with the most; null where several have as many, or none has any. */
function single<T extends { count: number }>(all: readonly T[]): T | null {
	const most = Math.max(0, ...all.map(({ count }) => count));
	const first = all.filter(({ count }) => count === most);
	return most > 0 && first.length === 1 ? first[0]! : null;
}
