// What the system knows of a process: how much of a core it takes, and what it keeps open. Linux alone says it in files.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of processor time that a process has taken so far, its own and the system's for it. */
export function cpuSeconds(pid: number): number {
	// The name in brackets may hold anything, so it is read from behind it.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /s, '')
		.split(' ');
	return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Seconds that a process was ready to run and waited for a core; of its first thread, and a media worker has no other that works. */
export function waitedSeconds(pid: number): number {
	return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e9;
}

/** How many sockets a process has open. */
export function openSockets(pid: number): number {
	return readdirSync(`/proc/${pid}/fd`).filter((file) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${file}`).startsWith('socket:');
		} catch {
			return false;
		}
	}).length;
}

/** The media workers of a server. */
export function workersOf(pid: number): number[] {
	const found = execFileSync('pgrep', ['-P', String(pid), '-f', 'mediasoup-worker'], { encoding: 'utf8' });
	return found.trim().split('\n').map(Number);
}
