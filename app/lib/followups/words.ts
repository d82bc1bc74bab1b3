// Follow-ups and concerns in words: states, what they are about, days.
import type { DeclineCode, Topic } from '#domain/concerns.ts';
import type { FollowupState, MeetingChoice, Priority } from '#domain/followups.ts';
import type { PromiseWord } from '#domain/journeys.ts';
import type { Spoken } from '#lib/concerns/states.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { formatTime } from '#lib/ui/time.ts';

export const followupStateWords: Record<FollowupState, Spoken> = {
	proposed: m.followup_state_proposed,
	committed: m.followup_state_committed,
	'in-progress': m.followup_state_in_progress,
	blocked: m.followup_state_blocked,
	done: m.followup_state_done,
	verified: m.followup_state_verified,
	reopened: m.followup_state_reopened,
	rejected: m.followup_state_rejected,
	dropped: m.followup_state_dropped,
};

export const topicWords: Record<Topic, () => string> = {
	traffic: m.topic_traffic,
	lighting: m.topic_lighting,
	crime: m.topic_crime,
	noise: m.topic_noise,
	'public-space': m.topic_public_space,
	youth: m.topic_youth,
	policing: m.topic_policing,
	other: m.topic_other,
};

export const priorityWords: Record<Priority, () => string> = {
	low: m.followup_priority_low,
	normal: m.followup_priority_normal,
	high: m.followup_priority_high,
	urgent: m.followup_priority_urgent,
};

export const declineWords: Record<DeclineCode, () => string> = {
	'not-possible': m.decline_not_possible,
	'not-legal': m.decline_not_legal,
	'no-means': m.decline_no_means,
	'done-already': m.decline_done_already,
	unclear: m.decline_unclear,
	other: m.decline_other,
};

/** "November 25, 2026" of `2026-11-25`: a day is the same everywhere. */
export const dayInWords = (day: string): string =>
	formatTime(new Date(`${day}T12:00Z`), { zone: 'UTC', style: 'date', locale: getLocale() });

/**
 * Meetings as a list to choose from; monthly ones have the same title, so each has its day, first: a narrow list cuts off the end.
 * @param chosen also where there is no such meeting: then it says what the address does
 */
export function meetingOptions(
	meetings: readonly MeetingChoice[],
	chosen: string | null,
): { value: string; label: string }[] {
	const options = meetings.map(({ slug, title, day }) => ({
		value: slug,
		label: `${dayInWords(day)} · ${title}`,
	}));
	const isThere = chosen === null || options.some(({ value }) => value === chosen);
	return isThere ? options : [...options, { value: chosen, label: chosen }];
}

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
	Math.round((Date.parse(`${to}T12:00Z`) - Date.parse(`${from}T12:00Z`)) / 86_400_000);

/** The fields of what a promise says. */
export const promiseWordNames: Record<PromiseWord, Spoken> = {
	title: m.office_field_title,
	description: m.office_field_description,
	successMeasure: m.followup_measure,
};
