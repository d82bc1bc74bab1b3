// Carries committed events to this process's own sockets: PostgreSQL says that a room has news, the feed reads and emits it.
import pg from 'pg';
import type { Server, Socket } from 'socket.io';
import type { Database } from '#db/client.ts';
import { eventsAfter, lastSeqs } from '#db/events.ts';
import type { Logger } from '#db/log.ts';
import type { ClientToServer, RoomEvent, Seen, ServerToClient } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { openRooms } from './metrics.ts';

export type Sockets = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type HallSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
export type SocketData = {
	actor: Actor;
	/** Kept only for signed-in people: who they are may have to be asked again. */
	cookie: string | undefined;
	/** Whose account the line was opened with; stays while it is asked again whether it still is. */
	personId?: string;
	/** Counts the times it was asked: of two answers under way the later question's is right. */
	timesAsked?: number;
	/** The hall that the socket is in; one at a time. */
	hall: { meetingId: string; since: number; visitor: string | null } | undefined;
	/** The round whose map the socket has open; one at a time. */
	roundId?: string;
	/** The server is stopping: what arrives now is not begun. */
	isClosing?: boolean;
};

/** Further back than this a browser loads its page anew instead of being told event by event. */
export const replayLimit = 1_000;
/** Nor more than this at once: on a slow line it would hold up the heartbeat until the line is given up, again and again. */
const replayBytes = 1024 * 1024;
const readAtOnce = 500;
const retryMs = 1_000;
const askEveryMs = 5_000;

type Room = {
	/** Number of the newest event emitted here; undefined until the table was asked. */
	cursor: number | undefined;
	/** The newest events, without gaps up to `cursor`: what most who come back have missed. Made on first use. */
	recent: RoomEvent[] | undefined;
	loading: Promise<void> | undefined;
	/** Sockets on their way in. */
	joining: number;
	pumping: Promise<void> | undefined;
	again: boolean;
	retry: NodeJS.Timeout | undefined;
};
type Listener = (payload: string) => void;

