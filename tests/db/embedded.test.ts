// The embedded PostgreSQL after everything that happens to processes: killed, half done, doubled, mistaken for another.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '#db/embedded.ts';
import { keepEmbedded } from '#db/embedded/kept.ts';
import { isRunning, isServerOf } from '#db/embedded/processes.ts';

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-embedded-'));
	// PostgreSQL runs as another user when this runs as root: as with any checkout, that user must be able to pass.
	await chmod(dataDir, 0o755);
});
afterEach(async () => {
	if (existsSync(cluster())) await (await startEmbedded({ dataDir })).stop();
	await rm(dataDir, { recursive: true, force: true });
});

const cluster = () => path.join(dataDir, 'postgres', 'cluster');

test('a first start makes the database, a second finds what was written, and stop leaves no process', async () => {
	const first = await startEmbedded({ dataDir });
	expect(first.fresh).toBe(true);
	await query(first.url, 'create table notes as select 42 as answer');
	expect(await query(first.url, 'show server_version_num')).toEqual([{ server_version_num: '180004' }]);
	expect(await first.stop()).toBe(true);
	expect(isRunning(first.pid, '')).toBe(false);
	expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);

	const second = await startEmbedded({ dataDir });
	expect(second.fresh).toBe(false);
	expect(second.url).toBe(first.url);
	expect(await query(second.url, 'select answer from notes')).toEqual([{ answer: 42 }]);
	await second.stop();
});

test('similarity search and the sorting of every language are there', async () => {
	const { url, stop } = await startEmbedded({ dataDir });
	await query(url, 'create extension pg_trgm');
	expect(
		await query(
			url,
			`select lower('ÁRBOL') as low, similarity('street light', 'street lights') > 0.6 as near`,
		),
	).toEqual([{ low: 'árbol', near: true }]);
	await stop();
});

test('the password is readable by its owner only, and another password is refused', async () => {
	const { url, stop } = await startEmbedded({ dataDir });
	expect((await stat(path.join(cluster(), 'password'))).mode & 0o077).toBe(0);
	const wrong = new URL(url);
	wrong.password = 'wrong';
	await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
	await stop();
});

test('a server whose node was killed is adopted, with what was committed', async () => {
	const killed = await inProcess();
	await query(killed.url, 'create table notes as select 1 as kept');
	await kill(killed.child);
	expect(isServerOf(killed.pid, cluster())).toBe(true);

	const next = await startEmbedded({ dataDir });
	expect(next.pid).toBe(killed.pid);
	expect(await query(next.url, 'select kept from notes')).toEqual([{ kept: 1 }]);
	expect(await next.stop()).toBe(true);
	expect(isRunning(killed.pid, '')).toBe(false);
});

test('two processes share one server, and the last one to stop ends it', async () => {
	const [one, other] = await Promise.all([inProcess(), inProcess()]);
	expect(one.pid).toBe(other.pid);
	expect([one.fresh, other.fresh].filter(Boolean)).toHaveLength(1);
	expect(await askToStop(one.child)).toBe(false);
	expect(await query(other.url, 'select 1 as here')).toEqual([{ here: 1 }]);
	expect(await askToStop(other.child)).toBe(true);
	expect(isRunning(other.pid, '')).toBe(false);
});

test('a postmaster killed hard is started again and nothing committed is lost', async () => {
	const first = await startEmbedded({ dataDir });
	await query(first.url, 'create table notes as select 7 as kept');
	process.kill(first.pid, 'SIGKILL');
	const next = await startEmbedded({ dataDir });
	expect(next.pid).not.toBe(first.pid);
	expect(await query(next.url, 'select kept from notes')).toEqual([{ kept: 7 }]);
	await next.stop();
});

test('a postmaster killed under a running server is started again where it was, and stopped with it', async () => {
	const said: string[] = [];
	const { pid } = await startEmbedded({ dataDir });
	const kept = await keepEmbedded({ dataDir, say: (line) => void said.push(line) });
	await query(kept.url, 'create table notes as select 9 as kept');
	process.kill(pid, 'SIGKILL');
	const answer = () => query(kept.url, 'select kept from notes').catch(() => 'away');
	await expect.poll(answer, { timeout: 45_000 }).toEqual([{ kept: 9 }]);
	expect(said[0]).toBe('PostgreSQL has ended: starting it again …');
	expect(await kept.stop()).toBe(true);
	expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
});

