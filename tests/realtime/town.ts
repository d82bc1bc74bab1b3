// A migrated database of its own with the cast in it, and server processes on it that end with the test file.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { testConfig } from '#tests/signedIn.ts';

// What a test does beside the server is then done by the same pseudonyms.
process.env.SECRET = testConfig().SECRET;

export type Town = {
	db: Database;
	databaseUrl: string;
	/** Starts a server; `PORT` brings one back where another was. */
	start(env?: Record<string, string>): Promise<ServerProcess>;
};

/** Call it in `beforeAll`. */
export async function makeTown(): Promise<Town> {
	const databaseUrl = await testDatabase();
	const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-town-'));
	const db = openDatabase(databaseUrl);
	const servers: ServerProcess[] = [];
	await settle(db);
	afterAll(async () => {
		for (const server of servers)
			if (server.child.exitCode === null && !server.child.killed) await server.stop();
		await closeDatabase(db);
		await rm(dataDir, { recursive: true, force: true });
	});
	return {
		db,
		databaseUrl,
		async start(env = {}) {
			const server = await startServer({
				DATABASE_URL: databaseUrl,
				DATA_DIR: dataDir,
				LOG_LEVEL: 'warn',
				METRICS_TOKEN: metricsToken,
				...env,
			});
			servers.push(server);
			return server;
		},
	};
}

const metricsToken = 'only-for-tests';

/** One of the server's own numbers, as Prometheus would read it; 0 when it was never counted. */
export async function metric(server: ServerProcess, line: string): Promise<number> {
	const response = await fetch(`${server.url}/metrics`, {
		headers: { authorization: `Bearer ${metricsToken}` },
	});
	const found = (await response.text()).split('\n').find((text) => text.startsWith(`${line} `));
	return Number(found?.slice(line.length + 1) ?? 0);
}
