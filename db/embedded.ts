// The PostgreSQL that comes with the packages: no installation, no password to invent, its files in `DATA_DIR`.
// One project has one such server. It outlives a killed node, and the next start adopts it instead of starting a second.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findPrograms, type Programs } from './embedded/programs.ts';
import { findPlace, runAs, type Place } from './embedded/place.ts';
import {
	disownPidFile,
	isRunning,
	isServerOf,
	readPidFile,
	processMark,
	type PidFile,
} from './embedded/processes.ts';

const database = 'porchlight';
const role = 'porchlight';

export type EmbeddedOptions = {
	/** Absolute folder for everything that must be kept; made when missing. */
	dataDir: string;
	/** Told one line per step that a person may wait for. */
	say?: (line: string) => void;
	/** Port to ask for first; default: the one used last time, else any free one. */
	port?: number;
	/** Server settings beyond ours, e.g. `{fsync: 'off'}` for a database that may be lost. */
	settings?: Record<string, string>;
};

export type Embedded = {
	/** Connection string of the database `porchlight`, password included. */
	url: string;
	/** This call made the database. A seed still needs its own mark: the process may die before it is through. */
	fresh: boolean;
	/** Process id of the postmaster. */
	pid: number;
	/** Whether the postmaster lives. */
	isUp(): boolean;
	/**
	 * Shuts PostgreSQL down (connections that are still open are cut) unless another living process of the project uses it.
	 * Resolves to whether it is down. A second call does nothing.
	 */
	stop(): Promise<boolean>;
};

