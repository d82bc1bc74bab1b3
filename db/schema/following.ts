// Who is told of what: people with an account and confirmed addresses, what they follow, and each piece of news on its way to each.
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { followedKinds, newsKinds, noticeChannels, periods } from '../../domain/following.ts';
import { oneOf } from './checks.ts';
import { concerns } from './concerns.ts';
import { followups } from './followups.ts';
import { meetings } from './meetings.ts';
import { people } from './people.ts';

/** Somebody with an account, or an address that was confirmed. Nobody anonymous is ever here. */
export const followers = pgTable(
	'followers',
	{
		id: uuid().primaryKey().defaultRandom(),
		personId: text()
			.unique()
			.references(() => people.id, { onDelete: 'cascade' }),
		/** Of somebody without an account. */
		email: text().unique(),
		/** Of the letters. */
		locale: text().notNull().default('en'),
		period: text({ enum: periods }).notNull().default('daily'),
		/** Until then nothing is sent but the letter that asks. Of an account: null once it wants no letters. */
		confirmedAt: timestamp({ withTimezone: true }),
		createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		check('followers_one_way', sql`num_nonnulls(${table.personId}, ${table.email}) = 1`),
		check('followers_email_small_letters', sql`${table.email} = lower(${table.email})`),
		check('followers_period', oneOf(table.period, periods)),
	],
);

export const follows = pgTable(
	'follows',
	{
		followerId: uuid()
			.notNull()
			.references(() => followers.id, { onDelete: 'cascade' }),
		kind: text({ enum: followedKinds }).notNull(),
		/** Of a concern or a follow-up its number, of an area its id; empty for everything. */
		subject: text().notNull().default(''),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.followerId, table.kind, table.subject] }),
		index().on(table.kind, table.subject),
		check('follows_kind', oneOf(table.kind, followedKinds)),
	],
);

/** One thing that somebody may want to hear of, written in the transaction of the change. */
export const news = pgTable(
	'news',
	{
		id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
		kind: text({ enum: newsKinds }).notNull(),
		concernId: uuid().references(() => concerns.id, { onDelete: 'cascade' }),
		followupId: uuid().references(() => followups.id, { onDelete: 'cascade' }),
		meetingId: uuid().references(() => meetings.id, { onDelete: 'cascade' }),
		/** What must be told only once, such as that a promise is due on a day. */
		once: text().unique(),
		detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
	},
	(table) => [
		index().on(table.at),
		index().on(table.concernId),
		index().on(table.followupId),
		index().on(table.meetingId),
		check('news_kind', oneOf(table.kind, newsKinds)),
	],
);

/** The outbox: one row per (news, follower, channel), which is its key. */
export const notices = pgTable(
	'notices',
	{
		newsId: bigint({ mode: 'number' })
			.notNull()
			.references(() => news.id, { onDelete: 'cascade' }),
		followerId: uuid()
			.notNull()
			.references(() => followers.id, { onDelete: 'cascade' }),
		channel: text({ enum: noticeChannels }).notNull(),
		/** From when on it may go out: the end of the follower's period. */
		dueAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** By e-mail, or to a device: when it was put into a letter or message, in its transaction; in the app: when it was looked at. */
		doneAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		primaryKey({ columns: [table.newsId, table.followerId, table.channel] }),
		index('notices_waiting')
			.on(table.channel, table.dueAt)
			.where(sql`${table.doneAt} is null`),
		index().on(table.followerId, table.channel),
		index('notices_done')
			.on(table.doneAt)
			.where(sql`${table.doneAt} is not null`),
		check('notices_channel', oneOf(table.channel, noticeChannels)),
	],
);
