// Map rounds with their categories; pins, who supports them, what is said of them; and what the city did there.
import { sql } from 'drizzle-orm';
import {
	type AnyPgColumn,
	boolean,
	check,
	date,
	doublePrecision,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	unique,
	uniqueIndex,
	uuid,
} from 'drizzle-orm/pg-core';
import { channels } from '../../domain/channels.ts';
import type { Counts, Stretch } from '../../domain/activities.ts';
import { activityKinds } from '../../domain/activities.ts';
import type { Polygon } from '../../domain/places.ts';
import { pinKinds, pinStates, pinVettings } from '../../domain/pins.ts';
import { pinColours, pinShapes, roundStates, type Words } from '../../domain/rounds.ts';
import { bytes } from './bytes.ts';
import { oneOf } from './checks.ts';
import { areas } from './areas.ts';
import { concerns } from './concerns.ts';
import { people } from './people.ts';

export const mapRounds = pgTable(
	'map_rounds',
	{
		id: uuid().primaryKey().defaultRandom(),
		slug: text().notNull().unique(),
		title: text().notNull(),
		description: text().notNull().default(''),
		state: text({ enum: roundStates }).notNull().default('planned'),
		opensOn: date().notNull(),
		closesOn: date().notNull(),
		viewLat: doublePrecision().notNull(),
		viewLng: doublePrecision().notNull(),
		viewZoom: doublePrecision().notNull(),
		boundary: jsonb().$type<Polygon>(),
		blockMetres: integer().notNull().default(100),
		vetting: boolean().notNull().default(true),
		previousId: uuid()
			.unique()
			.references((): AnyPgColumn => mapRounds.id, { onDelete: 'set null' }),
		summary: text().notNull().default(''),
		createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		openedAt: timestamp({ withTimezone: true }),
		closedAt: timestamp({ withTimezone: true }),
		reportedAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		check('map_rounds_state', oneOf(table.state, roundStates)),
		check('map_rounds_days', sql`${table.opensOn} <= ${table.closesOn}`),
		check('map_rounds_block', sql`${table.blockMetres} between 20 and 1000`),
		// One is open at a time: "the map" is one place.
		uniqueIndex('map_rounds_one_open')
			.on(table.state)
			.where(sql`${table.state} = 'open'`),
	],
);

export const mapCategories = pgTable(
	'map_categories',
	{
		roundId: uuid()
			.notNull()
			.references(() => mapRounds.id, { onDelete: 'cascade' }),
		key: text().notNull(),
		position: integer().notNull(),
		label: jsonb().$type<Words>().notNull(),
		colour: text({ enum: pinColours }).notNull(),
		shape: text({ enum: pinShapes }).notNull(),
		prompt: jsonb().$type<Words>().notNull(),
		stopper: jsonb().$type<Words>(),
		isExact: boolean().notNull(),
		questions: jsonb().$type<Words[]>().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.roundId, table.key] }),
		unique().on(table.roundId, table.shape),
		check('map_categories_colour', oneOf(table.colour, pinColours)),
		check('map_categories_shape', oneOf(table.shape, pinShapes)),
	],
);

/**
 * Published pins are copied from the round's document (category, place, note, answers); held ones are here alone.
 * A place that its category does not show exactly is the middle of its block: the exact point was written down nowhere.
 */
export const pins = pgTable(
	'pins',
	{
		id: uuid().primaryKey(),
		roundId: uuid()
			.notNull()
			.references(() => mapRounds.id, { onDelete: 'cascade' }),
		/** Pseudonym in this round. */
		author: text().notNull(),
		kind: text({ enum: pinKinds }).notNull(),
		channel: text({ enum: channels }).notNull().default('online'),
		/** Who of the city placed it for somebody. */
		enteredById: text(),
		category: text().notNull(),
		lat: doublePrecision().notNull(),
		lng: doublePrecision().notNull(),
		note: text().notNull(),
		answers: text()
			.array()
			.notNull()
			.default(sql`'{}'::text[]`),
		vetting: text({ enum: pinVettings }).notNull(),
		/** Why it was declined or removed. */
		reason: text(),
		state: text({ enum: pinStates }).notNull().default('open'),
		areaId: uuid().references(() => areas.id, { onDelete: 'set null' }),
		placedAt: timestamp({ withTimezone: true }).notNull(),
		publishedAt: timestamp({ withTimezone: true }),
		supports: integer().notNull().default(0),
		comments: integer().notNull().default(0),
		concern: text().references(() => concerns.number),
		/** Digest of the words with which its author comes back to it. */
		claim: text().unique(),
		/** Who asked to be told by e-mail; only where the author wished it. */
		tellPersonId: text().references(() => people.id, { onDelete: 'set null' }),
	},
	(table) => [
		index().on(table.roundId, table.vetting),
		index().on(table.roundId, table.author),
		check('pins_channel', oneOf(table.channel, channels)),
		check('pins_entered', sql`(${table.channel} = 'online') = (${table.enteredById} is null)`),
		check('pins_kind', oneOf(table.kind, pinKinds)),
		check('pins_state', oneOf(table.state, pinStates)),
		check('pins_vetting', oneOf(table.vetting, pinVettings)),
		check('pins_note_length', sql`char_length(${table.note}) <= 500`),
	],
);

