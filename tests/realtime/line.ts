// What the tests of sockets start from: a live hall on a real server, and browsers with one line each.
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import type {
	Acknowledged,
	ClientToServer,
	CommandName,
	Commands,
	RoomEvent,
	Seen,
	ServerToClient,
} from '#domain/events.ts';

export type Line = {
	socket: Socket<ServerToClient, ClientToServer>;
	/** Every event in the order it came, what was missed included; and how it stands with `seen`. */
	events: RoomEvent[];
	seen: Seen;
	watching: number;
	/** What it was told of whether anything can be saved. */
	saving: boolean[];
	/** How often a hall was joined, and how often the server said that the page must be loaded anew. */
	joins: number;
	reloads: number;
	send<C extends CommandName>(
		name: C,
		input: Commands[C]['input'],
		id?: string,
	): Promise<Acknowledged<Commands[C]['result']>>;
	join(slug: string): Promise<Acknowledged<Commands['hall:join']['result']>>;
	/** Joins now and whenever the line is open again. */
	stayIn(slug: string): Promise<void>;
	close(): void;
};

/** Opens a line as a browser with this Cookie header. Resolves when it is open; @throws what the server refuses it with */
export async function openLine(
	url: string,
	cookie = '',
	headers: Record<string, string> = {},
): Promise<Line> {
	const socket: Socket<ServerToClient, ClientToServer> = io(url, {
		transports: ['websocket'],
		forceNew: true,
		reconnectionDelay: 50,
		reconnectionDelayMax: 200,
		extraHeaders: { cookie, origin: new URL(url).origin, ...headers },
	});
	// As a hall's page does: what arrives while the rooms are being joined comes after what was missed.
	let early: RoomEvent[] | null = null;
	const line: Line = {
		socket,
		events: [],
		seen: {},
		watching: 0,
		saving: [],
		joins: 0,
		reloads: 0,
		send: (name, input, id = randomUUID()) =>
			(socket.timeout(30_000) as unknown as Socket).emitWithAck(name, input, id),
		async join(slug) {
			early ??= [];
			const answer = await line.send('hall:join', { slug, seen: line.seen });
			if (answer.ok) {
				line.joins++;
				line.watching = answer.result.watching;
				if (answer.result.reload) line.reloads++;
				answer.result.missed.forEach(note);
			}
			const waiting = early ?? [];
			early = null;
			waiting.forEach(note);
			return answer;
		},
		async stayIn(slug) {
			socket.on('connect', () => void line.join(slug).catch(() => {}));
			const answer = await line.join(slug);
			expect(answer).toMatchObject({ ok: true });
		},
		close: () => void socket.close(),
	};
	const note = (event: RoomEvent) => {
		line.events.push(event);
		line.seen[event.room] = Math.max(event.seq, line.seen[event.room] ?? 0);
	};
	socket.on('event', (event) => (early ? void early.push(event) : note(event)));
	// As a hall's page does: a line that the server ends is opened again.
	socket.on('disconnect', (reason) => void (reason === 'io server disconnect' && socket.connect()));
	socket.on('saving', (isPossible) => void line.saving.push(isPossible));
	socket.on('presence', ({ watching }) => (line.watching = watching));
	await new Promise<void>((resolve, reject) => {
		const refused = (error: Error) => {
			socket.close();
			reject(error);
		};
		socket.once('connect_error', refused);
		socket.once('connect', () => {
			socket.off('connect_error', refused);
			resolve();
		});
	});
	return line;
}

/** The numbers of a room's events in the order they came. */
export function numbersIn(line: Pick<Line, 'events'>, room: string): number[] {
	return line.events.filter((event) => event.room === room).map(({ seq }) => seq);
}

/** 1, 2, 3 … `last`: what a browser that has missed nothing has been told, once each, in order. */
export function upTo(last: number, from = 1): number[] {
	return Array.from({ length: last - from + 1 }, (_, i) => from + i);
}

/** Waits until something is so; what it takes is the machine's business. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	await expect.poll(isSo, { timeout: 45_000, interval: 20 }).toBe(true);
}
