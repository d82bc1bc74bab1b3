// The hall's sockets: who is asking is known from the handshake, every command is one line that calls db/.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import * as v from 'valibot';
import type { Config } from '#config';
import { blockAsker, blockSpeaker, unblockAsker, unblockSpeaker } from '#db/blocks.ts';
import { isDatabaseAway, type Database } from '#db/client.ts';
import { checked } from '#db/command.ts';
import { writeCaption } from '#db/captions.ts';
import * as cards from '#db/cards.ts';
import { askWithClaim, claimOfCard } from '#db/claimWords.ts';
import { captureQuestion } from '#db/concerns.ts';
import { lookAtDesk } from '#db/desk.ts';
import { documentAt, momentsOf, restoreDocument } from '#db/documentVersions.ts';
import { roomsFor } from '#db/hall.ts';
import { pseudonymsIn } from '#db/identity.ts';
import type { Logger } from '#db/log.ts';
import { duringRequest } from '#db/request.ts';
import { endMeeting, findMeeting, goLive, setSwitches } from '#db/meetings.ts';
import { enterQuestion, withdrawEntry } from '#db/proxies.ts';
import { correctSupport, countSupport } from '#db/proxyVotes.ts';
import * as polls from '#db/polls.ts';
import * as acts from '#db/questionActs.ts';
import { mergeQuestions, unmergeQuestion } from '#db/questionMerges.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { checkIn, countHeads } from '#db/room.ts';
import { readRound, roundRooms } from '#db/rounds.ts';
import { similarQuestions, withdrawQuestion } from '#db/questions.ts';
import {
	addAtMicrophone,
	markInterpreter,
	moveSpeaker,
	raiseHand,
	sendAllBack,
	takeStage,
} from '#db/stage.ts';
import { freezeVotes, setVotesAside } from '#db/suspectVotes.ts';
import { isRefusal, Refusal, type RefusalCode } from '#domain/errors.ts';
import {
	followupDeskRoom,
	repeatable,
	type Acknowledged,
	type CommandName,
	type Commands,
} from '#domain/events.ts';
import { authorize, can } from '#domain/policy.ts';
import { pollVoteInput } from '#domain/polls.ts';
import { voteInput } from '#domain/questions.ts';
import { leaveForbiddenRooms, makeActors } from './actors.ts';
import { startDocuments } from './documents.ts';
import { startFeed, type Feed, type HallSocket, type Sockets } from './feed.ts';
import {
	commandAllowance,
	cut,
	dropSlowReaders,
	makeBucket,
	makeDoorkeeper,
	watchLine,
	type Bucket,
	type Line,
} from './limits.ts';
import { commandCount, commandSeconds, openSockets } from './metrics.ts';
import { isOurOrigin } from './origin.ts';
import { startPollVotes, type PollVoteQueue } from './pollVotes.ts';
import { presenceTimes, startPresence, type PresenceCount } from './presence.ts';
import { startStages, type Stages } from './stage.ts';
import { startVotes, type VoteQueue } from './votes.ts';

export const maxPayloadBytes = 64 * 1024;

type Parts = {
	db: Database;
	log: Logger;
	feed: Feed;
	presence: PresenceCount;
	votes: VoteQueue;
	pollVotes: PollVoteQueue;
	stages: Stages;
	meetingOf: (slug: string) => ReturnType<typeof findMeeting>;
	/** Commands being done. */
	running: Set<Promise<void>>;
};
type Handler<C extends CommandName> = (
	parts: Parts,
	socket: HallSocket,
	input: Commands[C]['input'],
	id: string | undefined,
) => Promise<Commands[C]['result']>;

