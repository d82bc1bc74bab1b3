// A line on which a page hears what is counted and decided: events of its rooms, caught up after every gap.
import { io, type Socket } from 'socket.io-client';
import type {
	Acknowledged,
	ClientToServer,
	Joined,
	RoomEvent,
	Seen,
	ServerToClient,
} from '#domain/events.ts';
import { newId } from './id.ts';
import { Pace, reconnecting, soon } from './pace.ts';

const answerWithinMs = 8_000;

type Line = Socket<ServerToClient, ClientToServer>;
type Answering = ReturnType<Line['timeout']>;
export type RoomEventsOptions = {
	/** Asks to be let into the rooms. */
	join(line: Answering, seen: Seen, id: string): Promise<Acknowledged<Omit<Joined, 'watching'>>>;
	/** Numbers of the last events that are known. */
	seen(): Seen;
	/** An event, the very next of its room. */
	hear(event: RoomEvent): void;
	/** Too much was missed, or the viewer is somebody else now: read everything anew. */
	readAnew(): Promise<void>;
	connected(isConnected: boolean): void;
};

/** Opens the line. @returns closes it */
export function openRoomEvents(options: RoomEventsOptions): () => void {
	const socket: Line = io({ transports: ['websocket'], ...reconnecting });
	const pace = new Pace(socket);
	/** Events that arrive while the rooms are being joined: they come after what was missed. */
	let early: RoomEvent[] | null = null;
	let isOpen = true;

	socket.on('connect', () => {
		pace.opened();
		void join();
	});
	socket.on('disconnect', (reason) => {
		options.connected(false);
		if (reason === 'io server disconnect') setTimeout(() => isOpen && socket.connect(), soon());
	});
	socket.on('connect_error', () => pace.failed());
	socket.on('event', (event) => (early ? void early.push(event) : take(event) || void join()));
	socket.on('actor:changed', () => void readAnew());

	async function join(): Promise<void> {
		if (early) return;
		early = [];
		try {
			const seen = options.seen();
			const answer = await options.join(socket.timeout(answerWithinMs), seen, newId());
			if (!answer.ok) throw new Error(answer.code);
			const { missed, reload, rooms } = answer.result;
			const later = [...missed, ...early];
			early = null;
			const isSame = rooms.length === Object.keys(seen).length && rooms.every((room: string) => room in seen);
			if (reload || !isSame || !later.every(take)) return await readAnew();
			options.connected(true);
		} catch {
			early = null;
			setTimeout(() => socket.connected && void join(), soon());
		}
	}

	/** @returns false when something before the event is missing */
	function take(event: RoomEvent): boolean {
		const last = options.seen()[event.room] ?? 0;
		if (event.seq > last + 1) return false;
		if (event.seq === last + 1) options.hear(event);
		return true;
	}

	async function readAnew(): Promise<void> {
		await options.readAnew();
		if (isOpen) void join();
	}

	return () => {
		isOpen = false;
		socket.close();
	};
}
