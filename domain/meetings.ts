// What a meeting is, the states it goes through, and what is open in it.
import * as v from 'valibot';
import { Refusal } from './errors.ts';

export const meetingStates = ['draft', 'scheduled', 'live', 'ended', 'reported', 'cancelled'] as const;
export type MeetingState = (typeof meetingStates)[number];

/** Where a meeting may go from each state; everything else is refused. */
export const meetingMoves: Record<MeetingState, readonly MeetingState[]> = {
	draft: ['scheduled'],
	scheduled: ['live', 'cancelled'],
	live: ['ended'],
	ended: ['reported'],
	reported: [],
	cancelled: [],
};

/** Minutes are prepared before a meeting, typed while it goes on, and corrected afterwards. */
export const isMinuted = (state: MeetingState): boolean => state !== 'draft' && state !== 'cancelled';

export const placeKinds = ['online', 'in-person', 'hybrid'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** What a moderator can open and close while the meeting runs. */
export const switchNames = [
	'questionsOpen',
	'vetting',
	'anonymousAllowed',
	'totalsHidden',
	'boardOpen',
	'mapOpen',
	'stageOpen',
	/** The panic button: only moderators send. */
	'stageHeld',
	/** What is on air is recorded, and everybody can see that it is. */
	'stageRecorded',
	/** Who has not been on air in this meeting yet stands before those who have. */
	'firstTimeFirst',
] as const;
export type SwitchName = (typeof switchNames)[number];
export type Switches = Record<SwitchName, boolean> & {
	/** Least seconds between two questions of one person; 0 is off. */
	slowModeSeconds: number;
	/** How long a resident is asked to speak at the most; 0 is without limit. */
	speakingMinutes: number;
};

/** What everybody in the hall may know of a meeting. Times are ISO 8601 in UTC. */
export type Meeting = Switches & {
	id: string;
	slug: string;
	/** The short link's code: `/m/<code>`. */
	code: string;
	title: string;
	description: string;
	state: MeetingState;
	startsAt: string;
	endsAt: string;
	timeZone: string;
	placeKind: PlaceKind;
	place: string | null;
	languages: string[];
	cancelReason: string | null;
	/** From when on questions are asked and supported before the evening; null: not before it is live. */
	questionsFrom: string | null;
	wentLiveAt: string | null;
	endedAt: string | null;
	agenda: AgendaItem[];
};
/** A meeting in a list. */
export type ListedMeeting = Pick<
	Meeting,
	| 'id'
	| 'slug'
	| 'title'
	| 'description'
	| 'state'
	| 'startsAt'
	| 'endsAt'
	| 'timeZone'
	| 'placeKind'
	| 'place'
	| 'languages'
	| 'cancelReason'
	| 'questionsFrom'
	| 'questionsOpen'
> & {
	/** Public questions, without those merged into others; and how many of them were answered. */
	questions: number;
	answered: number;
};
export type AgendaItem = { id: string; title: string; minutes: number };

export const waitingPageOpensMinutesBefore = 15;

/** Whether the hall's waiting page is open: from 15 minutes before the start until it goes live. */
export function isWaitingPageOpen(meeting: Pick<Meeting, 'state' | 'startsAt'>, now: number): boolean {
	return (
		meeting.state === 'scheduled' &&
		now >= Date.parse(meeting.startsAt) - waitingPageOpensMinutesBefore * 60_000
	);
}

const editableStates: readonly MeetingState[] = ['draft', 'scheduled', 'live'];

/** Whether a meeting's title, time, place, agenda and switches can still be changed. */
export function isEditable(meeting: { state: MeetingState }): boolean {
	return editableStates.includes(meeting.state);
}

/** Whether there is a door to go through: live, or the waiting page is open. */
export function isDoorOpen(meeting: Pick<Meeting, 'state' | 'startsAt'>, now: number): boolean {
	return meeting.state === 'live' || isWaitingPageOpen(meeting, now);
}

/** As rows (dates) and pages (ISO 8601) have it. */
type Moment = string | Date;
const ms = (moment: Moment) => new Date(moment).getTime();

/** Whether a scheduled meeting was never held: nobody went live, and half a day has gone by since it should have ended. */
export function isMissed(meeting: { state: MeetingState; endsAt: Moment }, now: number): boolean {
	return meeting.state === 'scheduled' && now > ms(meeting.endsAt) + 12 * 3_600_000;
}

/** What decides whether a meeting's queue is open. */
export type QueueSubject = { state: MeetingState; endsAt: Moment; questionsFrom: Moment | null };

/** Whether questions are asked and supported before the evening: the moderator's moment has come, and it is still to be held. */
export function takesQuestionsAhead(meeting: QueueSubject, now: number): boolean {
	const { state, questionsFrom } = meeting;
	// Events of earlier versions know no such moment.
	if (state !== 'scheduled' || !questionsFrom) return false;
	return now >= ms(questionsFrom) && !isMissed(meeting, now);
}

/** Whether the queue is open to residents: while the meeting is live, and before it where its moderators say so. */
export function isQueueOpen(meeting: QueueSubject, now: number): boolean {
	return meeting.state === 'live' || takesQuestionsAhead(meeting, now);
}

/** @throws Refusal meeting-state when the table of moves does not list the step */
export function assertMove(from: MeetingState, to: MeetingState): void {
	if (!meetingMoves[from].includes(to)) throw new Refusal('meeting-state');
}

/** @throws Refusal meeting-not-live | questions-closed */
export function assertTakesQuestions(
	meeting: QueueSubject & Pick<Meeting, 'questionsOpen'>,
	now = Date.now(),
): void {
	if (!isQueueOpen(meeting, now)) throw new Refusal('meeting-not-live');
	if (!meeting.questionsOpen) throw new Refusal('questions-closed');
}

const timeZone = v.pipe(v.string(), v.check(isTimeZone, 'not an IANA time zone'));
const localTime = v.pipe(v.string(), v.check(isLocalTime, 'not a date and time'));
// Line breaks and other control characters would end up in calendars, feeds and mail headers: they become spaces here.
const oneLine = v.transform((text: string) =>
	text
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.trim(),
);
// Said for the bundler, which leaves out of a browser what it does not use: making a schema changes nothing else.
/* @__NO_SIDE_EFFECTS__ */
const line = (max: number) => v.pipe(v.string(), oneLine, v.minLength(1), v.maxLength(max));
/* @__NO_SIDE_EFFECTS__ */
const paragraphs = (max: number) =>
	v.pipe(
		v.string(),
		v.transform((text) =>
			text
				.normalize('NFC')
				.replace(/\r\n?/g, '\n')
				.replace(/[^\P{Cc}\n\t]/gu, '')
				.trim(),
		),
		v.maxLength(max),
	);

/** Why a meeting is cancelled: public. */
export const cancelReason = v.pipe(paragraphs(500), v.minLength(3));

/** The form of a meeting. Start, end and the begin of questions are wall-clock times in `timeZone`, as in `2026-11-03T18:30`. */
export const meetingInput = v.object({
	title: line(120),
	description: v.optional(paragraphs(5000), ''),
	startsAtLocal: localTime,
	endsAtLocal: localTime,
	timeZone,
	placeKind: v.picklist(placeKinds),
	place: v.optional(
		v.nullable(
			v.pipe(
				v.string(),
				oneLine,
				v.maxLength(200),
				v.transform((place) => place || null),
			),
		),
		null,
	),
	languages: v.pipe(
		v.array(v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/))),
		v.minLength(1),
		v.maxLength(8),
	),
	agenda: v.pipe(
		v.array(
			v.object({
				title: line(160),
				minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600)),
			}),
		),
		v.maxLength(40),
	),
	/** From when on questions are taken in advance; null: not at all. Left out, it stays as it is. */
	questionsFromLocal: v.optional(v.nullable(localTime)),
	slug: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), v.maxLength(80))),
});
export type MeetingInput = v.InferInput<typeof meetingInput>;

