// Check constraints made from the lists in domain/, so that the database knows the same words as the code.
import { sql, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

/** `column in ('a', 'b', …)`. The words are our own constants, never input. */
export function oneOf(column: AnyPgColumn, words: readonly string[]): SQL {
	return sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;
}
