// What the city did, in words: kinds, what was counted, and the days.
import type { ActivityKind, CountName } from '#domain/activities.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale, type Locale } from '#lib/paraglide/runtime.js';
import { formatRange } from '#lib/ui/time.ts';

type InAnyLanguage = (values?: object, options?: { locale?: Locale }) => string;
export const activityWords: Record<ActivityKind, InAnyLanguage> = {
	enforcement: m.map_activity_enforcement,
	patrol: m.map_activity_patrol,
	signs: m.map_activity_signs,
	lighting: m.map_activity_lighting,
	repair: m.map_activity_repair,
	'clean-up': m.map_activity_clean_up,
	conversation: m.map_activity_conversation,
	other: m.map_activity_other,
};

export const countWords: Record<CountName, (count: { count: number }) => string> = {
	hours: m.map_count_hours,
	stops: m.map_count_stops,
	warnings: m.map_count_warnings,
	citations: m.map_count_citations,
	signs: m.map_count_signs,
	repairs: m.map_count_repairs,
	people: m.map_count_people,
};

/** One day, or the days from one to another. */
export function daysInWords(from: string, until: string): string {
	const [first, last] = [new Date(`${from}T00:00Z`), new Date(`${until}T00:00Z`)];
	// A day is a day everywhere: it is read and written in the same zone.
	return formatRange(first, last, { zone: 'UTC', style: 'date', locale: getLocale() });
}
