// What a caption said before it was corrected, and after: the line as it was written is version 1, the newest is what everybody reads.
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { captions } from './captions.ts';
import { people } from './people.ts';

export const captionVersions = pgTable(
	'caption_versions',
	{
		captionId: uuid()
			.notNull()
			.references(() => captions.id, { onDelete: 'cascade' }),
		version: integer().notNull(),
		text: text().notNull(),
		/** Null for the line as it was written, and for whoever has no account any more. */
		writtenById: text().references(() => people.id, { onDelete: 'set null' }),
		writtenAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.captionId, table.version] }),
		check('caption_versions_from_one', sql`${table.version} >= 1`),
		check('caption_versions_text_length', sql`char_length(${table.text}) between 1 and 200`),
	],
);
