// Who came to a meeting, as everybody may know it: sums, and parts of the city only where enough people came from them.
import * as v from 'valibot';

/** Groups of a whole that may be shown, and everybody else: the other groups and whoever belongs to none. */
export type Group = { name: string; count: number };
export type ShownGroups = { shown: Group[]; others: number };

/** What is told of who came. Online: most browsers at once, and different ones, counted without names. */
export type ReportedAttendance = {
	online: { peak: number; visitors: number };
	/** Browsers that said they are in the room, and people whom staff counted there. */
	room: number;
	/** People who called, counted by staff. */
	phone: number;
	/** Null: nobody was asked, too few came, or the books are not closed yet. */
	byArea: ShownGroups | null;
};

/** So many days after a meeting single visits are forgotten at the latest; sums stay. */
export const visitDays = 30;

/** Smaller groups of people are not shown: a neighbour could be recognised in them. */
export const leastGroup = 10;

/**
 * Which groups of a whole may be shown. Small ones are hidden, together with those who belong to no group; and where all these are
 * fewer than `least` people, the smallest of the other groups is hidden with them. How many groups that are is not told, nor how many
 * said nothing. So for each hidden group every number under `least` is as possible as any other, also for somebody who knows this
 * rule: `others` is large enough for it, and the rest may have said nothing.
 * @param groups all there are, also those that nobody belongs to
 * @param whole everybody, with those who belong to no group
 * @returns null where no group can be shown
 */
export function shownGroups(groups: readonly Group[], whole: number, least = leastGroup): ShownGroups | null {
	const bySize = groups.toSorted((a, b) => a.count - b.count || (a.name < b.name ? -1 : 1));
	const shown = bySize.filter(({ count }) => count >= least);
	const others = () => whole - shown.reduce((sum, { count }) => sum + count, 0);
	if (shown.length < groups.length && others() < least) shown.shift();
	if (shown.length === 0) return null;
	return { shown: shown.toSorted((a, b) => (a.name < b.name ? -1 : 1)), others: others() };
}

/** Which part of the city somebody says they come from; null takes it back. */
export const areaInput = v.object({
	meetingId: v.pipe(v.string(), v.uuid()),
	areaId: v.nullable(v.pipe(v.string(), v.uuid())),
});
