// Follow-ups: promises with an owner and a day, every move they made, what was told of them, and what residents say of the end.
import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	date,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid,
} from 'drizzle-orm/pg-core';
import { topics } from '../../domain/concerns.ts';
import { answers, followupStates, priorities, visibilities } from '../../domain/followups.ts';
import { bytes } from './bytes.ts';
import { oneOf } from './checks.ts';
import { concerns } from './concerns.ts';
import { areas } from './areas.ts';
import { people } from './people.ts';

/** Parts of the city that own follow-ups: "Traffic unit", "Public works". */
export const units = pgTable('units', {
	id: uuid().primaryKey().defaultRandom(),
	name: text().notNull().unique(),
});

/** Which moves are allowed is held by a trigger (`followup_moves`), and that the first day promised stays. */
export const followups = pgTable(
	'followups',
	{
		id: uuid().primaryKey().defaultRandom(),
		/** `FU-<year>-<five digits>`. */
		number: text().notNull().unique(),
		title: text().notNull(),
		description: text().notNull().default(''),
		state: text({ enum: followupStates }).notNull().default('proposed'),
		unitId: uuid().references(() => units.id),
		ownerId: text().references(() => people.id, { onDelete: 'set null' }),
		areaId: uuid().references(() => areas.id, { onDelete: 'set null' }),
		topic: text({ enum: topics }),
		priority: text({ enum: priorities }).notNull().default('normal'),
		dueOn: date(),
		/** The day that was promised first; set with the promise, never changed. */
		firstDueOn: date(),
		/** Of a blocked one: when that is looked at again. */
		reviewOn: date(),
		successMeasure: text().notNull().default(''),
		visibility: text({ enum: visibilities }).notNull().default('public'),
		/** How often it was claimed done: each time residents are asked anew. */
		claims: integer().notNull().default(0),
		/** Who claimed it last: somebody else looks whether it is so. */
		claimedById: text(),
		claimedAt: timestamp({ withTimezone: true }),
		version: integer().notNull().default(1),
		createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** The last public word on it. */
		toldAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		check('followups_number', sql`${table.number} ~ '^FU-[0-9]{4}-[0-9]{5,}$'`),
		check('followups_state', oneOf(table.state, followupStates)),
		check('followups_topic', oneOf(table.topic, topics)),
		check('followups_priority', oneOf(table.priority, priorities)),
		check('followups_visibility', oneOf(table.visibility, visibilities)),
		check(
			'followups_promised_with_unit_and_day',
			sql`${table.state} in ('proposed', 'rejected') or (${table.unitId} is not null and ${table.dueOn} is not null and ${table.firstDueOn} is not null)`,
		),
		check(
			'followups_blocked_until_review',
			sql`(${table.state} = 'blocked') = (${table.reviewOn} is not null)`,
		),
		check('followups_claimed', sql`${table.state} not in ('done', 'verified') or ${table.claims} > 0`),
		index().on(table.state),
		index().on(table.ownerId),
	],
);

/** The last number given in a year. */
export const followupNumbers = pgTable('followup_numbers', {
	year: integer().primaryKey(),
	last: integer().notNull(),
});

export const followupConcerns = pgTable(
	'followup_concerns',
	{
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		concernId: uuid()
			.notNull()
			.references(() => concerns.id, { onDelete: 'cascade' }),
	},
	(table) => [primaryKey({ columns: [table.followupId, table.concernId] }), index().on(table.concernId)],
);

export const followupLinkKinds = ['pin', 'question', 'meeting'] as const;
/** What else it is about: a meeting is where it was promised. */
export const followupLinks = pgTable(
	'followup_links',
	{
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		kind: text({ enum: followupLinkKinds }).notNull(),
		targetId: uuid().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.followupId, table.kind, table.targetId] }),
		index().on(table.kind, table.targetId),
		check('followup_links_kind', oneOf(table.kind, followupLinkKinds)),
	],
);

