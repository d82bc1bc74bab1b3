// How long the line tries to come back, and how long it rests between.
import type { Socket } from 'socket.io-client';

/** An attempt is given up after so long, later ones later: a server that is asked by thousands at once takes its time. */
const tryForMs = { first: 3_000, longest: 20_000 };
const longestRestMs = 3_000;
/**
 * While a network is away no attempt can succeed, and none that waits for it to come back is quick: for so long they are short and
 * follow each other closely.
 */
const hurry = { forMs: 30_000, longestRestMs: 600 };

export const reconnecting = {
	reconnectionDelay: 300,
	reconnectionDelayMax: longestRestMs,
	randomizationFactor: 0.5,
	timeout: tryForMs.first,
} as const;

export class Pace {
	readonly #line: Socket['io'];
	#hurriesUntil = 0;

	constructor(socket: Pick<Socket, 'io'>) {
		this.#line = socket.io;
	}

	/** The network itself seems to be away. */
	hurry(): void {
		this.#hurriesUntil = Date.now() + hurry.forMs;
		this.#line.reconnectionDelayMax(hurry.longestRestMs);
	}

	failed(): void {
		if (Date.now() < this.#hurriesUntil) return;
		this.#line.reconnectionDelayMax(longestRestMs);
		this.#line.timeout(Math.min(Number(this.#line.timeout()) * 2, tryForMs.longest));
	}

	/** It is open, or all begins anew because the network is back. */
	reset(): void {
		this.#hurriesUntil = 0;
		this.#line.reconnectionDelayMax(longestRestMs);
		this.#line.timeout(tryForMs.first);
	}
}
