// The list of questions as one reader has it: the order on screen stays until they ask for the new one; only counts and states change.
import type { Hall } from '#domain/hall.ts';
import { orders, type Question } from '#domain/questions.ts';
import { labelsOf, mergedUnder, pendingIn, wantedList, type ListView } from '#domain/shown.ts';
import { recalledText, remember } from '#lib/memory.ts';

const pageLength = 60;
const memory = 'hall-order';

export class ShownList {
	view = $state.raw<ListView>({ order: 'top', filter: 'all', label: null, search: '' });
	/** How many are on screen; the rest waits behind a button. */
	length = $state(pageLength);
	#ids = $state.raw<string[]>([]);
	readonly #hall: () => Hall;

	readonly #wanted = $derived.by(() => wantedList(this.#hall().questions, this.view, Date.now()));
	/** What would change if the reader asked for it. */
	readonly pending = $derived.by(() => pendingIn(this.#known, this.#wanted));
	readonly merged = $derived.by(() => mergedUnder(this.#hall().questions));
	readonly labels = $derived.by(() => labelsOf(this.#hall().questions));
	/** The questions on screen; null where one has been taken away since. */
	readonly rows = $derived.by(() => {
		const byId = new Map(this.#hall().questions.map((question) => [question.id, question]));
		return this.#ids.slice(0, this.length).map((id) => ({ id, question: byId.get(id) ?? null }));
	});
	readonly #known = $derived.by(() => {
		const there = new Set(this.#hall().questions.map(({ id }) => id));
		return this.#ids.filter((id) => there.has(id));
	});

	constructor(hall: () => Hall) {
		this.#hall = hall;
		this.update();
	}

	get total(): number {
		return this.#ids.length;
	}

	/** Shows what there is now, in its order. */
	update(): void {
		this.#ids = this.#wanted;
	}

	/** A reader's own choice: it shows at once. */
	choose(change: Partial<ListView>): void {
		this.view = { ...this.view, ...change };
		this.length = pageLength;
		this.update();
		if (change.order) remember(memory, change.order);
	}

	showMore(): void {
		this.length += pageLength;
	}

	/** Makes sure that a question is on screen, whatever is chosen; a merged one by what it was merged into. @returns the one to look for */
	reveal(question: Question): string {
		const top = this.merged.get(question.mergedInto ?? '')?.includes(question)
			? question.mergedInto!
			: question.id;
		if (!this.#wanted.includes(top)) this.choose({ filter: 'all', label: null, search: '' });
		if (!this.#ids.includes(top)) this.update();
		this.length = Math.max(this.length, this.#ids.indexOf(top) + 1);
		return top;
	}

	/** The order this browser chose the last time. */
	recall(): void {
		const order = orders.find((known) => known === recalledText(memory));
		if (order && order !== this.view.order) this.choose({ order });
	}
}
