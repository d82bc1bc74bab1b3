// Mail on its way out: written in the same transaction as the change it tells of, sent by a job.
import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const mails = pgTable(
	'mails',
	{
		id: uuid().primaryKey().defaultRandom(),
		recipient: text().notNull(),
		subject: text().notNull(),
		text: text().notNull(),
		html: text().notNull(),
		/** An address that ends this kind of letter with one POST (RFC 8058). */
		unsubscribe: text(),
		/** An entry for the reader's calendar that goes with it (RFC 5545), and what is to be done with it (RFC 5546). */
		calendar: jsonb().$type<{ method: string; text: string }>(),
		writtenAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		sentAt: timestamp({ withTimezone: true }),
		attempts: integer().notNull().default(0),
		nextAttemptAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** The mail server's answer code or the error's, never its text: that may hold the address. */
		lastError: text(),
	},
	(table) => [
		index('mails_waiting')
			.on(table.nextAttemptAt)
			.where(sql`${table.sentAt} is null`),
	],
);
