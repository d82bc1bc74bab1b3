// The room: who said "I am here", and the people whom staff have counted.
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { headKinds } from '../../domain/room.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

/** Once per browser, by a pseudonym made for this alone; no time is kept. Forgotten with the single visits when the report is closed. */
export const roomCheckIns = pgTable(
	'room_check_ins',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		visitor: text().notNull(),
	},
	(table) => [primaryKey({ columns: [table.meetingId, table.visitor] })],
);

/** Walk-ins and callers; and, once the report is closed, how many had checked in. */
export const headcounts = pgTable(
	'headcounts',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		kind: text({ enum: [...headKinds, 'checked-in'] }).notNull(),
		count: integer().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.kind] }),
		check('headcounts_kind', oneOf(table.kind, [...headKinds, 'checked-in'])),
		check('headcounts_not_below_zero', sql`${table.count} >= 0`),
	],
);
