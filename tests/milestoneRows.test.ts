// The rows of the form of milestones: what is written and what somebody else has saved meanwhile, brought together.
import { expect, test } from 'vitest';
import type { Milestone } from '#domain/followups.ts';
import { broughtTogether, changedRows, isContested, rowFields, rowsIn } from '#lib/office/milestoneRows.ts';

const milestone = (id: string, more: Partial<Milestone> = {}): Milestone => ({
	...{ id, title: id, weight: 1, dueOn: null, doneOn: null },
	...more,
});
const newId = () => 'new';
const atFirst = (saved: Milestone[]) => broughtTogether([], saved, newId);
const titles = (rows: { title: string }[]) => rows.map(({ title }) => title);

test('what the form sends is what it was filled with', () => {
	const rows = atFirst([milestone('lamp', { weight: 3, doneOn: '2026-11-25' }), milestone('wiring')]);
	const sent = rows.flatMap((row, i) =>
		Object.entries(rowFields(i)).flatMap(([key, name]) => {
			const value = row[key as keyof typeof row];
			return value === false ? [] : [[name, String(value)]];
		}),
	);
	expect(rowsIn(Object.fromEntries(sent))).toEqual(rows);
	expect(titles(rows)).toEqual(['lamp', 'wiring', '']);
});

test('what was not touched is as the other has saved it: changed, taken away, added', () => {
	const before = atFirst([milestone('lamp'), milestone('wiring')]);
	const saved = [milestone('lamp', { title: 'Both lamps' }), milestone('paint')];
	expect(isContested(before, saved)).toBe(false);
	expect(broughtTogether(before, saved, newId)).toEqual(atFirst(saved));
	expect(changedRows(before, saved)).toEqual([
		{ number: 1, now: saved[0] },
		{ number: 2, now: null },
		{ number: 2, now: saved[1] },
	]);
	expect(changedRows(before, [milestone('lamp'), milestone('wiring')])).toEqual([]);
});

test('what is written stays; where both have changed the same it is contested', () => {
	const [lamp, wiring, last] = atFirst([milestone('lamp'), milestone('wiring')]);
	const written = [{ ...lamp!, title: 'A warm lamp' }, wiring!, { ...last!, title: 'Paint' }];
	const saved = [milestone('lamp'), milestone('wiring', { weight: 5 }), milestone('check')];
	expect(isContested(written, saved)).toBe(false);
	const together = broughtTogether(written, saved, () => 'newer');
	expect(titles(together)).toEqual(['A warm lamp', 'wiring', 'Paint', 'check', '']);
	expect(together[1]!.weight).toBe('5');
	// A second time nothing changes, and the row to be filled in is the same.
	expect(broughtTogether(together, saved, () => 'newest')).toEqual(together);

	for (const others of [[milestone('lamp', { title: 'A cheap lamp' }), saved[1]!], [saved[1]!]]) {
		expect(isContested(written, others)).toBe(true);
		expect(titles(broughtTogether(written, others, newId))).toEqual(['A warm lamp', 'wiring', 'Paint', '']);
	}
	// Emptied, to take it away, it is not filled again.
	const emptied = [{ ...lamp!, title: '' }, wiring!];
	expect(titles(broughtTogether(emptied, saved, newId))).toEqual(['', 'wiring', 'check', '']);
});
