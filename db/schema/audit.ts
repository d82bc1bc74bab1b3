// What people of the city did in their office: kept, never changed.
import { bigint, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const audit = pgTable(
	'audit',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** The account that did it; null for the server itself. Never a resident. */
		personId: text(),
		verb: text().notNull(),
		/** What it was done to, e.g. `question:<id>`. */
		subject: text().notNull(),
		detail: jsonb().notNull().default({}),
	},
	(table) => [index().on(table.at), index().on(table.subject)],
);
