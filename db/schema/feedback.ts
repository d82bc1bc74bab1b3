// Feedback after a meeting: one value that collects the answers while it is open, afterwards numbers and words that nobody is joined to.
import { sql } from 'drizzle-orm';
import {
	check,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid,
} from 'drizzle-orm/pg-core';
import { feedbackQuestions, feedbackWordStates, type FeedbackAnswer } from '../../domain/feedback.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

/**
 * All answers of an open feedback are one value, as the ballots of a poll are (docs/decisions/0022): mark → answer. In one value there
 * is no order, no time and no number of a row that could say who came when. It goes with its key when the feedback is closed.
 */
export const feedbackBoxes = pgTable('feedback_boxes', {
	meetingId: uuid()
		.primaryKey()
		.references(() => meetings.id, { onDelete: 'cascade' }),
	/** Random; marks are made of it and of SECRET. */
	key: text().notNull(),
	/** null: a browser whose person has answered with an account. */
	answers: jsonb().$type<Record<string, FeedbackAnswer | null>>().notNull().default({}),
	/** Beside the answers, so that a box of numbers is not written anew with everybody's words. */
	words: jsonb().$type<Record<string, string>>().notNull().default({}),
	/** Marks of who was there, once the report is closed and single visits are forgotten. */
	wereThere: jsonb().$type<Record<string, true>>().notNull().default({}),
});

export const feedbackResults = pgTable('feedback_results', {
	meetingId: uuid()
		.primaryKey()
		.references(() => meetings.id, { onDelete: 'cascade' }),
	closedAt: timestamp({ withTimezone: true }).notNull(),
});

/** How many chose what; a question that fewer than ten answered has no rows. */
export const feedbackCounts = pgTable(
	'feedback_counts',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		question: text({ enum: feedbackQuestions }).notNull(),
		answer: integer().notNull(),
		people: integer().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.question, table.answer] }),
		check('feedback_counts_question', oneOf(table.question, feedbackQuestions)),
		check('feedback_counts_answer', sql`${table.answer} between 1 and 5`),
	],
);

/** Free words, written down together when the feedback is closed: no order, no time, no answer beside them. */
export const feedbackWords = pgTable(
	'feedback_words',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		text: text().notNull(),
		state: text({ enum: feedbackWordStates }).notNull().default('new'),
	},
	(table) => [
		index().on(table.meetingId),
		check('feedback_words_state', oneOf(table.state, feedbackWordStates)),
	],
);
