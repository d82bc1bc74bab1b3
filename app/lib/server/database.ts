// The database of the pages: the one the server has opened, handed over on globalThis because every module exists twice at run time.
import type { Config } from '#config';
import type { Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import type { LetterWriters } from '#db/reminders.ts';

type Shared = {
	db: Database;
	config: Config;
	log: Logger;
	/** Put here by the pages, for the jobs of the other side. */
	letters?: LetterWriters;
};

/** The server's own database and configuration. */
export function shared(): Shared {
	const found = (globalThis as { [key: symbol]: unknown })[Symbol.for('porchlight')] as Shared | undefined;
	if (!found) throw new Error('The pages run inside realtime/main.ts, which opens the database.');
	return found;
}

export function database(): Database {
	return shared().db;
}
