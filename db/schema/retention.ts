// How long things are kept, what a legal hold stops, and what was removed on its day.
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	date,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid,
} from 'drizzle-orm/pg-core';
import { retentionKinds } from '../../domain/retention.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

/** Days after a meeting; a kind without a row has the usual ones. */
export const retentionDays = pgTable(
	'retention_days',
	{ kind: text({ enum: retentionKinds }).primaryKey(), days: integer().notNull() },
	(table) => [
		check('retention_days_kind', oneOf(table.kind, retentionKinds)),
		check('retention_days_days', sql`${table.days} > 0`),
	],
);

/** Nothing of these meetings is removed while the row is there. */
export const retentionHolds = pgTable('retention_holds', {
	meetingId: uuid()
		.primaryKey()
		.references(() => meetings.id, { onDelete: 'cascade' }),
	reason: text().notNull(),
	heldSince: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

export const retentionRemovals = pgTable(
	'retention_removals',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		kind: text({ enum: retentionKinds }).notNull(),
		/** The last day on which it was there. */
		lastDay: date().notNull(),
		removedAt: timestamp({ withTimezone: true }).notNull(),
		/** What nobody could see any more is swept away, too. */
		isSwept: boolean().notNull().default(false),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.kind] }),
		index('retention_removals_unswept')
			.on(table.meetingId)
			.where(sql`not ${table.isSwept}`),
		check('retention_removals_kind', oneOf(table.kind, retentionKinds)),
	],
);
