// Counts durations in steps of a tenth of a millisecond: millions of them in a few kilobytes.

export type Histogram = {
	add(ms: number): void;
	count(): number;
	/** The duration that `share` (0 to 1) of all do not exceed, in ms; NaN when there are none. */
	quantile(share: number): number;
};

const perMs = 10;
const longestMs = 20_000;

export function makeHistogram(): Histogram {
	const counts = new Uint32Array(longestMs * perMs + 1);
	let total = 0;
	return {
		add(ms) {
			const step = Math.min(Math.max(0, Math.ceil(ms * perMs)), counts.length - 1);
			counts[step]!++;
			total++;
		},
		count: () => total,
		quantile(share) {
			let left = Math.ceil(total * share);
			if (left === 0) return NaN;
			for (let step = 0; step < counts.length; step++) {
				left -= counts[step]!;
				if (left <= 0) return step / perMs;
			}
			return longestMs;
		},
	};
}
