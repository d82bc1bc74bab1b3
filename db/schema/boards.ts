// The concern board's rows: its cards as the document has them, and who supports which.
import { check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { authorKinds, cardColours, sourceKinds } from '../../domain/board.ts';
import { oneOf } from './checks.ts';
import { meetings } from './meetings.ts';

/** For search, statistics and export: copied one way from the document, never written otherwise. */
export const boardCards = pgTable(
	'board_cards',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		/** `<author>:<id>`, as in the document. */
		key: text().notNull(),
		/** Pseudonym on this board; of what was captured, where it comes from. */
		author: text().notNull(),
		kind: text({ enum: authorKinds }).notNull(),
		column: text().notNull(),
		order: text().notNull(),
		text: text().notNull(),
		colour: text({ enum: cardColours }).notNull(),
		theme: text().notNull(),
		sourceKind: text({ enum: sourceKinds }).notNull(),
		sourceId: text().notNull(),
		/** Seconds since the meeting went live. */
		saidAtSecond: integer(),
		/** Digest of the words with which its author comes back to it. */
		claim: text(),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.key] }),
		index().on(table.claim),
		check('board_cards_kind', oneOf(table.kind, authorKinds)),
		check('board_cards_colour', oneOf(table.colour, cardColours)),
		check('board_cards_source_kind', oneOf(table.sourceKind, sourceKinds)),
	],
);

/** One support per person and card is this primary key. It outlives the card: put back, it is supported as before. */
export const cardSupports = pgTable(
	'card_supports',
	{
		meetingId: uuid()
			.notNull()
			.references(() => meetings.id, { onDelete: 'cascade' }),
		key: text().notNull(),
		/** Pseudonym in this meeting, the one that votes are signed with: so a person is counted once over both. */
		supporter: text().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.meetingId, table.key, table.supporter] }),
		index().on(table.meetingId, table.supporter),
	],
);
