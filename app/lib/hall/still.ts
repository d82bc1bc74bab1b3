// Nothing moves under the reader: what they look at keeps its place on the screen while things above it come and go.

/** Milliseconds without a touch after which somebody no longer reads or aims. */
const calmAfterMs = 4_000;

export class Stillness {
	#touchedAt = 0;
	#list: () => HTMLElement | undefined;

	/** @param list the element whose rows must not move */
	constructor(list: () => HTMLElement | undefined) {
		this.#list = list;
	}

	/** Begins to notice touches. @returns stops it */
	watch(): () => void {
		const touched = () => (this.#touchedAt = Date.now());
		const names = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove', 'scroll'] as const;
		touched();
		for (const name of names) addEventListener(name, touched, { passive: true, capture: true });
		return () => {
			for (const name of names) removeEventListener(name, touched, { capture: true });
		};
	}

	/** Nobody reads, points at or is in the list, and its top is in sight: it may move, gently. */
	isCalm(): boolean {
		const list = this.#list();
		return (
			list !== undefined &&
			Date.now() - this.#touchedAt > calmAfterMs &&
			!matchMedia('(prefers-reduced-motion: reduce)').matches &&
			document.visibilityState === 'visible' &&
			list.getBoundingClientRect().top >= 0 &&
			!list.matches(':hover, :focus-within')
		);
	}

	/** Remembers where what is read stands. @returns puts it there again, after the page has changed */
	hold(): () => void {
		const row = this.#rowInSight();
		if (!row || this.isCalm()) return () => {};
		const before = row.getBoundingClientRect().top;
		return () => {
			const moved = row.isConnected ? row.getBoundingClientRect().top - before : 0;
			if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: 'instant' });
		};
	}

	#rowInSight(): Element | undefined {
		const list = this.#list();
		const touched = list?.querySelector(':scope > :focus-within, :scope > :hover');
		if (touched) return touched;
		return [...(list?.children ?? [])].find((row) => {
			const { top, bottom } = row.getBoundingClientRect();
			return bottom > 80 && top < innerHeight;
		});
	}
}
