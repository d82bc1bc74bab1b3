// The honest numbers: what each of them counts, over which months, and how they stand in a file. Pure; db/followupNumbers.ts counts.
import { csvCell } from './formats.ts';

/**
 * What is counted. Months and days are those of the city's calendar; only public follow-ups count, and a concern that was merged into
 * another counts only as that other one. Where a number could be counted in two ways, it is counted in the one that flatters the city least.
 */
export type Counted = {
	/** Concerns captured in the month. */
	heard: number;
	/** Of those, the ones that somebody of the city has acknowledged since, by hand and in words. */
	answered: number;
	/** Of those, the ones that nobody has. */
	unanswered: number;
	/** Days of 24 hours from the capture to that first answer, the median of those that have one; null where none has. */
	medianDays: number | null;
	/** Follow-ups that were promised in the month. */
	promised: number;
	/** Of promises due in the month, by the day that stands now: claimed by the end of that day. A claim that was opened again does not count. */
	dueOnTime: number;
	/** … claimed, but later. */
	dueLate: number;
	/** … not claimed when the day was over, or dropped, whenever that was. */
	dueMissed: number;
	/** The same three by the day that was promised first, however often it was moved. */
	firstOnTime: number;
	firstLate: number;
	firstMissed: number;
	/** Claims in the month that something is done: one opened again and claimed again is two. */
	claimed: number;
	/** Follow-ups that the residents' answers confirmed in the month. */
	confirmed: number;
	/** Follow-ups that somebody of the city has verified instead, because the residents did not decide. */
	checked: number;
	/** How often a claim was opened again in the month. */
	reopened: number;
	/** Promises given up in the month. */
	dropped: number;
	/** Proposals turned down in the month: they were never promised, so they were not kept either. */
	rejected: number;
};

/** With what follows from them: the promises kept on time in percent, rounded down; null where none was due. */
export type Numbers = Counted & { duePercent: number | null; firstPercent: number | null };

export const numberNames = [
	...(['heard', 'answered', 'unanswered', 'medianDays', 'promised'] as const),
	...(['dueOnTime', 'dueLate', 'dueMissed', 'duePercent'] as const),
	...(['firstOnTime', 'firstLate', 'firstMissed', 'firstPercent'] as const),
	...(['claimed', 'confirmed', 'checked', 'reopened', 'dropped', 'rejected'] as const),
] satisfies (keyof Numbers)[];
export type NumberName = (typeof numberNames)[number];

/** Nothing counted. */
export const noneCounted: Counted = {
	...{ heard: 0, answered: 0, unanswered: 0, medianDays: null, promised: 0 },
	...{ dueOnTime: 0, dueLate: 0, dueMissed: 0, firstOnTime: 0, firstLate: 0, firstMissed: 0 },
	...{ claimed: 0, confirmed: 0, checked: 0, reopened: 0, dropped: 0, rejected: 0 },
};

/** A part of a whole in percent, rounded down: 99.6 % is not all. Null where there is no whole. */
export const percentIn = (part: number, whole: number): number | null =>
	whole === 0 ? null : Math.floor((100 * part) / whole);

/** Kept on time = done on time / (done + overdue). */
export const withPercent = (counted: Counted): Numbers => ({
	...counted,
	duePercent: percentIn(counted.dueOnTime, counted.dueOnTime + counted.dueLate + counted.dueMissed),
	firstPercent: percentIn(counted.firstOnTime, counted.firstOnTime + counted.firstLate + counted.firstMissed),
});

/** A promise that was dropped, or a proposal that was turned down, with the reason that everybody is told. Days are the city's. */
export type Ended = {
	number: string;
	title: string;
	state: 'dropped' | 'rejected';
	on: string;
	reason: string;
	area: string | null;
};

/** A concern that nobody has answered. */
export type Waiting = {
	number: string;
	title: string;
	capturedOn: string;
	/** Whole days of 24 hours until now. */
	days: number;
	area: string | null;
};

