// Meetings, their agenda, who was kept out, and how many came.
import { sql } from 'drizzle-orm';
import {
	boolean,
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
import { blockReasons } from '../../domain/questions.ts';
import { meetingStates, placeKinds } from '../../domain/meetings.ts';
import { areas } from './areas.ts';
import { oneOf } from './checks.ts';

export const meetings = pgTable(
	'meetings',
	{
		id: uuid().primaryKey().defaultRandom(),
		slug: text().notNull().unique(),
		/** The short link's code. */
		code: text().notNull().unique(),
		title: text().notNull(),
		description: text().notNull().default(''),
		state: text({ enum: meetingStates }).notNull().default('draft'),
		startsAt: timestamp({ withTimezone: true }).notNull(),
		endsAt: timestamp({ withTimezone: true }).notNull(),
		timeZone: text().notNull(),
		placeKind: text({ enum: placeKinds }).notNull(),
		place: text(),
		languages: text().array().notNull(),
		/** Meetings made by copying one another share it. */
		seriesId: uuid(),
		/** iCalendar SEQUENCE: counts the changes that move or cancel the event. */
		sequence: integer().notNull().default(0),
		cancelReason: text(),
		/** From when on questions are asked and supported in advance. */
		questionsFrom: timestamp({ withTimezone: true }),
		wentLiveAt: timestamp({ withTimezone: true }),
		endedAt: timestamp({ withTimezone: true }),
		reportedAt: timestamp({ withTimezone: true }),
		createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		questionsOpen: boolean().notNull().default(true),
		vetting: boolean().notNull().default(true),
		anonymousAllowed: boolean().notNull().default(true),
		totalsHidden: boolean().notNull().default(false),
		boardOpen: boolean().notNull().default(false),
		mapOpen: boolean().notNull().default(false),
		stageOpen: boolean().notNull().default(false),
		stageHeld: boolean().notNull().default(false),
		stageRecorded: boolean().notNull().default(false),
		slowModeSeconds: integer().notNull().default(0),
		firstTimeFirst: boolean().notNull().default(false),
		speakingMinutes: integer().notNull().default(0),
		/** Number of the last question asked. */
		questionCount: integer().notNull().default(0),
		/** Most browsers that had the hall open at the same time. */
		peakAttendance: integer().notNull().default(0),
		/** Browsers that had the hall open, and the minutes of all of them: the sum that stays when the report is closed. */
		visitors: integer(),
		visitorMinutes: integer(),
	},
	(table) => [
		check('meetings_state', oneOf(table.state, meetingStates)),
		check('meetings_place_kind', oneOf(table.placeKind, placeKinds)),
		check('meetings_times', sql`${table.endsAt} > ${table.startsAt}`),
		check('meetings_questions_from', sql`${table.questionsFrom} < ${table.startsAt}`),
		check(
			'meetings_cancelled_with_reason',
			sql`${table.state} <> 'cancelled' or ${table.cancelReason} is not null`,
		),
		check('meetings_speaking_minutes', sql`${table.speakingMinutes} between 0 and 60`),
		check('meetings_slow_mode', sql`${table.slowModeSeconds} between 0 and 3600`),
		index().on(table.state, table.startsAt),
	],
);

export const agendaItems = pgTable(
	'agenda_items',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		position: integer().notNull(),
		title: text().notNull(),
		minutes: integer().notNull(),
	},
	(table) => [unique().on(table.meetingId, table.position)],
);

export const blocks = pgTable(
	'blocks',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		pseudonym: text().notNull(),
		reason: text({ enum: blockReasons }).notNull(),
		note: text(),
		blockedBy: text().notNull(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		liftedAt: timestamp({ withTimezone: true }),
		liftedBy: text(),
	},
	(table) => [
		check('blocks_reason', oneOf(table.reason, blockReasons)),
		index().on(table.meetingId, table.pseudonym),
	],
);

/**
 * Who had the hall open, by a pseudonym made for this alone: it cannot be joined with questions or votes, nor with another
 * meeting. Kept as one sum per meeting when it is reported.
 */
export const attendance = pgTable(
	'attendance',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		visitor: text().notNull(),
		seconds: integer().notNull().default(0),
		/** Has checked in: counted with the room, not online. */
		inRoom: boolean().notNull().default(false),
		/** Where they say they come from. */
		areaId: uuid().references(() => areas.id, { onDelete: 'set null' }),
	},
	(table) => [primaryKey({ columns: [table.meetingId, table.visitor] })],
);
