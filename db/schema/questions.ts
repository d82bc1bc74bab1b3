// Questions asked in a hall, their votes, and every act of the desk on them.
import { sql } from 'drizzle-orm';
import {
	type AnyPgColumn,
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
	unique,
	uuid,
} from 'drizzle-orm/pg-core';
import { channels } from '../../domain/channels.ts';
import { declineReasons, dispositions, questionStates } from '../../domain/questions.ts';
import { oneOf } from './checks.ts';
import { concerns } from './concerns.ts';
import { meetings } from './meetings.ts';

export const questions = pgTable(
	'questions',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id),
		number: integer().notNull(),
		text: text().notNull(),
		state: text({ enum: questionStates }).notNull(),
		/** Pseudonym of the asker in this meeting. */
		author: text().notNull(),
		/** The account, only where the asker chose to ask by name. */
		askedById: text(),
		channel: text({ enum: channels }).notNull().default('online'),
		/** Who of the city entered it for somebody: theirs to take back. */
		enteredById: text(),
		/** The name shown, null for anonymous. */
		askedByName: text(),
		askedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		publishedAt: timestamp({ withTimezone: true }),
		heldBecause: text({ enum: ['vetting', 'wording', 'moderator'] }),
		declineReason: text({ enum: declineReasons }),
		declineNote: text(),
		onAirAt: timestamp({ withTimezone: true }),
		answeredAt: timestamp({ withTimezone: true }),
		answeredHow: text({ enum: ['live', 'writing'] }),
		answer: text(),
		answeredByName: text(),
		mergedInto: uuid().references((): AnyPgColumn => questions.id),
		deferredDue: date(),
		pinned: boolean().notNull().default(false),
		labels: text()
			.array()
			.notNull()
			.default(sql`'{}'::text[]`),
		votes: integer().notNull().default(0),
		votesWithAccount: integer().notNull().default(0),
		votesRoom: integer().notNull().default(0),
		votesPhone: integer().notNull().default(0),
		votesPaper: integer().notNull().default(0),
		votesAside: integer().notNull().default(0),
		votesFrozen: boolean().notNull().default(false),
		/** The total has changed since it was last announced. */
		tallyDue: boolean().notNull().default(false),
		flaggedAt: timestamp({ withTimezone: true }),
		claimedById: text(),
		claimedByName: text(),
		claimedAt: timestamp({ withTimezone: true }),
		/** The concern it was captured as. */
		concern: text().references(() => concerns.number),
		disposition: text({ enum: dispositions }),
		dispositionNote: text(),
		/** Digest of the words with which its asker comes back to it. */
		claim: text().unique(),
		/** Its words and whose they were have been removed on their day: number, votes and outcome stay. */
		wordsGoneAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		unique().on(table.meetingId, table.number),
		index('questions_tally_due')
			.on(table.meetingId)
			.where(sql`${table.tallyDue}`),
		index().on(table.meetingId, table.state),
		index().on(table.meetingId, table.author),
		index('questions_text_trigrams').using('gin', sql`${table.text} gin_trgm_ops`),
		check('questions_channel', oneOf(table.channel, channels)),
		check('questions_entered', sql`(${table.channel} = 'online') = (${table.enteredById} is null)`),
		check('questions_state', oneOf(table.state, questionStates)),
		check('questions_decline_reason', oneOf(table.declineReason, declineReasons)),
		check('questions_disposition', oneOf(table.disposition, dispositions)),
		check(
			'questions_text_length',
			sql`char_length(${table.text}) between 3 and 300 or (${table.text} = '' and ${table.wordsGoneAt} is not null)`,
		),
		check(
			'questions_declined_with_reason',
			sql`${table.state} <> 'declined' or ${table.declineReason} is not null`,
		),
		check('questions_merged_somewhere', sql`(${table.state} = 'merged') = (${table.mergedInto} is not null)`),
		check('questions_not_into_itself', sql`${table.mergedInto} <> ${table.id}`),
		check(
			'questions_anonymous_has_no_account',
			sql`${table.askedByName} is not null or ${table.askedById} is null`,
		),
	],
);

/** One vote per person is this primary key, not an if: two tabs may click at once. No time is kept. */
export const votes = pgTable(
	'votes',
	{
		questionId: uuid()
			.notNull()
			.references(() => questions.id, { onDelete: 'cascade' }),
		voter: text().notNull(),
		withAccount: boolean().notNull(),
		/** The guest identity was minutes old when it voted. */
		fresh: boolean().notNull().default(false),
		/** Set aside by a moderator as suspect: not counted, shown as such. */
		aside: boolean().notNull().default(false),
		/** The merged question that brought this vote along; taken back when the merge is. */
		via: uuid().references((): AnyPgColumn => questions.id),
	},
	(table) => [primaryKey({ columns: [table.questionId, table.voter] })],
);

/** Every act of the desk on a question, with the columns it changed, so that it can be explained and undone. */
export const questionActs = pgTable(
	'question_acts',
	{
		id: uuid().primaryKey().defaultRandom(),
		/** Acts done together (bulk, merge) are undone together. */
		batchId: uuid().notNull(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		questionId: uuid()
			.notNull()
			.references(() => questions.id, { onDelete: 'cascade' }),
		personId: text(),
		act: text().notNull(),
		before: jsonb().$type<Record<string, unknown>>().notNull(),
		after: jsonb().$type<Record<string, unknown>>().notNull(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		undoneAt: timestamp({ withTimezone: true }),
	},
	(table) => [index().on(table.meetingId, table.personId, table.at), index().on(table.batchId)],
);
