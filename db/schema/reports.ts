// What a report keeps of who came, and who it is sent to.
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
import type { Group } from '../../domain/attendance.ts';
import { followers } from './following.ts';
import { meetings } from './meetings.ts';
import { registrations } from './registrations.ts';

/** Parts of the city that enough people came from; written once, when the books are closed. Smaller numbers are kept nowhere. */
export const areaSums = pgTable(
	'area_sums',
	{
		meetingId: uuid()
			.primaryKey()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		shown: jsonb().$type<Group[]>().notNull(),
		/** Of other parts, and who said nothing. */
		others: integer().notNull(),
	},
	(table) => [check('area_sums_others', sql`${table.others} >= 0`)],
);

/** That a report was sent: once for each meeting. */
export const reportSendings = pgTable('report_sendings', {
	meetingId: uuid()
		.primaryKey()
		.references(() => meetings.id, { onDelete: 'cascade' }),
	sentAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	letters: integer().notNull(),
});

/** The outbox: one letter per meeting and reader, whether they have registered, follow, or both. It holds no address. */
export const reportLetters = pgTable(
	'report_letters',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		/** Of the reader's address in this meeting, under SECRET. */
		mark: text().notNull(),
		registrationId: uuid().references(() => registrations.id, { onDelete: 'cascade' }),
		followerId: uuid().references(() => followers.id, { onDelete: 'cascade' }),
		/** When it was put into a mail, in the mail's transaction, or was wanted no more. */
		doneAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.mark] }),
		index().on(table.registrationId),
		index().on(table.followerId),
		index('report_letters_waiting')
			.on(table.meetingId)
			.where(sql`${table.doneAt} is null`),
		check('report_letters_one_way', sql`num_nonnulls(${table.registrationId}, ${table.followerId}) = 1`),
	],
);

/** Marks of addresses, under SECRET, whose readers want no reports any more. */
export const reportStops = pgTable('report_stops', {
	mark: text().primaryKey(),
	at: timestamp({ withTimezone: true }).notNull().defaultNow(),
});
