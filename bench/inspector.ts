// What a process holds once its rubbish has been cleared away, asked through Node’s inspector.
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** The environment of a process that is asked. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

type Inspector = {
	/** Clears away rubbish. @returns how many bytes of the heap are in use */
	heapUsed(): Promise<number>;
	/** The same, and what V8 holds outside of its heap: buffers. */
	memoryUsed(): Promise<number>;
	/** The process waits for it when it is to end. */
	close(): void;
};

/** @param output what the process has written so far: it says there where it listens */
export async function inspect(output: string): Promise<Inspector> {
	const address = /Debugger listening on (ws:\S+)/.exec(output)![1]!;
	const socket = new WebSocket(address, { perMessageDeflate: false });
	await once(socket, 'open');
	let lastId = 0;
	const ask = async <T>(method: string, params = {}): Promise<T> => {
		const answer = once(socket, 'message');
		socket.send(JSON.stringify({ id: ++lastId, method, params }));
		return (JSON.parse(String((await answer)[0])) as { result: T }).result;
	};
	const evaluate = async (expression: string) =>
		(await ask<{ result: { value: number } }>('Runtime.evaluate', { expression })).result.value;
	const clearAway = () => ask('HeapProfiler.collectGarbage');
	return {
		heapUsed: async () => {
			await clearAway();
			return (await ask<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize;
		},
		memoryUsed: async () => {
			await clearAway();
			return evaluate('(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())');
		},
		close: () => socket.close(),
	};
}
