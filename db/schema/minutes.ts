// The minutes of meetings as they were published: versions are added, none is changed.
import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { PublishedItem } from '../../domain/minutes.ts';
import { meetings } from './meetings.ts';

export const minutesVersions = pgTable(
	'minutes_versions',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		/** 1, 2, 3 … within a meeting. */
		number: integer().notNull(),
		items: jsonb().$type<PublishedItem[]>().notNull(),
		/** What was corrected. */
		note: text().notNull().default(''),
		publishedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.number] }),
		check('minutes_versions_number', sql`${table.number} > 0`),
	],
);
