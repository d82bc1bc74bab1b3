// Processes of ours beside a town, which are killed at whatever they are doing.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Town } from './town.ts';

/** Starts a program of tests/realtime on the town's database; resolves when it says that it is ready. */
export async function startWorker(
	{ databaseUrl }: Pick<Town, 'databaseUrl'>,
	program: string,
	settings: Record<string, string>,
): Promise<ChildProcess> {
	const child = spawn(process.execPath, [path.join('tests/realtime', program)], {
		cwd: path.resolve(import.meta.dirname, '../..'),
		env: {
			...{ PATH: process.env.PATH, SECRET: process.env.SECRET, NODE_ENV: 'test' },
			...{ DATABASE_URL: databaseUrl, ...settings },
		},
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	await once(child, 'message');
	return child;
}

/** kill -9. Resolves when it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
	const gone = once(child, 'exit');
	child.kill('SIGKILL');
	await gone;
}
