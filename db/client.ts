// The connection to PostgreSQL: one pool per process, its errors told apart from bugs.
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTransactionConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Logger } from './log.ts';
import * as schema from './schema/index.ts';

export type Database = NodePgDatabase<typeof schema> & { $client: pg.Pool };
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
/** What a read needs: works inside a transaction and outside. */
export type Reader = Database | Transaction;

/**
 * Opens a pool. Waiting for a connection and a statement give up after 5 s each, so that a database that hangs
 * looks like one that is away instead of hanging every page.
 * @param size most connections at once
 * @param log told of every statement
 */
export function openDatabase(connectionString: string, size = 10, log?: Pick<Logger, 'debug'>): Database {
	const pool = new pg.Pool({
		connectionString,
		max: size,
		connectionTimeoutMillis: 5_000,
		// PostgreSQL itself gives up first, which leaves the connection usable; ours is for one that does not answer at all.
		statement_timeout: 5_000,
		query_timeout: 6_000,
		idle_in_transaction_session_timeout: 15_000,
		keepAlive: true,
		application_name: 'porchlight',
	});
	// An idle connection that PostgreSQL closes is no bug: the next query opens another.
	pool.on('error', () => {});
	// Nor is one in use: its query fails, and that is where it is told. Unheard, it would end the process.
	pool.on('connect', (client) => void client.on('error', () => {}));
	// Statements only, never their values; with the number of the request they belong to (LOG_LEVEL=debug).
	const logger = log && { logQuery: (statement: string) => log.debug({ sql: statement }, 'sql') };
	const settings = { schema, casing: 'snake_case', logger } as const;
	const db = drizzle({ client: pool, ...settings });
	const onConnection = new WeakMap<pg.PoolClient, Transaction>();
	const transactionOn = (client: pg.PoolClient) => {
		let tx = onConnection.get(client);
		if (!tx) onConnection.set(client, (tx = alone(drizzle({ client, ...settings }))));
		return tx;
	};
	db.transaction = (run, config) => transaction(pool, transactionOn, run, config);
	return db;
}

export async function closeDatabase(db: Database): Promise<void> {
	await db.$client.end();
}

/**
 * Drizzle's own would keep a connection for good when `begin` fails, and would give one back whose transaction is still open when
 * PostgreSQL does not answer: the next to use it would commit a stranger's half work. Here such a connection is cut.
 */
async function transaction<T>(
	pool: pg.Pool,
	transactionOn: (client: pg.PoolClient) => Transaction,
	run: (tx: Transaction) => Promise<T>,
	config?: PgTransactionConfig,
): Promise<T> {
	const client = await pool.connect();
	let isClean = false;
	try {
		await client.query(beginning(config));
		const result = await run(transactionOn(client));
		const { command } = await client.query('commit');
		isClean = true;
		// PostgreSQL answers the commit of a failed transaction with a rollback, without an error.
		if (command !== 'COMMIT') throw new Error('The transaction had failed before its commit.');
		return result;
	} catch (error) {
		if (!isClean && !isDatabaseAway(error))
			isClean = await client.query('rollback').then(
				() => true,
				() => false,
			);
		throw error;
	} finally {
		client.release(!isClean);
	}
}

function alone(db: NodePgDatabase<typeof schema>): Transaction {
	db.transaction = () => Promise.reject(new Error('A transaction within a transaction is not supported.'));
	return db as unknown as Transaction;
}

function beginning({ isolationLevel, accessMode }: PgTransactionConfig = {}): string {
	return `begin${isolationLevel ? ` isolation level ${isolationLevel}` : ''} ${accessMode ?? ''}`;
}

const awayCodes = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ENOENT',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'EAI_AGAIN',
	'25P03',
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
