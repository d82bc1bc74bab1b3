// The rows of the form of milestones: as they are saved, as they are sent, and both brought together where somebody else was quicker.
import type { Milestone } from '#domain/followups.ts';

/** A row of the form. `was`: what it was filled with; of an empty one, of which nothing is saved, that. */
export type MilestoneRow = {
	id: string;
	title: string;
	weight: string;
	dueOn: string;
	isDone: boolean;
	was: string;
};

type Written = Pick<MilestoneRow, 'title' | 'weight' | 'dueOn' | 'isDone'>;
const written = ({ title, weight, dueOn, isDone }: Written): string =>
	JSON.stringify([title.trim(), weight, dueOn, isDone]);
const empty: Written = { title: '', weight: '1', dueOn: '', isDone: false };

const untouched = written(empty);

/** A row to be filled in. */
const emptyRow = (id: string): MilestoneRow => ({ ...empty, id, was: untouched });

/** The row of a saved one. */
function rowOf({ id, title, weight, dueOn, doneOn }: Milestone): MilestoneRow {
	const row = { title, weight: String(weight), dueOn: dueOn ?? '', isDone: doneOn !== null };
	return { ...row, id, was: written(row) };
}

/** Names of a row's fields in the form. */
export const rowFields = (i: number) => ({
	id: `milestoneId-${i}`,
	title: `milestoneTitle-${i}`,
	weight: `milestoneWeight-${i}`,
	dueOn: `milestoneDue-${i}`,
	isDone: `milestoneDone-${i}`,
	was: `milestoneWas-${i}`,
});

/** The rows of a form that was sent. */
export function rowsIn(values: Record<string, string>): MilestoneRow[] {
	const rows: MilestoneRow[] = [];
	for (let i = 0; rowFields(i).id in values; i++) {
		const { id, title, weight, dueOn, isDone, was } = rowFields(i);
		const said = (name: string) => values[name] ?? '';
		rows.push({
			...{ id: said(id), title: said(title), weight: said(weight), dueOn: said(dueOn) },
			...{ isDone: isDone in values, was: said(was) },
		});
	}
	return rows;
}

const isTouched = (row: MilestoneRow) => written(row) !== row.was;
const isOfOne = (row: MilestoneRow) => row.was !== untouched;

/** Whether something is written where somebody else has changed the same. */
export const isContested = (rows: readonly MilestoneRow[], saved: readonly Milestone[]): boolean =>
	rows.some((row) => isTouched(row) && isOfOne(row) && row.was !== standsFor(row, saved)?.was);

/** What is written stays; what was not touched is as it is saved now. The last row is one to be filled in. */
export function broughtTogether(
	rows: readonly MilestoneRow[],
	saved: readonly Milestone[],
	newId: () => string,
): MilestoneRow[] {
	const written = rows.flatMap((row) => {
		const stands = standsFor(row, saved);
		if (!isTouched(row)) return stands ? [stands] : [];
		return [{ ...row, was: stands?.was ?? untouched }];
	});
	const ids = new Set(rows.map(({ id }) => id));
	const added = saved.filter(({ id }) => !ids.has(id)).map(rowOf);
	const last = rows.findLast((row) => !isTouched(row) && !isOfOne(row));
	return [...written, ...added, last ?? emptyRow(newId())];
}

/** What is saved otherwise than a form that was sent had it before it: with the number of the row, or of the milestone where it is new. */
export function changedRows(
	rows: readonly MilestoneRow[],
	saved: readonly Milestone[],
): { number: number; now: Milestone | null }[] {
	const before = rows.flatMap((row, i) => {
		const now = saved.find(({ id }) => id === row.id) ?? null;
		return isOfOne(row) && row.was !== standsFor(row, saved)?.was ? [{ number: i + 1, now }] : [];
	});
	const ids = new Set(rows.map(({ id }) => id));
	const added = saved.flatMap((now, i) => (ids.has(now.id) ? [] : [{ number: i + 1, now }]));
	return [...before, ...added];
}

function standsFor({ id }: MilestoneRow, saved: readonly Milestone[]): MilestoneRow | undefined {
	const found = saved.find((one) => one.id === id);
	return found && rowOf(found);
}
