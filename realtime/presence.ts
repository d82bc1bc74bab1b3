// How many have a hall open, over all processes, and for how long: counts and minutes, never names.
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import { isDatabaseAway, type Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { noteAttendance, onlineAmong } from '#db/attendance.ts';
import { hallRoom } from '#domain/events.ts';
import type { Feed, HallSocket, Sockets } from './feed.ts';

/** All in milliseconds. */
export type PresenceTimes = {
	/** How often a count that has changed is told and shown. */
	tick: number;
	/** How often every process repeats its counts. */
	repeat: number;
	/** A process that has not repeated for so long is gone. */
	forgetAfter: number;
	/** How often attendance is written. */
	save: number;
	/** How soon once somebody has left: they may be asked how it was, which is for those who were there. */
	saveLeft: number;
};
export const presenceTimes: PresenceTimes = {
	tick: 1_000,
	repeat: 5_000,
	forgetAfter: 15_000,
	save: 30_000,
	saveLeft: 3_000,
};

/** What a process tells the others. A browser with tabs on two processes counts in both. */
const toldByProcess = v.object({
	...{ process: v.string(), meetingId: v.string(), watching: v.number() },
	/** Those of them who are not in the room. */
	online: v.number(),
});
type Told = v.InferOutput<typeof toldByProcess>;
type Count = Pick<Told, 'watching' | 'online'> & { at: number };

export type PresenceCount = {
	/** Counts the socket in this hall, and no longer in the one it was in before. */
	enter(socket: HallSocket, meetingId: string, visitor: string | null): void;
	leave(socket: HallSocket): void;
	watching(meetingId: string): number;
	close(): Promise<void>;
};

export function startPresence(
	db: Database,
	feed: Feed,
	io: Sockets,
	log: Logger,
	times: PresenceTimes = presenceTimes,
): PresenceCount {
	const me = randomUUID();
	/** Sockets here, by meeting and browser. */
	const here = new Map<string, Map<string, Set<string>>>();
	/** Counts of the other processes, by meeting. */
	const others = new Map<string, Map<string, Count>>();
	/** How many of those here are not in the room, as of the last writing. */
	const online = new Map<string, number>();
	/** What this process has told last, and what its browsers have been shown. */
	const told = new Map<string, number>();
	const shown = new Map<string, number>();
	/** Seconds watched that are not in the database yet. */
	let unsaved = new Map<string, Map<string, number>>();
	let lastRepeat = 0;
	let lastSave = Date.now();
	let hasLeft = false;

	feed.on('presence', (payload) => {
		const count = readTold(payload);
		if (!count || count.process === me) return;
		const counts = others.get(count.meetingId) ?? new Map<string, Count>();
		others.set(count.meetingId, counts);
		if (count.watching > 0) counts.set(count.process, { ...count, at: Date.now() });
		else counts.delete(count.process);
	});

	const elsewhere = (meetingId: string, which: 'watching' | 'online') =>
		[...(others.get(meetingId)?.values() ?? [])].reduce(
			(sum, count) => sum + (Date.now() - count.at < times.forgetAfter ? count[which] : 0),
			0,
		);

	const watching = (meetingId: string) => (here.get(meetingId)?.size ?? 0) + elsewhere(meetingId, 'watching');

	/** Browsers of visitors here: not the screen on the wall, nor a tablet that nobody is signed in to. */
	function visitorsHere(meetingId: string): string[] {
		const visitors = new Set<string>();
		for (const { data } of io.sockets.sockets.values())
			if (data.hall?.meetingId === meetingId && data.hall.visitor) visitors.add(data.hall.visitor);
		return [...visitors];
	}

	function show(): void {
		for (const [meetingId, counts] of others) {
			for (const [process, { at }] of counts)
				if (Date.now() - at >= times.forgetAfter) counts.delete(process);
			if (counts.size === 0) others.delete(meetingId);
		}
		for (const meetingId of new Set([...here.keys(), ...others.keys(), ...shown.keys()])) {
			const sum = watching(meetingId);
			if (shown.get(meetingId) === sum) continue;
			if (sum > 0) shown.set(meetingId, sum);
			else shown.delete(meetingId);
			io.to(hallRoom(meetingId)).emit('presence', { meetingId, watching: sum });
		}
	}

	async function tell(): Promise<void> {
		const isRepeat = Date.now() - lastRepeat >= times.repeat;
		for (const meetingId of new Set([...here.keys(), ...told.keys()])) {
			const mine = here.get(meetingId)?.size ?? 0;
			if (mine === (told.get(meetingId) ?? 0) && !isRepeat) continue;
			const counted = { watching: mine, online: mine > 0 ? (online.get(meetingId) ?? 0) : 0 };
			await notify({ process: me, meetingId, ...counted });
			if (mine > 0) told.set(meetingId, mine);
			else told.delete(meetingId);
		}
		if (isRepeat) lastRepeat = Date.now();
	}

	async function notify(count: Told): Promise<void> {
		await db.execute(sql`select pg_notify('presence', ${JSON.stringify(count)})`);
	}

	async function save(): Promise<void> {
		lastSave = Date.now();
		hasLeft = false;
		for (const socket of io.sockets.sockets.values()) addTime(socket);
		const saving = unsaved;
		unsaved = new Map();
		try {
			for (const meetingId of new Set([...saving.keys(), ...here.keys()])) {
				// In one order, so that two processes do not wait for each other in a circle.
				const seconds = [...(saving.get(meetingId) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
				const mine = await onlineAmong(db, meetingId, visitorsHere(meetingId));
				if (mine > 0) online.set(meetingId, mine);
				else online.delete(meetingId);
				await noteAttendance(db, meetingId, new Map(seconds), mine + elsewhere(meetingId, 'online'));
				saving.delete(meetingId);
			}
		} catch (error) {
			for (const [meetingId, visitors] of saving)
				for (const [visitor, seconds] of visitors) add(meetingId, visitor, seconds);
			throw error;
		}
	}

	function addTime(socket: HallSocket): void {
		const { hall } = socket.data;
		if (!hall?.visitor) return;
		const now = Date.now();
		add(hall.meetingId, hall.visitor, (now - hall.since) / 1000);
		hall.since = now;
	}

	function add(meetingId: string, visitor: string, more: number): void {
		const visitors = unsaved.get(meetingId) ?? new Map<string, number>();
		unsaved.set(meetingId, visitors);
		visitors.set(visitor, (visitors.get(visitor) ?? 0) + more);
	}

	let ticking: Promise<void> | undefined;
	const timer = setInterval(() => {
		show();
		ticking ??= tell()
			.then(() => (Date.now() - lastSave >= (hasLeft ? times.saveLeft : times.save) ? save() : undefined))
			.catch((error) => {
				if (!isDatabaseAway(error)) log.warn({ err: error }, 'presence could not be told');
			})
			.finally(() => (ticking = undefined));
	}, times.tick);

	function leave(socket: HallSocket): void {
		const { hall } = socket.data;
		if (!hall) return;
		addTime(socket);
		hasLeft ||= hall.visitor !== null;
		socket.data.hall = undefined;
		const browsers = here.get(hall.meetingId);
		const browser = hall.visitor ?? socket.id;
		const tabs = browsers?.get(browser);
		tabs?.delete(socket.id);
		if (tabs?.size === 0) browsers?.delete(browser);
		if (browsers?.size === 0) here.delete(hall.meetingId);
	}

	return {
		watching,
		leave,
		enter(socket, meetingId, visitor) {
			const { hall } = socket.data;
			if (hall?.meetingId === meetingId && hall.visitor === visitor) return;
			leave(socket);
			socket.data.hall = { meetingId, since: Date.now(), visitor };
			const browsers = here.get(meetingId) ?? new Map<string, Set<string>>();
			here.set(meetingId, browsers);
			const tabs = browsers.get(visitor ?? socket.id) ?? new Set<string>();
			browsers.set(visitor ?? socket.id, tabs.add(socket.id));
		},
		close: async () => {
			clearInterval(timer);
			await ticking;
			try {
				await save();
				for (const meetingId of told.keys()) await notify({ process: me, meetingId, watching: 0, online: 0 });
			} catch (error) {
				log.warn({ err: error }, 'the last minutes of attendance were not saved');
			}
		},
	};
}

function readTold(payload: string): Told | undefined {
	try {
		return v.parse(toldByProcess, JSON.parse(payload));
	} catch {
		// Of another version of this program.
		return undefined;
	}
}
