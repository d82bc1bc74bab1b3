// Calendar files, read by another library than the one that writes them.
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import type { MeetingRow } from '#db/meetings.ts';
import type { RegistrationLetter } from '#db/registrationLetters.ts';
import { instantOf } from '#domain/meetings.ts';
import type { RegistrationState } from '#domain/registrations.ts';
import { cityCalendar, meetingCalendar } from '#lib/server/calendar.ts';
import { registeredLetter } from '#lib/server/registeredLetters.ts';
import { vtimezone } from '#lib/server/timezones.ts';

const site = {
	publicUrl: 'https://hall.lindenfeld.example',
	CITY_NAME: 'Lindenfeld',
	MAIL_FROM: 'Porchlight <hall@lindenfeld.example>',
};

const evening = {
	id: '7d3f6f0e-9f5a-4a53-8f0e-0d5f6c1e2a3b',
	slug: 'elm-street-2026-10-27',
	title: 'Town hall on Elm Street',
	description: 'Speeding, lights; and the new crossing.\n\nCome early.',
	state: 'scheduled',
	...times('2026-10-27', 'America/Chicago'),
	placeKind: 'hybrid',
	place: 'Library, 210 Elm Street',
	sequence: 0,
	cancelReason: null,
	createdAt: new Date('2026-09-01T12:00:00Z'),
	updatedAt: new Date('2026-09-02T12:00:00Z'),
} as MeetingRow;

function times(day: string, timeZone: string) {
	return {
		timeZone,
		startsAt: instantOf(`${day}T18:30`, timeZone),
		endsAt: instantOf(`${day}T20:00`, timeZone),
	};
}

/** A calendar as a calendar program takes it: its zones are the file's own, not the program's. */
function parsed(text: string) {
	const calendar = new ICAL.Component(ICAL.parse(text));
	ICAL.TimezoneService.reset();
	for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
	const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
	return { calendar, events, event: events[0]! };
}
const wall = (time: ICAL.Time) => time.toString().slice(0, 16);

