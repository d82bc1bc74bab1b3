// How numbers are drawn: round marks on the axis, and columns as high as what they count.
import { expect, test } from 'vitest';
import { blocksAt, mostOf, ticksTo, type Series } from '#lib/charts/scale.ts';

const series: Series[] = [
	{ name: 'Answered', look: 'full', values: [4, null, 0] },
	{ name: 'Without an answer', look: 'open', values: [3, 1, 0] },
];

test('the axis has a few round marks, and reaches over the most', () => {
	expect(ticksTo(0)).toEqual([0, 1]);
	expect(ticksTo(3)).toEqual([0, 1, 2, 3]);
	expect(ticksTo(9)).toEqual([0, 5, 10]);
	expect(ticksTo(137)).toEqual([0, 50, 100, 150]);
	for (let most = 0; most < 3_000; most += 7) {
		expect(ticksTo(most).at(-1)).toBeGreaterThanOrEqual(most);
		expect(ticksTo(most).length, String(most)).toBeLessThan(7);
	}
});

test('parts of a whole stand on each other, others side by side; nothing is drawn of nothing', () => {
	expect([mostOf(series, true), mostOf(series, false), mostOf([], true)]).toEqual([7, 4, 0]);
	expect(blocksAt(series, 0, true)).toEqual([
		{ look: 'full', start: 0, length: 4, lane: 0 },
		{ look: 'open', start: 4, length: 3, lane: 0 },
	]);
	expect(blocksAt(series, 1, false)).toEqual([{ look: 'open', start: 0, length: 1, lane: 1 }]);
	expect(blocksAt(series, 2, true)).toEqual([]);
});
