// How often a meeting's short links were opened: sums per day, nothing of who.
import { check, date, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { outreachSources } from '../../domain/outreach.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

export const outreachCounts = pgTable(
	'outreach_counts',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		source: text({ enum: outreachSources }).notNull(),
		/** In the city's calendar. */
		day: date().notNull(),
		count: integer().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.source, table.day] }),
		check('outreach_counts_source', oneOf(table.source, outreachSources)),
		check('outreach_counts_count', sql`${table.count} > 0`),
	],
);
