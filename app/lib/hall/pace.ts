// When the line is given up, how long it tries to come back, and how long it rests between.
import type { Socket } from 'socket.io-client';

/** A doubted line has so long to answer. */
const answerWithinMs = 3_000;
/** An attempt is given up after so long, later ones later: a server that is asked by thousands at once takes its time. */
const tryForMs = { first: 3_000, longest: 20_000 };
const longestRestMs = 3_000;
/**
 * While a network is away no attempt can succeed, and a long one is late when it is back: for so long they follow each other closely, and
 * are as short as the line allows, three times what it took to open. Not shorter: browsers make a page wait that has failed very often.
 */
const hurry = { forMs: 30_000, longestRestMs: 300, shortestMs: 1_500, longestMs: 5_000 };

export const reconnecting = {
	reconnectionDelay: 300,
	reconnectionDelayMax: longestRestMs,
	randomizationFactor: 0.5,
	timeout: tryForMs.first,
} as const;

export class Pace {
	readonly #socket: Socket;
	readonly #line: Socket['io'];
	#hurriesUntil = 0;
	#isDoubted = false;
	#triedAt = performance.now();
	#openedWithinMs = hurry.longestMs;

	constructor(socket: Socket) {
		this.#socket = socket;
		this.#line = socket.io;
		this.#line.on('reconnect_attempt', () => (this.#triedAt = performance.now()));
	}

	/** Gives up a line that does not answer: the network itself seems to be away, and a new line is there as soon as it is back. */
	async doubt(ask: (socket: Socket, withinMs: number) => Promise<unknown>): Promise<void> {
		if (!this.#socket.connected || this.#isDoubted) return;
		this.#isDoubted = true;
		try {
			await ask(this.#socket, answerWithinMs);
		} catch {
			this.#hurriesUntil = Date.now() + hurry.forMs;
			this.#line.reconnectionDelayMax(hurry.longestRestMs);
			const within = Math.max(hurry.shortestMs, Math.min(hurry.longestMs, 3 * this.#openedWithinMs));
			this.#line.timeout(within);
			this.#line.engine?.close();
		} finally {
			this.#isDoubted = false;
		}
	}

	failed(): void {
		if (Date.now() < this.#hurriesUntil) return;
		this.#line.reconnectionDelayMax(longestRestMs);
		this.#line.timeout(Math.min(Number(this.#line.timeout()) * 2, tryForMs.longest));
	}

	/** It is open. */
	opened(): void {
		this.#openedWithinMs = performance.now() - this.#triedAt;
		this.reset();
	}

	/** All begins anew because the network is back. */
	reset(): void {
		this.#hurriesUntil = 0;
		this.#line.reconnectionDelayMax(longestRestMs);
		this.#line.timeout(tryForMs.first);
	}
}

/** About a second, a little different for each browser, so that not all come back at once. */
export function soon(): number {
	return 500 + Math.random() * 1_000;
}
