// When somebody on a weak line is offered less, and on a good one more.
import { describe, expect, test } from 'vitest';
import { countsOf, goodLooks, offerAfter, wasWeak, type Counts } from '#lib/stage/quality.ts';

const start: Counts = {
	received: 1000,
	lost: 10,
	frozenSeconds: 1,
	samples: 48_000,
	madeUp: 0,
	frames: { a: 50 },
};
const later = (more: Partial<Counts>): Counts => ({
	...start,
	received: 1300,
	samples: 192_000,
	frames: { a: 95 },
	...more,
});

describe('a look at the line', () => {
	test.each([
		['as it should be', later({}), false],
		['a lost packet now and then', later({ lost: 15 }), false],
		['one of ten lost', later({ lost: 45 }), true],
		['frozen pictures', later({ frozenSeconds: 2 }), true],
		['made-up sound', later({ madeUp: 40_000 }), true],
		['a camera that stands still', later({ frames: { a: 50 } }), true],
		['hardly anything sent', { ...start, received: 1005, frames: {} }, null],
	] as const)('%s', (_, after, weak) => {
		expect(wasWeak(start, after, ['a'])).toBe(weak);
	});

	test('a camera that is not watched may stand still', () => {
		expect(wasWeak(start, later({ frames: { a: 50 } }), [])).toBe(false);
	});

	test('what the browser counts is summed up', () => {
		const stats = [
			{
				type: 'inbound-rtp',
				packetsReceived: 10,
				packetsLost: 1,
				totalFreezesDuration: 0.5,
				framesDecoded: 7,
				trackIdentifier: 't',
			},
			{
				type: 'inbound-rtp',
				packetsReceived: 20,
				packetsLost: 2,
				totalSamplesReceived: 960,
				concealedSamples: 100,
				silentConcealedSamples: 60,
			},
			{ type: 'outbound-rtp', packetsSent: 99 },
		];
		expect(countsOf({ values: () => stats })).toEqual({
			received: 30,
			lost: 3,
			frozenSeconds: 0.5,
			samples: 960,
			madeUp: 40,
			frames: { t: 7 },
		});
	});
});

describe('the offer', () => {
	const good = Array<boolean | null>(goodLooks).fill(false);

	test('three weak looks of five: a step down, but not below text', () => {
		expect(offerAfter([true, true], 'all')).toBeNull();
		expect(offerAfter([true, false, true, false, true], 'all')).toBe('down');
		expect(offerAfter([true, true, true], 'sound')).toBe('down');
		expect(offerAfter([true, true, true], 'text')).toBeNull();
		expect(offerAfter([true, true, true, false, false, false, false], 'all')).toBeNull();
	});

	test('two good minutes: a step up, but not above all', () => {
		expect(offerAfter(good, 'sound')).toBe('up');
		expect(offerAfter(good, 'all')).toBeNull();
		expect(offerAfter(good.slice(1), 'sound')).toBeNull();
		expect(offerAfter(good.with(3, true), 'sound')).toBeNull();
		// In silence too little comes to say: that is not weak.
		expect(offerAfter(good.fill(null, 5, 20), 'text')).toBe('up');
	});
});
