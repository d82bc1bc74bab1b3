// Counting ballots. Pure: the same ballots give the same result on every machine, in whatever order they come.
import type { Choice, PollForm } from './polls.ts';

/** So many ballots say the same: all that is kept of a closed poll. */
export type Counted = { choice: Choice; ballots: number };

/** One round of an instant run-off. */
export type Round = {
	/** Ballots that stand with each option, by its place; null once it is out. */
	votes: (number | null)[];
	/** Ballots on which every ranked option is out. They are not counted in this round. */
	exhausted: number;
	/** Who goes out after this round; null in the last one. */
	out: number | null;
	/** How it was decided between several with the fewest ballots; null where there was one. */
	tie: 'earlier-round' | 'lot' | null;
};

export type PollResult =
	| { kind: 'single' | 'multiple'; ballots: number; votes: number[] }
	| { kind: 'ranked'; ballots: number; rounds: Round[]; winner: number | null }
	| { kind: 'scale'; ballots: number; votes: number[]; mean: number | null; median: number | null }
	| {
			kind: 'words';
			ballots: number;
			/** Vetted words with the number of people who gave them, most first. */
			words: { word: string; ballots: number }[];
			/** Different words that are not shown. */
			withheld: number;
	  };

/** Words in a result; more could be read by nobody. */
export const wordsShown = 60;

/**
 * Counts a poll.
 * @param pollId decides by lot where the ballots do not; known before anybody votes
 * @param vetted the words that may be shown
 */
export function resultOf(
	pollId: string,
	poll: PollForm,
	counted: readonly Counted[],
	vetted: readonly string[] = [],
): PollResult {
	const ballots = sum(counted.map((one) => one.ballots));
	switch (poll.kind) {
		case 'single':
		case 'multiple':
			return { kind: poll.kind, ballots, votes: poll.options.map((_, at) => votesFor(counted, at)) };
		case 'ranked':
			return { kind: 'ranked', ballots, ...instantRunOff(poll.options.length, counted, pollId) };
		case 'scale': {
			const votes = Array.from({ length: poll.scale?.to ?? 0 }, (_, at) => votesFor(counted, at + 1));
			return { kind: 'scale', ballots, votes, mean: meanOf(votes), median: medianOf(votes) };
		}
		case 'words': {
			const all = wordsOf(counted);
			const words = all.filter(({ word }) => vetted.includes(word)).slice(0, wordsShown);
			return { kind: 'words', ballots, words, withheld: all.length - words.length };
		}
	}
}

/** Every word with the number of people who gave it, most first, then by the alphabet. */
export function wordsOf(counted: readonly Counted[]): { word: string; ballots: number }[] {
	const counts = new Map<string, number>();
	for (const { choice, ballots } of counted)
		for (const word of choice) counts.set(String(word), (counts.get(String(word)) ?? 0) + ballots);
	return [...counts]
		.map(([word, ballots]) => ({ word, ballots }))
		.sort((a, b) => b.ballots - a.ballots || (a.word < b.word ? -1 : 1));
}

/**
 * Instant run-off. In each round a ballot counts for the option it ranks highest of those still in. Who has more than half of the
 * ballots that count wins; else the option with the fewest goes out. Of several with the fewest the one goes that had fewer in the
 * last earlier round in which they differ; where they never did, a lot decides that is fixed by the poll's id.
 */
export function instantRunOff(
	options: number,
	counted: readonly Counted[],
	seed: string,
): { rounds: Round[]; winner: number | null } {
	const rounds: Round[] = [];
	const isIn = Array<boolean>(options).fill(true);
	for (;;) {
		const { votes, exhausted } = standing(isIn, counted);
		const counting = sum(votes.map((n) => n ?? 0));
		const round: Round = { votes, exhausted, out: null, tie: null };
		const leader = votes.findIndex((n) => n !== null && n * 2 > counting);
		const left = votes.flatMap((n, at) => (n === null ? [] : [at]));
		if (counting === 0) return { rounds: [...rounds, round], winner: null };
		if (leader !== -1 || left.length === 1) return { rounds: [...rounds, round], winner: leader };
		const { out, tie } = lastOf(left, [...rounds, round], seed);
		rounds.push({ ...round, out, tie });
		isIn[out] = false;
	}
}

function standing(isIn: boolean[], counted: readonly Counted[]): Pick<Round, 'votes' | 'exhausted'> {
	const votes = isIn.map((one) => (one ? 0 : null));
	let exhausted = 0;
	for (const { choice, ballots } of counted) {
		const first = choice.find((at) => isIn[Number(at)]);
		if (first === undefined) exhausted += ballots;
		else votes[Number(first)]! += ballots;
	}
	return { votes, exhausted };
}

/** Who goes out, and how that was decided. @param rounds up to the present one */
function lastOf(left: number[], rounds: readonly Round[], seed: string): { out: number; tie: Round['tie'] } {
	let tied = left;
	for (const [back, { votes }] of [...rounds].reverse().entries()) {
		const fewest = Math.min(...tied.map((at) => votes[at]!));
		tied = tied.filter((at) => votes[at] === fewest);
		if (tied.length === 1) return { out: tied[0]!, tie: back === 0 ? null : 'earlier-round' };
	}
	const [out] = tied.toSorted((a, b) => lotOf(seed, a) - lotOf(seed, b) || a - b);
	return { out: out!, tie: 'lot' };
}

/** An option's lot: FNV-1a over the poll's id and the option's place, stirred so that neighbours fall far apart. The lowest goes out. */
export function lotOf(seed: string, option: number): number {
	let hash = 0x811c9dc5;
	for (const char of `${seed}:${option}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

function votesFor(counted: readonly Counted[], option: number): number {
	return sum(counted.filter(({ choice }) => choice.includes(option)).map(({ ballots }) => ballots));
}

/** @param votes how many gave 1, 2, 3 … */
function meanOf(votes: number[]): number | null {
	const n = sum(votes);
	return n === 0 ? null : Math.round((sum(votes.map((count, at) => count * (at + 1))) / n) * 100) / 100;
}

/** The number in the middle; of an even count the mean of the two in the middle. */
function medianOf(votes: number[]): number | null {
	const n = sum(votes);
	if (n === 0) return null;
	return (nth(votes, Math.ceil(n / 2)) + nth(votes, Math.floor(n / 2) + 1)) / 2;
}

function nth(votes: number[], place: number): number {
	let before = 0;
	return votes.findIndex((count) => (before += count) >= place) + 1;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
