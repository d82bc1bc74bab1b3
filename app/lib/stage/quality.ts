// How much of the stage a browser receives, and when its person is offered less or more: counted from the browser's own statistics.
// It is only ever an offer. Sound comes before pictures on every step.
import { recalled, remember } from '#lib/memory.ts';

/** From the strongest line to the weakest. */
export const steps = ['all', 'speaker', 'sound', 'text'] as const;
export type Step = (typeof steps)[number];

const memory = 'stage-quality';

export const rememberedStep = (): Step => recalled(memory, steps);
export const rememberStep = (step: Step): void => remember(memory, step);

/** The step below or above; undefined at the end. */
export function neighbour(step: Step, way: 'down' | 'up'): Step | undefined {
	return steps[steps.indexOf(step) + (way === 'down' ? 1 : -1)];
}

/** What came through and what did not, summed up since the beginning. */
export type Counts = {
	received: number;
	lost: number;
	frozenSeconds: number;
	/** Samples of sound, and how many of them were made up because nothing came. */
	samples: number;
	madeUp: number;
	/** Decoded pictures of each camera by its track. */
	frames: Record<string, number>;
};

type Stat = { type: string; [key: string]: unknown };

export function countsOf(stats: { values(): Iterable<Stat> }): Counts {
	const counts: Counts = { received: 0, lost: 0, frozenSeconds: 0, samples: 0, madeUp: 0, frames: {} };
	const number = (value: unknown) => (typeof value === 'number' ? value : 0);
	for (const stat of stats.values()) {
		if (stat.type !== 'inbound-rtp') continue;
		counts.received += number(stat['packetsReceived']);
		counts.lost += number(stat['packetsLost']);
		counts.frozenSeconds += number(stat['totalFreezesDuration']);
		counts.samples += number(stat['totalSamplesReceived']);
		// Silence that nobody sends is made up, too, and is no fault of the line.
		counts.madeUp += number(stat['concealedSamples']) - number(stat['silentConcealedSamples']);
		if (typeof stat['trackIdentifier'] === 'string' && 'framesDecoded' in stat)
			counts.frames[stat['trackIdentifier']] = number(stat['framesDecoded']);
	}
	return counts;
}

/**
 * Whether the line was weak between two looks.
 * @param cameras tracks of the cameras that should have moved
 * @returns null when too little came to say
 */
export function wasWeak(before: Counts, after: Counts, cameras: readonly string[]): boolean | null {
	const lost = after.lost - before.lost;
	const all = lost + after.received - before.received;
	const samples = after.samples - before.samples;
	const stands = cameras.some(
		(track) => before.frames[track] && before.frames[track] === after.frames[track],
	);
	if (stands || after.frozenSeconds - before.frozenSeconds > 0.6) return true;
	if (samples > 0 && (after.madeUp - before.madeUp) / samples > 0.15) return true;
	return all < 20 ? null : lost / all > 0.06;
}

/** One look every three seconds: three weak ones of the last five are a weak line, two minutes without any a good one. */
export const lookEveryMs = 3_000;
const looksBack = 5;
const weakOfThem = 3;
export const goodLooks = 40;

/** What to offer after these looks, the latest last. */
export function offerAfter(looks: readonly (boolean | null)[], step: Step): 'down' | 'up' | null {
	const isWeak = looks.slice(-looksBack).filter((look) => look === true).length >= weakOfThem;
	if (isWeak) return neighbour(step, 'down') ? 'down' : null;
	const last = looks.slice(-goodLooks);
	const isGood = last.length === goodLooks && last.every((look) => look !== true);
	return isGood && neighbour(step, 'up') ? 'up' : null;
}
