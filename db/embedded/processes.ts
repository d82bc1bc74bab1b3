// Is that process alive, and is it the one we mean? Pids are used again, and a zombie still has one.
import { readFileSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Place } from './place.ts';

/** What tells this process from a later one with the same pid; empty where the system does not say. */
export function processMark(pid: number): string {
	return procStat(pid)?.started ?? '';
}

/** Whether the process with that pid and mark still runs. */
export function isRunning(pid: number, mark: string): boolean {
	if (process.platform === 'linux') {
		const found = procStat(pid);
		return found !== null && found.state !== 'Z' && (mark === '' || found.started === mark);
	}
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Whether the process is a living PostgreSQL server of that folder. */
export function isServerOf(pid: number, cluster: string): boolean {
	if (!isRunning(pid, '')) return false;
	if (process.platform === 'win32') return true;
	return commandLine(pid).includes(cluster);
}

function commandLine(pid: number): string {
	if (process.platform === 'linux') {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
		} catch {
			return '';
		}
	}
	const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
	return stdout ?? '';
}

function procStat(pid: number): { state: string; started: string } | null {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name in parentheses may hold spaces; what follows it does not.
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return { state: fields[0] ?? '', started: fields[19] ?? '' };
	} catch {
		return null;
	}
}

export type PidFile = { pid: number; port: number | null; status: string; lines: string[] };

/** What `postmaster.pid` says; null when there is none. */
export async function readPidFile(cluster: string): Promise<PidFile | null> {
	const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
	if (text === null) return null;
	const lines = text.split('\n');
	return {
		pid: Math.abs(Number(lines[0])) || 0,
		port: Number(lines[3]) || null,
		status: lines[7]?.trim() ?? '',
		lines,
	};
}

/**
 * Makes PostgreSQL see that the pid file is stale although its pid is in use again (by a zombie or another program).
 * The file is not removed: its seventh line lets PostgreSQL refuse while processes of the killed server still write.
 * A pid of its parent counts as stale for it, and its parent will be us.
 */
export async function disownPidFile({ cluster, owner }: Place, file: PidFile): Promise<void> {
	const target = path.join(cluster, 'postmaster.pid');
	if (process.platform === 'win32' || file.lines.length < 2) return rm(target, { force: true });
	const copy = path.join(cluster, `postmaster.pid.${process.pid}`);
	await writeFile(copy, [String(process.pid), ...file.lines.slice(1)].join('\n'), { mode: 0o600 });
	if (owner) await chown(copy, owner.uid, owner.gid);
	await rename(copy, target);
}
