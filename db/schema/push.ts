// Devices that want short messages, what each wants to hear of, and the messages on their way. Nothing here leads to an e-mail address
// or to a question: a device is known by a pseudonym made for this alone.
import { sql } from 'drizzle-orm';
import {
	check,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	timestamp,
	unique,
	uuid,
} from 'drizzle-orm/pg-core';
import { pushKinds, pushOutcomes } from '../../domain/push.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';
import { people } from './people.ts';

export const pushDevices = pgTable(
	'push_devices',
	{
		id: uuid().primaryKey().defaultRandom(),
		/** Where its push service takes messages; whoever knows it can send nothing without our key. */
		endpoint: text().notNull().unique(),
		p256dh: text().notNull(),
		auth: text().notNull(),
		/** Whose browser it is: made of the guest cookie, found nowhere else. */
		owner: text().notNull(),
		/** Whose news it is told, while they are signed in there. */
		personId: text().references(() => people.id, { onDelete: 'set null' }),
		locale: text().notNull().default('en'),
		createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [index().on(table.owner), index().on(table.personId)],
);

/** Meetings that a device is reminded of. */
export const pushWishes = pgTable(
	'push_wishes',
	{
		deviceId: uuid()
			.notNull()
			.references(() => pushDevices.id, { onDelete: 'cascade' }),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.deviceId, table.meetingId] }), index().on(table.meetingId)],
);

/** The outbox: one row per device and event, which is its key. */
export const pushMessages = pgTable(
	'push_messages',
	{
		id: uuid().primaryKey().defaultRandom(),
		deviceId: uuid()
			.notNull()
			.references(() => pushDevices.id, { onDelete: 'cascade' }),
		kind: text({ enum: pushKinds }).notNull(),
		/** What of: such as the reminder of a moment for a start of a meeting. */
		key: text().notNull(),
		meetingId: uuid().references(() => meetings.id, { onDelete: 'cascade' }),
		/** Of news: how many. */
		count: integer(),
		/** Until then it must be read to be of use: in the quiet hours it goes out only if they end later. */
		neededBy: timestamp({ withTimezone: true }),
		askedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		attempts: integer().notNull().default(0),
		nextAttemptAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		doneAt: timestamp({ withTimezone: true }),
		outcome: text({ enum: pushOutcomes }),
		/** The push service's answer code or the error's, never its text. */
		lastError: text(),
	},
	(table) => [
		unique().on(table.deviceId, table.kind, table.key),
		index('push_messages_waiting')
			.on(table.nextAttemptAt)
			.where(sql`${table.doneAt} is null`),
		check('push_messages_kind', oneOf(table.kind, pushKinds)),
		check('push_messages_outcome', oneOf(table.outcome, pushOutcomes)),
		check('push_messages_done', sql`(${table.doneAt} is null) = (${table.outcome} is null)`),
		check('push_messages_of_a_meeting', sql`(${table.kind} = 'news') = (${table.meetingId} is null)`),
	],
);
