// A hall's line to the server: events move the hall on, commands are answered after the commit, gaps are caught up.
import { io, type Socket } from 'socket.io-client';
import type {
	Acknowledged,
	ClientToServer,
	CommandName,
	Commands,
	Joined,
	RoomEvent,
	ServerToClient,
} from '#domain/events.ts';
import { applyEvent, follows, summaryOf, type Hall } from '#domain/hall.ts';

export type LineStatus = 'connecting' | 'connected' | 'reconnecting' | 'offline';
/** What happened while the line was down. */
export type Missed = { seconds: number; changes: ReturnType<typeof summaryOf> };

/** An answer is waited for this long before the command is sent again with the same id. */
const answerWithinMs = 8_000;
/** After this long without a connection a command is given up and the person told. */
const giveUpAfterMs = 30_000;

type Waiting = {
	name: CommandName;
	input: unknown;
	since: number;
	done: (answer: Acknowledged<never>) => void;
};

export class HallLine {
	hall = $state.raw() as Hall;
	status = $state<LineStatus>('connecting');
	watching = $state(0);
	missed = $state.raw<Missed | null>(null);
	/** Commands that are not answered yet. */
	unanswered = $state(0);

	readonly #slug: string;
	readonly #reload: () => Promise<void>;
	readonly #onevent: (event: RoomEvent) => void;
	#socket: Socket<ServerToClient, ClientToServer> | undefined;
	#waiting = new Map<string, Waiting>();
	/** Events that arrive while the rooms are being joined: they come after what was missed. */
	#early: RoomEvent[] | null = null;
	#lostAt: number | null = null;
	#givingUp: ReturnType<typeof setInterval> | undefined;

	/**
	 * @param reload loads the page's data anew and calls `restart` with it
	 * @param onevent told of each new event, after it was applied
	 */
	constructor(hall: Hall, reload: () => Promise<void>, onevent: (event: RoomEvent) => void = () => {}) {
		this.hall = hall;
		this.#slug = hall.meeting.slug;
		this.#reload = reload;
		this.#onevent = onevent;
	}

	/** Opens the line. @returns closes it */
	open(): () => void {
		const socket: Socket<ServerToClient, ClientToServer> = io({
			transports: ['websocket'],
			reconnectionDelay: 300,
			reconnectionDelayMax: 3_000,
			randomizationFactor: 0.5,
		});
		this.#socket = socket;
		socket.on('connect', () => void this.#join());
		socket.on('disconnect', (reason) => {
			this.#lost();
			// The server ends a line it finds too slow or too loud; the browser comes back and catches up.
			if (reason === 'io server disconnect') socket.connect();
		});
		socket.on('connect_error', () => this.#lost());
		socket.on('event', (event) => this.#receive(event));
		socket.on('presence', ({ watching }) => (this.watching = watching));
		socket.on('actor:changed', () => void this.#reload());
		const offline = () => this.#lost();
		const online = () => socket.connect();
		addEventListener('offline', offline);
		addEventListener('online', online);
		this.#givingUp = setInterval(() => this.#giveUpOldOnes(), 1_000);
		return () => {
			removeEventListener('offline', offline);
			removeEventListener('online', online);
			clearInterval(this.#givingUp);
			socket.close();
		};
	}

	/**
	 * Sends a command; resolves with the server's answer. A lost answer is asked for again with the same id, so it is done once.
	 * @param id give the same one when a person tries the same thing again
	 */
	send<C extends CommandName>(
		name: C,
		input: Commands[C]['input'],
		id: string = crypto.randomUUID(),
	): Promise<Acknowledged<Commands[C]['result']>> {
		return new Promise((resolve) => {
			this.#waiting.set(id, {
				name,
				input,
				since: Date.now(),
				done: resolve as (answer: Acknowledged<never>) => void,
			});
			this.unanswered = this.#waiting.size;
			if (this.status === 'connected') this.#transmit(id);
		});
	}

	/** Votes for a question or takes the vote back; the button shows it at once and the count follows. */
	async vote(questionId: string, on: boolean): Promise<Acknowledged> {
		const answer = await this.send('question:vote', { questionId, on });
		if (answer.ok) {
			const others = this.hall.voted.filter((id) => id !== questionId);
			this.hall = { ...this.hall, voted: on ? [...others, questionId] : others };
		}
		return answer;
	}

	/** Goes on from a newly loaded page. */
	restart(hall: Hall): void {
		this.hall = hall;
		if (this.#socket?.connected) void this.#join();
	}

	#lost(): void {
		this.#lostAt ??= Date.now();
		this.status = navigator.onLine ? 'reconnecting' : 'offline';
	}

	async #join(): Promise<void> {
		const socket = this.#socket;
		if (!socket || this.#early) return;
		this.#early = [];
		try {
			const answer = await socket
				.timeout(answerWithinMs)
				.emitWithAck('hall:join', { slug: this.#slug, seen: this.hall.seen }, crypto.randomUUID());
			if (!answer.ok) throw new Error(answer.code);
			if (answer.result.reload) {
				this.#early = null;
				return void (await this.#reload());
			}
			this.#catchUp(answer.result);
		} catch {
			// The line broke again, or the server could not answer: it is tried anew from the start.
			this.#early = null;
			this.#lost();
			setTimeout(() => socket.connected && void this.#join(), 1_000);
		} finally {
			this.#early = null;
		}
	}

	#catchUp({ missed, watching }: Joined): void {
		const isNews = (event: RoomEvent) => event.seq > (this.hall.seen[event.room] ?? 0);
		const news = missed.filter(isNews);
		for (const event of [...news, ...(this.#early ?? [])]) this.#apply(event);
		this.#early = null;
		this.watching = watching;
		if (this.#lostAt !== null) {
			this.missed = { seconds: Math.round((Date.now() - this.#lostAt) / 1000), changes: summaryOf(news) };
			this.#lostAt = null;
		}
		this.status = 'connected';
		for (const id of this.#waiting.keys()) this.#transmit(id);
	}

	#receive(event: RoomEvent): void {
		if (this.#early) return void this.#early.push(event);
		const isGap = event.seq > (this.hall.seen[event.room] ?? 0) && !follows(this.hall, event);
		if (isGap) return void this.#join();
		this.#apply(event);
	}

	#apply(event: RoomEvent): void {
		const before = this.hall;
		this.hall = applyEvent(before, event);
		if (this.hall !== before) this.#onevent(event);
	}

	#transmit(id: string): void {
		const waiting = this.#waiting.get(id);
		const socket = this.#socket;
		if (!waiting || !socket?.connected) return;
		const answered = (error: Error | null, answer: Acknowledged<never>) => {
			if (!error) return this.#settle(id, answer);
			if (socket.connected) this.#transmit(id);
		};
		const impatient = socket.timeout(answerWithinMs) as unknown as {
			emit(name: string, ...args: unknown[]): void;
		};
		impatient.emit(waiting.name, waiting.input, id, answered);
	}

	#settle(id: string, answer: Acknowledged<never>): void {
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		this.unanswered = this.#waiting.size;
		waiting?.done(answer);
	}

	#giveUpOldOnes(): void {
		for (const [id, { since }] of this.#waiting)
			if (Date.now() - since > giveUpAfterMs)
				this.#settle(id, { ok: false, code: 'failed', message: 'Not saved, try again.' });
	}
}
