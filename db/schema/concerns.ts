// Concerns: what was said, with a number that everybody can quote.
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { concernStates } from '../../domain/concerns.ts';
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
	},
	(table) => [
		check('concerns_state', oneOf(table.state, concernStates)),
		check('concerns_number', sql`${table.number} ~ '^PL-[0-9]{4}-[0-9]{5,}$'`),
	],
);

/** The last number given in a year. */
export const concernNumbers = pgTable('concern_numbers', {
	year: integer().primaryKey(),
	last: integer().notNull(),
});
