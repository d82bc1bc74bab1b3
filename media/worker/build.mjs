// Builds the video worker from the source in the mediasoup package against the libraries of Debian or Ubuntu: mediasoup's own
// build downloads their sources from addresses that closed networks do not reach (docs/decisions/0007).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../../scripts/run.mjs';
import { say, Stop } from '../../scripts/say.mjs';
import { root } from '../../scripts/setup.mjs';

/** The folder of the mediasoup package. */
export const mediasoup = path.join(root, 'node_modules/mediasoup');

/** Why there can be no worker here: half a sentence. */
export class NoWorker extends Error {}

// For each library that the source would download, a small meson project that points to the machine's own.
const overlay = path.join(import.meta.dirname, 'overlay');

// All that decides what comes out, and so the name in the cache.
const recipe = {
	meson: ['--wrap-mode=nodownload', '--buildtype=release', '-Db_ndebug=true'],
	changes: [
		// OpenSSL with kernel TLS (Debian's) asks this callback whether it does KTLS; it answers 1 to everything, and the worker
		// then crashes in its first DTLS handshake. Changed, it passes on the BIO's own answer.
		{
			file: 'src/RTC/DtlsTransport.cpp',
			from: '(operationType == BIO_CB_RETURN)',
			to: '((operationType & BIO_CB_RETURN) != 0)',
		},
		// Debian 12 has meson 1.0.1, which knows all that this file uses.
		{ file: 'meson.build', from: "meson_version: '>= 1.1.0'", to: "meson_version: '>= 1.0.0'" },
	],
};

const debianPackages = [
	...['g++', 'pkg-config', 'meson', 'ninja-build', 'flatbuffers-compiler', 'libflatbuffers-dev'],
	...['libuv1-dev', 'libssl-dev', 'libsrtp2-dev', 'libabsl-dev'],
];
const tools = ['g++', 'pkg-config', 'meson', 'ninja', 'flatc'];
const libraries = [
	'libuv',
	'openssl',
	'libsrtp2 >= 2.5.0',
	'absl_strings',
	'absl_optional',
	'flatbuffers >= 2.0.8',
];

/**
 * Builds a worker, with what `installTools` has put there.
 * @param {string} cache folder that keeps it
 * @returns {Promise<string>} the file
 */
export async function buildWorker(cache) {
	const log = path.join(root, `.cache/worker-${versionAndRecipe()}.log`);
	// Else every start would spend these minutes again.
	if (fs.existsSync(log))
		throw new NoWorker(
			`the video worker could not be built, ${log} says why (delete that file to have it tried again)`,
		);
	say('Building the video worker (several minutes, once) …');
	const began = Date.now();
	const folder = fs.mkdtempSync(path.join(cache, 'build-'));
	try {
		const built = await compile(copySource(folder), log);
		const kept = path.join(cache, versionAndRecipe(), path.basename(built));
		fs.mkdirSync(path.dirname(kept), { recursive: true });
		fs.renameSync(built, kept);
		say(`Built in ${Math.round((Date.now() - began) / 1000)} s, kept in ${path.dirname(kept)}.`);
		return kept;
	} finally {
		fs.rmSync(folder, { recursive: true, force: true });
	}
}

/** The version of mediasoup that is installed. @returns {string} */
export function version() {
	return JSON.parse(fs.readFileSync(path.join(mediasoup, 'package.json'), 'utf8')).version;
}

/** What a worker built here is made from: the source, the recipe, and the machine whose libraries it uses. */
export function versionAndRecipe() {
	const hash = createHash('sha256').update(
		JSON.stringify([recipe, process.platform, process.arch, release()]),
	);
	const files = fs.readdirSync(overlay, { recursive: true, withFileTypes: true });
	for (const file of files
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name))
		.sort())
		hash.update(`\n${path.relative(overlay, file)}\n`).update(fs.readFileSync(file));
	return `${version()}-${hash.digest('hex').slice(0, 16)}`;
}

function release() {
	if (!fs.existsSync('/etc/os-release')) return [];
	return fs.readFileSync('/etc/os-release', 'utf8').match(/^(ID|VERSION_ID)=.*$/gm);
}