const handlers: { [C in CommandName]: Handler<C> } = {
	'hall:join': joinHall,
	'map:join': joinMap,
	'followups:join': joinFollowups,
	'question:ask': ({ db }, { data }, input, id) => askWithClaim(db, data.actor, input, id),
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
	'poll:vote': async ({ pollVotes }, { data }, input) =>
		pollVotes.cast({ actor: data.actor, ...checked(pollVoteInput, input) }),
	'poll:open': ({ db }, { data }, input, id) => polls.openPoll(db, data.actor, input, id),
	'poll:close': ({ db }, { data }, input, id) => polls.closePoll(db, data.actor, input, id),
	'poll:show': ({ db }, { data }, input, id) => polls.showPoll(db, data.actor, input, id),
	'poll:screen': ({ db }, { data }, input, id) => polls.setPollOnScreen(db, data.actor, input, id),
	'poll:capture': ({ db }, { data }, input, id) => polls.capturePoll(db, data.actor, input, id),
	'card:support': ({ db }, { data }, input, id) => cards.supportCard(db, data.actor, input, id),
	'card:capture': ({ db }, { data }, input, id) => cards.captureCard(db, data.actor, input, id),
	'card:accept': ({ db }, { data }, input, id) => cards.acceptCard(db, data.actor, input, id),
	'card:release': ({ db }, { data }, input, id) => cards.releaseCard(db, data.actor, input, id),
	'card:claim': ({ db }, { data }, input) => claimOfCard(db, data.actor, input),
	'document:moments': ({ db }, { data }, input) => momentsOf(db, data.actor, input),
	'document:look': async ({ db }, { data }, input) => ({ state: await documentAt(db, data.actor, input) }),
	'document:restore': ({ db }, { data }, input, id) => restoreDocument(db, data.actor, input, id),
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
	'room:check-in': ({ db }, { data }, input, id) => checkIn(db, data.actor, input, id),
	'proxy:question': ({ db }, { data }, input, id) => enterQuestion(db, data.actor, input, id),
	'proxy:support': ({ db }, { data }, input, id) => countSupport(db, data.actor, input, id),
	'proxy:correct': ({ db }, { data }, input, id) => correctSupport(db, data.actor, input, id),
	'proxy:withdraw': ({ db }, { data }, input, id) => withdrawEntry(db, data.actor, input, id),
	'room:count': ({ db }, { data }, input, id) => countHeads(db, data.actor, input, id),
	'caption:write': ({ db }, { data }, input, id) => writeCaption(db, data.actor, input, id),
	'stage:raise': ({ db }, { data }, input, id) => raiseHand(db, data.actor, input, id),
	'stage:add': ({ db }, { data }, input, id) => addAtMicrophone(db, data.actor, input, id),
	'stage:take': ({ db }, { data }, input, id) => takeStage(db, data.actor, input, id),
	'stage:move': ({ db }, { data }, input, id) => moveSpeaker(db, data.actor, input, id),
	'stage:interpret': ({ db }, { data }, input, id) => markInterpreter(db, data.actor, input, id),
	'stage:clear': ({ db }, { data }, input, id) => sendAllBack(db, data.actor, input, id),
	'stage:block': ({ db }, { data }, input, id) => blockSpeaker(db, data.actor, input, id),
	'stage:unblock': ({ db }, { data }, input, id) => unblockSpeaker(db, data.actor, input, id),
	'stage:stop': ({ stages }, socket, input) => stages.stop(socket, input),
	'stage:enter': ({ stages }, socket, input) => stages.enter(socket, input),
	'stage:transport': ({ stages }, socket, input) => stages.transport(socket, input),
	'stage:connect': ({ stages }, socket, input) => stages.connect(socket, input),
	'stage:send': ({ stages }, socket, input) => stages.send(socket, input),
	'stage:unsend': ({ stages }, socket, input) => stages.unsend(socket, input),
	'stage:receive': ({ stages }, socket, input) => stages.receive(socket, input),
	'stage:want': ({ stages }, socket, input) => stages.want(socket, input),
	'stage:check': ({ stages }, socket, input) => stages.check(socket, input),
};

/** Every command that is served, for the test that asks each as each role. */
export const commandNames = Object.keys(handlers) as CommandName[];

/** What a command takes of its socket's allowance; 1 where nothing is said. */
const costs: Partial<Record<CommandName, number>> = {
	'hall:join': 5,
	'map:join': 5,
	'followups:join': 5,
	'question:similar': 2,
	'card:claim': 2,
	'document:moments': 2,
	'document:look': 5,
	'document:restore': 10,
	'stage:check': 10,
};

