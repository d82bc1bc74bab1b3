// One PostgreSQL per test run, one migrated template in it, and a database of its own for whoever asks.
import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';

export type TestPostgres = {
	/** Connection string of the migrated template: only `create database … template` may use it. */
	template: string;
	stop(): Promise<void>;
};

/**
 * Starts the embedded PostgreSQL for tests, or uses the one of `TEST_DATABASE_URL` (its role must be allowed to create
 * databases), and migrates a template. The folder has one name per checkout and user, so a killed run is cleaned up by the next.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
	const server = await findServer();
	const name = `template_${randomBytes(6).toString('hex')}`;
	await administer(server.url, `create database ${name}`);
	const template = inDatabase(server.url, name);
	await migrate(template);
	return {
		template,
		stop: async () => {
			await administer(server.url, `drop database ${name} with (force)`);
			await server.stop();
		},
	};
}

async function findServer(): Promise<{ url: string; stop(): Promise<void> }> {
	const given = process.env.TEST_DATABASE_URL;
	if (given) return { url: given, stop: async () => {} };
	const checkout = createHash('sha256')
		.update(import.meta.dirname)
		.digest('hex')
		.slice(0, 12);
	const dataDir = path.join(os.tmpdir(), `porchlight-test-${os.userInfo().uid}-${checkout}`);
	const server = await startEmbedded({
		dataDir,
		settings: { fsync: 'off', full_page_writes: 'off', max_wal_size: '4GB', max_connections: '400' },
	});
	return {
		url: server.url,
		stop: async () => {
			if (await server.stop()) await rm(dataDir, { recursive: true, force: true });
		},
	};
}

/** Makes a database from the template; `drop` cuts whoever is still connected. */
export async function copyTemplate(template: string): Promise<{ url: string; drop(): Promise<void> }> {
	const name = `test_${randomBytes(8).toString('hex')}`;
	const from = new URL(template).pathname.slice(1);
	await administer(template, `create database ${name} template ${from}`);
	return {
		url: inDatabase(template, name),
		drop: () => administer(template, `drop database if exists ${name} with (force)`),
	};
}

async function administer(url: string, statement: string) {
	const client = new pg.Client({ connectionString: inDatabase(url, 'postgres') });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}

function inDatabase(url: string, name: string): string {
	const changed = new URL(url);
	changed.pathname = `/${name}`;
	return changed.href;
}
