// Watches how well the stage comes through, and offers a step down or up. Nothing is switched by itself.
import { countsOf, lookEveryMs, offerAfter, wasWeak, type Counts } from './quality.ts';
import type { StageEnd } from './stage.svelte.ts';

export class LineWatch {
	offer = $state<'down' | 'up' | null>(null);
	readonly #end: StageEnd;
	#looks: (boolean | null)[] = [];
	#before: Counts | undefined;

	constructor(end: StageEnd) {
		this.#end = end;
	}

	/** Looks now and then. @returns stops it */
	start(): () => void {
		const looking = setInterval(() => void this.#look(), lookEveryMs);
		return () => clearInterval(looking);
	}

	/** Something else is received from now on, or the person has said no: what was seen before does not count. */
	forget(): void {
		this.offer = null;
		this.#looks = [];
		this.#before = undefined;
	}

	async #look(): Promise<void> {
		const stats = await this.#end.receiving.lookAtLine();
		const after = stats && countsOf(stats);
		const before = this.#before;
		this.#before = after;
		if (!after) return;
		// After a new start the counters begin anew.
		if (!before || after.received < before.received) return;
		this.#looks = [...this.#looks, wasWeak(before, after, this.#end.receiving.watchedCameras)].slice(-100);
		this.offer = offerAfter(this.#looks, this.#end.receiving.step);
	}
}