const joinInput = v.object({
	slug: v.pipe(v.string(), v.maxLength(100)),
	seen: v.record(v.pipe(v.string(), v.maxLength(200)), v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** Puts the socket into the rooms its person may listen to and gives back what it has missed in them. */
async function joinHall(
	{ feed, presence, meetingOf }: Parts,
	socket: HallSocket,
	input: Commands['hall:join']['input'],
): Promise<Commands['hall:join']['result']> {
	const { slug, seen } = checked(joinInput, input);
	const meeting = await meetingOf(slug);
	if (!meeting || !can(socket.data.actor, 'meeting:read', meeting)) throw new Refusal('not-found');
	authorize(socket.data.actor, 'hall:join', meeting);
	const rooms = roomsFor(socket.data.actor, meeting.id);
	const missed = await feed.join(socket, rooms, seen);
	// While the table was read a role may have been taken away, and the line may have closed.
	leaveForbiddenRooms(socket, meeting.id);
	const attends = pseudonymsIn(meeting.id, socket.data.actor, 'attend');
	if (socket.connected) presence.enter(socket, meeting.id, attends.account ?? attends.guest);
	return {
		missed: missed?.filter(({ room }) => socket.rooms.has(room)) ?? [],
		reload: missed === null,
		rooms: rooms.filter((room) => socket.rooms.has(room)),
		watching: presence.watching(meeting.id),
	};
}

const joinMapInput = v.object({
	roundId: v.pipe(v.string(), v.uuid()),
	seen: joinInput.entries.seen,
});

/** Puts the socket into the rooms of a map, and out of those of the one before. */
async function joinMap(
	{ db, feed }: Parts,
	socket: HallSocket,
	input: Commands['map:join']['input'],
): Promise<Commands['map:join']['result']> {
	const { roundId, seen } = checked(joinMapInput, input);
	const round = await readRound(db, roundId);
	if (!round || !can(socket.data.actor, 'map:read', round)) throw new Refusal('not-found');
	socket.data.roundId = roundId;
	const rooms = roundRooms(socket.data.actor, roundId);
	const missed = await feed.join(socket, rooms, seen);
	leaveForbiddenRooms(socket);
	return {
		missed: missed?.filter(({ room }) => socket.rooms.has(room)) ?? [],
		reload: missed === null,
		rooms: rooms.filter((room) => socket.rooms.has(room)),
	};
}

/** Puts the socket into the room of the staff's board. */
async function joinFollowups(
	{ feed }: Parts,
	socket: HallSocket,
	input: Commands['followups:join']['input'],
): Promise<Commands['followups:join']['result']> {
	const { seen } = checked(v.pick(joinInput, ['seen']), input);
	authorize(socket.data.actor, 'followup:board');
	const missed = await feed.join(socket, [followupDeskRoom], seen);
	leaveForbiddenRooms(socket);
	const isIn = socket.rooms.has(followupDeskRoom);
	return {
		missed: isIn ? (missed ?? []) : [],
		reload: missed === null,
		rooms: isIn ? [followupDeskRoom] : [],
	};
}

export type Realtime = { io: Sockets; feed: Feed; close(): Promise<void> };

/** Attaches the sockets to the web server (path `/socket.io`). */
export async function attachSockets(
	http: HttpServer,
	db: Database,
	config: Config,
	connectionString: string,
	log: Logger,
	times = presenceTimes,
): Promise<Realtime> {
	const doorkeeper = makeDoorkeeper(config);
	const io: Sockets = new Server(http, {
		transports: ['websocket'],
		serveClient: false,
		maxHttpBufferSize: maxPayloadBytes,
		perMessageDeflate: false,
		destroyUpgrade: false,
		connectTimeout: 10_000,
		pingInterval: 15_000,
		pingTimeout: 10_000,
		allowRequest: (request, answer) =>
			void admit(request).then((refused) => answer(refused, refused === null)),
	});
	const actors = makeActors(db, config, io, log);

	/** Why a line may not be opened; null when it may. Refused here, a browser tries again by itself. */
	async function admit(request: IncomingMessage): Promise<string | null> {
		if (!isOpen) return 'away';
		if (!isOurOrigin(request.headers.origin, request.headers.host, config)) return 'wrong-origin';
		if (!doorkeeper.admits(request)) return 'too-fast';
		return actors.recognise(request).then(
			() => null,
			() => 'database-away',
		);
	}

	// While the server starts or stops: a line without its handlers would be open and deaf.
	let isOpen = false;
	const feed = await startFeed(db, connectionString, io, log);
	const presence = startPresence(db, feed, io, log, times);
	const votes = startVotes(db, log);
	const pollVotes = startPollVotes(db, log);
	const stages = startStages(db, config, io, feed, log);
	const documents = startDocuments(http, { db, config, feed, log, doorkeeper });
	const meetingOf = shared((slug: string) => findMeeting(db, slug));
	const parts: Parts = { db, log, feed, presence, votes, pollVotes, stages, meetingOf, running: new Set() };

	io.engine.on('connection', (line: Line) => watchLine(line));
	io.use((socket, next) => {
		if (actors.introduce(socket)) return next();
		cut(socket.conn as unknown as Line, 'wrong');
	});
	io.on('connection', (socket) => serve(parts, socket));
	feed.on('person', (personId) => void actors.changed(personId).then(stages.lookAgain));
	feed.onHeardAgain(() => void actors.askAll().then(stages.lookAgain));
	const slowCheck = setInterval(() => dropSlowReaders(io), 1_000);
	isOpen = true;

	return {
		io,
		feed,
		close: async () => {
			isOpen = false;
			clearInterval(slowCheck);
			doorkeeper.close();
			for (const socket of io.sockets.sockets.values()) socket.data.isClosing = true;
			// What has been asked for is done and answered; what comes now is asked again elsewhere.
			await Promise.allSettled(parts.running);
			await votes.close();
			await pollVotes.close();
			await documents.close();
			await stages.close();
			await presence.close();
			await io.close();
			await feed.close();
		},
	};
}

function serve(parts: Parts, socket: HallSocket): void {
	openSockets.inc();
	// Ten thousand watchers need not keep the headers they came with.
	(socket.conn as unknown as Line).request = null;
	(socket as { handshake: unknown }).handshake = {};
	const within = makeBucket(commandAllowance);
	// Every event passes here, known or not, and goes no further.
	socket.use(([name, ...args]: unknown[]) => {
		if (socket.data.isClosing) return;
		const doing = handle(parts, socket, within, name, args).finally(() => parts.running.delete(doing));
		parts.running.add(doing);
	});
	socket.on('disconnect', () => {
		openSockets.dec();
		parts.stages.leave(socket);
		parts.presence.leave(socket);
	});
}

async function handle(
	parts: Parts,
	socket: HallSocket,
	within: Bucket,
	name: unknown,
	args: unknown[],
): Promise<void> {
	const command = isCommand(name) ? name : undefined;
	const ack = args.at(-1);
	const requestId = randomUUID();
	const answer = (outcome: Acknowledged<unknown>) => {
		commandCount.inc({ command: command ?? 'unknown', outcome: outcome.ok ? 'ok' : outcome.code });
		if (typeof ack === 'function') ack(outcome);
	};
	try {
		if (!within(command && costs[command])) throw new Refusal('too-fast');
		if (!command) throw new Refusal('bad-input');
		const [input, id] = args;
		if (typeof ack !== 'function' || args.length !== 3 || !isCommandId(id))
			throw new Refusal('bad-input', 'id');
		const stop = commandSeconds.startTimer({ command });
		const handler = handlers[command] as Handler<CommandName>;
		const commandId = repeatable.includes(command) ? undefined : id;
		const result = await duringRequest(requestId, () => handler(parts, socket, input as never, commandId));
		stop();
		answer({ ok: true, result });
	} catch (error) {
		if (isRefusal(error))
			return answer({ ok: false, code: error.code, message: error.message, field: error.field });
		if (isDatabaseAway(error)) return answer({ ok: false, ...refusalOf('database-away') });
		parts.log.error({ err: error, requestId, command }, 'a command failed');
		answer({ ok: false, code: 'failed', message: 'Not saved, try again.', requestId });
	}
}

function isCommand(name: unknown): name is CommandName {
	return typeof name === 'string' && Object.hasOwn(handlers, name);
}

function isCommandId(id: unknown): id is string {
	return typeof id === 'string' && id.length >= 16 && id.length <= 64;
}

function refusalOf(code: RefusalCode) {
	const { message } = new Refusal(code);
	return { code, message };
}

/** Callers that ask for the same while the answer is on its way share it: a whole hall comes back at once. */
function shared<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
	const asked = new Map<string, Promise<T>>();
	return (key) => {
		const known = asked.get(key);
		if (known) return known;
		const answer = ask(key).finally(() => asked.delete(key));
		asked.set(key, answer);
		return answer;
	};
}