/** One support per person and pin is this primary key. */
export const pinSupports = pgTable(
	'pin_supports',
	{
		pinId: uuid()
			.notNull()
			.references(() => pins.id, { onDelete: 'cascade' }),
		supporter: text().notNull(),
	},
	(table) => [primaryKey({ columns: [table.pinId, table.supporter] })],
);

export const pinComments = pgTable(
	'pin_comments',
	{
		id: uuid().primaryKey().defaultRandom(),
		pinId: uuid()
			.notNull()
			.references(() => pins.id, { onDelete: 'cascade' }),
		author: text().notNull(),
		kind: text({ enum: pinKinds }).notNull(),
		/** The name shown, of those who speak for the city. */
		byName: text(),
		text: text().notNull(),
		vetting: text({ enum: pinVettings }).notNull(),
		reason: text(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		index().on(table.pinId, table.at),
		check('pin_comments_kind', oneOf(table.kind, pinKinds)),
		check('pin_comments_vetting', oneOf(table.vetting, pinVettings)),
		check('pin_comments_length', sql`char_length(${table.text}) between 2 and 500`),
	],
);

/** Pictures as they were made anew here: what a camera writes into a file is not in them. */
export const pinPhotos = pgTable(
	'pin_photos',
	{
		id: uuid().primaryKey().defaultRandom(),
		pinId: uuid()
			.notNull()
			.references(() => pins.id, { onDelete: 'cascade' }),
		position: integer().notNull(),
		/** WebP. */
		bytes: bytes().notNull(),
		width: integer().notNull(),
		height: integer().notNull(),
		vetting: text({ enum: pinVettings }).notNull(),
	},
	(table) => [
		unique().on(table.pinId, table.position),
		check('pin_photos_position', sql`${table.position} between 0 and 2`),
		check('pin_photos_vetting', oneOf(table.vetting, pinVettings)),
	],
);

/** What the city did, where and when; never who of its officers. */
export const activities = pgTable(
	'activities',
	{
		id: uuid().primaryKey().defaultRandom(),
		roundId: uuid()
			.notNull()
			.references(() => mapRounds.id, { onDelete: 'cascade' }),
		kind: text({ enum: activityKinds }).notNull(),
		lat: doublePrecision().notNull(),
		lng: doublePrecision().notNull(),
		/** Where it was along a street: more points, from one end to the other. */
		stretch: jsonb().$type<Stretch>(),
		fromDay: date().notNull(),
		untilDay: date().notNull(),
		counts: jsonb().$type<Counts>().notNull(),
		note: text().notNull(),
		recordedById: text().references(() => people.id, { onDelete: 'set null' }),
		recordedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		index().on(table.roundId),
		check('activities_kind', oneOf(table.kind, activityKinds)),
		check('activities_days', sql`${table.fromDay} <= ${table.untilDay}`),
	],
);

/** The pins that an activity answers. */
export const activityPins = pgTable(
	'activity_pins',
	{
		activityId: uuid()
			.notNull()
			.references(() => activities.id, { onDelete: 'cascade' }),
		pinId: uuid()
			.notNull()
			.references(() => pins.id, { onDelete: 'cascade' }),
	},
	(table) => [primaryKey({ columns: [table.activityId, table.pinId] }), index().on(table.pinId)],
);

/** Who was written to about an activity: once each, however often it is changed. */
export const activityLetters = pgTable(
	'activity_letters',
	{
		activityId: uuid()
			.notNull()
			.references(() => activities.id, { onDelete: 'cascade' }),
		personId: text()
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' }),
	},
	(table) => [primaryKey({ columns: [table.activityId, table.personId] })],
);
