// Captions: what was said, line by line, as captioners typed it.
import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { meetings } from './meetings.ts';

export const captions = pgTable(
	'captions',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		language: text().notNull(),
		text: text().notNull(),
		/** When it was said: when its captioner began to type it. */
		at: timestamp({ withTimezone: true }).notNull(),
		writtenAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		index().on(table.meetingId, table.language, table.at),
		check('captions_text_length', sql`char_length(${table.text}) between 1 and 200`),
	],
);
