// Wall-clock times and moments: the city's evening is at half past six, also on the days when the clocks change.
import { describe, expect, test } from 'vitest';
import { clockTrouble, instantOf, wallClock } from '#domain/meetings.ts';

/** Times around a switch, the moment each is, and what is odd about it. */
const nights: [zone: string, local: string, utc: string, trouble: 'gap' | 'overlap' | null][] = [
	['America/Chicago', '2026-03-08T01:59', '2026-03-08T07:59', null],
	['America/Chicago', '2026-03-08T02:30', '2026-03-08T08:30', 'gap'],
	['America/Chicago', '2026-03-08T03:00', '2026-03-08T08:00', null],
	['America/Chicago', '2026-11-01T00:59', '2026-11-01T05:59', null],
	['America/Chicago', '2026-11-01T01:30', '2026-11-01T06:30', 'overlap'],
	['America/Chicago', '2026-11-01T02:00', '2026-11-01T08:00', null],
	['Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00', 'gap'],
	['Europe/Berlin', '2026-10-25T02:59', '2026-10-25T00:59', 'overlap'],
	['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00', null],
	// Half an hour of daylight saving time.
	['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45', 'gap'],
	['Australia/Lord_Howe', '2026-10-04T02:30', '2026-10-03T15:30', null],
	['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45', 'overlap'],
	// Where no clock ever changes, and where the offset has minutes.
	['America/Phoenix', '2026-03-08T02:30', '2026-03-08T09:30', null],
	['Asia/Kolkata', '2026-07-01T18:30', '2026-07-01T13:00', null],
	['Asia/Kathmandu', '2026-07-01T18:30', '2026-07-01T12:45', null],
	['UTC', '2026-07-01T18:30', '2026-07-01T18:30', null],
	// A whole day that never was.
	['Pacific/Apia', '2011-12-30T18:30', '2011-12-31T04:30', 'gap'],
];

test.each(nights)('in %s %s is %s UTC (%s)', (zone, local, utc, trouble) => {
	expect(instantOf(local, zone).toISOString().slice(0, 16)).toBe(utc);
	expect(clockTrouble(local, zone)).toBe(trouble);
});

test('a moment and back: the same clock, but for times that are skipped', () => {
	for (const [zone, local, , trouble] of nights)
		if (trouble !== 'gap') expect(wallClock(instantOf(local, zone), zone)).toBe(local);
});

describe('against Temporal, which has its own arithmetic', () => {
	// A few zones of each kind; all 418 agree too, but take half a minute.
	const zones = [
		'America/Chicago',
		'Europe/Berlin',
		'Australia/Lord_Howe',
		'Africa/Casablanca',
		'America/Nuuk',
	];
	zones.push('Asia/Tehran', 'America/Sao_Paulo', 'Pacific/Chatham', 'Antarctica/Troll', 'America/St_Johns');

	test.each(zones)('%s agrees around every change of its clocks from 2020 to 2030', (zone) => {
		let at = Temporal.ZonedDateTime.from(`2020-01-01T00:00[${zone}]`).getTimeZoneTransition('next');
		const until = Date.UTC(2030, 0);
		for (; at && at.epochMilliseconds < until; at = at.getTimeZoneTransition('next')) {
			for (let minutes = -180; minutes <= 180; minutes += 15) {
				const local = at.toPlainDateTime().add({ minutes });
				const text = local.toString({ smallestUnit: 'minute' });
				const theirs = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
				expect(instantOf(text, zone).getTime(), text).toBe(theirs.epochMilliseconds);
				const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
					local.toZonedDateTime(zone, { disambiguation }),
				);
				const isOdd = earlier!.epochMilliseconds !== later!.epochMilliseconds;
				const isGap = isOdd && earlier!.toPlainDateTime().toString() !== local.toString();
				expect(clockTrouble(text, zone), text).toBe(!isOdd ? null : isGap ? 'gap' : 'overlap');
			}
		}
	});
});
