// Following: what can be followed, what is told of it, and how often.
import * as v from 'valibot';
import { emailInput } from './people.ts';

export const followedKinds = ['concern', 'followup', 'area', 'everything'] as const;
export type FollowedKind = (typeof followedKinds)[number];

/** How often letters go out; in between what is new is gathered. */
export const periods = ['at-once', 'daily', 'weekly'] as const;
export type Period = (typeof periods)[number];

export const noticeChannels = ['email', 'in-app', 'push'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];

/** What is told: of concerns and follow-ups to whoever follows them; the three before the last to the owner of a follow-up; a meeting to the followers of its area. */
export const newsKinds = [
	'concern-moved',
	'concern-merged',
	'concern-parted',
	'followup-moved',
	'followup-due-changed',
	'followup-update',
	'due-soon',
	'overdue',
	'assigned',
	'meeting-announced',
] as const;
export type NewsKind = (typeof newsKinds)[number];

export const followInput = v.object({
	kind: v.picklist(followedKinds),
	subject: v.pipe(v.string(), v.trim(), v.maxLength(60)),
	/** Of the letters. */
	locale: v.optional(v.pipe(v.string(), v.maxLength(20)), 'en'),
});
export const followByEmailInput = v.object({ ...followInput.entries, email: emailInput });
/** `none`: no letters; with an account there is still the list of what is new. */
export const periodChoices = [...periods, 'none'] as const;
export type PeriodChoice = (typeof periodChoices)[number];
export const periodInput = v.object({
	period: v.picklist(periodChoices),
	/** Of the letters from now on. */
	locale: v.optional(v.pipe(v.string(), v.maxLength(20)), 'en'),
});
const token = v.pipe(v.string(), v.maxLength(500));
export const confirmInput = v.object({ token, period: v.optional(v.picklist(periods), 'daily') });
export const stopInput = v.object({ token });
export const stopOneInput = v.object({ ...followInput.entries, token });
export const newsReadInput = v.object({ upTo: v.pipe(v.number(), v.integer()) });

/** Something that somebody follows: with its title where it has one. */
export type Followed = { kind: FollowedKind; subject: string; title: string };

/** A piece of news as it is told to one person. Moments are ISO 8601 in UTC. */
export type NewsItem = {
	id: number;
	at: string;
	kind: NewsKind;
	concern: { number: string; title: string } | null;
	followup: { number: string; title: string } | null;
	meeting: { slug: string; title: string; startsAt: string; timeZone: string } | null;
	/** What has changed: `from`, `to`, `text`, `before`, `after`, `reason`, `other`, `dueOn`, `isAsked` (residents: "is it fixed?"), as the kind has it. */
	detail: Record<string, unknown>;
	isNew: boolean;
};