export const followupEventKinds = [
	'proposed',
	'moved',
	'due-changed',
	'changed',
	'assigned',
	'milestones',
	'linked',
	'unlinked',
] as const;
/** Everything that happened to a follow-up: a row each, never changed (held by a trigger). */
export const followupEvents = pgTable(
	'followup_events',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		kind: text({ enum: followupEventKinds }).notNull(),
		from: text({ enum: followupStates }),
		to: text({ enum: followupStates }),
		/** Of the city; null for the residents' answers and the server. */
		personId: text(),
		/** Public where the follow-up is. */
		text: text().notNull().default(''),
		/** What else: the days of a changed promise, what was written before. */
		detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
	},
	(table) => [
		index().on(table.followupId, table.at),
		index().on(table.to, table.at),
		check('followup_events_kind', oneOf(table.kind, followupEventKinds)),
	],
);

export const followupMilestones = pgTable(
	'followup_milestones',
	{
		id: uuid().primaryKey(),
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		position: integer().notNull(),
		title: text().notNull(),
		weight: integer().notNull(),
		dueOn: date(),
		doneOn: date(),
	},
	(table) => [
		index().on(table.followupId),
		check('followup_milestones_weight', sql`${table.weight} between 1 and 100`),
	],
);

/** What is told of the progress. Published ones are never changed (held by a trigger): a newer one corrects. */
export const followupUpdates = pgTable(
	'followup_updates',
	{
		id: uuid().primaryKey(),
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		text: text().notNull(),
		isPublic: boolean().notNull(),
		authorId: text().references(() => people.id, { onDelete: 'set null' }),
		writtenAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** Null: a draft. */
		publishedAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		index().on(table.followupId, table.publishedAt),
		check('followup_updates_length', sql`char_length(${table.text}) between 1 and 2000`),
	],
);

/** Pictures as they were made anew here: of an update, of a claim (evidence), or from a resident's answer. */
export const followupPhotos = pgTable(
	'followup_photos',
	{
		id: uuid().primaryKey(),
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		updateId: uuid().references(() => followupUpdates.id, { onDelete: 'cascade' }),
		/** Evidence of this claim, where there is no update. */
		claim: integer(),
		/** Whose answer it came with: such a photo is for staff alone. */
		answerer: text(),
		/** WebP. */
		bytes: bytes().notNull(),
		width: integer().notNull(),
		height: integer().notNull(),
		addedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		index().on(table.followupId),
		check(
			'followup_photos_of_something',
			sql`(${table.updateId} is null) <> (${table.claim} is null) and (${table.answerer} is null or ${table.claim} is not null)`,
		),
	],
);

/**
 * Who is asked whether a claim is fixed, as it was when it was claimed: whoever joins afterwards is not. A row leads to nobody.
 * `mark`: made of what somebody asked, or of whose support it is; `answerer`: what signs the answer, the same for all of one person's.
 */
export const followupAsked = pgTable(
	'followup_asked',
	{
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		claim: integer().notNull(),
		mark: text().notNull(),
		answerer: text().notNull(),
		/** Asked or placed what it is about. */
		isAsker: boolean().notNull(),
	},
	(table) => [primaryKey({ columns: [table.followupId, table.claim, table.mark] })],
);

/** What residents say of a claim: one answer each, this primary key. `answerer` leads to nobody and to nothing else. */
export const followupAnswers = pgTable(
	'followup_answers',
	{
		followupId: uuid()
			.notNull()
			.references(() => followups.id, { onDelete: 'cascade' }),
		claim: integer().notNull(),
		answerer: text().notNull(),
		/** Asked or placed what it is about. */
		isAsker: boolean().notNull(),
		answer: text({ enum: answers }).notNull(),
		/** For staff alone. */
		text: text().notNull().default(''),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.followupId, table.claim, table.answerer] }),
		check('followup_answers_answer', oneOf(table.answer, answers)),
	],
);
