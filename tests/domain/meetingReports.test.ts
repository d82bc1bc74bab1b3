// Groups of people in a report: small ones are not shown, and cannot be computed from the others.
import { expect, test } from 'vitest';
import { leastGroup, shownGroups, type Group } from '#domain/meetingReports.ts';

const groups = (...counts: number[]): Group[] => counts.map((count, i) => ({ name: `area ${i}`, count }));
const shown = (...counts: number[]) => shownGroups(groups(...counts)).shown.map(({ count }) => count);

test('groups of ten and more are shown as they are', () => {
	expect(shownGroups(groups(10, 25))).toEqual({ shown: groups(10, 25), hidden: null });
	expect(shownGroups([])).toEqual({ shown: [], hidden: null });
});

test('where one would be hidden alone, the next smallest is hidden with it', () => {
	expect(shownGroups(groups(30, 4, 12))).toEqual({
		shown: groups(30),
		hidden: { groups: 2, count: 16 },
	});
	expect(shown(4)).toEqual([]);
	expect(shown(4, 12)).toEqual([]);
});

test('two small ones hide each other only when they are ten together', () => {
	expect(shown(5, 6, 30)).toEqual([30]);
	expect(shown(4, 5, 12, 30)).toEqual([30]);
	expect(shown(0, 0, 0, 12)).toEqual([]);
});

test('whatever the groups are, no small one can be computed from what is shown and the sum of the others', () => {
	const sizes = [0, 1, 9, 10, 11, 40];
	for (const a of sizes)
		for (const b of sizes)
			for (const c of sizes)
				for (const d of sizes) {
					const all = groups(a, b, c, d);
					const { shown, hidden } = shownGroups(all);
					expect(shown.every(({ count }) => count >= leastGroup)).toBe(true);
					const sum = shown.reduce((sum, { count }) => sum + count, hidden?.count ?? 0);
					expect([sum, shown.length + (hidden?.groups ?? 0)]).toEqual([a + b + c + d, 4]);
					// What is hidden is several groups whose sum says of none of them how small it is.
					if (hidden && shown.length > 0)
						expect([hidden.groups >= 2, hidden.count >= leastGroup]).toEqual([true, true]);
				}
});
