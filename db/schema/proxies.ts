// Support for questions that was counted by hand.
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { proxyChannels } from '../../domain/channels.ts';
import { oneOf } from './checks.ts';
import { questions } from './questions.ts';

/** Who of the city counted how many, and when; corrected by them, with the numbers before in the audit. */
export const proxyVotes = pgTable(
	'proxy_votes',
	{
		id: uuid().primaryKey().defaultRandom(),
		questionId: uuid()
			.notNull()
			.references(() => questions.id, { onDelete: 'cascade' }),
		/** Where it counts: the question that this one was merged into, else itself. */
		countsFor: uuid()
			.notNull()
			.references(() => questions.id, { onDelete: 'cascade' }),
		channel: text({ enum: proxyChannels }).notNull(),
		count: integer().notNull(),
		enteredById: text().notNull(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		check('proxy_votes_channel', oneOf(table.channel, proxyChannels)),
		check('proxy_votes_count', sql`${table.count} between 0 and 5000`),
		index().on(table.questionId),
		index().on(table.countsFor),
	],
);
