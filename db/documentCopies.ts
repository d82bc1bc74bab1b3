// Rows that are copied from shared documents: whatever kind it is, its rows are made what it says.
import type { DocumentPlace } from '#domain/documents.ts';
import { system } from '#domain/people.ts';
import { copyCards } from './cardCopies.ts';
import type { Database } from './client.ts';
import { work } from './command.ts';
import { copyPins, type LiveDocument } from './pinCopies.ts';

/**
 * Copies a document into its rows. A second time changes nothing.
 * @param live where it is open, and what of it was touched; otherwise everything is read from the log
 * @returns keys of what is not in the form it should have, and was left out
 */
export async function copyIntoRows(
	db: Database,
	{ kind, id }: DocumentPlace,
	live?: LiveDocument,
): Promise<string[]> {
	if (kind === 'board') return work(db, system, ({ tx }) => copyCards(tx, id));
	await copyPins(db, id, live);
	return [];
}
