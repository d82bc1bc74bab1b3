// Concerns: what was said, with a number that everybody can quote.
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { concernStates } from '../../domain/concerns.ts';
import { dispositions } from '../../domain/questions.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

export const concerns = pgTable(
	'concerns',
	{
		id: uuid().primaryKey().defaultRandom(),
		/** `PL-<year>-<five digits>`. */
		number: text().notNull().unique(),
		title: text().notNull(),
		state: text({ enum: concernStates }).notNull().default('published'),
		meetingId: uuid().references(() => meetings.id),
		capturedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** What became of it by the report of its meeting. */
		disposition: text({ enum: dispositions }),
		dispositionNote: text(),
	},
	(table) => [
		check('concerns_state', oneOf(table.state, concernStates)),
		check('concerns_disposition', oneOf(table.disposition, dispositions)),
		index().on(table.meetingId),
		index().on(table.capturedAt),
		check('concerns_number', sql`${table.number} ~ '^PL-[0-9]{4}-[0-9]{5,}$'`),
	],
);

/** The last number given in a year. */
export const concernNumbers = pgTable('concern_numbers', {
	year: integer().primaryKey(),
	last: integer().notNull(),
});
