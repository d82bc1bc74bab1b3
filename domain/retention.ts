// How long what belongs to a meeting is kept: a number of days per kind, counted in the calendar of the meeting's place.
import * as v from 'valibot';
import { wallClock } from './meetings.ts';

export const retentionKinds = ['recording', 'captions', 'questions', 'registrations', 'feedback'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Days after the meeting, until an admin sets others. The recording's come from RECORDING_DAYS. */
export const usualDays: Record<Exclude<RetentionKind, 'recording'>, number> = {
	...{ captions: 1_095, questions: 1_825, registrations: 30, feedback: 365 },
};

/** What can be set. Addresses are of no use long after the meeting; the report must be written before questions go. */
export const dayBounds: Record<RetentionKind, { least: number; most: number }> = {
	recording: { least: 1, most: 36_500 },
	captions: { least: 1, most: 36_500 },
	questions: { least: 90, most: 36_500 },
	registrations: { least: 1, most: 365 },
	feedback: { least: 90, most: 3_650 },
};

/** What a meeting's page says of one kind. Days are `2026-11-30`; `isHeld`: a legal hold stops its removal. */
export type Kept = { kind: RetentionKind; lastDay: string; removedAt: string | null; isHeld: boolean };

export const setDaysInput = v.object({
	kind: v.picklist(retentionKinds),
	days: v.pipe(v.number(), v.integer()),
	/** How many meetings would lose something earlier, as it was shown to whoever agreed to it. */
	agreedTo: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export const holdInput = v.object({
	meetingId: v.pipe(v.string(), v.uuid()),
	reason: v.pipe(v.string(), v.normalize('NFC'), v.trim(), v.minLength(3), v.maxLength(300)),
});
export const liftHoldInput = v.object({ meetingId: v.pipe(v.string(), v.uuid()) });

/** The last day on which something is kept, so many days after a moment, by the calendar of a place: a DST switch moves nothing. */
export function lastDayOf(end: Date, days: number, zone: string): string {
	const day = Date.parse(`${wallClock(end, zone).slice(0, 10)}T00:00Z`);
	return new Date(day + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whether a last day is over in a zone: from the first second of the day after it. */
export const isDayOver = (lastDay: string, zone: string, now: Date): boolean =>
	wallClock(now, zone).slice(0, 10) > lastDay;
