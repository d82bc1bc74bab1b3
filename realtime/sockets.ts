// The hall's sockets: who is asking is known from the handshake, every command is one line that calls db/.
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Server } from 'socket.io';
import * as v from 'valibot';
import type { Config } from '#config';
import { blockAsker, unblockAsker } from '#db/blocks.ts';
import type { Database } from '#db/client.ts';
import { checked } from '#db/command.ts';
import { captureQuestion } from '#db/concerns.ts';
import { lookAtDesk } from '#db/desk.ts';
import { roomsFor } from '#db/hall.ts';
import { pseudonymsIn } from '#db/identity.ts';
import type { Logger } from '#db/log.ts';
import { duringRequest } from '#db/request.ts';
import { endMeeting, goLive, readMeeting, setSwitches } from '#db/meetings.ts';
import * as acts from '#db/questionActs.ts';
import { mergeQuestions, unmergeQuestion } from '#db/questionMerges.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { askQuestion, similarQuestions, withdrawQuestion } from '#db/questions.ts';
import { identify } from '#db/sessions.ts';
import { freezeVotes, setVotesAside } from '#db/suspectVotes.ts';
import { isRefusal, Refusal } from '#domain/errors.ts';
import {
	repeatable,
	type Acknowledged,
	type CommandName,
	type Commands,
	type RoomEvent,
} from '#domain/events.ts';
import { voteInput } from '#domain/questions.ts';
import { startFeed, type Feed, type HallSocket, type Sockets } from './feed.ts';
import { commandCount, commandSeconds, droppedSockets, openSockets } from './metrics.ts';
import { startPresence, type PresenceCount } from './presence.ts';
import { startVotes, type VoteQueue } from './votes.ts';

export const maxPayloadBytes = 64 * 1024;
/** A browser that leaves more than this unread is dropped; it reconnects and catches up from the event table. */
export const maxUnreadBytes = 2 * 1024 * 1024;
const maxUnreadPackets = 2_000;

type Parts = {
	db: Database;
	config: Config;
	log: Logger;
	feed: Feed;
	presence: PresenceCount;
	votes: VoteQueue;
};
type Handler<C extends CommandName> = (
	parts: Parts,
	socket: HallSocket,
	input: Commands[C]['input'],
	id: string | undefined,
) => Promise<Commands[C]['result']>;

const handlers: { [C in CommandName]: Handler<C> } = {
	'hall:join': joinHall,
	'question:ask': ({ db }, { data }, input, id) => askQuestion(db, data.actor, input, id),
	'question:similar': ({ db }, { data }, input) => similarQuestions(db, data.actor, input),
	'question:withdraw': ({ db }, { data }, input, id) => withdrawQuestion(db, data.actor, input, id),
	'question:vote': async ({ votes }, { data }, input) =>
		votes.cast({ actor: data.actor, ...checked(voteInput, input) }),
	'question:act': ({ db }, { data }, input, id) => acts.actOnQuestions(db, data.actor, input, id),
	'question:merge': ({ db }, { data }, input, id) => mergeQuestions(db, data.actor, input, id),
	'question:unmerge': ({ db }, { data }, input, id) => unmergeQuestion(db, data.actor, input, id),
	'question:label': ({ db }, { data }, input, id) => acts.labelQuestion(db, data.actor, input, id),
	'question:pin': ({ db }, { data }, input, id) => acts.pinQuestion(db, data.actor, input, id),
	'question:claim': ({ db }, { data }, input, id) => acts.claimQuestion(db, data.actor, input, id),
	'question:undo': ({ db }, { data }, input, id) => undoLastAct(db, data.actor, input, id),
	'question:freeze': ({ db }, { data }, input, id) => freezeVotes(db, data.actor, input, id),
	'question:set-aside': ({ db }, { data }, input, id) => setVotesAside(db, data.actor, input, id),
	'question:block': ({ db }, { data }, input, id) => blockAsker(db, data.actor, input, id),
	'question:unblock': ({ db }, { data }, input, id) => unblockAsker(db, data.actor, input, id),
	'question:capture': ({ db }, { data }, input, id) => captureQuestion(db, data.actor, input, id),
	'desk:look': ({ db }, { data }, input) => lookAtDesk(db, data.actor, input),
	'meeting:switch': ({ db }, { data }, input, id) => setSwitches(db, data.actor, input, id),
	'meeting:go-live': ({ db }, { data }, input, id) => goLive(db, data.actor, input, id),
	'meeting:end': ({ db }, { data }, input, id) => endMeeting(db, data.actor, input, id),
};

