// Polls, the box that an open one collects its ballots in, and what is left of the ballots of a closed one.
import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
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
import { pollKinds, pollStates, type Choice } from '../../domain/polls.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

export const polls = pgTable(
	'polls',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		number: integer().notNull(),
		kind: text({ enum: pollKinds }).notNull(),
		question: text().notNull(),
		options: text().array().notNull(),
		most: integer().notNull(),
		scaleTo: integer(),
		scaleLow: text(),
		scaleHigh: text(),
		state: text({ enum: pollStates }).notNull().default('draft'),
		/** Everybody sees the result. */
		isShown: boolean().notNull().default(false),
		onScreen: boolean().notNull().default(false),
		openedAt: timestamp({ withTimezone: true }),
		closedAt: timestamp({ withTimezone: true }),
		/** Ballots, as it was announced last. */
		voted: integer().notNull().default(0),
		/** Browsers that had the hall open by the time it was closed. */
		present: integer(),
		/** Words that may be shown; null until somebody has looked at them. */
		vettedWords: text().array(),
	},
	(table) => [
		unique().on(table.meetingId, table.number),
		uniqueIndex('polls_one_open')
			.on(table.meetingId)
			.where(sql`${table.state} = 'open'`),
		uniqueIndex('polls_one_on_screen')
			.on(table.meetingId)
			.where(sql`${table.onScreen}`),
		check('polls_kind', oneOf(table.kind, pollKinds)),
		check('polls_state', oneOf(table.state, pollStates)),
		check('polls_shown_when_closed', sql`not ${table.isShown} or ${table.state} = 'closed'`),
		check('polls_drafts_are_on_no_screen', sql`not ${table.onScreen} or ${table.state} <> 'draft'`),
		check('polls_scale', sql`(${table.kind} = 'scale') = (${table.scaleTo} is not null)`),
	],
);

/**
 * All ballots of an open poll are one value: mark → choice. One ballot per person is a key of this object; and in one value there is
 * no order, no time and no number of a row that could say who came when. The key is deleted with it when the poll is closed.
 */
export const pollBoxes = pgTable('poll_boxes', {
	pollId: uuid()
		.primaryKey()
		.references(() => polls.id, { onDelete: 'cascade' }),
	/** Random; a mark is made of it, of a pseudonym and of SECRET. */
	key: text().notNull(),
	/** null: a browser whose person has voted with an account. */
	box: jsonb().$type<Record<string, Choice | null>>().notNull().default({}),
});

/** How many chose what in a closed poll: nothing of a single person is left. */
export const pollCounts = pgTable(
	'poll_counts',
	{
		pollId: uuid()
			.notNull()
			.references(() => polls.id, { onDelete: 'cascade' }),
		choice: jsonb().$type<Choice>().notNull(),
		ballots: integer().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.pollId, table.choice] }),
		check('poll_counts_ballots', sql`${table.ballots} > 0`),
	],
);
