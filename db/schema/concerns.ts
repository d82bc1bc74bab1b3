// Concerns: what was said, with a number that everybody can quote.
import { sql } from 'drizzle-orm';
import {
	bigint,
	check,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uniqueIndex,
	uuid,
} from 'drizzle-orm/pg-core';
import { concernSourceKinds, concernStates, declineCodes, topics } from '../../domain/concerns.ts';
import { dispositions } from '../../domain/questions.ts';
import { oneOf } from './checks.ts';
import { areas } from './areas.ts';
import { meetings } from './meetings.ts';
import { people } from './people.ts';

/** Which moves are allowed is held by a trigger (`concern_moves`). */
export const concerns = pgTable(
	'concerns',
	{
		id: uuid().primaryKey().defaultRandom(),
		/** `PL-<year>-<five digits>`. */
		number: text().notNull().unique(),
		title: text().notNull(),
		state: text({ enum: concernStates }).notNull().default('published'),
		meetingId: uuid().references(() => meetings.id),
		capturedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** What became of it by the report of its meeting. */
		disposition: text({ enum: dispositions }),
		dispositionNote: text(),
		/** Who of the city looks after it; nobody yet: it is in the inbox. */
		ownerId: text().references(() => people.id, { onDelete: 'set null' }),
		topic: text({ enum: topics }),
		areaId: uuid().references(() => areas.id, { onDelete: 'set null' }),
	},
	(table) => [
		check('concerns_topic', oneOf(table.topic, topics)),
		check('concerns_state', oneOf(table.state, concernStates)),
		check('concerns_disposition', oneOf(table.disposition, dispositions)),
		index().on(table.meetingId),
		index().on(table.capturedAt),
		check('concerns_number', sql`${table.number} ~ '^PL-[0-9]{4}-[0-9]{5,}$'`),
	],
);

export const concernEventKinds = ['moved', 'taken', 'merged', 'parted'] as const;
/** Everything that happened to a concern after it was captured: a row each, never changed (held by a trigger). */
export const concernEvents = pgTable(
	'concern_events',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		concernId: uuid()
			.notNull()
			.references(() => concerns.id, { onDelete: 'cascade' }),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		kind: text({ enum: concernEventKinds }).notNull(),
		from: text({ enum: concernStates }),
		to: text({ enum: concernStates }),
		/** Of the city; null where it follows from its follow-ups or from the residents' answers. */
		personId: text(),
		/** Public. */
		text: text().notNull().default(''),
		/** Of a declined one. */
		reason: text({ enum: declineCodes }),
		/** Agency and reference of a referred one; the number of the other of a merge. */
		detail: jsonb()
			.$type<{ agency?: string; reference?: string; other?: string; followup?: string }>()
			.notNull()
			.default({}),
	},
	(table) => [
		index().on(table.concernId, table.at),
		index().on(table.to, table.at),
		check('concern_events_kind', oneOf(table.kind, concernEventKinds)),
		check('concern_events_reason', oneOf(table.reason, declineCodes)),
	],
);

/** The last number given in a year. */
export const concernNumbers = pgTable('concern_numbers', {
	year: integer().primaryKey(),
	last: integer().notNull(),
});

/** What a concern was made of, each thing once, with its author's words as they were. */
export const concernSources = pgTable(
	'concern_sources',
	{
		concernId: uuid()
			.notNull()
			.references(() => concerns.id, { onDelete: 'cascade' }),
		kind: text({ enum: concernSourceKinds }).notNull(),
		/** Of a question, a pin, a caption or a poll its id, of a card its key; of what staff have entered an id of its own. */
		sourceId: text().notNull(),
		/** Where it was said; null of a pin and of what staff have entered. */
		meetingId: uuid().references(() => meetings.id, { onDelete: 'cascade' }),
		words: text().notNull(),
		/** Seconds since the meeting went live. */
		saidAtSecond: integer(),
	},
	(table) => [
		primaryKey({ columns: [table.kind, table.sourceId] }),
		index().on(table.concernId),
		index().on(table.meetingId),
		check('concern_sources_kind', oneOf(table.kind, concernSourceKinds)),
	],
);

/** That one concern was merged into another: a row with who and when, and how it stood before. */
export const concernMerges = pgTable(
	'concern_merges',
	{
		id: uuid().primaryKey().defaultRandom(),
		concernId: uuid()
			.notNull()
			.references(() => concerns.id, { onDelete: 'cascade' }),
		intoId: uuid()
			.notNull()
			.references(() => concerns.id, { onDelete: 'cascade' }),
		stateBefore: text({ enum: concernStates }).notNull(),
		mergedById: text(),
		mergedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		undoneAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		index().on(table.intoId),
		// One is merged into one other at a time.
		uniqueIndex('concern_merges_once')
			.on(table.concernId)
			.where(sql`${table.undoneAt} is null`),
		check('concern_merges_not_into_itself', sql`${table.intoId} <> ${table.concernId}`),
	],
);
