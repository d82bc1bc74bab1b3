// The honest numbers in words: months, days, names, and "none yet" where there is nothing to count.
import type { NumberName, Numbers } from '#domain/honestNumbers.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { formatTime } from '#lib/ui/time.ts';

export const numberWords: Record<NumberName, () => string> = {
	heard: m.numbers_heard,
	answered: m.numbers_answered,
	unanswered: m.numbers_unanswered,
	medianDays: m.numbers_median_days,
	promised: m.numbers_promised,
	dueOnTime: m.numbers_on_time,
	dueLate: m.numbers_late,
	dueMissed: m.numbers_missed,
	duePercent: m.numbers_due_percent,
	firstOnTime: m.numbers_on_time,
	firstLate: m.numbers_late,
	firstMissed: m.numbers_missed,
	firstPercent: m.numbers_due_percent,
	claimed: m.numbers_claimed,
	confirmed: m.numbers_confirmed,
	checked: m.numbers_checked,
	reopened: m.numbers_reopened,
	dropped: m.numbers_dropped,
	rejected: m.numbers_rejected,
};

/** `2.5` as one writes it here. */
export const written = (number: number): string => new Intl.NumberFormat(getLocale()).format(number);

export const days = (count: number): string => m.numbers_days({ count, number: written(count) });

/** One number of a table. */
export const cell = (numbers: Numbers, name: NumberName): string => {
	const number = numbers[name];
	if (number === null) return m.numbers_none_yet();
	return name.endsWith('Percent') ? m.numbers_percent({ percent: number }) : written(number);
};

/** Promises that were due, by the day that stands or by the one promised first. */
export const dueIn = (numbers: Numbers, by: 'due' | 'first'): number =>
	numbers[`${by}OnTime`] + numbers[`${by}Late`] + numbers[`${by}Missed`];

/** `2026-03` as "March 2026", "Mar", "M". */
export function monthInWords(month: string, style: 'full' | 'short' | 'narrow'): string {
	const date = new Date(`${month}-15T12:00:00Z`);
	const options = {
		full: { month: 'long', year: 'numeric' },
		short: { month: 'short' },
		narrow: { month: 'narrow' },
	} as const;
	return new Intl.DateTimeFormat(getLocale(), { ...options[style], timeZone: 'UTC' }).format(date);
}

/** A day of the city's, `2026-03-14`, as "March 14, 2026". */
export const dayInWords = (day: string): string =>
	formatTime(new Date(`${day}T12:00:00Z`), { zone: 'UTC', style: 'date', locale: getLocale() });
