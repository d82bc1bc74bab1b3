// Where the bench runs: a PostgreSQL of its own, as durable as a city's, and servers as processes of their own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { startEmbedded } from '#db/embedded.ts';
import { guestCookieName, makeGuest } from '#db/guest.ts';
import { migrate } from '#db/migrate.ts';
import { settle } from '#tests/cast.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { testConfig } from '#tests/signedIn.ts';

export type Place = {
	db: Database;
	databaseUrl: string;
	/** Where its servers keep what is no row. */
	dataDir: string;
	/** Starts Porchlight on this database. @param settings beside the bench's own */
	serve(settings?: Record<string, string>): Promise<ServerProcess>;
	close(): Promise<void>;
};

const config = testConfig();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

export async function makePlace(): Promise<Place> {
	// What the bench does beside the servers is then done by the same pseudonyms.
	process.env.SECRET = config.SECRET;
	const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-bench-'));
	const postgres = await startEmbedded({ dataDir });
	await migrate(postgres.url);
	const db = openDatabase(postgres.url);
	await settle(db);
	// A bench that is cut short leaves no PostgreSQL behind; the servers end by themselves (realtime/parent.ts).
	const end = () => void (postgres.isUp() && process.kill(postgres.pid, 'SIGINT'));
	process.once('exit', end);
	return {
		db,
		databaseUrl: postgres.url,
		dataDir,
		serve: (settings) =>
			startServer({ DATABASE_URL: postgres.url, DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...settings }),
		close: async () => {
			await closeDatabase(db);
			await postgres.stop();
			process.off('exit', end);
			await rm(dataDir, { recursive: true, force: true });
		},
	};
}

/** The Cookie header of a browser that has been around for an hour: no burst of fresh voters is seen in it. */
export function watcherCookie(): string {
	return `${guestCookieName(config)}=${makeGuest(config, Date.now() - 3_600_000).value}`;
}

export type BareServer = { url: string; pid: number; stop(): void };

const bareFiles = {
	...{ ws: 'bare.ts', 'socket.io': 'bare.ts' },
	...{ router: 'stage/bareRouter.ts', pages: 'barePages.ts' },
};

/** Starts one of the baselines. @param settings beside the bench's own */
export async function startBare(
	kind: keyof typeof bareFiles,
	settings: Record<string, string> = {},
): Promise<BareServer> {
	const child = spawn(process.execPath, [path.join(import.meta.dirname, bareFiles[kind]), kind], {
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
		env: { ...process.env, ...settings },
	});
	const url = await new Promise<string>((resolve, reject) => {
		child.stdout?.on('data', (chunk: Buffer) => {
			const address = /listening on (\S+)/.exec(chunk.toString())?.[1];
			if (address) resolve(address);
		});
		child.once('exit', () => reject(new Error(`The bare ${kind} server did not start.`)));
	});
	return { url, pid: child.pid!, stop: () => void child.kill() };
}

/** Memory that a process holds, in bytes. */
export function residentBytes(pid: number): number {
	return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}
