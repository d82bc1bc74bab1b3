// Speakers: who raised a hand, and how far they have come on the way to the stage.
import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { speakerChannels, speakerStates } from '../../domain/stage.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

export const speakers = pgTable(
	'speakers',
	{
		id: uuid().primaryKey().defaultRandom(),
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		/** Pseudonym in this meeting: the account's when signed in, else the guest's. */
		pseudonym: text().notNull(),
		/** As they gave it: shown to moderators, on air to all. Empty for somebody in the room who gave none. */
		name: text().notNull(),
		channel: text({ enum: speakerChannels }).notNull().default('online'),
		isModerator: boolean().notNull().default(false),
		/** Signs or speaks what others say: their picture is always shown, in a size of the viewer's own. */
		isInterpreter: boolean().notNull().default(false),
		state: text({ enum: speakerStates }).notNull(),
		raisedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		changedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
		/** Since when on air, or when they last were: who has no row with it speaks for the first time. */
		onAirAt: timestamp({ withTimezone: true }),
	},
	(table) => [
		check('speakers_channel', oneOf(table.channel, speakerChannels)),
		check('speakers_state', oneOf(table.state, speakerStates)),
		// One way at a time: two tabs may raise a hand at once.
		uniqueIndex('speakers_one_way')
			.on(table.meetingId, table.pseudonym)
			.where(sql`${table.state} <> 'left'`),
	],
);