export type Feed = {
	/**
	 * Puts a socket into rooms, each from the event on that it has seen last.
	 * @returns what it has missed, room by room in order; null when that is more than `replayLimit` and it must reload
	 */
	join(socket: HallSocket, rooms: string[], seen: Seen): Promise<RoomEvent[] | null>;
	/** Calls the listener on each NOTIFY of a channel, from this process too. */
	on(channel: string, listener: Listener): void;
	/** Calls back when PostgreSQL is heard again after announcements may have been lost. */
	onHeardAgain(act: () => void): void;
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
	const heardAgain: (() => void)[] = [];
	const adapter = io.of('/').adapter;
	let client: pg.Client | undefined;
	let isClosed = false;

	// Socket.IO forgets a room when the last socket leaves; so do we, or a long evening would keep every asker's room.
	adapter.on('delete-room', forgetIfEmpty);

	function forgetIfEmpty(name: string): void {
		if (rooms.get(name)?.joining === 0 && !adapter.rooms.has(name)) rooms.delete(name);
		openRooms.set(rooms.size);
	}

	/** Opens the line on which PostgreSQL announces. `gone` resolves when it breaks. */
	async function listen(): Promise<{ gone: Promise<void> }> {
		const next = new pg.Client({
			connectionString,
			keepAlive: true,
			connectionTimeoutMillis: 3_000,
			query_timeout: 3_000,
			application_name: 'porchlight feed',
		});
		const gone = new Promise<void>((resolve) => next.once('end', resolve));
		next.on('notification', ({ channel, payload }) => listeners.get(channel)?.(payload ?? ''));
		next.on('error', () => {});
		try {
			await next.connect();
			for (const channel of listeners.keys()) await next.query(`listen "${channel}"`);
		} catch (error) {
			next.end().catch(() => {});
			throw error;
		}
		client = next;
		void catchUp();
		return { gone };
	}

	/** Whatever was announced while nobody listened. */
	async function catchUp(): Promise<void> {
		const names = [...rooms.keys()];
		try {
			for (let i = 0; i < names.length; i += 1_000) {
				const some = names.slice(i, i + 1_000);
				const last = await lastSeqs(db, some);
				for (const name of some) if (last[name]! > (rooms.get(name)?.cursor ?? -1)) void pump(name);
			}
		} catch {
			setTimeout(() => void catchUp(), retryMs).unref();
		}
	}

	async function keepListening(line: { gone: Promise<void> }): Promise<void> {
		for (;;) {
			await line.gone;
			client = undefined;
			if (isClosed) return;
			log.warn('PostgreSQL does not announce any more: trying to listen again');
			const next = await listenAgain();
			if (!next) return;
			log.info('listening to PostgreSQL again');
			io.emit('saving', true);
			for (const act of heardAgain) act();
			line = next;
		}
	}

	async function listenAgain(): Promise<{ gone: Promise<void> } | undefined> {
		for (let delay = 100; !isClosed; delay = Math.min(delay * 2, 2_000)) {
			try {
				return await listen();
			} catch {
				// Not for a line that was cut alone: that one is back at the first try.
				if (delay === 100) io.emit('saving', false);
				await new Promise((resolve) => setTimeout(resolve, delay).unref());
			}
		}
		return undefined;
	}

	// A line that is cut without a word looks like one on which nothing happens: so it is asked.
	const asking = setInterval(() => {
		const asked = client;
		asked?.query('select 1').catch(() => asked.end().catch(() => {}));
	}, askEveryMs);

	// One reader per room at a time: events leave in order, each once.
	function pump(name: string): Promise<void> {
		const room = rooms.get(name);
		if (!room) return Promise.resolve();
		room.again = true;
		if (room.cursor === undefined) return Promise.resolve();
		room.pumping ??= read(name, room);
		return room.pumping;
	}

	async function read(name: string, room: Room): Promise<void> {
		try {
			while (room.again) {
				room.again = false;
				for (;;) {
					const news = await eventsAfter(db, name, room.cursor!, readAtOnce);
					for (const event of news) io.to(name).emit('event', event);
					keep(room, news);
					if (news.length < readAtOnce) break;
				}
			}
		} catch (error) {
			log.warn({ err: error }, 'the feed could not read a room; it tries again');
			room.retry ??= setTimeout(() => {
				room.retry = undefined;
				void pump(name);
			}, retryMs).unref();
		}
		room.pumping = undefined;
	}

	function keep(room: Room, news: RoomEvent[]): void {
		if (news.length === 0) return;
		room.cursor = news.at(-1)!.seq;
		room.recent?.push(...news);
		if (room.recent && room.recent.length > replayLimit * 2) room.recent = room.recent.slice(-replayLimit);
	}

	let unknown: string[] = [];
	let asked: Promise<void> | undefined;
	let lastAsked: Promise<void> = Promise.resolve();

	/** Finds out where rooms are that this process has just heard of. Who asks while a query is on its way shares the next one. */
	async function findCursors(before: Promise<void>): Promise<void> {
		await before.catch(() => {});
		const names = unknown;
		unknown = [];
		asked = undefined;
		const last = await lastSeqs(db, names);
		for (const name of names) {
			const room = rooms.get(name);
			if (!room) continue;
			room.cursor ??= last[name]!;
			// It may have been announced while we asked.
			if (room.again) void pump(name);
		}
	}

	async function findCursor(name: string, room: Room): Promise<void> {
		if (room.cursor !== undefined) return;
		unknown.push(name);
		await (asked ??= lastAsked = findCursors(lastAsked));
	}

	function roomOf(name: string): Room {
		let room = rooms.get(name);
		if (!room) {
			room = {
				cursor: undefined,
				recent: undefined,
				loading: undefined,
				joining: 0,
				pumping: undefined,
				again: false,
				retry: undefined,
			};
			rooms.set(name, room);
			openRooms.set(rooms.size);
		}
		return room;
	}

	/** Events after `seen`; null when there are too many. When it resolves nothing has been emitted that is not in it. */
	async function missedIn(name: string, room: Room, seen: number): Promise<RoomEvent[] | null> {
		// The browser's page may have been made by a process that is ahead of this one.
		if (seen > room.cursor!) await pump(name);
		if (seen > room.cursor! || room.cursor! - seen > replayLimit) return null;
		if (seen === room.cursor) return [];
		for (let tries = 1; !covers(room, seen); tries++) {
			if (tries > 5) return null;
			await (room.loading ??= load(name, room));
		}
		return room.recent!.filter((event) => event.seq > seen);
	}

	async function load(name: string, room: Room): Promise<void> {
		try {
			const upTo = room.cursor!;
			const rows = await eventsAfter(db, name, Math.max(0, upTo - replayLimit), replayLimit);
			// The room may have moved on while we read: then it is read again.
			if (room.cursor === upTo) room.recent = rows.filter((event) => event.seq <= upTo);
		} finally {
			room.loading = undefined;
		}
	}

	async function join(socket: HallSocket, names: string[], seen: Seen): Promise<RoomEvent[] | null> {
		const wanted = names.map((name) => [name, roomOf(name)] as const);
		for (const [, room] of wanted) room.joining++;
		try {
			await Promise.all(wanted.map(([name, room]) => findCursor(name, room)));
			const missed: RoomEvent[] = [];
			let isTooMuch = false;
			let bytes = 0;
			for (const [name, room] of wanted) {
				const events = await missedIn(name, room, seen[name] ?? 0);
				// From here on what is emitted comes by itself: nothing may be awaited in between.
				void socket.join(name);
				isTooMuch ||= events === null;
				for (const event of events ?? []) {
					bytes += sizeOf(event);
					missed.push(event);
				}
			}
			return isTooMuch || bytes > replayBytes ? null : missed;
		} finally {
			for (const [name, room] of wanted) {
				room.joining--;
				forgetIfEmpty(name);
			}
		}
	}

	void keepListening(await listen());
	let tuning: Promise<unknown> = Promise.resolve();
	return {
		join,
		on: (channel, listener) => {
			listeners.set(channel, listener);
			// One statement at a time. A line that breaks meanwhile listens to all of them when it is back.
			tuning = tuning.then(() => client?.query(`listen "${channel}"`)).catch(() => {});
		},
		onHeardAgain: (act) => void heardAgain.push(act),
		isListening: () => client !== undefined,
		close: async () => {
			isClosed = true;
			clearInterval(asking);
			await client?.end();
		},
	};
}

function covers(room: Room, seen: number): boolean {
	const first = room.recent?.[0]?.seq;
	return first !== undefined && first <= seen + 1;
}

const sizes = new WeakMap<RoomEvent, number>();

/** Bytes of an event on the line, measured once. */
function sizeOf(event: RoomEvent): number {
	let size = sizes.get(event);
	if (size === undefined) sizes.set(event, (size = Buffer.byteLength(JSON.stringify(event))));
	return size;
}
