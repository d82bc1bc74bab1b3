// Who is behind each socket: found out before the line opens, and asked again when a role or a session changes.
import type { IncomingMessage } from 'node:http';
import type { Config } from '#config';
import type { Database } from '#db/client.ts';
import { roomsFor } from '#db/hall.ts';
import type { Logger } from '#db/log.ts';
import { roundRooms } from '#db/rounds.ts';
import { identify } from '#db/sessions.ts';
import { followupDeskRoom } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { can } from '#domain/policy.ts';
import type { HallSocket, Sockets } from './feed.ts';
import { cut, type Line } from './limits.ts';

export type Actors = {
	/** Finds out who opens a line. @throws when the database cannot say */
	recognise(request: IncomingMessage): Promise<void>;
	/** Gives the socket the person found by `recognise`; false for a second socket on one line. */
	introduce(socket: HallSocket): boolean;
	/** A role or a session of this person was changed: takes effect at once. */
	changed(personId: string): Promise<void>;
	/** Changes may have gone unheard: everybody signed in is asked for again. */
	askAll(): Promise<void>;
};

export function makeActors(db: Database, config: Config, io: Sockets, log: Logger): Actors {
	const coming = new WeakMap<IncomingMessage, { actor: Actor; asOf: number }>();
	let changes = 0;

	async function ask(socket: HallSocket, isChanged: boolean): Promise<void> {
		const { actor } = socket.data;
		const turn = (socket.data.timesAsked ?? 0) + 1;
		socket.data.timesAsked = turn;
		if (isChanged) {
			// Until it is known who this is now, nobody in particular.
			socket.data.actor = { ...actor, account: null };
			leaveForbiddenRooms(socket);
		}
		try {
			const found = await identify(db, config, socket.data.cookie);
			if (turn !== socket.data.timesAsked) return;
			socket.data.actor = found;
		} catch (error) {
			log.warn({ err: error }, 'a person could not be identified again: the line is closed');
			return cut(socket.conn as unknown as Line, 'unknown');
		}
		if (!isChanged && JSON.stringify(socket.data.actor) === JSON.stringify(actor)) return;
		leaveForbiddenRooms(socket);
		socket.emit('actor:changed');
	}

	return {
		async recognise(request) {
			const asOf = changes;
			const actor = await identify(db, config, request.headers.cookie);
			coming.set(request, { actor, asOf });
		},
		introduce(socket) {
			const found = coming.get(socket.request);
			if (!found) return false;
			coming.delete(socket.request);
			socket.data.actor = found.actor;
			if (!found.actor.account) return true;
			socket.data.cookie = socket.request.headers.cookie;
			socket.data.personId = found.actor.account.id;
			if (found.asOf !== changes) void ask(socket, false);
			return true;
		},
		async changed(personId) {
			changes++;
			const theirs = [...io.sockets.sockets.values()].filter(({ data }) => data.personId === personId);
			await Promise.all(theirs.map((socket) => ask(socket, true)));
		},
		async askAll() {
			changes++;
			for (const socket of [...io.sockets.sockets.values()])
				if (socket.data.personId) await ask(socket, false);
		},
	};
}

/** Takes the socket out of every room of a hall or a map that its person may not listen to, or no longer. */
export function leaveForbiddenRooms(socket: HallSocket, meetingId = socket.data.hall?.meetingId): void {
	const { actor, roundId } = socket.data;
	const allowed = new Set([
		...(meetingId ? roomsFor(actor, meetingId) : []),
		...(roundId ? roundRooms(actor, roundId) : []),
		...(can(actor, 'followup:board') ? [followupDeskRoom] : []),
	]);
	for (const room of socket.rooms)
		if (/^(meeting|map|followups):/.test(room) && !allowed.has(room)) void socket.leave(room);
}
