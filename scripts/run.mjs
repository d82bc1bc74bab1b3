// Starting other programs: signals go on to them, and they are waited for.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { isAlive } from './lock.mjs';
import { Stop } from './say.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
	process.on(signal, () => {
		if (running.size === 0) process.exit(128 + constants.signals[signal]);
		for (const child of running) child.kill(signal);
	});
}

/** What ends npm does not always reach what npm started: from now on its disappearance ends what was started here. */
export function endWithNpm() {
	if (!process.env.npm_lifecycle_event) return;
	const above = [process.ppid];
	// npm puts a shell in between, which outlives it.
	const [parent = '', command = ''] =
		spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(process.ppid)], { encoding: 'utf8' })
			.stdout?.trim()
			.split(/\s+(.*)/) ?? [];
	if (/sh -c/.test(command)) above.push(Number(parent));
	const watch = setInterval(() => {
		if (above.every(isAlive) && process.ppid === above[0]) return;
		clearInterval(watch);
		endRunning();
	}, 500);
	watch.unref();
}

/** Ends what is still running. */
export function endRunning() {
	for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a program to its end and resolves to its exit code (128 + n when a signal ended it) and, unless it prints for
 * itself, what it printed.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(program, args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: 'inherit', windowsHide: true, ...options });
		running.add(child);
		let output = '';
		child.stdout?.on('data', (chunk) => (output += chunk));
		child.stderr?.on('data', (chunk) => (output += chunk));
		child.once('error', (error) => {
			running.delete(child);
			reject(new Stop(`${program} could not be started: ${error.message}`));
		});
		child.once('close', (code, signal) => {
			running.delete(child);
			resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output });
		});
	});
}
