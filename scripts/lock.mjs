// One set-up at a time in one checkout: two `npm start` must not install over each other.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './say.mjs';

/**
 * Does the work while holding the lock file; waits for a living holder, takes over from a dead one.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
	fs.mkdirSync(path.dirname(file), { recursive: true });
	for (let told = false; !take(file); await pause(200)) {
		const holder = holderOf(file);
		if (holder !== null && !isAlive(holder)) {
			removeIfStill(file, holder);
			continue;
		}
		if (!told) say(`Another start (process ${holder}) is setting up this folder: waiting for it …`);
		told = true;
	}
	const release = () => removeIfStill(file, process.pid);
	process.once('exit', release);
	try {
		return await work();
	} finally {
		release();
		process.off('exit', release);
	}
}

/** @param {string} file */
function take(file) {
	// A link appears with its content, so nobody ever reads a lock without a holder.
	const own = `${file}.${process.pid}`;
	fs.writeFileSync(own, String(process.pid));
	try {
		fs.linkSync(own, file);
		return true;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
		return false;
	} finally {
		fs.rmSync(own, { force: true });
	}
}

/** @param {string} file @param {number} holder */
function removeIfStill(file, holder) {
	if (holderOf(file) === holder) fs.rmSync(file, { force: true });
}

/** @param {string} file */
function holderOf(file) {
	try {
		return Number(fs.readFileSync(file, 'utf8'));
	} catch {
		return null;
	}
}

/** @param {number} pid */
export function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}
