// Brings a database to the newest schema: forward only, one process at a time.
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import path from 'node:path';
import pg from 'pg';
import { NotReady } from '#config';

const oldestPostgres = 150000;
// Any number will do, as long as every process that migrates takes the same lock.
const migrationLock = 7_012_026;

/**
 * Applies the migrations that are missing. Processes that start together wait for each other.
 * @throws NotReady with what to do, when PostgreSQL cannot be reached or is older than 15
 */
export async function migrate(connectionString: string): Promise<void> {
	const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
	try {
		await client.connect();
	} catch (error) {
		// The address without its password.
		const { host, port, database } = client;
		throw new NotReady(
			`The database ${database} at ${host}:${port} cannot be used: ${(error as Error).message}. Is PostgreSQL running, and DATABASE_URL right?`,
		);
	}
	try {
		const { rows } = await client.query<{ version: string }>(
			`select current_setting('server_version_num') as version`,
		);
		if (Number(rows[0]?.version) < oldestPostgres)
			throw new NotReady(
				'Porchlight needs PostgreSQL 15 or newer: upgrade the server, or unset DATABASE_URL to use the embedded one.',
			);
		await client.query('select pg_advisory_lock($1)', [migrationLock]);
		await applyMigrations(drizzle({ client }), {
			migrationsFolder: path.join(import.meta.dirname, 'migrations'),
		});
	} finally {
		await client.end();
	}
}
