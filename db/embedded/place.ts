// Where the embedded PostgreSQL keeps its files, and as whom it runs: PostgreSQL refuses to run as root.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

type Owner = { uid: number; gid: number };

export type Place = {
	/** Folder of everything below. */
	home: string;
	/** The database files (PGDATA). */
	cluster: string;
	/** One file per node process that uses the server. */
	users: string;
	/** The user PostgreSQL runs as when that is not us. */
	owner: Owner | null;
};

/**
 * The place that belongs to a data folder: `<dataDir>/postgres`, or, for root with a data folder that an ordinary user
 * cannot reach, a folder under /var/lib whose name is kept in `<dataDir>/postgres-place`.
 * @throws Error with a sentence that says what to do
 */
export async function findPlace(dataDir: string): Promise<Place> {
	await mkdir(dataDir, { recursive: true });
	const nearby = path.join(await realpath(dataDir), 'postgres');
	if (process.getuid?.() !== 0) return ownPlace(nearby);

	const note = path.join(dataDir, 'postgres-place');
	const noted = (await readFile(note, 'utf8').catch(() => '')).trim();
	const known = noted || nearby;
	const owner = (await ownerOf(path.join(known, 'cluster'))) ?? serverUser();
	if (await handOver(known, owner)) return placeAt(known, owner);

	for (const parent of ['/var/lib', '/var/tmp']) {
		const elsewhere = path.join(parent, `porchlight-${randomBytes(6).toString('hex')}`);
		if (!(await handOver(elsewhere, owner))) continue;
		await writeFile(note, `${elsewhere}\n`);
		return placeAt(elsewhere, owner);
	}
	throw new Error(
		`PostgreSQL must not run as root, and no other user (tried number ${owner.uid}) can use ${nearby}: start as an ordinary user, or set DATABASE_URL`,
	);
}

async function ownPlace(home: string): Promise<Place> {
	await mkdir(home, { recursive: true, mode: 0o700 });
	const owner = await ownerOf(home);
	if (process.getuid && owner?.uid !== process.getuid())
		throw new Error(
			`${home} belongs to another user (number ${owner?.uid}): start as that user, or set DATA_DIR to another folder`,
		);
	return placeAt(home, null);
}

function placeAt(home: string, owner: Owner | null): Place {
	return { home, cluster: path.join(home, 'cluster'), users: path.join(home, 'users'), owner };
}

async function handOver(home: string, owner: Owner): Promise<boolean> {
	try {
		await mkdir(home, { recursive: true, mode: 0o700 });
		await chown(home, owner.uid, owner.gid);
	} catch {
		return false;
	}
	return canUse(home, owner);
}

/** Whether that user really can write there: mode bits alone do not tell (mounts, ACLs, parents). */
function canUse(folder: string, owner: Owner): boolean {
	return (
		spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w . && test -x .', 'sh', folder], { ...owner, cwd: '/' })
			.status === 0
	);
}

async function ownerOf(folder: string): Promise<Owner | null> {
	const found = await stat(folder).catch(() => null);
	return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

function serverUser(): Owner {
	for (const name of ['postgres', 'nobody']) {
		const uid = Number(spawnSync('id', ['-u', name], { encoding: 'utf8' }).stdout || NaN);
		const gid = Number(spawnSync('id', ['-g', name], { encoding: 'utf8' }).stdout || NaN);
		if (uid > 0 && gid > 0) return { uid, gid };
	}
	return { uid: 65534, gid: 65534 };
}

/** Environment and user for PostgreSQL's programs: nothing of ours that would steer them (`PGPORT`, `LC_…`). */
export function asServer(place: Place) {
	const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'USERPROFILE', 'APPDATA'];
	const env = Object.fromEntries(
		kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
	);
	return { cwd: place.home, env: { ...env, LC_ALL: 'C', TZ: 'UTC', HOME: place.home }, ...place.owner };
}

/** Runs one of PostgreSQL's programs to its end; `output` is what it printed. */
export async function runAs(
	place: Place,
	program: string,
	args: string[],
): Promise<{ code: number | null; output: string }> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			...asServer(place),
			stdio: ['ignore', 'pipe', 'pipe'],
			windowsHide: true,
		});
		let output = '';
		child.stdout.on('data', (chunk) => (output += chunk));
		child.stderr.on('data', (chunk) => (output += chunk));
		child.once('error', reject);
		child.once('close', (code) => resolve({ code, output }));
	});
}
