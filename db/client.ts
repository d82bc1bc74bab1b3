// The connection to PostgreSQL: one pool per process, its errors told apart from bugs.
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from './log.ts';
import * as schema from './schema/index.ts';

export type Database = NodePgDatabase<typeof schema> & { $client: pg.Pool };
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
/** What a read needs: works inside a transaction and outside. */
export type Reader = Database | Transaction;

/**
 * Opens a pool. A query gives up after 10 s and a connection attempt after 3 s, so that a database that hangs
 * looks like one that is away instead of hanging every page.
 * @param size most connections at once
 * @param log told of every statement
 */
export function openDatabase(connectionString: string, size = 10, log?: Pick<Logger, 'debug'>): Database {
	const pool = new pg.Pool({
		connectionString,
		max: size,
		connectionTimeoutMillis: 3_000,
		query_timeout: 10_000,
		statement_timeout: 10_000,
		idle_in_transaction_session_timeout: 15_000,
		application_name: 'porchlight',
	});
	// An idle connection that PostgreSQL closes is no bug: the next query opens another.
	pool.on('error', () => {});
	// Statements only, never their values; with the number of the request they belong to (LOG_LEVEL=debug).
	const logger = log && { logQuery: (statement: string) => log.debug({ sql: statement }, 'sql') };
	return drizzle({ client: pool, schema, casing: 'snake_case', logger });
}

export async function closeDatabase(db: Database): Promise<void> {
	await db.$client.end();
}

const awayCodes = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ENOENT',
	'ETIMEDOUT',
	'57P01',
	'57P02',
	'57P03',
	'08006',
	'08001',
	'08003',
	'53300',
]);
const awayMessages =
	/Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after|Client was closed/;

/** Whether an error says that PostgreSQL cannot be reached, rather than that we asked something wrong. */
export function isDatabaseAway(error: unknown): boolean {
	for (let e = error; e instanceof Error; e = e.cause) {
		if ('code' in e && awayCodes.has(String(e.code))) return true;
		if (awayMessages.test(e.message)) return true;
	}
	return false;
}

/** The SQLSTATE of a failed query, wherever drizzle has wrapped it. */
export function sqlState(error: unknown): string | undefined {
	for (let e = error; e instanceof Error; e = e.cause) if (e instanceof pg.DatabaseError) return e.code;
	return undefined;
}

/** The name of the violated constraint, for turning a unique key into a sentence. */
export function violatedConstraint(error: unknown): string | undefined {
	for (let e = error; e instanceof Error; e = e.cause) if (e instanceof pg.DatabaseError) return e.constraint;
	return undefined;
}
