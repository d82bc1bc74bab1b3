// The tables of a map round's report as CSV (RFC 4180), in the reader's language.
import type { MapReport } from '#db/mapReports.ts';
import { countNames } from '#domain/activities.ts';
import { csvCell } from '#domain/formats.ts';
import { activityWords } from '#lib/map/activityWords.ts';
import { labelOf } from '#lib/map/words.ts';
import { m } from '#lib/paraglide/messages.js';

export const reportTables = {
	pins: ({ round, table }: MapReport): string =>
		csv([
			[m.mapreport_area(), ...table.categories.map(({ key }) => labelOf(round, key)), m.mapreport_all()],
			...table.areas.map(({ area, counts, count }) => [area ?? m.mapreport_outside(), ...counts, count]),
			[m.mapreport_all(), ...table.categories.map(({ count }) => count), table.count],
		]),
	activities: ({ activities }: MapReport): string =>
		csv([
			['kind', 'lat', 'lng', 'from', 'until', ...countNames, 'pins', 'note'],
			...activities.map(({ kind, at, fromDay, untilDay, counts, pins, note }) => [
				...[activityWords[kind](), at.lat, at.lng, fromDay, untilDay],
				...countNames.map((name) => counts[name] ?? null),
				...[pins.length, note],
			]),
		]),
	places: ({ places }: MapReport): string =>
		csv([
			['kind', 'from', 'until', 'previous', 'before', 'daysBefore', 'during', 'after', 'daysAfter', 'note'],
			...places.map(({ activity, previous, before, daysBefore, during, after, daysAfter }) => [
				...[activityWords[activity.kind](), activity.fromDay, activity.untilDay, previous],
				...[before, daysBefore, during, after, daysAfter, activity.note],
			]),
		]),
};

/** With a byte order mark, without which spreadsheets read UTF-8 as something else. */
function csv(rows: (string | number | null)[][]): string {
	return `\u{FEFF}${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}
