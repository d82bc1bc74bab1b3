// A hall's line to the server: events move the hall on, commands are answered after the commit, gaps are caught up.
import { io, type Socket } from 'socket.io-client';
import type { ClaimWords } from '#domain/claims.ts';
import type {
	Acknowledged,
	ClientToServer,
	CommandName,
	Commands,
	Joined,
	RoomEvent,
	ServerToClient,
} from '#domain/events.ts';
import * as hallOf from '#domain/hall.ts';
import type { Hall } from '#domain/hall.ts';
import type { Choice } from '#domain/polls.ts';
import { Commanding } from './commanding.ts';
import { newId } from './id.ts';
import { Pace, reconnecting, soon } from './pace.ts';

export type LineStatus = 'connecting' | 'connected' | 'reconnecting' | 'offline';
/** What happened while the line was down. */
export type Missed = { seconds: number; changes: hallOf.Missed };

/** An answer is waited for this long before the command is sent again with the same id. */
const answerWithinMs = 8_000;
/** A page that was out of sight this long asks whether its line still stands. */
const asleepAfterMs = 20_000;
/** A shorter gap in which nothing happened is not worth a word. */
const worthAWordSeconds = 10;

export class HallLine {
	hall = $state.raw() as Hall;
	status = $state<LineStatus>('connecting');
	watching = $state(0);
	missed = $state.raw<Missed | null>(null);
	/** Commands that are not answered yet. */
	unanswered = $state(0);
	/** Votes on their way: question id → on or off. */
	voting = $state.raw<Record<string, boolean>>({});
	/** The server is there but cannot save anything at the moment. */
	cannotSave = $state(false);

	readonly #read: () => Promise<Hall>;
	readonly #onevent: (event: RoomEvent) => void;
	#socket: Socket<ServerToClient, ClientToServer> | undefined;
	#commands = new Commanding((id, { name, input }) => this.#transmit(id, name, input));
	readonly #listeners = new Set<(event: RoomEvent) => void>();
	/** Events that arrive while the rooms are being joined: they come after what was missed. */
	#early: RoomEvent[] | null = null;
	#lostAt: number | null = null;
	#hiddenAt: number | null = null;
	#pace: Pace | undefined;
	/** The page was read anew because the rooms were others; it is not read again and again for that. */
	#hasLookedAgain = false;

	/**
	 * @param read reads the hall anew, for when too much was missed or the person has changed
	 * @param onevent told of each event that arrives while the line is up, after it was applied
	 */
	constructor(hall: Hall, read: () => Promise<Hall>, onevent: (event: RoomEvent) => void = () => {}) {
		this.hall = hall;
		this.#read = read;
		this.#onevent = onevent;
	}

