// Commands on their way: each is kept until it is answered or given up, and sent again when its answer was lost.
import type { Acknowledged, CommandName } from '#domain/events.ts';

/** After this long without an answer the person is told. */
export const giveUpAfterMs = 30_000;

/** Asked for while somebody types: nobody waits for it, and it is not sent again. */
const passing: readonly CommandName[] = ['question:similar'];

type Waiting = {
	name: CommandName;
	input: unknown;
	since: number;
	isUnderWay: boolean;
	done: (answer: Acknowledged<unknown>) => void;
};

export class Commanding {
	readonly #waiting = new Map<string, Waiting>();
	readonly #transmit: (id: string, command: Pick<Waiting, 'name' | 'input'>) => void;

	constructor(transmit: (id: string, command: Pick<Waiting, 'name' | 'input'>) => void) {
		this.#transmit = transmit;
	}

	/** How many a person is waiting for. */
	get size(): number {
		return [...this.#waiting.values()].filter(({ name }) => !passing.includes(name)).length;
	}

	/** Keeps a command; resolves with its answer. One that is kept already under the id is answered with it. */
	add(id: string, name: CommandName, input: unknown, now: number): Promise<Acknowledged<unknown>> {
		return new Promise((resolve) => {
			const earlier = this.#waiting.get(id);
			const done = (answer: Acknowledged<unknown>) => {
				earlier?.done(answer);
				resolve(answer);
			};
			this.#waiting.set(id, { name, input, since: now, isUnderWay: earlier?.isUnderWay ?? false, done });
		});
	}

	/** Sends one, unless it is under way. */
	transmit(id: string): void {
		const waiting = this.#waiting.get(id);
		if (waiting && !waiting.isUnderWay) this.#transmit(id, waiting);
	}

	/** Sends what is not under way, in the order it was asked for. */
	transmitAll(): void {
		for (const id of this.#waiting.keys()) this.transmit(id);
	}

	sent(id: string): void {
		const waiting = this.#waiting.get(id);
		if (waiting) waiting.isUnderWay = true;
	}

	/** No answer came: it may be sent again. */
	lost(id: string): void {
		const waiting = this.#waiting.get(id);
		if (waiting) waiting.isUnderWay = false;
	}

	settle(id: string, answer: Acknowledged<unknown>): void {
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		waiting?.done(answer);
	}

	giveUpOld(now: number): void {
		for (const [id, { since }] of this.#waiting)
			if (now - since > giveUpAfterMs)
				this.settle(id, { ok: false, code: 'unanswered', message: 'No answer came. It may not be saved.' });
	}
}