/** How many of the oldest without an answer are named. */
export const waitingShown = 10;

/** The page, as a program reads it. */
export type HonestNumbers = {
	/** Both ends included, `2026-03`. */
	from: string;
	until: string;
	area: { id: string; name: string } | null;
	timeZone: string;
	/** The city's day on which it was counted. */
	today: string;
	total: Numbers;
	months: (Numbers & { month: string })[];
	/** `area` is null of what has none. */
	areas: (Numbers & { area: string | null })[];
	/** In the period, the last one first. */
	ended: Ended[];
	/** The oldest without an answer of all times, not of the period alone. */
	waiting: Waiting[];
};

/** What is asked for in the address; null: not said. */
export type NumbersFilter = { from: string | null; until: string | null; area: string | null };
/** So many months are shown where nothing else is asked for, and so many at most. */
const monthsShown = 12;
const monthsAtMost = 60;

/** `?from=2026-01&until=2026-11&area=<id>`; what makes no sense is passed over. */
export function numbersFilterOf(search: Pick<URLSearchParams, 'get'>): NumbersFilter {
	const month = (name: string) => search.get(name)?.match(/^2\d{3}-(0[1-9]|1[0-2])$/)?.[0] ?? null;
	const area = search.get('area')?.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)?.[0] ?? null;
	return { from: month('from'), until: month('until'), area };
}

/** The same as an address says it, with its question mark; empty where nothing is filtered. */
export function numbersSearchOf(filter: NumbersFilter & { table?: string }): string {
	const said = Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]));
	return said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
}

/**
 * The months that are shown, up to this one at most.
 * @param today in the city, `2026-11-25`
 * @param since the month in which the first thing happened: where no month is asked for, none before it is shown
 */
export function periodOf(
	{ from, until }: Pick<NumbersFilter, 'from' | 'until'>,
	today: string,
	since: string | null = null,
): { from: string; until: string } {
	const now = today.slice(0, 7);
	const last = until !== null && until < now ? until : now;
	const usual = latest(monthsAfter(last, 1 - monthsShown), since !== null && since <= last ? since : '');
	const first = from !== null && from <= last ? from : usual;
	return { from: latest(first, monthsAfter(last, 1 - monthsAtMost)), until: last };
}

const latest = (a: string, b: string): string => (a > b ? a : b);

/** From one month to another, both included. */
export function monthsOf(from: string, until: string): string[] {
	const months: string[] = [];
	for (let month = from; month <= until; month = monthsAfter(month, 1)) months.push(month);
	return months;
}

function monthsAfter(month: string, count: number): string {
	const [year, number] = month.split('-').map(Number) as [number, number];
	return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** The tables that there are as files. */
export const numbersTables = {
	/** All, then month by month, then area by area; `part` says which. */
	numbers: ({ total, months, areas }: HonestNumbers): string =>
		csv([
			['part', 'month', 'area', ...numberNames],
			['total', null, null, ...cells(total)],
			...months.map((one) => ['month', one.month, null, ...cells(one)]),
			...areas.map((one) => ['area', null, one.area, ...cells(one)]),
		]),
	ended: ({ ended }: HonestNumbers): string =>
		csv([
			['number', 'title', 'state', 'on', 'reason', 'area'],
			...ended.map(({ number, title, state, on, reason, area }) => [number, title, state, on, reason, area]),
		]),
	waiting: ({ waiting }: HonestNumbers): string =>
		csv([
			['number', 'title', 'capturedOn', 'days', 'area'],
			...waiting.map(({ number, title, capturedOn, days, area }) => [number, title, capturedOn, days, area]),
		]),
};

const cells = (numbers: Numbers) => numberNames.map((name) => numbers[name]);

/** RFC 4180 with a byte order mark, without which spreadsheets read UTF-8 as something else. */
function csv(rows: (string | number | null)[][]): string {
	return `\u{FEFF}${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}
