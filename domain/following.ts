// Following: what can be followed, what is told of it, and how often.
import * as v from 'valibot';
import { emailInput } from './people.ts';

export const followedKinds = ['concern', 'followup', 'area', 'everything'] as const;
export type FollowedKind = (typeof followedKinds)[number];

/** How often letters go out; in between what is new is gathered. */
export const periods = ['at-once', 'daily', 'weekly'] as const;
export type Period = (typeof periods)[number];

export const noticeChannels = ['email', 'in-app'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];

/** What is told: of concerns and follow-ups to whoever follows them; the last three to the owner of a follow-up. */
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
] as const;
export type NewsKind = (typeof newsKinds)[number];

export const followInput = v.object({
	kind: v.picklist(followedKinds),
	subject: v.pipe(v.string(), v.trim(), v.maxLength(60)),
});
export const followByEmailInput = v.object({ ...followInput.entries, email: emailInput });
export const periodInput = v.object({ period: v.picklist(periods) });
