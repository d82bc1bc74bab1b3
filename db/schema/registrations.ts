// Who has registered for a meeting, by e-mail address, and what they are still to be written. All of it goes after the meeting.
import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
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
import {
	registrationAsks,
	registrationLetterKinds,
	registrationStates,
	registrationWays,
	type RegistrationAnswers,
} from '../../domain/registrations.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

/** How a meeting takes registrations; a meeting without a row takes none. */
export const registrationSetUps = pgTable(
	'registration_set_ups',
	{
		meetingId: uuid()
			.primaryKey()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		isOpen: boolean().notNull(),
		/** In the room; null is without limit. */
		places: integer(),
		asks: text({ enum: registrationAsks }).array().notNull(),
		/** Minutes before the start at which those who have registered are reminded. */
		reminders: integer().array().notNull(),
	},
	(table) => [check('registration_set_ups_places', sql`${table.places} > 0`)],
);

export const registrations = pgTable(
	'registrations',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		/** Who came first: the order of the waiting list. */
		place: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
		email: text().notNull(),
		locale: text().notNull(),
		way: text({ enum: registrationWays }).notNull(),
		state: text({ enum: registrationStates }).notNull(),
		answers: jsonb().$type<RegistrationAnswers>().notNull().default({}),
		registeredAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** Until then an offered place is held. */
		offerEndsAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		// One per address, however often and from wherever it is sent.
		unique().on(table.meetingId, table.email),
		index().on(table.meetingId, table.state, table.place),
		index('registrations_offered')
			.on(table.offerEndsAt)
			.where(sql`${table.state} = 'offered'`),
		check('registrations_state', oneOf(table.state, registrationStates)),
		check('registrations_way', oneOf(table.way, registrationWays)),
		check('registrations_email_small_letters', sql`${table.email} = lower(${table.email})`),
		check('registrations_offer_ends', sql`(${table.state} = 'offered') = (${table.offerEndsAt} is not null)`),
		check(
			'registrations_wait_for_the_room',
			sql`${table.way} = 'room' or ${table.state} not in ('waiting', 'offered')`,
		),
	],
);

/** What somebody who has registered is to be written, once: its key says what of, such as the reminder of a day for a start. */
export const registrationLetters = pgTable(
	'registration_letters',
	{
		registrationId: uuid()
			.notNull()
			.references(() => registrations.id, { onDelete: 'cascade' }),
		kind: text({ enum: registrationLetterKinds }).notNull(),
		key: text().notNull(),
		askedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** When it was put into a mail, in the mail's transaction, or found to be about nothing any more. */
		doneAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		primaryKey({ columns: [table.registrationId, table.kind, table.key] }),
		index('registration_letters_waiting')
			.on(table.askedAt)
			.where(sql`${table.doneAt} is null`),
		check('registration_letters_kind', oneOf(table.kind, registrationLetterKinds)),
	],
);
