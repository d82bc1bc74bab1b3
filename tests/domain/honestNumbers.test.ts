// Which months the honest numbers are of, and how a part of a whole is written.
import { expect, test } from 'vitest';
import {
	monthsOf,
	noneCounted,
	numbersFilterOf,
	numbersSearchOf,
	percentIn,
	periodOf,
	withPercent,
} from '#domain/honestNumbers.ts';

const today = '2026-03-09';
const all = { from: null, until: null };

test('without a wish they are of the last twelve months, but of none before the first that something happened in', () => {
	expect(periodOf(all, today)).toEqual({ from: '2025-04', until: '2026-03' });
	expect(periodOf(all, today, '2026-01')).toEqual({ from: '2026-01', until: '2026-03' });
	expect(periodOf(all, today, '2020-01')).toEqual({ from: '2025-04', until: '2026-03' });
	expect(periodOf({ from: null, until: '2025-12' }, today, '2026-01')).toEqual({
		...{ from: '2025-01', until: '2025-12' },
	});
});

test('nothing is told of months to come, of an end before its beginning, or of more than five years', () => {
	expect(periodOf({ from: '2026-02', until: '2027-01' }, today)).toEqual({
		from: '2026-02',
		until: '2026-03',
	});
	expect(periodOf({ from: '2026-03', until: '2026-01' }, today)).toEqual({
		from: '2025-02',
		until: '2026-01',
	});
	expect(periodOf({ from: '2000-01', until: null }, today)).toEqual({ from: '2021-04', until: '2026-03' });
	expect(monthsOf('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
});

test('an address says what is filtered, and what makes no sense is passed over', () => {
	const area = '0b9f6a3e-8f49-4c36-9a39-1a52ef3a0c11';
	const filter = { from: '2026-01', until: null, area };
	expect(numbersSearchOf(filter)).toBe(`?from=2026-01&area=${area}`);
	expect(numbersFilterOf(new URLSearchParams(numbersSearchOf(filter)))).toEqual(filter);
	expect(numbersSearchOf({ ...all, area: null })).toBe('');
	const nonsense = new URLSearchParams({ from: '2026-13', until: '1', area: "' or true --" });
	expect(numbersFilterOf(nonsense)).toEqual({ ...all, area: null });
});

test('of nothing there is no percentage, and what is not all is never a hundred', () => {
	expect(percentIn(0, 0)).toBeNull();
	expect(percentIn(999, 1_000)).toBe(99);
	expect(withPercent(noneCounted)).toMatchObject({ duePercent: null, firstPercent: null });
	expect(withPercent({ ...noneCounted, dueOnTime: 2, dueLate: 1, firstMissed: 1 })).toMatchObject({
		...{ duePercent: 66, firstPercent: 0 },
	});
});
