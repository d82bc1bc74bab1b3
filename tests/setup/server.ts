// A real server process for a test: `node realtime/main.ts` on a free port, its output kept for when a test fails.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export type ServerProcess = {
	url: string;
	child: ChildProcess;
	/** Everything the server printed so far. */
	output(): string;
	/** Asks it to shut down (SIGTERM) and waits; resolves to its exit code. */
	stop(): Promise<number | null>;
	/** kill -9, and waits until it is gone. */
	kill(): Promise<void>;
};

/** Starts the server and resolves when it says that it listens. `PORT` may be given to come back on the same address. */
export async function startServer(
	env: { DATABASE_URL: string; DATA_DIR: string } & Record<string, string>,
): Promise<ServerProcess> {
	const child = spawn(process.execPath, ['realtime/main.ts'], {
		cwd: path.resolve(import.meta.dirname, '../..'),
		env: {
			PATH: process.env.PATH,
			HOME: process.env.HOME,
			PORT: '0',
			SECRET: 'only-for-tests-'.repeat(4),
			...env,
		},
		// The channel: should the test runner be killed, the server ends too (realtime/parent.ts).
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	let output = '';
	const gone = once(child, 'exit');
	const url = await new Promise<string>((resolve, reject) => {
		const read = (chunk: Buffer) => {
			output += chunk;
			const address = /listening on (http:\/\/[^\s"]+)/i.exec(output)?.[1];
			if (address) resolve(address);
		};
		child.stdout?.on('data', read);
		child.stderr?.on('data', read);
		child.once('error', reject);
		child.once('exit', (code) =>
			reject(new Error(`The server ended with ${code} before it listened:\n${output}`)),
		);
	});
	return {
		url,
		child,
		output: () => output,
		stop: async () => {
			child.kill('SIGTERM');
			await gone;
			return child.exitCode;
		},
		kill: async () => {
			child.kill('SIGKILL');
			await gone;
		},
	};
}
