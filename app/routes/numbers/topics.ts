// What the page draws: five subjects, each by month and by area, with what its title finds.
import type { HonestNumbers, NumberName, Numbers } from '#domain/honestNumbers.ts';
import type { Look } from '#lib/charts/scale.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { days, dueIn } from './words.ts';

type Area = HonestNumbers['areas'][number];
export type Topic = {
	key: string;
	heading: () => string;
	series: { name: NumberName; look: Look }[];
	stacked: boolean;
	columns: NumberName[];
	byMonth: { unit: () => string; finding: (total: Numbers) => string };
	byArea: { unit: () => string; finding: (areas: Area[]) => string };
};

/** The areas in which there is most of something; null where there is nothing. What has no area is named only where it is alone. */
function most(areas: Area[], of: (area: Area) => number): { area: string; number: number } | null {
	const number = Math.max(0, ...areas.map(of));
	if (number === 0) return null;
	const names = areas.filter((area) => of(area) === number).flatMap(({ area }) => area ?? []);
	const list = new Intl.ListFormat(getLocale(), { type: 'conjunction' });
	return { area: names.length > 0 ? list.format(names) : m.numbers_no_area(), number };
}

const kept = (by: 'due' | 'first') => ({
	series: [
		{ name: `${by}OnTime`, look: 'full' },
		{ name: `${by}Late`, look: 'soft' },
		{ name: `${by}Missed`, look: 'open' },
	] satisfies Topic['series'],
	stacked: true,
	columns: [`${by}OnTime`, `${by}Late`, `${by}Missed`, `${by}Percent`] satisfies NumberName[],
	finding: (total: Numbers, words: (numbers: { kept: number; count: number; percent: number }) => string) => {
		const percent = total[`${by}Percent`];
		if (percent === null) return m.numbers_finding_kept_none();
		return words({ kept: total[`${by}OnTime`], count: dueIn(total, by), percent });
	},
	findingOf: (areas: Area[]) => {
		if (areas.every((area) => dueIn(area, by) === 0)) return m.numbers_finding_kept_none();
		const found = most(areas, (area) => area[`${by}Late`] + area[`${by}Missed`]);
		return found ? m.numbers_finding_kept_area(found) : m.numbers_finding_kept_all();
	},
});
const [due, first] = [kept('due'), kept('first')];

export const topics: Topic[] = [
	{
		key: 'heard',
		heading: m.numbers_topic_heard,
		series: [
			{ name: 'answered', look: 'full' },
			{ name: 'unanswered', look: 'open' },
		],
		stacked: true,
		columns: ['heard', 'answered', 'unanswered'],
		byMonth: {
			unit: m.numbers_unit_concerns,
			finding: ({ heard, answered, unanswered }) =>
				heard === 0 ? m.numbers_finding_nothing() : m.numbers_finding_heard({ heard, answered, unanswered }),
		},
		byArea: {
			unit: m.numbers_unit_concerns_area,
			finding: (areas) => {
				if (areas.every(({ heard }) => heard === 0)) return m.numbers_finding_nothing();
				const found = most(areas, ({ unanswered }) => unanswered);
				return found ? m.numbers_finding_heard_area(found) : m.numbers_finding_heard_all();
			},
		},
	},
	{
		key: 'days',
		heading: m.numbers_topic_days,
		series: [{ name: 'medianDays', look: 'full' }],
		stacked: false,
		columns: ['medianDays', 'answered', 'unanswered'],
		byMonth: {
			unit: m.numbers_unit_days,
			finding: ({ medianDays, unanswered }) =>
				medianDays === null
					? m.numbers_finding_days_none()
					: m.numbers_finding_days({ days: days(medianDays), count: unanswered }),
		},
		byArea: {
			unit: m.numbers_unit_days_area,
			finding: (areas) => {
				if (areas.every(({ medianDays }) => medianDays === null)) return m.numbers_finding_days_none();
				const found = most(areas, ({ medianDays }) => medianDays ?? 0);
				if (!found) return m.numbers_finding_days_everywhere({ days: days(0) });
				return m.numbers_finding_days_area({ area: found.area, days: days(found.number) });
			},
		},
	},
	{
		...{ key: 'kept', heading: m.numbers_topic_kept, series: due.series, stacked: due.stacked },
		columns: ['promised', ...due.columns],
		byMonth: { unit: m.numbers_unit_due, finding: (total) => due.finding(total, m.numbers_finding_kept) },
		byArea: { unit: m.numbers_unit_due_area, finding: due.findingOf },
	},
	{
		...{ key: 'first', heading: m.numbers_topic_first, series: first.series, stacked: first.stacked },
		columns: first.columns,
		byMonth: {
			unit: m.numbers_unit_first,
			finding: (total) => first.finding(total, m.numbers_finding_first),
		},
		byArea: { unit: m.numbers_unit_first_area, finding: first.findingOf },
	},
	{
		key: 'ends',
		heading: m.numbers_topic_ends,
		series: [
			{ name: 'claimed', look: 'open' },
			{ name: 'confirmed', look: 'good' },
			{ name: 'reopened', look: 'soft' },
		],
		stacked: false,
		columns: ['claimed', 'confirmed', 'checked', 'reopened', 'dropped', 'rejected'],
		byMonth: {
			unit: m.numbers_unit_ends,
			finding: ({ claimed, confirmed, reopened }) =>
				claimed + confirmed + reopened === 0
					? m.numbers_finding_nothing()
					: m.numbers_finding_ends({ claimed, confirmed, reopened }),
		},
		byArea: {
			unit: m.numbers_unit_ends_area,
			finding: (areas) => {
				const found = most(areas, ({ reopened }) => reopened);
				return found ? m.numbers_finding_ends_area(found) : m.numbers_finding_ends_all();
			},
		},
	},
];
