// Moments are shown in the meeting's zone and the reader's language.
import { expect, test } from 'vitest';
import { formatRange, formatTime, zoneDiffers } from '#lib/ui/time.ts';

const evening = new Date('2027-03-04T00:00:00Z');
const zone = 'America/Chicago';
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('in English a moment carries its weekday, its date and its zone', () =>
	expect(plain(formatTime(evening, { zone, locale: 'en' }))).toBe('Wednesday, March 3, 2027 at 6:00 PM CST'));
test('in Spanish it has the habits of the United States', () =>
	expect(plain(formatTime(evening, { zone, style: 'time', locale: 'es' }))).toBe('6:00 p.m. CST'));
test('summer time has its own name', () =>
	expect(plain(formatTime(new Date('2027-07-04T00:00:00Z'), { zone, style: 'time', locale: 'en' }))).toBe(
		'7:00 PM CDT',
	));
test('an evening does not break between its beginning and its end', () =>
	expect(formatRange(evening, new Date('2027-03-04T01:30:00Z'), { zone, locale: 'en' })).toMatch(
		/6:00\u00a0–\u2060\u00a07:30\sPM/,
	));
test('no text holds the narrow space that only some servers write', () => {
	for (const style of ['full', 'short', 'date', 'time', 'clock'] as const)
		for (const locale of ['en', 'es'])
			expect(formatTime(evening, { zone, style, locale })).not.toContain('\u202f');
});
test('another clock is another zone, another name for the same clock is not', () => {
	expect(zoneDiffers(evening, zone, 'America/New_York')).toBe(true);
	expect(zoneDiffers(evening, zone, 'America/Winnipeg')).toBe(false);
});
