// Shared documents: every change in the order it was taken, a snapshot to begin from, and whose each Yjs client is.
import { sql } from 'drizzle-orm';
import {
	bigint,
	bigserial,
	check,
	index,
	pgTable,
	primaryKey,
	text,
	timestamp,
	uuid,
} from 'drizzle-orm/pg-core';
import { bytes } from './bytes.ts';
import { mapRounds } from './maps.ts';
import { meetings } from './meetings.ts';

/** Every shared document that was ever written to, and what it belongs to: it goes when that goes. */
export const documents = pgTable(
	'documents',
	{
		name: text().primaryKey(),
		/** Of a board, of minutes. */
		meetingId: uuid().references(() => meetings.id, { onDelete: 'cascade' }),
		/** Of a map. */
		roundId: uuid().references(() => mapRounds.id, { onDelete: 'cascade' }),
		/** Everything up to this update of a map is in its rows; 0 where that is not known. */
		copiedUpTo: bigint({ mode: 'number' }).notNull().default(0),
	},
	(table) => [
		index().on(table.meetingId),
		index().on(table.roundId),
		check('documents_of_one_thing', sql`num_nonnulls(${table.meetingId}, ${table.roundId}) = 1`),
	],
);

const document = () =>
	text()
		.notNull()
		.references(() => documents.name, { onDelete: 'cascade' });

/** Only ever added to: how a document stood at any moment, and who wrote what, is read from here. */
export const documentUpdates = pgTable(
	'document_updates',
	{
		id: bigserial({ mode: 'number' }).primaryKey(),
		document: document(),
		/** A Yjs update, V1. */
		update: bytes().notNull(),
		/** Pseudonym made for this document alone; null is the server itself. */
		author: text(),
		at: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [index().on(table.document, table.id)],
);

/** The sum of a document's updates up to one of them, so that loading need not read all. */
export const documentSnapshots = pgTable('document_snapshots', {
	document: text()
		.primaryKey()
		.references(() => documents.name, { onDelete: 'cascade' }),
	state: bytes().notNull(),
	upTo: bigint({ mode: 'number' }).notNull(),
	at: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

/** Whoever writes first under a Yjs client id keeps it: nobody can write ahead in another's name and so shut them out. */
export const documentClients = pgTable(
	'document_clients',
	{
		document: document(),
		client: bigint({ mode: 'number' }).notNull(),
		/** Null is the server itself. */
		author: text(),
	},
	(table) => [primaryKey({ columns: [table.document, table.client] })],
);
