// Shared documents: every change in the order it was taken, a snapshot to begin from, and whose each Yjs client is.
import {
	bigint,
	bigserial,
	customType,
	index,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid,
} from 'drizzle-orm/pg-core';
import { meetings } from './meetings.ts';

const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
	dataType: () => 'bytea',
	toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
});

const meetingId = () =>
	uuid()
		.notNull()
		.references(() => meetings.id, { onDelete: 'cascade' });

/** Only ever added to: how a document stood at any moment, and who wrote what, is read from here. */
export const documentUpdates = pgTable(
	'document_updates',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		document: text().notNull(),
		meetingId: meetingId(),
		/** A Yjs update, V1. */
		update: bytes().notNull(),
		/** Pseudonym made for this meeting's documents alone; null is the server itself. */
		author: text(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [index().on(table.document, table.id)],
);

/** The sum of a document's updates up to one of them, so that loading need not read all. */
export const documentSnapshots = pgTable('document_snapshots', {
	document: text().primaryKey(),
	meetingId: meetingId(),
	state: bytes().notNull(),
	upTo: bigint({ mode: 'number' }).notNull(),
	at: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

/** Whoever writes first under a Yjs client id keeps it: nobody can write ahead in another's name and so shut them out. */
export const documentClients = pgTable(
	'document_clients',
	{
		document: text().notNull(),
		client: bigint({ mode: 'number' }).notNull(),
		meetingId: meetingId(),
		/** Null is the server itself. */
		author: text(),
	},
	(table) => [primaryKey({ columns: [table.document, table.client] })],
);
