// The room of a meeting that is not held online alone: how things come in from there, and how many people are in it.
import * as v from 'valibot';
import { proxyChannels, type ProxyChannel } from './channels.ts';
import { entryText } from './questions.ts';
import { isDoorOpen, isMissed, type Meeting } from './meetings.ts';

/** What staff count by pressing: people who walk in, and people who call. */
export const headKinds = ['walk-in', 'caller'] as const;
export type HeadKind = (typeof headKinds)[number];

/** How many are in the room and on the phone. `checkedIn` counts browsers, without names. */
export type Headcount = { checkedIn: number; walkIns: number; callers: number };
export const emptyHeadcount: Headcount = { checkedIn: 0, walkIns: 0, callers: 0 };

/** Whether one can say “I am in the room”: there is a room, and the meeting is live or its door is open. */
export function takesCheckIns(
	meeting: Pick<Meeting, 'state' | 'startsAt' | 'endsAt' | 'placeKind'>,
	now: number,
): boolean {
	return meeting.placeKind !== 'online' && isDoorOpen(meeting, now) && !isMissed(meeting, now);
}

const meetingId = v.pipe(v.string(), v.uuid());
export const checkInInput = v.object({ meetingId });
/** One press on + or −. */
export const headsInput = v.object({ meetingId, kind: v.picklist(headKinds), by: v.picklist([1, -1]) });
/** A question that somebody asked in the room, by phone or on paper. The name is theirs to give. */
export const enterQuestionInput = v.object({
	meetingId,
	text: entryText,
	channel: v.picklist(proxyChannels),
	name: v.optional(v.pipe(v.string(), v.normalize('NFC'), v.trim(), v.maxLength(60)), ''),
});

const most = 5000;
/** Support that was counted by hand: how many raised their hands, called, or gave a slip of paper. */
export const supportInput = v.object({
	questionId: v.pipe(v.string(), v.uuid()),
	channel: v.picklist(proxyChannels),
	count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)),
});
/** The right number of what was counted wrongly; 0 takes it back. */
export const correctSupportInput = v.object({
	entryId: v.pipe(v.string(), v.uuid()),
	count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most)),
});
/** What one of the city has counted for a question, as they see it. */
export type OwnSupport = { id: string; number: number; channel: ProxyChannel; count: number };