	/** Opens the line. @returns closes it */
	open(): () => void {
		const socket: Socket<ServerToClient, ClientToServer> = io({
			transports: ['websocket'],
			...reconnecting,
		});
		this.#socket = socket;
		const pace = (this.#pace = new Pace(socket));
		socket.on('connect', () => {
			pace.opened();
			void this.#join();
		});
		socket.on('disconnect', (reason) => {
			this.#lost();
			// The server ends a line it finds too slow or too loud; the browser comes back and catches up.
			if (reason === 'io server disconnect') setTimeout(() => socket.connect(), soon());
		});
		socket.on('connect_error', () => {
			pace.failed();
			this.#lost();
		});
		socket.on('event', (event) => this.#receive(event));
		socket.on('presence', ({ watching }) => (this.watching = watching));
		socket.on('saving', (isPossible) => (this.cannotSave = !isPossible));
		socket.on('actor:changed', () => void this.#readAnew());
		const watched = [
			listen(window, 'offline', () => this.#offline(socket)),
			listen(window, 'online', () => this.#online(socket)),
			listen(document, 'visibilitychange', () => this.#awake(socket)),
		];
		const givingUp = setInterval(() => this.#giveUpOld(), 1_000);
		return () => {
			for (const stop of watched) stop();
			clearInterval(givingUp);
			socket.close();
		};
	}

	/** Listens to what the server says beside the rooms' events, over all reconnects. Call it while the line is open. @returns stops it */
	hear<E extends Extract<keyof ServerToClient, `stage:${string}`>>(
		name: E,
		listener: ServerToClient[E],
	): () => void {
		// socket.io's own types do not follow a name that is itself a parameter.
		const socket = this.#socket as unknown as Record<
			'on' | 'off',
			(name: E, listener: ServerToClient[E]) => void
		>;
		socket.on(name, listener);
		return () => socket.off(name, listener);
	}

	/** Tells of each event that arrives while the line is up, after it was applied. @returns stops it */
	listen(listener: (event: RoomEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/**
	 * Sends a command; resolves with the server's answer. A lost answer is asked for again with the same id, so it is done once.
	 * @param id give the same one when a person tries the same thing again
	 */
	async send<C extends CommandName>(
		name: C,
		input: Commands[C]['input'],
		id: string = newId(),
	): Promise<Acknowledged<Commands[C]['result']>> {
		const answer = this.#commands.add(id, name, input, Date.now());
		this.unanswered = this.#commands.size;
		if (this.status === 'connected') this.#commands.transmit(id);
		const answered = await answer;
		if (answered.ok) this.cannotSave = false;
		else if (answered.code === 'database-away') this.cannotSave = true;
		return answered as Acknowledged<Commands[C]['result']>;
	}

	/** Votes for a question or takes the vote back; `voting` says so until the answer is there. */
	async vote(questionId: string, on: boolean): Promise<Acknowledged> {
		this.voting = { ...this.voting, [questionId]: on };
		const answer = await this.send('question:vote', { questionId, on });
		const { [questionId]: _, ...others } = this.voting;
		this.voting = others;
		if (answer.ok) {
			const voted = this.hall.voted.filter((id) => id !== questionId);
			this.hall = { ...this.hall, voted: on ? [...voted, questionId] : voted };
		}
		return answer;
	}

	/** Answers an open poll, or takes the answer back with null. No event tells it: it is nobody else's. */
	async voteInPoll(pollId: string, choice: Choice | null): Promise<Acknowledged> {
		const answer = await this.send('poll:vote', { pollId, choice });
		if (answer.ok) {
			const { [pollId]: _, ...others } = this.hall.ballots;
			this.hall = { ...this.hall, ballots: choice ? { ...others, [pollId]: choice } : others };
		}
		return answer;
	}

	/** Keeps the words of a question that was just asked: no event tells them. */
	keepClaim(questionId: string, claim: ClaimWords): void {
		this.hall = { ...this.hall, claims: { ...this.hall.claims, [questionId]: claim } };
	}

	/** Something else over the same network has fallen silent: asks whether the line still stands, and opens another one if not. */
	doubt(): void {
		const { seen, meeting } = this.hall;
		// Joining again changes nothing; what counts is that there is an answer.
		const ask = (socket: Socket, withinMs: number) =>
			socket.timeout(withinMs).emitWithAck('hall:join', { slug: meeting.slug, seen }, newId());
		void this.#pace?.doubt(ask);
	}

	/** Goes on from a newly read hall. */
	restart(hall: Hall): void {
		this.hall = hall;
		if (this.#socket?.connected) void this.#join();
	}

	#lost(): void {
		this.#lostAt ??= Date.now();
		this.status = navigator.onLine ? 'reconnecting' : 'offline';
	}

	// What the browser holds for an open line may be dead without having noticed: a new one is certain.
	#offline(socket: Socket): void {
		this.#lost();
		socket.io.engine?.close();
	}

	#online(socket: Socket): void {
		if (socket.connected) return void this.#join();
		this.#lost();
		this.#pace?.reset();
		socket.disconnect().connect();
	}

	#awake(socket: Socket): void {
		if (document.hidden) {
			this.#hiddenAt = Date.now();
			return;
		}
		const slept = this.#hiddenAt !== null && Date.now() - this.#hiddenAt > asleepAfterMs;
		this.#hiddenAt = null;
		if (slept && socket.connected) void this.#join();
	}

	async #join(): Promise<void> {
		const socket = this.#socket;
		if (!socket || this.#early) return;
		this.#early = [];
		const { seen, meeting } = this.hall;
		try {
			const answer = await socket
				.timeout(answerWithinMs)
				.emitWithAck('hall:join', { slug: meeting.slug, seen }, newId());
			if (!answer.ok) throw new Error(answer.code);
			const { reload, rooms } = answer.result;
			const isSomebodyElse = !sameRooms(rooms, Object.keys(seen)) && !this.#hasLookedAgain;
			if (reload || isSomebodyElse) {
				this.#hasLookedAgain = isSomebodyElse;
				return await this.#readAnew();
			}
			if (sameRooms(rooms, Object.keys(seen))) this.#hasLookedAgain = false;
			this.#catchUp(answer.result);
		} catch {
			// The line broke again, or the server could not answer: it is tried anew from the start.
			this.#again(socket);
		}
	}

	async #readAnew(): Promise<void> {
		const before = this.hall;
		try {
			this.hall = await this.#read();
			if (this.#lostAt !== null) this.#tell(hallOf.summaryBetween(before, this.hall));
			this.#early = null;
			void this.#join();
		} catch {
			if (this.#socket) this.#again(this.#socket);
		}
	}

	#again(socket: Socket): void {
		this.#early = null;
		this.#lost();
		setTimeout(() => socket.connected && void this.#join(), soon());
	}

	#catchUp({ missed, watching }: Joined): void {
		const news = missed.filter((event) => event.seq > (this.hall.seen[event.room] ?? 0));
		const early = this.#early ?? [];
		this.#early = null;
		const isWhole = [...missed, ...early].every((event) => this.#apply(event));
		if (!isWhole) return void this.#readAnew();
		this.watching = watching;
		if (this.#lostAt !== null) this.#tell(hallOf.summaryOf(news));
		this.#lostAt = null;
		this.status = 'connected';
		this.cannotSave = false;
		this.#commands.transmitAll();
	}

	#tell(changes: hallOf.Missed): void {
		const seconds = Math.round((Date.now() - this.#lostAt!) / 1000);
		this.#lostAt = null;
		if (changes.length === 0 && seconds < worthAWordSeconds) return;
		const before = this.missed ?? { seconds: 0, changes: [] };
		this.missed = {
			seconds: before.seconds + seconds,
			changes: hallOf.summariesTogether(before.changes, changes),
		};
	}

	#receive(event: RoomEvent): void {
		if (this.#early) return void this.#early.push(event);
		const before = this.hall;
		if (!this.#apply(event)) return void this.#join();
		this.cannotSave = false;
		if (this.hall === before) return;
		this.#onevent(event);
		for (const listener of this.#listeners) listener(event);
	}

	/** @returns false when something before the event is missing; it is not applied then */
	#apply(event: RoomEvent): boolean {
		const isOld = event.seq <= (this.hall.seen[event.room] ?? 0);
		if (!isOld && !hallOf.follows(this.hall, event)) return false;
		this.hall = hallOf.applyEvent(this.hall, event);
		return true;
	}

	#transmit(id: string, name: CommandName, input: unknown): void {
		const socket = this.#socket;
		if (!socket?.connected) return;
		const answered = (error: Error | null, answer: Acknowledged<unknown>) => {
			if (!error) return this.#settle(id, answer);
			this.#commands.lost(id);
			if (socket.connected) this.#commands.transmit(id);
		};
		const impatient = socket.timeout(answerWithinMs) as unknown as {
			emit(name: string, ...args: unknown[]): void;
		};
		this.#commands.sent(id);
		impatient.emit(name, input, id, answered);
	}

	#settle(id: string, answer: Acknowledged<unknown>): void {
		this.#commands.settle(id, answer);
		this.unanswered = this.#commands.size;
	}

	#giveUpOld(): void {
		this.#commands.giveUpOld(Date.now());
		this.unanswered = this.#commands.size;
	}
}

function sameRooms(a: string[], b: string[]): boolean {
	return a.length === b.length && a.every((room) => b.includes(room));
}

function listen(target: EventTarget, type: string, act: () => void): () => void {
	target.addEventListener(type, act);
	return () => target.removeEventListener(type, act);
}
