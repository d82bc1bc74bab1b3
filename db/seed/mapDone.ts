// What the demo town did about the pins of its maps, and what it said at the end of a round.
import type { ActivityKind, Counts } from '#domain/activities.ts';

export type DemoActivity = {
	kind: ActivityKind;
	/** As in mapPins.ts; `to`: the other end of a stretch. */
	east: number;
	north: number;
	to?: { east: number; north: number };
	/** Days of the round, from 1; one that is still to come is the last that was. */
	from: number;
	until: number;
	counts: Counts;
	note: string;
};

export const reportedDone: DemoActivity[] = [
	{
		...{ kind: 'enforcement', east: -30, north: 22, from: 9, until: 13 },
		counts: { hours: 15, stops: 48, warnings: 31, citations: 17 },
		note: 'Radar and a visible officer at the school gate on five mornings. Most who were stopped live within a mile.',
	},
	{
		...{ kind: 'signs', east: -32, north: 24, from: 20, until: 20 },
		counts: { signs: 2 },
		note: 'Two signs that show the driven speed, one in each direction, by the schoolyard.',
	},
	{
		...{ kind: 'conversation', east: -70, north: 60, from: 15, until: 15 },
		counts: { hours: 3, people: 41 },
		note: 'Coffee with neighbors in Linden Park. The crossing guard stays for another year.',
	},
];

export const reportedSummary = `A third of what you marked this month was about speed, and most of that about two hundred yards of Elm Street by the school. We measured: one car in four drove more than 30 where 20 is allowed.

We stopped 48 drivers in one week and hung two signs that show the speed. What we could not do yet is the crossing: the traffic engineer has drawn it, the money is in next year’s budget.

The underpass and the bus stop on Mill Road are not done. They stay on our list, and the next map will show whether they get better.`;

export const closedDone: DemoActivity[] = [
	{
		...{ kind: 'patrol', east: 112, north: -5, to: { east: 109, north: -26 }, from: 8, until: 24 },
		counts: { hours: 46, stops: 29, warnings: 12, citations: 14 },
		note: 'Patrols on Mill Road on Friday and Saturday nights, with a noise meter borrowed from the county.',
	},
	{
		...{ kind: 'lighting', east: 46, north: 51, from: 18, until: 19 },
		counts: { repairs: 2 },
		note: 'Two of three lamps behind the station work again. The third needs a new pole, which is ordered.',
	},
	{
		...{ kind: 'lighting', east: 83, north: 13, from: 22, until: 22 },
		counts: { repairs: 1 },
		note: 'A solar lamp at the Mill Road bus stop, put up together with the transit company.',
	},
	{
		...{ kind: 'enforcement', east: 7, north: 8, from: 12, until: 16 },
		counts: { hours: 10, warnings: 22, citations: 9 },
		note: 'Loading zone on Market Street, five mornings. First a friendly card, the second time a ticket.',
	},
];

export const openDone: DemoActivity[] = [
	{
		...{ kind: 'repair', east: -6, north: -31, from: 31, until: 31 },
		counts: { hours: 4, repairs: 1, people: 3 },
		note: 'Underpass washed, and a white lamp instead of the yellow one. The mirror comes next week.',
	},
];