/**
 * The instant of a wall-clock time in a zone. In the hour that a DST switch leaves out, the time moves forward by the gap;
 * in the hour that comes twice, the first one is taken (RFC 5545 §3.3.5).
 * @param local `YYYY-MM-DDTHH:mm`
 */
export function instantOf(local: string, zone: string): Date {
	const asUtc = Date.parse(`${local}:00Z`);
	const before = asUtc - offsetAt(asUtc - 86_400_000, zone);
	if (offsetAt(before, zone) === asUtc - before) return new Date(before);
	const after = asUtc - offsetAt(asUtc + 86_400_000, zone);
	if (offsetAt(after, zone) === asUtc - after) return new Date(after);
	return new Date(before);
}

/**
 * What is odd about a wall-clock time: `gap` when the clocks skip it that day, `overlap` when it comes twice.
 * @param local `YYYY-MM-DDTHH:mm`
 */
export function clockTrouble(local: string, zone: string): 'gap' | 'overlap' | null {
	const instant = instantOf(local, zone);
	if (wallClock(instant, zone) !== local) return 'gap';
	const offsets = [-86_400_000, 86_400_000].map((away) => offsetAt(instant.getTime() + away, zone));
	const asUtc = Date.parse(`${local}:00Z`);
	const times = offsets.filter((offset) => wallClock(new Date(asUtc - offset), zone) === local);
	return new Set(times).size > 1 ? 'overlap' : null;
}

/** The wall-clock time of an instant in a zone, as `YYYY-MM-DDTHH:mm`. */
export function wallClock(instant: Date, zone: string): string {
	return new Date(instant.getTime() + offsetAt(instant.getTime(), zone)).toISOString().slice(0, 16);
}

/** A wall-clock time moved by as much as another one was, e.g. both by a week: what was said of Tuesday at nine stays at nine. */
export function movedAlong(local: string, from: string, to: string): string {
	const [was, is, own] = [from, to, local].map((time) => Date.parse(`${time}:00Z`)) as [
		number,
		number,
		number,
	];
	return new Date(own + is - was).toISOString().slice(0, 16);
}

/** Milliseconds that the zone's wall clock is ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone: zone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(instant);
	const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((p) => p.type === type)?.value);
	const wall = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second'),
	);
	return wall - Math.floor(instant / 1000) * 1000;
}

function isLocalTime(value: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value)) return false;
	const time = Date.parse(`${value}:00Z`);
	// Date.parse takes 24:00, and in some engines February 30th.
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

function isTimeZone(value: string): boolean {
	// Intl also knows offsets such as +05:00, which have no daylight saving time and no name.
	if (!/^[A-Za-z]/.test(value)) return false;
	try {
		new Intl.DateTimeFormat('en', { timeZone: value });
		return true;
	} catch {
		return false;
	}
}

/** An address made from a title: lower case, ASCII, words joined by hyphens, at most 60 characters. */
export function slugOf(title: string): string {
	const slug = title
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.slice(0, 60)
		.replace(/^-+|-+$/g, '');
	return slug || 'meeting';
}
