// A watcher of the bench: socket.io's wire format on a plain WebSocket, so that thousands of them cost the machine little.
import { WebSocket } from 'ws';

export type BenchLine = {
	/** Sends an event and resolves to the acknowledgement; to undefined when the line ends before it. */
	send(name: string, ...args: unknown[]): Promise<unknown>;
	/** Cuts the line, as a network does: without a word. */
	cut(): void;
	isOpen(): boolean;
};

/**
 * Opens a line and resolves when the server has greeted it.
 * @param onevent told of every event that is no acknowledgement: its name and first argument
 * @param onclose told when the line ends, cut or not
 */
export function openBenchLine(
	url: string,
	cookie: string,
	onevent: (name: string, payload: unknown) => void,
	onclose: () => void = () => {},
): Promise<BenchLine> {
	const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
		headers: { cookie, origin: url },
		perMessageDeflate: false,
	});
	const waiting = new Map<number, (answer: unknown) => void>();
	let lastId = 0;
	const line: BenchLine = {
		send: (...event) =>
			new Promise((resolve) => {
				if (!line.isOpen()) return resolve(undefined);
				waiting.set(++lastId, resolve);
				socket.send(`42${lastId}${JSON.stringify(event)}`);
			}),
		cut: () => socket.terminate(),
		isOpen: () => socket.readyState === WebSocket.OPEN,
	};
	return new Promise((resolve, reject) => {
		socket.on('error', reject);
		socket.on('close', () => {
			for (const answered of waiting.values()) answered(undefined);
			onclose();
			reject(new Error('The server closed the line.'));
		});
		socket.on('message', (data: Buffer) => {
			const text = data.toString();
			// Engine.IO: 0 open, 2 ping; 4 message, of which Socket.IO: 0 connected, 2 event, 3 acknowledgement.
			if (text.startsWith('42')) {
				const [name, payload] = JSON.parse(text.slice(2)) as [string, unknown];
				onevent(name, payload);
			} else if (text.startsWith('43')) {
				const start = text.indexOf('[');
				const id = Number(text.slice(2, start));
				waiting.get(id)?.((JSON.parse(text.slice(start)) as unknown[])[0]);
				waiting.delete(id);
			} else if (text === '2') socket.send('3');
			else if (text.startsWith('0')) socket.send('40');
			else if (text.startsWith('40')) resolve(line);
		});
	});
}

/** Opens many lines, some at a time, as after a restart of the server. */
export async function openMany<T>(count: number, open: (i: number) => Promise<T>, atOnce = 50): Promise<T[]> {
	const opened: T[] = [];
	for (let i = 0; i < count; i += atOnce) {
		const some = Array.from({ length: Math.min(atOnce, count - i) }, (_, n) => open(i + n));
		opened.push(...(await Promise.all(some)));
	}
	return opened;
}

/** The same on a bare WebSocket server (bench/bare.ts): an event is a JSON array, its answer one that begins with null. */
export function openPlainLine(
	url: string,
	onevent: (name: string, payload: unknown) => void,
	onclose: () => void = () => {},
): Promise<BenchLine> {
	const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
	const waiting: ((answer: unknown) => void)[] = [];
	const line: BenchLine = {
		send: (...event) =>
			new Promise((resolve) => {
				waiting.push(resolve);
				socket.send(JSON.stringify(event));
			}),
		cut: () => socket.terminate(),
		isOpen: () => socket.readyState === WebSocket.OPEN,
	};
	return new Promise((resolve, reject) => {
		socket.on('error', reject);
		socket.on('close', onclose);
		socket.on('open', () => resolve(line));
		socket.on('message', (data: Buffer) => {
			const [name, payload] = JSON.parse(data.toString()) as [string | null, unknown];
			if (name === null) waiting.shift()?.(payload);
			else onevent(name, payload);
		});
	});
}
