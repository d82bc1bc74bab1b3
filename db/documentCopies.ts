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
 * @returns keys of what is not in the form it should have, and was left out; and whether a row was left alone because it has changed
 * meanwhile
 */
export async function copyIntoRows(
	db: Database,
	{ kind, id }: DocumentPlace,
	live?: LiveDocument,
): Promise<{ unreadable: string[]; isComplete: boolean }> {
	// Minutes become rows when somebody publishes them.
	if (kind === 'minutes') return { unreadable: [], isComplete: true };
	if (kind === 'map') return { unreadable: [], isComplete: await copyPins(db, id, live) };
	return { unreadable: await work(db, system, ({ tx }) => copyCards(tx, id)), isComplete: true };
}
