// Puts a working video worker (mediasoup's program that carries sound and pictures) where the mediasoup package looks for
// it. Part of the set-up, like scripts/: plain JavaScript, without packages, never imported by the server.
//   node media/worker/setup.mjs [--check | --build]     --check only answers, --build makes it anew from its source
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withLock } from '../../scripts/lock.mjs';
import { run } from '../../scripts/run.mjs';
import { runScript, say, Stop } from '../../scripts/say.mjs';
import { root, runtime } from '../../scripts/setup.mjs';
import { buildWorker, installTools, mediasoup, NoWorker, version, versionAndRecipe } from './build.mjs';

const program = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';
const place = path.join(mediasoup, 'worker/out/Release', program);
// Beside it, when it was built here: from what.
const recipeNote = `${place}.recipe`;
const lock = path.join(root, '.cache/worker.lock');
const caches = [
	path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'mediasoup-worker'),
	// For a service that may write to its own folder only.
	path.join(root, '.cache/mediasoup-worker'),
];

/**
 * Puts a worker in place where there is none. Takes milliseconds when there is, minutes when it must be built.
 * @returns {Promise<string | null>} its path; null, after a sentence that says why, where none can be had
 */
export function ensureWorker() {
	return orSentence(async () => workerInPlace() ?? (await withLock(lock, putInPlace)));
}

/** @param {() => Promise<string>} work */
async function orSentence(work) {
	try {
		return await work();
	} catch (error) {
		const isOfTheMachine = error instanceof Error && 'syscall' in error;
		if (!(error instanceof NoWorker) && !isOfTheMachine) throw error;
		say(`There is no video: ${error.message}.`);
		return null;
	}
}

/** The worker that mediasoup would start now. */
function workerInPlace() {
	// First, because mediasoup itself prefers it.
	const own = process.env.MEDIASOUP_WORKER_BIN;
	if (own && !works(own)) throw new NoWorker(`MEDIASOUP_WORKER_BIN=${own} does not run on this machine`);
	if (own) return own;
	return works(place) && isFromRecipe() ? place : null;
}

// One that was downloaded has no note. One that was built must be from the recipe as it is now.
function isFromRecipe() {
	return !fs.existsSync(recipeNote) || fs.readFileSync(recipeNote, 'utf8') === versionAndRecipe();
}

async function putInPlace() {
	return workerInPlace() ?? fromCache() ?? (await download()) ?? (await build());
}

function fromCache() {
	const kept = caches.map((folder) => path.join(folder, versionAndRecipe(), program)).find(works);
	if (!kept) return null;
	say(`The video worker comes from ${path.dirname(kept)}.`);
	return install(kept);
}

/** By mediasoup's own script, which knows how; only when it would find something, else it begins a build of its own. */
async function download() {
	if (!(await canDownload())) return null;
	say('Downloading the video worker …');
	const { code } = await run(runtime(), ['npm-scripts.mjs', 'postinstall'], {
		cwd: mediasoup,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	if (code > 128)
		throw new Stop('Interrupted while downloading the video worker; the next start begins again.');
	if (!works(place)) return null;
	fs.rmSync(recipeNote, { force: true });
	return place;
}

// The address that mediasoup's npm-scripts.mjs would ask.
async function canDownload() {
	const base =
		process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ||
		'https://github.com/versatica/mediasoup/releases/download';
	const kernel = process.platform === 'linux' ? `-kernel${os.release().split('.')[0]}` : '';
	const file = `mediasoup-worker-${version()}-${process.platform}-${process.arch}${kernel}.tgz`;
	try {
		const answer = await fetch(`${base}/${version()}/${file}`, { signal: AbortSignal.timeout(5_000) });
		await answer.body?.cancel();
		return answer.ok;
	} catch {
		return false;
	}
}

async function build() {
	await installTools();
	// The one in the cache may have lacked nothing but those libraries.
	return fromCache() ?? (await buildAnew());
}

async function buildAnew() {
	await installTools();
	const built = await buildWorker(writableCache());
	if (!works(built)) throw new NoWorker(`the worker that was built (${built}) does not run`);
	return install(built);
}

function writableCache() {
	const found = caches.find((folder) => {
		try {
			fs.mkdirSync(folder, { recursive: true });
			fs.accessSync(folder, fs.constants.W_OK);
			return true;
		} catch {
			return false;
		}
	});
	if (!found) throw new NoWorker(`the worker could be kept in none of ${caches.join(', ')}`);
	return found;
}

/** @param {string} from a worker that was built here */
function install(from) {
	fs.mkdirSync(path.dirname(place), { recursive: true });
	// Renamed into place: a worker that runs keeps its file, and there is never half a one.
	const beside = `${place}.${process.pid}`;
	fs.copyFileSync(from, beside);
	fs.chmodSync(beside, 0o755);
	fs.renameSync(beside, place);
	fs.writeFileSync(recipeNote, versionAndRecipe());
	return place;
}

// Without MEDIASOUP_VERSION in its environment the worker ends with 41 (its main.cpp); anything else means that it cannot run
// here. mediasoup's own script asks the same.
/** @param {string} file */
function works(file) {
	return fs.existsSync(file) && spawnSync(file, [], { env: {}, stdio: 'ignore' }).status === 41;
}

async function onlyCheck() {
	const worker = workerInPlace();
	if (!worker) throw new NoWorker('the video worker is not in place (npm start puts it there)');
	return worker;
}

async function main() {
	const worker = process.argv.includes('--check')
		? await orSentence(onlyCheck)
		: process.argv.includes('--build')
			? await orSentence(() => withLock(lock, buildAnew))
			: await ensureWorker();
	if (worker) say(`The video worker ${version()} is in place: ${worker}`);
	return worker ? 0 : 1;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === import.meta.filename) await runScript(main);