const joinInput = v.object({
	slug: v.pipe(v.string(), v.maxLength(100)),
	seen: v.record(v.pipe(v.string(), v.maxLength(200)), v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** Puts the socket into the rooms its person may listen to and gives back what it has missed in each. */
async function joinHall(
	{ db, feed, presence }: Parts,
	socket: HallSocket,
	input: Commands['hall:join']['input'],
): Promise<Commands['hall:join']['result']> {
	const { slug, seen } = checked(joinInput, input);
	const { row } = await readMeeting(db, socket.data.actor, slug);
	const missed: RoomEvent[] = [];
	let reload = false;
	const rooms = roomsFor(socket.data.actor, row.id);
	for (const room of rooms) {
		const events = await feed.join(socket, room, seen[room] ?? 0);
		if (events) missed.push(...events);
		else reload = true;
	}
	const attends = pseudonymsIn(row.id, socket.data.actor, 'attend');
	presence.enter(socket, row.id, attends.account ?? attends.guest);
	return { missed, reload, rooms, watching: presence.watching(row.id) };
}

export type Realtime = { io: Sockets; feed: Feed; close(): Promise<void> };

/** Attaches the sockets to the web server (path `/socket.io`). */
export async function attachSockets(
	http: HttpServer,
	db: Database,
	config: Config,
	connectionString: string,
	log: Logger,
): Promise<Realtime> {
	const io: Sockets = new Server(http, {
		transports: ['websocket'],
		serveClient: false,
		maxHttpBufferSize: maxPayloadBytes,
		perMessageDeflate: false,
		destroyUpgrade: false,
		pingInterval: 15_000,
		pingTimeout: 10_000,
		allowRequest: (request, answer) =>
			answer(null, isOurOrigin(request.headers.origin, request.headers.host, config)),
	});
	const feed = await startFeed(db, connectionString, io, log);
	const presence = startPresence(db, feed, io, log);
	const votes = startVotes(db, log);
	const parts: Parts = { db, config, log, feed, presence, votes };

	io.use(async (socket, next) => {
		try {
			socket.data.halls = new Map();
			socket.data.cookie = socket.request.headers.cookie;
			socket.data.actor = await identify(db, config, socket.data.cookie);
			next();
		} catch (error) {
			next(error instanceof Error ? error : new Error('unknown'));
		}
	});
	io.on('connection', (socket) => serve(parts, socket));
	// A role or a session was changed: who is behind the open sockets is asked again at once.
	feed.on('person', (personId) => void identifyAgain(parts, io, personId));
	const slowCheck = setInterval(() => dropSlowReaders(io), 1_000);

	return {
		io,
		feed,
		close: async () => {
			clearInterval(slowCheck);
			await votes.close();
			await presence.close();
			await io.close();
			await feed.close();
		},
	};
}

function serve(parts: Parts, socket: HallSocket): void {
	openSockets.inc();
	// 20 commands a second, 60 at once; whoever keeps pushing far beyond that is disconnected.
	const limit = new RateLimiterMemory({ points: 60, duration: 3 });
	for (const name of Object.keys(handlers) as CommandName[]) {
		socket.on(name, (...args: unknown[]) => void handle(parts, socket, limit, name, args));
	}
	socket.on('disconnect', () => {
		openSockets.dec();
		parts.presence.leave(socket);
	});
}

async function handle(
	parts: Parts,
	socket: HallSocket,
	limit: RateLimiterMemory,
	name: CommandName,
	args: unknown[],
): Promise<void> {
	const [input, id, ack] = args;
	const answer = (outcome: Acknowledged<unknown>) => {
		commandCount.inc({ command: name, outcome: outcome.ok ? 'ok' : outcome.code });
		if (typeof ack === 'function') ack(outcome);
	};
	const requestId = randomUUID();
	const stop = commandSeconds.startTimer({ command: name });
	try {
		await withinRate(socket, limit);
		if (typeof ack !== 'function' || !(typeof id === 'string' && id.length >= 16 && id.length <= 64))
			throw new Refusal('bad-input', 'id');
		const handler = handlers[name] as (
			parts: Parts,
			socket: HallSocket,
			input: unknown,
			id: string | undefined,
		) => Promise<unknown>;
		const commandId = repeatable.includes(name) ? undefined : id;
		const result = await duringRequest(requestId, () => handler(parts, socket, input, commandId));
		stop();
		answer({ ok: true, result });
	} catch (error) {
		if (isRefusal(error))
			return answer({ ok: false, code: error.code, message: error.message, field: error.field });
		parts.log.error({ err: error, requestId, command: name }, 'a command failed');
		answer({ ok: false, code: 'failed', message: 'Not saved, try again.', requestId });
	}
}

async function withinRate(socket: HallSocket, limit: RateLimiterMemory): Promise<void> {
	try {
		await limit.consume(socket.id);
	} catch (error) {
		if (!(error instanceof RateLimiterRes)) throw error;
		if (error.consumedPoints > 600) {
			droppedSockets.inc({ reason: 'flood' });
			socket.disconnect(true);
		}
		throw new Refusal('too-fast');
	}
}

async function identifyAgain({ db, config, log }: Parts, io: Sockets, personId: string): Promise<void> {
	for (const socket of io.sockets.sockets.values()) {
		if (socket.data.actor.account?.id !== personId) continue;
		// Until it is known who this is now, nobody.
		socket.data.actor = { ...socket.data.actor, account: null };
		try {
			socket.data.actor = await identify(db, config, socket.data.cookie);
		} catch (error) {
			log.warn({ err: error }, 'a person could not be identified again: the socket is closed');
			socket.disconnect(true);
			continue;
		}
		const allowed = new Set(
			[...socket.data.halls.keys()].flatMap((meetingId) => roomsFor(socket.data.actor, meetingId)),
		);
		for (const room of socket.rooms)
			if (room.startsWith('meeting:') && !allowed.has(room)) await socket.leave(room);
		socket.emit('actor:changed');
	}
}

function dropSlowReaders(io: Sockets): void {
	for (const socket of io.sockets.sockets.values()) {
		const { conn } = socket as unknown as {
			conn: {
				writeBuffer: unknown[];
				transport: { socket?: { bufferedAmount: number } };
				close(discard: boolean): void;
			};
		};
		const unread = conn.transport.socket?.bufferedAmount ?? 0;
		if (unread < maxUnreadBytes && conn.writeBuffer.length < maxUnreadPackets) continue;
		droppedSockets.inc({ reason: 'slow' });
		conn.close(true);
	}
}

/** Sockets carry cookies whatever page opened them, so only our own pages may (RFC 6455 §10.2). */
export function isOurOrigin(
	origin: string | undefined,
	host: string | undefined,
	config: Pick<Config, 'publicUrl' | 'NODE_ENV'>,
): boolean {
	if (!origin) return false;
	if (origin === new URL(config.publicUrl).origin) return true;
	// On a developer's machine any name that leads here will do, as long as page and socket have the same.
	return !config.publicUrl.startsWith('https:') && origin === `http://${host}`;
}
