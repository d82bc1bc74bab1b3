// Recordings of the stage. The films are files in DATA_DIR/recordings, named by the id.
import { sql } from 'drizzle-orm';
import { bigint, check, date, index, pgTable, real, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { recordingStates } from '../../domain/recordings.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

export const recordings = pgTable(
	'recordings',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		state: text({ enum: recordingStates }).notNull().default('recording'),
		/** The moment that is second 0 of the film. */
		startedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		seconds: real(),
		bytes: bigint({ mode: 'number' }),
		/** The last day on which it can be watched. */
		keepUntil: date().notNull(),
		removedAt: timestamp({ withTimezone: true }),
		removedBecause: text(),
	},
	(table) => [
		check('recordings_state', oneOf(table.state, recordingStates)),
		check(
			'recordings_ready_with_length',
			sql`${table.state} <> 'ready' or (${table.seconds} is not null and ${table.bytes} is not null)`,
		),
		check(
			'recordings_removed_with_date',
			sql`(${table.state} = 'removed') = (${table.removedAt} is not null)`,
		),
		index().on(table.meetingId),
		index('recordings_unfinished')
			.on(table.state)
			.where(sql`${table.state} in ('recording', 'recorded')`),
	],
);
