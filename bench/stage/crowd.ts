// A crowd of light viewers, from outside: opened, counted and closed by messages to its process (viewers.ts).
import { fork } from 'node:child_process';
import path from 'node:path';
import type { Door } from './door.ts';

export type Asked = { what: 'open' | 'count' | 'close'; count: number };
/** What all have received since the last count. */
export type Counted = { packets: number; bytes: number };

export type Crowd = {
	pid: number;
	/** Lets so many more come, and waits until each is connected. */
	open(count: number): Promise<void>;
	count(): Promise<Counted>;
	/** All leave. */
	close(): Promise<void>;
	/** Ends the process. */
	stop(): void;
};

export function startCrowd(door: Door): Crowd {
	const child = fork(path.join(import.meta.dirname, 'viewers.ts'), [JSON.stringify(door)]);
	const ask = (what: Asked['what'], count = 0) =>
		new Promise<Counted>((done, failed) => {
			const ended = () => failed(new Error('The crowd’s process has ended.'));
			child.once('exit', ended);
			child.once('message', ({ result, error }: { result: Counted; error?: string }) => {
				child.off('exit', ended);
				if (error) failed(new Error(error));
				else done(result);
			});
			child.send({ what, count });
		});
	return {
		pid: child.pid!,
		open: async (count) => void (await ask('open', count)),
		count: () => ask('count'),
		close: async () => void (await ask('close')),
		stop: () => void child.kill(),
	};
}
