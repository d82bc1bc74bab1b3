// Whom a meeting is for: the areas whose followers are invited when it is announced. A meeting without a row invites nobody.
import { boolean, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { areas } from './areas.ts';
import { meetings } from './meetings.ts';

export const meetingInvitations = pgTable('meeting_invitations', {
	meetingId: uuid()
		.primaryKey()
		.references(() => meetings.id, { onDelete: 'cascade' }),
	isOn: boolean().notNull(),
	isEverywhere: boolean().notNull(),
});

export const meetingAreas = pgTable(
	'meeting_areas',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		areaId: uuid()
			.notNull()
			.references(() => areas.id, { onDelete: 'cascade' }),
	},
	(table) => [primaryKey({ columns: [table.meetingId, table.areaId] })],
);
