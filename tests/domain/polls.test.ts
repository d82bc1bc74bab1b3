// What can be answered in a poll, and how it is counted: held against a count that is written another way.
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { instantRunOff, lotOf, resultOf, wordsOf, type Counted } from '#domain/pollCounts.ts';
import {
	choiceIn,
	formOfPoll,
	pollFormInput,
	pollToLookAt,
	silentIn,
	type Choice,
	type Poll,
	type PollForm,
} from '#domain/polls.ts';

/** The same numbers on every run. */
function dice(seed: number) {
	let state = seed;
	return (below: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}
function shuffled<T>(list: readonly T[], roll: (below: number) => number): T[] {
	const left = [...list];
	return list.map(() => left.splice(roll(left.length), 1)[0]!);
}
const counted = (choices: Choice[]): Counted[] => choices.map((choice) => ({ choice, ballots: 1 }));
const form = (input: v.InferInput<typeof pollFormInput>): PollForm =>
	formOfPoll(v.parse(pollFormInput, input));

const ranked = form({ kind: 'ranked', question: 'Which street first?', options: ['Oak', 'Elm', 'Ash'] });
const scale = form({ kind: 'scale', question: 'How safe do you feel?', to: 5, low: 'not', high: 'very' });
const words = form({ kind: 'words', question: 'One word for tonight?', most: 2 });

describe('what can be answered', () => {
	test.each([
		['one option', form({ kind: 'single', question: 'Now?', options: ['Yes', 'No'] }), [1], [1]],
		['no two of one', form({ kind: 'single', question: 'Now?', options: ['Yes', 'No'] }), [0, 1], null],
		['no option that is not there', ranked, [3], null],
		['no option twice', ranked, [1, 1], null],
		['a ranking in its order', ranked, [2, 0], [2, 0]],
		['nothing at all', ranked, [], null],
		['no words for numbers', ranked, ['Oak'], null],
		['a number of the scale', scale, [5], [5]],
		['none beyond it', scale, [6], null],
		['none before it', scale, [0], null],
		['words, folded and in one order', words, ['  Hope ', 'LIGHT  now'], ['hope', 'light now']],
		['the same word once', words, ['Hope', 'hope'], ['hope']],
		['not too many words', words, ['a', 'b', 'c'], null],
		['no word that is too long', words, ['x'.repeat(31)], null],
		['no word of blanks', words, ['  '], null],
	] as const)('%s', (_, poll, raw, choice) => {
		expect(choiceIn(poll, [...raw])).toEqual(choice);
	});

	test('several are at most as many as the poll takes, in one order', () => {
		const several = form({ kind: 'multiple', question: 'Which?', options: ['a', 'b', 'c'], most: 2 });
		expect(choiceIn(several, [2, 0])).toEqual([0, 2]);
		expect(choiceIn(several, [0, 1, 2])).toBeNull();
	});

	test.each([
		['one option', { kind: 'single', question: 'Now?', options: ['Yes'] }],
		['the same option twice', { kind: 'single', question: 'Now?', options: ['Yes', ' yes'] }],
		['no question', { kind: 'words', question: ' ' }],
		['another scale', { kind: 'scale', question: 'How?', to: 6, low: '', high: '' }],
	])('a poll with %s is none', (_, input) => {
		expect(v.safeParse(pollFormInput, input).success).toBe(false);
	});
});

describe('counting', () => {
	test('of one and of several: each option by itself', () => {
		const several = form({ kind: 'multiple', question: 'Which?', options: ['a', 'b', 'c'] });
		expect(resultOf('x', several, counted([[0, 2], [2], [1, 2]]))).toEqual({
			kind: 'multiple',
			ballots: 3,
			votes: [1, 1, 3],
		});
	});

	test('of a scale: the mean to two places, and the middle', () => {
		expect(resultOf('x', scale, counted([[1], [2], [5], [5]]))).toEqual({
			...{ kind: 'scale', ballots: 4, votes: [1, 1, 0, 0, 2] },
			...{ mean: 3.25, median: 3.5 },
		});
		expect(resultOf('x', scale, [])).toMatchObject({ mean: null, median: null });
	});

	test('a scale agrees with a list that is sorted and looked up', () => {
		const roll = dice(4);
		for (let n = 1; n < 60; n++) {
			const all = Array.from({ length: n }, () => 1 + roll(5)).sort((a, b) => a - b);
			const result = resultOf('x', scale, counted(all.map((one) => [one])));
			if (result.kind !== 'scale') throw new Error('not a scale');
			expect(result.median).toBe((all[Math.floor((n - 1) / 2)]! + all[Math.floor(n / 2)]!) / 2);
			expect(result.mean).toBeCloseTo(all.reduce((a, b) => a + b, 0) / n, 1);
		}
	});

	test('of words: only vetted ones are shown, the others are numbered', () => {
		const all = counted([['light', 'hope'], ['light'], ['fool']]);
		expect(wordsOf(all)[0]).toEqual({ word: 'light', ballots: 2 });
		expect(resultOf('x', words, all, ['light'])).toEqual({
			...{ kind: 'words', ballots: 3, withheld: 2 },
			words: [{ word: 'light', ballots: 2 }],
		});
	});
});

describe('instant run-off', () => {
	const run = (choices: Choice[], options = 3, seed = 'seed') =>
		instantRunOff(options, counted(choices), seed);

	test('more than half wins at once', () => {
		expect(run([[0], [0, 1], [1]])).toEqual({
			winner: 0,
			rounds: [{ votes: [2, 1, 0], exhausted: 0, out: null, tie: null }],
		});
	});

	test('the fewest goes out, and its ballots go on to their next choice', () => {
		const result = run([[0], [0], [0, 1], [1], [1, 0], [1], [2, 1]]);
		expect(result.rounds).toEqual([
			{ votes: [3, 3, 1], exhausted: 0, out: 2, tie: null },
			{ votes: [3, 4, null], exhausted: 0, out: null, tie: null },
		]);
		expect(result.winner).toBe(1);
	});

	test('a ballot without a next choice is exhausted, and half of the others is enough', () => {
		const result = run([[0], [0], [1], [1], [1], [2], [2, 0]].slice(0, 6));
		expect(result.rounds[1]).toEqual({ votes: [2, 3, null], exhausted: 1, out: null, tie: null });
		expect(result.winner).toBe(1);
	});

	test('of two with the fewest the one goes that had fewer in the last round in which they differ', () => {
		// Round 1: 5 4 3 2. The last one goes and its two go to the third: 5 4 5. Then 5 + … stays a tie of equals below.
		const choices: Choice[] = [
			...Array<Choice>(5).fill([0]),
			...Array<Choice>(4).fill([1]),
			...Array<Choice>(3).fill([2]),
			...Array<Choice>(1).fill([3, 2]),
		];
		const { rounds } = run(choices, 4);
		expect(rounds[1]).toMatchObject({ votes: [5, 4, 4, null], out: 2, tie: 'earlier-round' });
	});

	test('where they never differ a lot decides, always the same for one poll and not the same for all', () => {
		const tie: Choice[] = [[0], [1]];
		const winners = Array.from({ length: 200 }, (_, n) => run(tie, 2, `poll ${n}`));
		expect(winners.every(({ rounds }) => rounds[0]!.tie === 'lot')).toBe(true);
		expect(run(tie, 2, 'poll 7')).toEqual(winners[7]);
		const first = winners.filter(({ winner }) => winner === 0).length;
		expect(first).toBeGreaterThan(70);
		expect(first).toBeLessThan(130);
		expect(lotOf('a', 0)).not.toBe(lotOf('a', 1));
	});

	test('without ballots nobody wins', () => {
		expect(run([])).toEqual({
			winner: null,
			rounds: [{ votes: [0, 0, 0], exhausted: 0, out: null, tie: null }],
		});
	});

	test('agrees with a count by hand of every ballot, for two thousand polls', () => {
		const roll = dice(22);
		for (let poll = 0; poll < 2_000; poll++) {
			const options = 2 + roll(5);
			const places = Array.from({ length: options }, (_, at) => at);
			const ballots = Array.from({ length: roll(25) }, () =>
				shuffled(places, roll).slice(0, 1 + roll(options)),
			);
			const result = run(ballots, options, `poll ${poll}`);
			expect(result).toEqual(byHand(ballots, options, `poll ${poll}`));
			// In whatever order they come, and gathered into rows.
			const rows = [...Map.groupBy(shuffled(ballots, roll), (one) => one.join())].map(([, same]) => ({
				choice: same[0]!,
				ballots: same.length,
			}));
			expect(instantRunOff(options, rows, `poll ${poll}`)).toEqual(result);
			for (const { votes, exhausted } of result.rounds)
				expect(votes.reduce<number>((sum, n) => sum + (n ?? 0), exhausted)).toBe(ballots.length);
		}
	});
});

/** Slow and plain: papers on piles, moved by hand. */
function byHand(ballots: number[][], options: number, seed: string) {
	const names = Array.from({ length: options }, (_, at) => at);
	let papers = ballots.map((ranking) => [...ranking]);
	const gone = new Set<number>();
	const history: Map<number, number>[] = [];
	const rounds: unknown[] = [];
	for (;;) {
		papers = papers.map((ranking) => ranking.filter((option) => !gone.has(option)));
		const piles = new Map<number, number>();
		for (const option of names) if (!gone.has(option)) piles.set(option, 0);
		let empty = 0;
		for (const [top] of papers) {
			if (top === undefined) empty++;
			else piles.set(top, piles.get(top)! + 1);
		}
		history.push(piles);
		const votes = names.map((option) => piles.get(option) ?? null);
		const valid = papers.length - empty;
		const best = [...piles].sort((a, b) => b[1] - a[1])[0]!;
		const last = { votes, exhausted: empty, out: null, tie: null };
		if (valid === 0) return { rounds: [...rounds, last], winner: null };
		if (best[1] > valid / 2) return { rounds: [...rounds, last], winner: best[0] };
		// Everybody who stands at the bottom of this round, then of the one before among those, and so on.
		let bottom = [...piles.keys()];
		let steps = 0;
		for (let at = history.length - 1; at >= 0 && bottom.length > 1; at--, steps++) {
			const least = Math.min(...bottom.map((option) => history[at]!.get(option)!));
			bottom = bottom.filter((option) => history[at]!.get(option) === least);
		}
		const isLot = bottom.length > 1;
		const out = bottom.sort((a, b) => lotOf(seed, a) - lotOf(seed, b))[0]!;
		rounds.push({
			votes,
			exhausted: empty,
			out,
			tie: isLot ? 'lot' : steps > 1 ? 'earlier-round' : null,
		});
		gone.add(out);
	}
}

describe('what a viewer is shown', () => {
	const poll = (change: Partial<Poll>): Poll => ({
		...{ ...ranked, id: 'p', number: 1, state: 'closed', openedAt: null, closedAt: null, voted: 3 },
		...{ present: 10, onScreen: false, result: null, concern: null },
		...change,
	});
	const result = resultOf('x', ranked, []);

	test('the open poll first, then the newest result, never a result that is not shown', () => {
		const old = poll({ id: 'old', closedAt: '2026-11-30T18:00:00.000Z', result });
		const recent = poll({ id: 'recent', closedAt: '2026-11-30T19:00:00.000Z', result });
		const hidden = poll({ id: 'hidden', closedAt: '2026-11-30T20:00:00.000Z' });
		const open = poll({ id: 'open', state: 'open' });
		expect(pollToLookAt([old, recent, hidden, open])?.id).toBe('open');
		expect(pollToLookAt([old, recent, hidden])?.id).toBe('recent');
		expect(pollToLookAt([hidden])).toBeUndefined();
	});

	test('who has not answered is who was there less who has voted', () => {
		expect(silentIn({ present: 10, voted: 3 })).toBe(7);
		expect(silentIn({ present: null, voted: 3 })).toBeNull();
	});
});