/** Installs the packages that a worker is built with and needs to run, where they are missing and root may do it. */
export async function installTools() {
	if (process.platform !== 'linux')
		throw new NoWorker(
			'the video worker could not be downloaded from github.com, and is built here on Linux only (MEDIASOUP_WORKER_BIN may name one of your own)',
		);
	if (missing().length === 0) return;
	const hasApt = isThere('apt-get');
	const install = ['install', '-y', '--no-install-recommends', ...debianPackages];
	if (hasApt && process.getuid?.() === 0) {
		say('Installing what the video worker is built with (apt) …');
		await apt(['update', '-q']);
		await apt(install);
	}
	const wanting = missing();
	if (wanting.length === 0) return;
	const remedy = hasApt
		? `"sudo apt-get ${install.join(' ')}" installs that for the next start`
		: 'the next start tries again once that is installed';
	throw new NoWorker(
		`the video worker could not be downloaded from github.com, and building it needs ${wanting.join(', ')}: ${remedy}`,
	);
}

/** @param {string[]} args its output is shown only when it fails: then it says more than a sentence of ours could */
async function apt(args) {
	const { code, output } = await run('apt-get', args, {
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	if (code !== 0) say(output.trimEnd());
}

function missing() {
	const wanting = tools.filter((tool) => !isThere(tool));
	if (wanting.includes('pkg-config')) return wanting;
	const found = (/** @type {string} */ library) =>
		spawnSync('pkg-config', ['--exists', library]).status === 0;
	return [...wanting, ...libraries.filter((library) => !found(library))];
}

/** @param {string} tool */
function isThere(tool) {
	return spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** @param {string} folder */
function copySource(folder) {
	const source = path.join(folder, 'worker');
	fs.cpSync(path.join(mediasoup, 'worker'), source, {
		recursive: true,
		filter: (file) => !/\/worker\/(out|prebuild|pip_invoke)$/.test(file),
	});
	for (const name of fs.readdirSync(overlay)) {
		const wrap = fs.readFileSync(path.join(source, 'subprojects', `${name}.wrap`), 'utf8');
		const directory = /^directory\s*=\s*(\S+)/m.exec(wrap)?.[1] ?? name;
		fs.cpSync(path.join(overlay, name), path.join(source, 'subprojects', directory), { recursive: true });
	}
	for (const { file, from, to } of recipe.changes) {
		const text = fs.readFileSync(path.join(source, file), 'utf8');
		// A new version of mediasoup that has it otherwise must be looked at by a person.
		if (text.split(from).length !== 2)
			throw new NoWorker(
				`the video worker’s ${file} should have “${from}” exactly once: see media/worker/build.mjs`,
			);
		fs.writeFileSync(path.join(source, file), text.replace(from, to));
	}
	return source;
}

/** @param {string} source @param {string} log */
async function compile(source, log) {
	await meson(['setup', ...recipe.meson, 'build'], source, log);
	// The generated headers first, as mediasoup's tasks.py does: the build does not know all that depends on them.
	await meson(['compile', '-C', 'build', 'flatbuffers-generator'], source, log);
	await meson(['compile', '-C', 'build', 'mediasoup-worker'], source, log);
	const built = path.join(source, 'build/mediasoup-worker');
	spawnSync('strip', [built]);
	return built;
}

/** @param {string[]} args @param {string} source @param {string} log */
async function meson(args, source, log) {
	// A hall may be running beside it.
	const gently = ['-n', '10', 'meson', ...args];
	const { code, output } = await run('nice', gently, { cwd: source, stdio: ['ignore', 'pipe', 'pipe'] });
	if (code === 0) return;
	if (code > 128 || /KeyboardInterrupt|interrupted by user/.test(output))
		throw new Stop('Interrupted while building the video worker; the next start begins again.');
	fs.mkdirSync(path.dirname(log), { recursive: true });
	fs.writeFileSync(log, output);
	throw new NoWorker(`the video worker could not be built, ${log} says why`);
}