describe('the file of a meeting', () => {
	test('says that questions can be asked, from the moment on and while they are open', () => {
		const taking = {
			...evening,
			startsAt: new Date(Date.now() + 3 * 86_400_000),
			endsAt: new Date(Date.now() + 3 * 86_400_000 + 3_600_000),
			questionsFrom: new Date(Date.now() - 60_000),
			questionsOpen: true,
		};
		const link =
			'Questions can be asked already: https://hall.lindenfeld.example/meetings/elm-street-2026-10-27/hall';
		expect(parsed(meetingCalendar(taking, site)).event.description).toContain(link);
		for (const other of [{ questionsOpen: false }, { questionsFrom: new Date(Date.now() + 3_600_000) }])
			expect(parsed(meetingCalendar({ ...taking, ...other }, site)).event.description).not.toContain(link);
	});

	test('says what, when, where and how to get in', () => {
		const { calendar, event } = parsed(meetingCalendar(evening, site));
		expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
		expect(event.uid).toBe(evening.id);
		expect(event.summary).toBe(evening.title);
		expect(event.location).toBe(evening.place);
		expect(event.description).toContain('Speeding, lights; and the new crossing.\n\nCome early.');
		expect(event.description).toContain('https://hall.lindenfeld.example/meetings/elm-street-2026-10-27');
		expect(event.startDate.toJSDate()).toEqual(evening.startsAt);
		expect(event.endDate.toJSDate()).toEqual(evening.endsAt);
		expect(event.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
		expect(String(event.organizer)).toBe('mailto:hall@lindenfeld.example');
	});

	test('an online meeting is at its page', () => {
		const { event } = parsed(meetingCalendar({ ...evening, placeKind: 'online', place: null }, site));
		expect(event.location).toBe('https://hall.lindenfeld.example/meetings/elm-street-2026-10-27');
	});

	test('stays the same text until the meeting changes', () => {
		expect(meetingCalendar(evening, site)).toBe(meetingCalendar({ ...evening }, site));
	});
});

describe.each([
	['America/Chicago', '2026-10-27', '2026-11-03'],
	['Europe/Berlin', '2026-10-20', '2026-10-27'],
	['Australia/Lord_Howe', '2026-09-29', '2026-10-06'],
])('in %s, moved from %s over the change of clocks to %s', (zone, before, after) => {
	const first = { ...evening, ...times(before, zone) };
	const moved = { ...first, ...times(after, zone), sequence: 1, updatedAt: new Date('2026-09-03T12:00:00Z') };

	test('the clock on the wall stays, the moment follows it', () => {
		const [was, is] = [first, moved].map((meeting) => parsed(meetingCalendar(meeting, site)));
		expect(wall(was!.event.startDate)).toBe(`${before}T18:30`);
		expect(wall(is!.event.startDate)).toBe(`${after}T18:30`);
		expect(wall(is!.event.endDate)).toBe(`${after}T20:00`);
		const days = (is!.event.startDate.toUnixTime() - was!.event.startDate.toUnixTime()) / 86_400;
		expect(days).not.toBe(7);
		expect(Math.round(days)).toBe(7);
	});

	test('the update is newer than the entry it replaces', () => {
		const [was, is] = [first, moved].map((meeting) => parsed(meetingCalendar(meeting, site)).event);
		expect(is!.uid).toBe(was!.uid);
		expect(is!.sequence).toBeGreaterThan(was!.sequence);
		const changed = (event: ICAL.Event) => String(event.component.getFirstPropertyValue('last-modified'));
		expect(changed(is!) > changed(was!)).toBe(true);
	});

	test('the file’s own zone knows both, without the program’s', () => {
		const { events } = parsed(cityCalendar([first, { ...moved, id: 'another' }], site));
		expect(events.map(({ startDate }) => startDate.toJSDate())).toEqual([first.startsAt, moved.startsAt]);
		expect(events[0]!.startDate.zone?.tzid).toBe(zone);
	});
});

describe('a cancellation', () => {
	const cancelled = {
		...evening,
		state: 'cancelled',
		sequence: 2,
		cancelReason: 'The library is closed.',
	} as MeetingRow;

	test('opened as a file takes the entry away', () => {
		const { calendar, event } = parsed(meetingCalendar(cancelled, site));
		expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL');
		expect(event.uid).toBe(evening.id);
		expect(event.sequence).toBe(2);
		expect(event.component.getFirstPropertyValue('status')).toBe('CANCELLED');
		expect(event.description).toContain('The library is closed.');
	});

	test('in the calendar one follows is an update of the same entry, among the others', () => {
		const other = { ...evening, id: '1b671a64-40d5-491e-99b0-da01ff1f3341' };
		const { calendar, events } = parsed(cityCalendar([cancelled, other], site));
		expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
		const statuses = events.map(({ uid, component }) => [uid, component.getFirstPropertyValue('status')]);
		expect(statuses).toEqual([
			[evening.id, 'CANCELLED'],
			[other.id, 'CONFIRMED'],
		]);
		expect(events[0]!.component.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
	});
});

describe('what people write', () => {
	test('cannot break out of its line', () => {
		const title = 'Party\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT\nBEGIN:VEVENT\rX:1';
		const nasty = {
			...evening,
			title,
			place: 'Room 1\r\nSTATUS:CANCELLED',
			description: 'a\\nb\r\nMETHOD:CANCEL',
		};
		const { calendar, events } = parsed(meetingCalendar(nasty, site));
		expect(events).toHaveLength(1);
		expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
		expect(events[0]!.attendees).toEqual([]);
		expect(events[0]!.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
		expect(events[0]!.summary).toContain('ATTENDEE:mailto:evil@example.org');
	});

	test('comes back whole in every script, in lines of at most 75 octets', () => {
		const title = 'Ñandú & «Straßenfest» — 会议 🏮 '.repeat(6).trim();
		const description = 'Uno, dos; tres\\cuatro 👩‍👩‍👧 '.repeat(20).trim();
		const text = meetingCalendar({ ...evening, title, description }, site);
		const { event } = parsed(text);
		expect(event.summary).toBe(title);
		expect(event.description.startsWith(description)).toBe(true);
		for (const line of text.split('\r\n')) {
			expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
			// A character that was cut in two would come back as the replacement mark.
			expect(Buffer.from(line).toString()).toBe(line);
		}
		expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
	});
});

describe('zones', () => {
	test('an empty city has an empty calendar', () => {
		expect(parsed(cityCalendar([], site)).events).toEqual([]);
	});

	test.each([
		'America/Chicago',
		'America/Mexico_City',
		'America/Phoenix',
		'America/Sao_Paulo',
		'Africa/Casablanca',
		'Asia/Kolkata',
		'Europe/Berlin',
		'Pacific/Chatham',
		'Australia/Lord_Howe',
		'Etc/GMT+5',
		'UTC',
	])('%s is in the file what it is to this server, the whole year long', (zone) => {
		const text = vtimezone(zone, new Date('2026-01-01'), new Date('2026-12-31'));
		const component = new ICAL.Component(ICAL.parse(`BEGIN:VCALENDAR\r\n${text}END:VCALENDAR`));
		const theirs = new ICAL.Timezone(component.getFirstSubcomponent('vtimezone')!);
		for (let day = 0; day < 365; day += 5) {
			const local = new Date(Date.UTC(2026, 0, 1 + day, 18, 30)).toISOString().slice(0, 16);
			const time = ICAL.Time.fromDateTimeString(`${local}:00`);
			time.zone = theirs;
			expect(time.toJSDate(), local).toEqual(instantOf(local, zone));
		}
	});
});

describe('the entry in a letter to somebody who has registered', () => {
	const letter = (
		kind: RegistrationLetter['kind'],
		meeting: MeetingRow,
		state: RegistrationState = 'confirmed',
	) =>
		registeredLetter(site, {
			...{ kind, meeting, state, way: 'room', locale: 'es', offerEndsAt: null, waitingPlace: null },
			...{ cameFree: false, keptDays: 30 },
			own: 'https://hall.lindenfeld.example/meetings/x/registration?token=t',
		});
	const entry = (kind: RegistrationLetter['kind'], meeting: MeetingRow) => {
		const { calendar } = letter(kind, meeting);
		return { method: calendar?.method, ...parsed(calendar!.text) };
	};

	test('is replaced when the meeting is moved, and taken away when it is called off: same entry, higher sequence', () => {
		const first = entry('confirmed', evening);
		const moved = entry('moved', { ...evening, ...times('2026-11-03', 'America/Chicago'), sequence: 1 });
		const off = entry('called-off', { ...evening, state: 'cancelled', cancelReason: 'Snow', sequence: 2 });
		expect(new Set([first, moved, off].map(({ event }) => event.uid)).size).toBe(1);
		expect([first, moved, off].map(({ event }) => event.sequence)).toEqual([0, 1, 2]);
		expect([first, moved, off].map(({ method }) => method)).toEqual(['PUBLISH', 'PUBLISH', 'CANCEL']);
		expect(wall(moved.event.startDate)).toBe('2026-11-03T18:30');
		expect(off.event.component.getFirstPropertyValue('status')).toBe('CANCELLED');
	});

	test('speaks the language of the letter, which a job sends without a reader', () => {
		const kept = entry('confirmed', evening).event;
		expect(kept.description).toContain('Participe desde su navegador, sin cuenta');
		expect(kept.description).not.toContain('Join in your browser');
		const off = entry('called-off', { ...evening, state: 'cancelled', cancelReason: 'Nieve' }).event;
		expect(off.summary).toBe('Cancelada: Town hall on Elm Street');
		expect(off.description).toContain('Esta reunión se canceló: Nieve');
	});

	test('is not in the letters of those who have no place, nor in a reminder', () => {
		for (const state of ['waiting', 'offered'] as const) {
			expect(letter('moved', evening, state).calendar).toBeUndefined();
			expect(letter('moved', evening, state).text).not.toContain('calendario');
		}
		expect(letter('moved', evening).text).toContain('La entrada de su calendario cambia con esta carta.');
		expect(letter('waiting', evening, 'waiting').calendar).toBeUndefined();
		expect(letter('reminder', evening).calendar).toBeUndefined();
	});
});
