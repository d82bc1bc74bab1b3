// Makes a checkout ready to run: the packages from the lock file, then the pages, each only when something changed.
// Plain JavaScript for any Node from 20.19 on, and without packages: they may not be there yet.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { say, Stop } from './say.mjs';

export const root = path.resolve(import.meta.dirname, '..');
const lock = path.join(root, '.cache/setup.lock');
const buildStamp = path.join(root, 'build/.sources');

/** Installs what `package-lock.json` names, when `node_modules` is missing, unfinished or older. */
export async function install() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19))
		throw new Stop(
			`Porchlight needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org.`,
		);
	if (isInstalled()) return;
	await withLock(lock, async () => {
		if (isInstalled()) return;
		say('Installing the packages named in package-lock.json (a minute or two, once) …');
		const [program, before] = npm();
		const { code } = await run(
			program,
			[...before, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
			{
				cwd: root,
				// Older versions of npm know no `allowScripts`: told of a worker, mediasoup's script neither downloads nor builds one.
				env: {
					...process.env,
					NODE_ENV: '',
					PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
					MEDIASOUP_WORKER_BIN: 'media/worker/setup.mjs puts it in place',
				},
				shell: program === 'npm.cmd',
			},
		);
		if (code > 128)
			throw new Stop('Interrupted while installing; the next start begins the installation again.');
		if (code !== 0)
			throw new Stop(
				'npm could not install the packages (its message is above). Is the registry reachable? Then run the same command again.',
			);
		fs.writeFileSync(path.join(root, 'node_modules/.installed'), hashOf(['package-lock.json']));
	});
}

/** Builds the pages into `build/`, when a source changed since the last build. */
export async function build() {
	if (isBuilt()) return;
	await withLock(lock, async () => {
		const sources = hashOf(pageSources());
		if (isBuilt(sources)) return;
		say('Building the pages …');
		const began = Date.now();
		fs.rmSync(buildStamp, { force: true });
		const { code, output } = await run(
			runtime(),
			['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
			{
				cwd: root,
				env: { ...process.env, NODE_ENV: 'production' },
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		if (code > 128) throw new Stop('Interrupted while building; the next start builds again.');
		if (code !== 0) throw new Stop(`${output}\nThe pages could not be built (the reason is above).`);
		fs.writeFileSync(buildStamp, sources);
		say(`Built in ${Math.round((Date.now() - began) / 1000)} s.`);
	});
}

/** The Node from the lock file; the one running now only where that has no build and this one reads TypeScript. */
export function runtime() {
	const windows = process.platform === 'win32';
	const names = [
		`node-${windows ? 'win' : process.platform}-${process.arch}`,
		`node-bin-${process.platform}-${process.arch}`,
	];
	for (const name of names) {
		const file = path.join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
		if (fs.existsSync(file)) return file;
	}
	if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
	throw new Stop(
		`There is no Node for ${process.platform}-${process.arch} in package-lock.json: install Node 24 or newer and run the same command again.`,
	);
}

/** Node's option that reads settings from a file `.env` beside package.json, when there is one. */
export function settingsFile() {
	return fs.existsSync(path.join(root, '.env')) ? ['--env-file=.env'] : [];
}

// What npm noted about its last finished installation must be what the lock file says for this machine.
function isInstalled() {
	try {
		if (fs.readFileSync(path.join(root, 'node_modules/.installed'), 'utf8') === hashOf(['package-lock.json']))
			return true;
	} catch {
		// never installed by this script; perhaps by hand
	}
	const wanted = packagesIn('package-lock.json');
	const found = packagesIn('node_modules/.package-lock.json');
	if (!wanted || !found) return false;
	return Object.entries(wanted).every(([place, { integrity, optional, extraneous, os, cpu, libc }]) => {
		if (place === '' || extraneous) return true;
		const isForHere =
			os && cpu && !libc && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
		if (!found[place] && optional && !isForHere) return true;
		return found[place]?.integrity === integrity;
	});
}

/**
 * @param {string} file
 * @returns {Record<string, {integrity?: string, optional?: boolean, extraneous?: boolean, os?: string | string[], cpu?: string | string[], libc?: unknown}> | null}
 */
function packagesIn(file) {
	try {
		return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;
	} catch {
		return null;
	}
}

/** @param {string} [sources] */
function isBuilt(sources) {
	try {
		return fs.readFileSync(buildStamp, 'utf8') === (sources ?? hashOf(pageSources()));
	} catch {
		return false;
	}
}

function pageSources() {
	const single = [
		'config.ts',
		'vite.config.ts',
		'svelte.config.js',
		'tsconfig.json',
		'package.json',
		'package-lock.json',
	];
	const made = /(^|\/)\.|^app\/(lib\/paraglide|node_modules)\/|project\.inlang\/README\.md$/;
	const inFolders = ['app', 'domain', 'db'].flatMap((folder) =>
		fs
			.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
			.filter((file) => !made.test(file)),
	);
	return [...single, ...inFolders.sort()];
}

/** @param {string[]} files relative to the project */
function hashOf(files) {
	const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
	for (const file of files) hash.update(`\n${file}\n`).update(fs.readFileSync(path.join(root, file)));
	return hash.digest('hex');
}

/** @returns {[program: string, args: string[]]} the npm that called us, run by the Node it was run by */
export function npm() {
	const { npm_execpath: cli, npm_node_execpath: node } = process.env;
	if (cli && node && /npm-cli\.[cm]?js$/.test(cli)) return [node, [cli]];
	return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}