/**
 * Starts the embedded PostgreSQL of `dataDir`, or adopts the one that runs there already.
 * Several node processes may do this with one folder: they share the server, and the last to stop it ends it.
 * @throws Error with a sentence that says what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
	const say = options.say ?? (() => {});
	const place = await findPlace(options.dataDir);
	const programs = await findPrograms(place);
	await signIn(place);
	await makeCluster(place, programs, options, say);

	const password = (await readFile(path.join(place.cluster, 'password'), 'utf8')).trim();
	const server =
		(await adopt(place, password, say)) ?? (await start(place, programs, password, options, say));
	const url = connectionString(server.port, password, database);
	const fresh = await makeDatabase(server.port, password);

	let stopping: Promise<boolean> | undefined;
	const stop = () => (stopping ??= leave(place, programs, server.pid));
	return { url, fresh, pid: server.pid, isUp: () => isServerOf(server.pid, place.cluster), stop };
}

// Each process using the server leaves a file named by its pid; whoever leaves last turns off the light.
async function signIn(place: Place) {
	await mkdir(place.users, { recursive: true });
	await writeFile(path.join(place.users, String(process.pid)), processMark(process.pid));
}

async function leave(place: Place, programs: Programs, pid: number): Promise<boolean> {
	await rm(path.join(place.users, String(process.pid)), { force: true });
	for (const name of await readdir(place.users)) {
		if (await isUser(place, name)) return false;
		await rm(path.join(place.users, name), { force: true });
	}
	if (isServerOf(pid, place.cluster)) {
		// Not as this process's own child only: an adopted server must end too. Fast mode cuts connections and writes all out.
		const { code, output } = await runAs(place, programs.pgCtl, [
			...['stop', '-D', place.cluster, '-m', 'fast', '-w', '-t', '60', '-s'],
		]);
		if (code !== 0 && isServerOf(pid, place.cluster))
			throw new Error(`The embedded PostgreSQL (process ${pid}) did not stop: ${output.trim()}`);
	}
	return true;
}

// initdb works in a folder of its own that gets its name when all is done, so one killed half-way leaves nothing to trip over.
async function makeCluster(
	place: Place,
	programs: Programs,
	{ settings }: EmbeddedOptions,
	say: (line: string) => void,
) {
	await removeHalfMade(place);
	if (existsSync(place.cluster)) return;
	say('Making the database files …');
	const half = path.join(place.home, `making-${process.pid}`);
	const passwordFile = path.join(place.home, `password-${process.pid}`);
	await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
	if (place.owner) await chown(passwordFile, place.owner.uid, place.owner.gid);
	const { code, output } = await runAs(place, programs.initdb, [
		...['-D', half, '-U', role, '--encoding=UTF8', '--locale=C'],
		...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
		...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
		...(settings?.fsync === 'off' ? ['--no-sync'] : []),
	]);
	if (code !== 0) throw new Error(`The database files could not be made in ${place.home}:\n${output.trim()}`);
	await rename(passwordFile, path.join(half, 'password'));
	try {
		await rename(half, place.cluster);
	} catch (error) {
		// Another process that started at the same moment was first; its files are as good.
		if (!existsSync(place.cluster)) throw error;
		await rm(half, { recursive: true, force: true });
	}
}

// What a killed process left; a living one that makes the files right now keeps its own.
async function removeHalfMade(place: Place) {
	for (const name of await readdir(place.home)) {
		const maker = /^(?:making|password)-(\d+)$/.exec(name)?.[1];
		if (maker === undefined || (await isUser(place, maker))) continue;
		await rm(path.join(place.home, name), { recursive: true, force: true, maxRetries: 10 });
	}
}

async function isUser(place: Place, name: string): Promise<boolean> {
	const mark = await readFile(path.join(place.users, name), 'utf8').catch(() => null);
	return mark !== null && isRunning(Number(name), mark);
}

type Server = { pid: number; port: number };

// A server left behind, or shared by another process: ours only if it takes our password and serves our folder.
async function adopt(place: Place, password: string, say: (line: string) => void): Promise<Server | null> {
	const patience = Date.now() + 60_000;
	for (let told = false; ;) {
		const file = await readPidFile(place.cluster);
		if (!file) return null;
		if (file.port !== null && (await answers(file.port, password, place)))
			return { pid: file.pid, port: file.port };
		if (!isServerOf(file.pid, place.cluster)) {
			await disownPidFile(place, file);
			return null;
		}
		if (Date.now() > patience)
			throw new Error(
				`PostgreSQL (process ${file.pid}) runs in ${place.cluster} but does not answer: end it with "kill ${file.pid}" and start again`,
			);
		if (!told)
			say(
				`Waiting for the PostgreSQL that runs already (process ${file.pid}, ${file.status || 'starting'}) …`,
			);
		told = true;
		await pause(50);
	}
}

async function start(
	place: Place,
	programs: Programs,
	password: string,
	options: EmbeddedOptions,
	say: (line: string) => void,
): Promise<Server> {
	const log = path.join(place.home, 'log');
	await truncateLog(log);
	let wanted = options.port ?? (await lastPort(place));
	for (let attempt = 1; ; attempt++) {
		const port = await freePort(wanted);
		const from = await sizeOf(log);
		const child = programs.startServer(place, log, {
			port: String(port),
			listen_addresses: '127.0.0.1',
			unix_socket_directories: '',
			logging_collector: 'off',
			max_connections: '200',
			...options.settings,
		});
		const file = await untilReady(place, child, say);
		if (file) {
			await writeFile(path.join(place.home, 'port'), String(port));
			return { pid: file.pid, port: file.port ?? port };
		}

		const said = (await readFile(log)).subarray(from).toString();
		// Another process was a moment faster: share its server.
		const other =
			/lock file "postmaster.pid" already exists/.test(said) && (await adopt(place, password, say));
		if (other) return other;
		// Another program took the port meanwhile, or the last processes of a killed server are still writing.
		const passing = /could not bind|could not create any TCP|pre-existing shared memory block/.test(said);
		if (!passing || attempt === 40)
			throw new Error(`The embedded PostgreSQL did not start (${log}):\n${said.trim().slice(-2000)}`);
		wanted = undefined;
		await pause(250);
	}
}

// The postmaster writes "ready" into the eighth line of its pid file; null when it ended instead.
async function untilReady(
	place: Place,
	child: { ended: boolean },
	say: (line: string) => void,
): Promise<PidFile | null> {
	for (let tries = 1; ; tries++) {
		const file = await readPidFile(place.cluster);
		if (file?.status === 'ready' && isServerOf(file.pid, place.cluster)) return file;
		if (child.ended) return null;
		if (tries === 200) say('PostgreSQL puts its files in order after a hard stop …');
		await pause(15);
	}
}

async function answers(port: number, password: string, place: Place): Promise<boolean> {
	const client = new pg.Client({
		connectionString: connectionString(port, password, 'postgres'),
		connectionTimeoutMillis: 5000,
	});
	client.on('error', () => {});
	try {
		await client.connect();
		const { rows } = await client.query('show data_directory');
		return rows[0].data_directory === place.cluster;
	} catch {
		return false;
	} finally {
		await client.end();
	}
}

async function makeDatabase(port: number, password: string): Promise<boolean> {
	const client = new pg.Client({ connectionString: connectionString(port, password, 'postgres') });
	await client.connect();
	try {
		const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
		if (rowCount) return false;
		await client.query(`create database ${database}`);
		return true;
	} catch (error) {
		// 42P04, 23505: another process made it in the same moment.
		if (error instanceof pg.DatabaseError && ['42P04', '23505'].includes(error.code ?? '')) return false;
		throw error;
	} finally {
		await client.end();
	}
}

function connectionString(port: number, password: string, name: string): string {
	return `postgres://${role}:${password}@127.0.0.1:${port}/${name}`;
}

async function lastPort(place: Place): Promise<number | undefined> {
	const text = await readFile(path.join(place.home, 'port'), 'utf8').catch(() => '');
	return Number(text) || undefined;
}

async function freePort(wanted: number | undefined): Promise<number> {
	for (const port of wanted ? [wanted, 0] : [0]) {
		const server = createServer();
		const found = await new Promise<number | null>((resolve) => {
			server.once('error', () => resolve(null));
			server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
		});
		if (found === null) continue;
		await new Promise((resolve) => server.close(resolve));
		return found;
	}
	throw new Error('No free port for the embedded PostgreSQL on 127.0.0.1');
}

async function sizeOf(file: string): Promise<number> {
	return (await stat(file).catch(() => null))?.size ?? 0;
}

async function truncateLog(log: string) {
	if ((await sizeOf(log)) > 10_000_000) await truncate(log);
}
