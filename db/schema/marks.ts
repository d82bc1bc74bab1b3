// What was done once and must not be done again, such as filling a new database with the demo town.
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const marks = pgTable('marks', {
	name: text().primaryKey(),
	at: timestamp({ withTimezone: true }).notNull().defaultNow(),
});
