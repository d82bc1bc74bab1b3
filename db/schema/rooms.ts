// The event log: what was announced, numbered per room without gaps; and what keeps a repeated command from acting twice.
import { bigint, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

export const rooms = pgTable('rooms', {
	name: text().primaryKey(),
	/** Number of the room's newest event. */
	seq: bigint({ mode: 'number' }).notNull(),
});

export const events = pgTable(
	'events',
	{
		room: text()
			.notNull()
			.references(() => rooms.name, { onDelete: 'cascade' }),
		seq: bigint({ mode: 'number' }).notNull(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		type: text().notNull(),
		payload: jsonb().notNull(),
	},
	(table) => [primaryKey({ columns: [table.room, table.seq] })],
);

/** Commands that were done, by a digest of the sender's secret and the client-made id: leads nobody to a person. */
export const doneCommands = pgTable('done_commands', {
	key: text().primaryKey(),
	at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	result: jsonb(),
});
