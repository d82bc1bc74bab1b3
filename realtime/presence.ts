// How many have a hall open, over all processes, and for how long: counts and minutes, never names.
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { noteAttendance } from '#db/attendance.ts';
import { hallRoom } from '#domain/events.ts';
import type { Feed, HallSocket, Sockets } from './feed.ts';

const tickMs = 1_000;
const repeatMs = 5_000;
const forgetAfterMs = 15_000;
const attendanceEveryMs = 30_000;

type Told = { process: string; meetingId: string; watching: number };

export type PresenceCount = {
	enter(socket: HallSocket, meetingId: string, visitor: string | null): void;
	leave(socket: HallSocket): void;
	watching(meetingId: string): number;
	close(): Promise<void>;
};

export function startPresence(db: Database, feed: Feed, io: Sockets, log: Logger): PresenceCount {
	const me = randomUUID();
	/** Sockets here, by meeting and browser. */
	const here = new Map<string, Map<string, Set<string>>>();
	/** Counts of all processes, this one too. */
	const told = new Map<string, Map<string, { watching: number; at: number }>>();
	/** Seconds watched that are not in the database yet. */
	const unsaved = new Map<string, Map<string, number>>();
	const shown = new Map<string, number>();
	let lastRepeat = 0;
	let lastSave = Date.now();

	feed.on('presence', (payload) => {
		const { process, meetingId, watching } = JSON.parse(payload) as Told;
		const counts = told.get(meetingId) ?? new Map();
		counts.set(process, { watching, at: Date.now() });
		told.set(meetingId, counts);
	});

	function watching(meetingId: string): number {
		let sum = 0;
		for (const [process, count] of told.get(meetingId) ?? [])
			if (process !== me && Date.now() - count.at < forgetAfterMs) sum += count.watching;
		return sum + (here.get(meetingId)?.size ?? 0);
	}

	async function tell(): Promise<void> {
		const now = Date.now();
		const isRepeat = now - lastRepeat >= repeatMs;
		if (isRepeat) lastRepeat = now;
		for (const meetingId of new Set([...here.keys(), ...(told.keys() ?? [])])) {
			const mine = here.get(meetingId)?.size ?? 0;
			const before = told.get(meetingId)?.get(me)?.watching ?? 0;
			if (mine !== before || (isRepeat && mine > 0)) await notify({ process: me, meetingId, watching: mine });
			const sum = watching(meetingId);
			if (shown.get(meetingId) === sum) continue;
			shown.set(meetingId, sum);
			io.to(hallRoom(meetingId)).emit('presence', { meetingId, watching: sum });
		}
	}

	async function notify(count: Told): Promise<void> {
		await db.execute(sql`select pg_notify('presence', ${JSON.stringify(count)})`);
	}

	async function save(): Promise<void> {
		lastSave = Date.now();
		for (const socket of io.sockets.sockets.values()) addTime(socket);
		for (const meetingId of new Set([...unsaved.keys(), ...here.keys()])) {
			const seconds = unsaved.get(meetingId) ?? new Map();
			unsaved.delete(meetingId);
			await noteAttendance(db, meetingId, seconds, watching(meetingId));
		}
	}

	function addTime(socket: HallSocket): void {
		const now = Date.now();
		for (const [meetingId, visit] of socket.data.halls) {
			if (!visit.visitor) continue;
			const seconds = unsaved.get(meetingId) ?? new Map<string, number>();
			seconds.set(visit.visitor, (seconds.get(visit.visitor) ?? 0) + (now - visit.since) / 1000);
			unsaved.set(meetingId, seconds);
			visit.since = now;
		}
	}

	let ticking: Promise<void> | undefined;
	const timer = setInterval(() => {
		ticking ??= tell()
			.then(() => (Date.now() - lastSave >= attendanceEveryMs ? save() : undefined))
			.catch((error) => log.debug({ err: error }, 'presence could not be told'))
			.finally(() => (ticking = undefined));
	}, tickMs);

	return {
		watching,
		enter(socket, meetingId, visitor) {
			if (socket.data.halls.has(meetingId)) return;
			socket.data.halls.set(meetingId, { since: Date.now(), visitor });
			const browsers = here.get(meetingId) ?? new Map<string, Set<string>>();
			const tabs = browsers.get(visitor ?? socket.id) ?? new Set<string>();
			browsers.set(visitor ?? socket.id, tabs.add(socket.id));
			here.set(meetingId, browsers);
		},
		leave(socket) {
			addTime(socket);
			for (const [meetingId, { visitor }] of socket.data.halls) {
				const browsers = here.get(meetingId);
				const tabs = browsers?.get(visitor ?? socket.id);
				tabs?.delete(socket.id);
				if (tabs?.size === 0) browsers?.delete(visitor ?? socket.id);
				if (browsers?.size === 0) here.delete(meetingId);
			}
		},
		close: async () => {
			clearInterval(timer);
			await ticking;
			await save().catch((error) =>
				log.warn({ err: error }, 'the last minutes of attendance were not saved'),
			);
			for (const [meetingId] of here) await notify({ process: me, meetingId, watching: 0 }).catch(() => {});
		},
	};
}
