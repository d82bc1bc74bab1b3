// Parts of the city in a report: small groups are not shown, and nobody can compute them from what is shown, also knowing the rule.
import { expect, test } from 'vitest';
import { leastGroup, shownGroups, type Group } from '#domain/attendance.ts';

const names = ['Elm', 'Lake', 'Mill', 'North'];
const groups = (...counts: number[]): Group[] => counts.map((count, i) => ({ name: names[i]!, count }));
const sum = (all: readonly number[]) => all.reduce((whole, one) => whole + one, 0);

test('groups of ten and more are shown by name, with everybody else in one line', () => {
	expect(shownGroups(groups(10, 4, 7, 30), 60)).toEqual({
		shown: [
			{ name: 'Elm', count: 10 },
			{ name: 'North', count: 30 },
		],
		others: 20,
	});
	expect(shownGroups(groups(10, 25), 37)).toEqual({ shown: groups(10, 25), others: 2 });
	expect(shownGroups([], 12)).toBeNull();
	expect(shownGroups(groups(9, 9, 9, 9), 36)).toBeNull();
});

test('where everybody else is fewer than ten people, the smallest group that could be shown is hidden with them', () => {
	expect(shownGroups(groups(30, 4, 12), 46)).toEqual({ shown: [{ name: 'Elm', count: 30 }], others: 16 });
	// Also where nobody came from the only other part: that would be told, too.
	expect(shownGroups(groups(30, 12, 0), 42)).toEqual({ shown: [{ name: 'Elm', count: 30 }], others: 12 });
	expect(shownGroups(groups(12, 4), 16)).toBeNull();
	// Enough who said nothing hide it as well.
	expect(shownGroups(groups(30, 4, 12), 52)).toEqual({
		shown: [
			{ name: 'Elm', count: 30 },
			{ name: 'Mill', count: 12 },
		],
		others: 10,
	});
});

/** Every table there is of so many groups with at most `most` people each, in a whole of at most all of these. */
function* tables(count: number, most: number): Generator<{ counts: number[]; whole: number }> {
	const base = most + 1;
	for (let n = 0; n < base ** count; n++) {
		const counts = Array.from({ length: count }, (_, at) => Math.floor(n / base ** at) % base);
		for (let whole = sum(counts); whole <= count * most; whole++) yield { counts, whole };
	}
}

test.each([
	{ least: 3, count: 3, most: 6 },
	{ least: 2, count: 4, most: 3 },
	{ least: 4, count: 2, most: 10 },
])(
	'who tries every table that fits what is shown rules out no number under $least, for no hidden one of $count groups',
	({ least, count, most }) => {
		// What is shown, and the whole, which a report tells too → what each group may be.
		const fitting = new Map<string, Set<number>[]>();
		const seen: { key: string; listed: Set<string>; whole: number }[] = [];
		for (const { counts, whole } of tables(count, most)) {
			const report = shownGroups(groups(...counts), whole, least);
			const key = JSON.stringify([report, whole]);
			const possible = fitting.get(key) ?? counts.map(() => new Set<number>());
			fitting.set(key, possible);
			for (const [at, one] of counts.entries()) possible[at]!.add(one);
			seen.push({ key, listed: new Set(report?.shown.map(({ name }) => name)), whole });
		}
		let tried = 0;
		const computed: string[] = [];
		for (const { key, listed, whole } of seen)
			for (const [at, possible] of fitting.get(key)!.entries()) {
				if (listed.has(names[at]!)) continue;
				// (That no more people are in it than came in all is known to everybody.)
				for (let n = 0; n < least && n <= whole; n++, tried++)
					if (!possible.has(n)) computed.push(`${key}: ${names[at]!} is not ${n}`);
			}
		expect(computed).toEqual([]);
		expect(tried).toBeGreaterThan(1_000);
	},
);

test('the same holds for the size that is used: each hidden group may be anything from none to nine', () => {
	let seed = 7;
	const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
	let hidden = 0;
	const told: unknown[] = [];
	for (let round = 0; round < 1_000; round++) {
		const counts = Array.from({ length: 4 }, () => random(random(2) ? 12 : 60));
		const whole = sum(counts) + random(15);
		const report = shownGroups(groups(...counts), whole);
		const shown = new Map(report?.shown.map(({ name, count }) => [name, count]));
		for (const count of shown.values()) expect(count).toBeGreaterThanOrEqual(leastGroup);
		expect(sum([...shown.values()]) + (report?.others ?? whole)).toBe(whole);
		for (const name of names.filter((one) => !shown.has(one)))
			for (let n = 0; n < leastGroup && n <= whole; n++) {
				// A table with this number, in which all other hidden ones are empty, gives the same report.
				const other = names.map((one) => ({ name: one, count: shown.get(one) ?? (one === name ? n : 0) }));
				if (JSON.stringify(shownGroups(other, whole)) !== JSON.stringify(report))
					told.push([counts, whole, n]);
				hidden++;
			}
	}
	expect(told).toEqual([]);
	expect(hidden).toBeGreaterThan(10_000);
});