test.each([
	['another living program', () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])],
	['a process that is gone', () => spawn(process.execPath, ['-e', ''])],
])('a pid file that names %s does not stop the start', async (_, startProgram) => {
	const first = await startEmbedded({ dataDir });
	const file = path.join(cluster(), 'postmaster.pid');
	const lines = (await readFile(file, 'utf8')).split('\n');
	await first.stop();
	const program = startProgram();
	if (program.spawnargs.at(-1) === '') await once(program, 'exit');
	await writeFile(file, [String(program.pid), ...lines.slice(1)].join('\n'));

	const next = await startEmbedded({ dataDir });
	expect(await query(next.url, 'select 1 as here')).toEqual([{ here: 1 }]);
	await next.stop();
	program.kill();
});

test.runIf(process.platform === 'linux')(
	'a pid file that names a zombie does not stop the start',
	async () => {
		const first = await startEmbedded({ dataDir });
		const file = path.join(cluster(), 'postmaster.pid');
		const lines = (await readFile(file, 'utf8')).split('\n');
		await first.stop();
		// The shell's child ends when its input does; the program that the shell has turned into by then never collects it.
		const parent = spawn('/bin/sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec tail -f /dev/null']);
		const zombie = Number(String((await once(parent.stdout, 'data'))[0]));
		await expect.poll(() => readFile(`/proc/${parent.pid}/cmdline`, 'utf8')).toMatch(/^tail/);
		parent.stdin.end();
		await expect.poll(() => readFile(`/proc/${zombie}/stat`, 'utf8')).toMatch(/\) Z /);
		await writeFile(file, [String(zombie), ...lines.slice(1)].join('\n'));

		const next = await startEmbedded({ dataDir });
		expect(await query(next.url, 'select 1 as here')).toEqual([{ here: 1 }]);
		await next.stop();
		parent.kill();
	},
);

test('database files half made when the process was killed are made again', async () => {
	const making = fork(program, [dataDir]);
	await once(making, 'message');
	await expect
		.poll(() => readdir(path.join(dataDir, 'postgres')).catch(() => []))
		.toContain(`making-${making.pid}`);
	await kill(making);
	expect(existsSync(cluster())).toBe(false);

	const next = await startEmbedded({ dataDir });
	expect(next.fresh).toBe(true);
	expect((await readdir(path.join(dataDir, 'postgres'))).filter((name) => name.startsWith('making'))).toEqual(
		[],
	);
	await next.stop();
});

test('a port that is taken meanwhile is left to its new owner', async () => {
	const first = await startEmbedded({ dataDir });
	await first.stop();
	const taken = new URL(first.url).port;
	const other = createServer().listen(Number(taken), '127.0.0.1');
	await once(other, 'listening');
	const next = await startEmbedded({ dataDir });
	expect(new URL(next.url).port).not.toBe(taken);
	await next.stop();
	other.close();
});

test('files that are no database say so instead of being overwritten', async () => {
	await mkdir(cluster(), { recursive: true });
	await writeFile(path.join(cluster(), 'password'), 'precious');
	await expect(startEmbedded({ dataDir })).rejects.toThrow('did not start');
	expect(await readFile(path.join(cluster(), 'password'), 'utf8')).toBe('precious');
	await rm(cluster(), { recursive: true });
});

const program = path.join(import.meta.dirname, 'embedded-process.ts');

async function inProcess(): Promise<{ child: ChildProcess; url: string; fresh: boolean; pid: number }> {
	const child = fork(program, [dataDir]);
	for (;;) {
		const [message] = await once(child, 'message');
		if (message.url) return { child, ...message };
	}
}

async function askToStop(child: ChildProcess): Promise<boolean> {
	child.send('stop');
	const [{ down }] = await once(child, 'message');
	return down;
}

async function kill(child: ChildProcess) {
	child.kill('SIGKILL');
	await once(child, 'exit');
}

async function query(url: string, sql: string): Promise<object[]> {
	const client = new pg.Client({ connectionString: url });
	client.on('error', () => {});
	await client.connect();
	try {
		return (await client.query(sql)).rows;
	} finally {
		await client.end();
	}
}
