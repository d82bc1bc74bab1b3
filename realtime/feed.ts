// Carries committed events to this process's own sockets: PostgreSQL says that a room has news, the feed reads and emits it.
import pg from 'pg';
import type { Server, Socket } from 'socket.io';
import type { Database } from '#db/client.ts';
import { eventsAfter, lastSeqs } from '#db/events.ts';
import type { ClientToServer, RoomEvent, ServerToClient } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import type { Logger } from '#db/log.ts';

export type Sockets = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type HallSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type SocketData = {
	actor: Actor;
	cookie: string | undefined;
	halls: Map<string, { since: number; visitor: string | null }>;
};

/** Further back than this a browser loads its page anew instead of being told event by event. */
export const replayLimit = 2_000;

type Room = { cursor: number; pumping: Promise<void> | undefined; again: boolean };
type Listener = (payload: string) => void;

export type Feed = {
	/**
	 * Puts a socket into a room from event `seen` on.
	 * @returns what it has missed; null when that is more than `replayLimit` and it must reload
	 */
	join(socket: HallSocket, room: string, seen: number): Promise<RoomEvent[] | null>;
	/** Calls the listener on each NOTIFY of a channel, from this process too. */
	on(channel: string, listener: Listener): void;
	/** Whether PostgreSQL is being listened to at the moment. */
	isListening(): boolean;
	close(): Promise<void>;
};

export async function startFeed(
	db: Database,
	connectionString: string,
	io: Sockets,
	log: Logger,
): Promise<Feed> {
	const rooms = new Map<string, Room>();
	const listeners = new Map<string, Listener>([['room', (name) => void pump(name)]]);
	let client: pg.Client | undefined;
	let isClosed = false;

	// Socket.IO forgets a room when the last socket leaves; so do we, or a long evening would keep every asker's room.
	io.of('/').adapter.on('delete-room', (name: string) => rooms.delete(name));

	async function listen(): Promise<void> {
		const next = new pg.Client({
			connectionString,
			keepAlive: true,
			connectionTimeoutMillis: 3_000,
			application_name: 'porchlight feed',
		});
		next.on('notification', ({ channel, payload }) => listeners.get(channel)?.(payload ?? ''));
		next.on('error', () => {});
		next.on('end', () => void again(next));
		await next.connect();
		for (const channel of listeners.keys()) await next.query(`listen "${channel}"`);
		client = next;
		// Whatever was announced while nobody listened.
		for (const name of rooms.keys()) void pump(name);
	}

	async function again(lost: pg.Client): Promise<void> {
		if (client === lost) client = undefined;
		if (isClosed || client) return;
		log.warn('PostgreSQL does not announce any more: trying to listen again');
		for (let delay = 100; !isClosed && !client; delay = Math.min(delay * 2, 2_000)) {
			try {
				await listen();
				log.info('listening to PostgreSQL again');
				return;
			} catch {
				await new Promise((resolve) => setTimeout(resolve, delay).unref());
			}
		}
	}

	// One reader per room at a time: events leave in order, each once.
	function pump(name: string): Promise<void> {
		const room = rooms.get(name);
		if (!room) return Promise.resolve();
		if (room.pumping) {
			room.again = true;
			return room.pumping;
		}
		room.pumping = read(name, room)
			.catch((error) =>
				log.warn({ err: error }, 'the feed could not read a room; it tries again with the next event'),
			)
			.finally(() => (room.pumping = undefined));
		return room.pumping;
	}

	async function read(name: string, room: Room): Promise<void> {
		do {
			room.again = false;
			for (;;) {
				const news = await eventsAfter(db, name, room.cursor);
				for (const event of news) {
					io.to(name).emit('event', event);
					room.cursor = event.seq;
				}
				if (news.length < 500) break;
			}
		} while (room.again);
	}

	async function join(socket: HallSocket, name: string, seen: number): Promise<RoomEvent[] | null> {
		if (!rooms.has(name)) {
			const { [name]: last } = await lastSeqs(db, [name]);
			if (!rooms.has(name)) rooms.set(name, { cursor: last ?? 0, pumping: undefined, again: false });
		}
		const room = rooms.get(name)!;
		if (room.cursor - seen > replayLimit) return null;
		const missed: RoomEvent[] = [];
		let from = seen;
		// The room may move on while we read; what is emitted after `socket.join` comes by itself.
		while (from < room.cursor) {
			const rows = await eventsAfter(db, name, from);
			if (rows.length === 0) break;
			missed.push(...rows);
			from = rows.at(-1)!.seq;
		}
		await socket.join(name);
		rooms.set(name, room);
		// Something may have been committed before this process heard of the room at all.
		void pump(name);
		return missed;
	}

	await listen();
	return {
		join,
		on: (channel, listener) => {
			listeners.set(channel, listener);
			if (client) void client.query(`listen "${channel}"`).catch(() => {});
		},
		isListening: () => client !== undefined,
		close: async () => {
			isClosed = true;
			await client?.end();
		},
	};
}
