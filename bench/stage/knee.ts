// How many consumers a worker can carry, found in what was measured.

/** What a crowd of one size has shown; shares from 0 to 1. */
export type Step = { consumers: number; lost: number; core: number };

/** More than this share of lost packets is seen in the picture. */
export const mostLost = 0.001;
/** A core this full has nothing left for the next who comes. */
export const fullCore = 0.95;

export const isBearable = ({ lost, core }: Step) => lost < mostLost && core < fullCore;

/** The first size, in the order given, at which too much was lost or the core was full; undefined when all were borne. */
export function kneeOf<S extends Step>(steps: readonly S[]): S | undefined {
	return steps.find((step) => !isBearable(step));
}

/** The largest size before the knee; 0 when even the first was too much. */
export function carried(steps: readonly Step[]): number {
	const knee = steps.findIndex((step) => !isBearable(step));
	return steps.slice(0, knee === -1 ? steps.length : knee).at(-1)?.consumers ?? 0;
}

/** How fast a series grows, by the line that fits it best (least squares), per step. */
export function growth(series: readonly number[]): number {
	const middle = (series.length - 1) / 2;
	const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
	let along = 0;
	let square = 0;
	for (const [n, value] of series.entries()) {
		along += (n - middle) * (value - mean);
		square += (n - middle) ** 2;
	}
	return square === 0 ? 0 : along / square;
}
