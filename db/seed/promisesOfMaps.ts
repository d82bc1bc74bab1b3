// What the demo town promised about the pins of its maps, and what became of it. Invented; nobody in it is real.
import { community, dispatch, traffic, works, type DemoFollowup } from './promise.ts';

/** Of what stood on the maps. */
export const mapFollowups: DemoFollowup[] = [
	{
		...{ title: 'White light and a whole mirror in the underpass', unit: works, area: 'Riverside' },
		description: 'Wash it, change the lamp, hang a mirror that does not break.',
		...{
			topic: 'public-space',
			success: 'People walk through at nine in the evening.',
			due: -12,
			review: -9,
		},
		concerns: ['People walk around the underpass after dark'],
		steps: [
			['proposed', 24],
			['committed', 22],
			['in-progress', 18],
			['blocked', 6, 'The mirror hangs on the railway’s wall, and the railway has not answered us.'],
		],
		milestones: [
			['Washed', 1, 15, 16],
			['White lamp', 2, 10, 11],
			['Mirror', 1, -5],
		],
		updates: [{ day: 11, text: 'Washed, and the lamp is white. The mirror comes next.' }],
	},
	{
		...{ title: 'Keep the vans off the sidewalk of Market Street', unit: traffic, area: 'Old Town' },
		description: 'A card first, a ticket the second time; and a loading zone that is free until ten.',
		...{ topic: 'traffic', success: 'Five mornings without a van on the sidewalk.', due: 10 },
		concerns: ['Delivery vans on the sidewalk of Market Street'],
		steps: [
			['proposed', 25],
			['committed', 24],
			['in-progress', 22],
			['done', 13, 'Five mornings, one van. Its driver was new.'],
			['verified', 5, '', null],
		],
		answers: { fixed: 3 },
	},
	{
		...{ title: 'Three lamps behind the station', unit: works, area: 'Linden Heights', priority: 'urgent' },
		description: 'Two need a bulb, one a new pole.',
		...{ topic: 'lighting', success: 'All three burn.', due: 4 },
		concerns: ['Nobody sees you behind the station'],
		moved: { from: 9, day: 11, reason: 'The pole comes a week later.' },
		steps: [
			['proposed', 25],
			['committed', 24],
			['in-progress', 20],
		],
		milestones: [
			['Two bulbs', 2, 18, 19],
			['A pole', 1, 4],
		],
	},
	{
		...{ title: 'Change the lamp at the top of the stairs', unit: works, area: 'Linden Heights' },
		description: 'A new lamp of the kind that lasts.',
		...{ topic: 'lighting', success: 'It burns all night.', due: 11 },
		concerns: ['The lamp at the top of the stairs is out'],
		steps: [
			['proposed', 26],
			['committed', 25],
			['in-progress', 24],
			['done', 14, 'Changed on Thursday.'],
			['reopened', 3, '', null],
		],
		answers: { fixed: 1, notFixed: 3 },
	},
	{
		...{
			title: 'A place for trucks that is not Orchard Lane',
			unit: traffic,
			area: 'Millside',
			priority: 'low',
		},
		description: 'The mill’s old yard would hold twelve. Its owner would have to agree.',
		...{ topic: 'noise', success: 'No truck on Orchard Lane at five in the morning.', due: -40 },
		...{ concerns: ['Trucks stand on Orchard Lane overnight'], steps: [['proposed', 5]] },
	},
	{
		...{
			title: 'Control de animales dos veces por semana',
			unit: community,
			owner: 'dana',
			area: 'Eastgate',
		},
		description: 'Los martes y los viernes por la tarde, y una visita a los dueños que conocemos.',
		...{ topic: 'public-space', success: 'Dos semanas sin perros sueltos.', due: -8 },
		concerns: ['Perros sueltos por la tarde'],
		steps: [
			['proposed', 21],
			['committed', 20],
		],
	},
	{
		...{ title: 'The saw mill begins at six', unit: community, area: 'Millside' },
		description: 'What the permit says. Doors closed until seven.',
		...{ topic: 'noise', success: 'Ten quiet mornings.', due: 2 },
		concerns: ['The saw mill begins at half past five'],
		steps: [
			['proposed', 23],
			['committed', 22],
			['in-progress', 20],
			['done', 5, 'Ten mornings measured: the first saw at 6:04. The doors stay closed.'],
		],
		answers: { fixed: 1, notFixed: 1 },
	},
	{
		...{ title: 'Who reads the map every morning', unit: dispatch, area: 'Old Town', isInternal: true },
		description: 'A list for the next quarter, with somebody to fill in.',
		...{ topic: 'other', success: 'Every new pin is seen within a day.', due: -14, concerns: [] },
		steps: [
			['proposed', 12],
			['committed', 12],
		],
	},
];
