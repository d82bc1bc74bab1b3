// Mail on its way out: written in the same transaction as the change it tells of, sent by a job.
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const mails = pgTable('mails', {
	id: uuid().primaryKey().defaultRandom(),
	recipient: text().notNull(),
	subject: text().notNull(),
	text: text().notNull(),
	html: text().notNull(),
	writtenAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	sentAt: timestamp({ withTimezone: true }),
	attempts: integer().notNull().default(0),
	lastError: text(),
});
