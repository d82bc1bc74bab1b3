// Meetings as calendar entries (RFC 5545, RFC 5546): one file that updates or takes away the entry it made, and a calendar to follow.
import ical, {
	ICalCalendarMethod,
	ICalEventStatus,
	ICalEventTransparency,
	type ICalCalendar,
} from 'ical-generator';
import type { Config } from '#config';
import type { MeetingRow } from '#db/meetings.ts';
import { takesQuestionsAhead } from '#domain/meetings.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale, type Locale } from '#lib/paraglide/runtime.js';
import { vtimezone } from './timezones.ts';

type Site = Pick<Config, 'publicUrl' | 'CITY_NAME' | 'MAIL_FROM'>;

/** The file behind "Add to calendar". Opened again after a cancellation it takes the entry away. In a job nobody has a language: it is said. */
export function meetingCalendar(meeting: MeetingRow, site: Site, locale: Locale = getLocale()): string {
	const method = meeting.state === 'cancelled' ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
	const calendar = newCalendar([meeting], method, site);
	addMeeting(calendar, meeting, site, locale);
	return calendar.toString();
}

/** The calendar one can follow: all announced meetings. */
export function cityCalendar(meetings: MeetingRow[], site: Site): string {
	const calendar = newCalendar(meetings, ICalCalendarMethod.PUBLISH, site);
	calendar.name(m.calendar_name({ city: site.CITY_NAME }));
	calendar.description(m.app_about({ city: site.CITY_NAME }));
	calendar.url(`${site.publicUrl}/meetings.ics`);
	calendar.ttl(3600);
	for (const meeting of meetings) addMeeting(calendar, meeting, site, getLocale());
	return calendar.toString();
}

function newCalendar(meetings: MeetingRow[], method: ICalCalendarMethod, site: Site): ICalCalendar {
	const times = meetings.flatMap(({ startsAt, endsAt }) => [startsAt.getTime(), endsAt.getTime()]);
	const [from, to] = [new Date(Math.min(...times)), new Date(Math.max(...times))];
	return ical({
		prodId: {
			company: site.CITY_NAME.replace(/[^\p{L}\p{N} ]/gu, ' '),
			product: 'Porchlight',
			language: 'EN',
		},
		method,
		timezone: { name: null, generator: (zone) => vtimezone(zone, from, to) },
	});
}

function addMeeting(calendar: ICalCalendar, meeting: MeetingRow, site: Site, locale: Locale): void {
	const isCancelled = meeting.state === 'cancelled';
	const page = `${site.publicUrl}/meetings/${meeting.slug}`;
	calendar.createEvent({
		// Never the address of the page: that may change while the meeting is a draft, and the host may move.
		id: meeting.id,
		sequence: meeting.sequence,
		// Made from the row alone, so that the file is the same until the meeting changes, or takes questions.
		stamp: meeting.updatedAt,
		created: meeting.createdAt,
		lastModified: meeting.updatedAt,
		start: inZone(meeting.startsAt, meeting.timeZone),
		end: inZone(meeting.endsAt, meeting.timeZone),
		timezone: meeting.timeZone,
		summary: isCancelled ? m.calendar_cancelled({ title: meeting.title }, { locale }) : meeting.title,
		description: [
			isCancelled && m.meeting_cancelled_because({ reason: meeting.cancelReason ?? '' }, { locale }),
			meeting.questionsOpen &&
				takesQuestionsAhead(meeting, Date.now()) &&
				m.calendar_ahead({ url: `${page}/hall` }, { locale }),
			meeting.description,
			meeting.placeKind === 'in-person'
				? m.calendar_page({ url: page }, { locale })
				: m.calendar_hall({ url: page }, { locale }),
		]
			.filter(Boolean)
			.join('\n\n'),
		location: meeting.place ?? (meeting.placeKind === 'in-person' ? null : page),
		url: page,
		organizer: organizer(site),
		status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
		transparency: isCancelled ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
	});
}

// ical-generator writes the digits of a Date as they are in UTC, whatever the zone: only a zoned time is written right.
function inZone(at: Date, zone: string): Temporal.ZonedDateTime {
	return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

/** RFC 5546 asks for an organizer in what is published or cancelled: the sender of our mail. */
function organizer({ MAIL_FROM, CITY_NAME }: Site): { name: string; email: string } {
	return { name: CITY_NAME, email: /<([^<>]+)>/.exec(MAIL_FROM)?.[1] ?? MAIL_FROM };
}
