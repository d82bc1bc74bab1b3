// Registering for a meeting: optional, by an e-mail address alone. Places are limited in the room, never online.
import * as v from 'valibot';
import { wallClock, instantOf, type MeetingState, type PlaceKind } from './meetings.ts';

export const registrationStates = ['confirmed', 'waiting', 'offered', 'cancelled', 'lapsed'] as const;
/** `offered`: a place has come free and is held until they answer; `lapsed`: they did not. */
export type RegistrationState = (typeof registrationStates)[number];

/** In these somebody has a place in the room, or one is held for them. */
export const placeStates = ['confirmed', 'offered'] as const satisfies readonly RegistrationState[];
/** In these somebody is told of what changes about the meeting. */
export const livingStates = [
	'confirmed',
	'waiting',
	'offered',
] as const satisfies readonly RegistrationState[];

export const registrationWays = ['room', 'online'] as const;
export type RegistrationWay = (typeof registrationWays)[number];

/** Ways in which one can come to a meeting; those that the form offers. */
export const waysTo = (kind: PlaceKind): readonly RegistrationWay[] =>
	kind === 'hybrid' ? registrationWays : kind === 'online' ? ['online'] : ['room'];

/** What can be asked beside the address. Nothing of it must be answered. */
export const registrationAsks = ['language', 'interpreter', 'access', 'childcare', 'travel'] as const;
export type RegistrationAsk = (typeof registrationAsks)[number];
export const travels = ['foot', 'bicycle', 'bus', 'car', 'needs-ride'] as const;
export type Travel = (typeof travels)[number];
export type RegistrationAnswers = {
	/** Which language they follow best, in their words. */
	language?: string;
	interpreter?: boolean;
	/** What they need to take part, in their words. */
	access?: string;
	/** Children to look after meanwhile. */
	childcare?: number;
	travel?: Travel;
};

/** How a meeting takes registrations. `places`: in the room; null is without limit. */
export type RegistrationSetUp = { isOpen: boolean; places: number | null; asks: RegistrationAsk[] };

/** Registering ends when the meeting begins: from then on the door is open anyway. */
export const takesRegistrations = (
	meeting: { state: MeetingState; startsAt: Date | string },
	{ isOpen }: Pick<RegistrationSetUp, 'isOpen'>,
	now: number,
): boolean => isOpen && meeting.state === 'scheduled' && now < new Date(meeting.startsAt).getTime();

/** An offered place is held so long, and given on in time for the meeting. */
export const offerHours = 24;
const hour = 3_600_000;

/** Until when an offer made now is held; null when it is too late to wait for an answer. */
export function offerEnds(startsAt: Date, now: Date): Date | null {
	const end = Math.min(now.getTime() + offerHours * hour, startsAt.getTime() - hour);
	return end - now.getTime() >= hour / 4 ? new Date(end) : null;
}

/** Minutes before the start at which those who have registered are reminded, when nobody has planned otherwise. */
export const usualReminders = [7 * 1440, 1440, 60];

/** Nobody is reminded between these hours of the city's clock. */
export const quietHours = { from: 21, to: 8 };

/**
 * When a reminder is due. Whole days are counted by the clock on the wall: the day before at the same time, also over a night in which
 * the clocks change. In the quiet hours it waits for their end; where the meeting is too near for that, it comes before they begin.
 */
export function reminderDue(startsAt: Date, minutes: number, zone: string): Date {
	const due =
		minutes % 1440 === 0
			? instantOf(daysBefore(wallClock(startsAt, zone), minutes / 1440), zone)
			: new Date(startsAt.getTime() - minutes * 60_000);
	const quiet = quietAround(due, zone);
	if (!quiet) return due;
	return isInTime(startsAt, quiet.end) ? quiet.end : quiet.lastCall;
}

/** The end of the quiet hours, while they last. */
export const quietUntil = (now: Date, zone: string): Date | null => quietAround(now, zone)?.end ?? null;

/** Whether what must be known by a moment may wait for the end of the quiet hours. */
export const isInTime = (neededBy: Date, end: Date): boolean =>
	neededBy.getTime() - end.getTime() >= inTimeMs;
/** So much earlier a message has to come to be of use. */
export const inTimeMs = hour / 2;

/** The quiet hours that a moment lies in: their end, and the hour before them. */
function quietAround(moment: Date, zone: string): { end: Date; lastCall: Date } | null {
	const [day, time] = wallClock(moment, zone).split('T') as [string, string];
	const at = Number(time.slice(0, 2));
	if (at >= quietHours.to && at < quietHours.from) return null;
	const evening = at >= quietHours.from ? day : daysBefore(`${day}T00:00`, 1).slice(0, 10);
	const morning = at >= quietHours.from ? daysBefore(`${day}T00:00`, -1).slice(0, 10) : day;
	return {
		end: instantOf(`${morning}T${clock(quietHours.to)}`, zone),
		lastCall: instantOf(`${evening}T${clock(quietHours.from - 1)}`, zone),
	};
}

const clock = (hours: number) => `${String(hours).padStart(2, '0')}:00`;

function daysBefore(local: string, days: number): string {
	const [day, time] = local.split('T') as [string, string];
	const moment = new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000);
	return `${moment.toISOString().slice(0, 10)}T${time}`;
}

/** Kinds of letters to those who have registered. */
export const registrationLetterKinds = [
	'confirmed',
	'waiting',
	'offered',
	'lapsed',
	'cancelled',
	'again',
	'moved',
	'called-off',
	'reminder',
] as const;
export type RegistrationLetterKind = (typeof registrationLetterKinds)[number];

const words = (most: number) => v.pipe(v.string(), v.trim(), v.maxLength(most));
const meetingId = v.pipe(v.string(), v.uuid());
export const setRegistrationInput = v.object({
	meetingId,
	isOpen: v.boolean(),
	places: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000))),
	asks: v.pipe(v.array(v.picklist(registrationAsks)), v.maxLength(registrationAsks.length)),
	/** Minutes before the start. */
	reminders: v.pipe(
		v.array(v.pipe(v.number(), v.integer(), v.minValue(15), v.maxValue(60 * 1440))),
		v.maxLength(6),
	),
});
export const registerInput = v.object({
	meetingId,
	email: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(254), v.email()),
	way: v.picklist(registrationWays),
	locale: v.optional(v.pipe(v.string(), v.maxLength(20)), 'en'),
	answers: v.object({
		language: v.optional(words(60)),
		interpreter: v.optional(v.boolean()),
		access: v.optional(words(300)),
		childcare: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))),
		travel: v.optional(v.picklist(travels)),
	}),
});
export const registrationTokenInput = v.object({ token: v.pipe(v.string(), v.maxLength(300)) });

/** What everybody may know of a meeting's registration. */
export type Registering = RegistrationSetUp & {
	/** Places in the room that nobody has; null without a limit. */
	free: number | null;
	/** How many wait for one. */
	waiting: number;
};
