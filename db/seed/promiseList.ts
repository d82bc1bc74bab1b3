// What the demo town has promised, and what became of it. Invented; nobody in it is real.
import { earlierFollowups } from './promisesEarlier.ts';
import { community, dispatch, parks, traffic, works, type DemoFollowup } from './promise.ts';
import { mapFollowups } from './promisesOfMaps.ts';

/** Promised in the meetings and after them. */
const ofMeetings: DemoFollowup[] = [
	{
		...{
			title: 'Measure speed on Elm Street at school time',
			unit: traffic,
			area: 'Old Town',
			priority: 'high',
		},
		description: 'The trailer from 7 to 9 on school days for four weeks, and the numbers on this page.',
		...{ topic: 'traffic', success: 'Numbers for twenty mornings.', due: 45 },
		...{ concerns: ['Speed at the Elm Street crossing before school'], meeting: 'Getting to school safely' },
		steps: [
			['proposed', 96],
			['committed', 95],
			['in-progress', 90],
			['done', 50, 'Twenty mornings: one car in four drove more than 30 where 20 is allowed.'],
		],
		updates: [
			{ day: 83, text: 'The first week is measured: 2,140 cars, the fastest at 51.' },
			{ day: 62, text: 'Officers stopped 48 drivers in the third week. The trailer stays for one more.' },
		],
		answers: { fixed: 2, cannotTell: 1 },
	},
	{
		...{ title: 'A paid guard at the second school entrance', unit: traffic, area: 'Old Town' },
		description: 'Two more guards in the next budget; until then an officer on Mondays and Fridays.',
		...{ topic: 'traffic', success: 'A guard there every school morning.', due: -21 },
		...{
			concerns: ['No guard at the second entrance of Elm Street School'],
			meeting: 'Getting to school safely',
		},
		steps: [
			['proposed', 94],
			['committed', 91],
			['in-progress', 80],
		],
		milestones: [
			['An officer on two mornings', 1, 84, 86],
			['Money in the budget', 2, 20, 24],
			['Guards hired', 2, -14],
		],
		updates: [
			{ day: 24, text: 'The council has voted for the money. The job is posted this week.' },
			{ day: 2, text: 'Three people have applied.', isDraft: true },
		],
	},
	{
		...{ title: 'Más tiempo para cruzar Elm Street', unit: traffic, area: 'Old Town' },
		description: 'Alargar la fase para peatones de 16 a 24 segundos.',
		...{ topic: 'traffic', success: 'Se alcanza a cruzar con un cochecito.', due: 88 },
		...{
			concerns: ['El semáforo de Elm Street no alcanza para cruzar'],
			meeting: 'Getting to school safely',
		},
		steps: [
			['proposed', 95],
			['committed', 95],
			['in-progress', 93],
			['done', 90, 'Desde esta mañana la fase dura 24 segundos.'],
			['verified', 80, '', null],
		],
		answers: { fixed: 3 },
	},
	{
		...{ title: 'Continue the bike lane to the river', unit: works, area: 'Old Town' },
		description: 'Four blocks of lane from Elm Street to the river walk.',
		...{ topic: 'traffic', success: 'A lane on all four blocks.', due: 15 },
		concerns: ['The bike lane on Elm Street ends in the traffic'],
		steps: [
			['proposed', 92],
			['committed', 89],
			[
				'dropped',
				46,
				'It would take forty parking places, and the council voted against that, five to four.',
			],
		],
	},
	{
		...{
			title: 'Light the path from the boathouse to the footbridge',
			unit: parks,
			area: 'Riverside',
			priority: 'high',
		},
		description: 'All nine lamps, and the two timers that switch them.',
		...{ topic: 'lighting', success: 'All nine burn from dusk to eleven.', due: 17 },
		...{ concerns: ['Nine dark lamps between the boathouse and the footbridge'], meeting: 'Summer nights' },
		moved: { from: 28, day: 33, reason: 'The timers came in the wrong size.' },
		steps: [
			['proposed', 67],
			['committed', 66],
			['in-progress', 60],
			['done', 26, 'All nine lamps burn. We walked the path on Tuesday night.'],
			['reopened', 20, '', null],
			['in-progress', 18, 'Two went out again in the first storm. The seals are being changed.'],
		],
		milestones: [
			['Nine lamps', 3, 40, 42],
			['Two timers', 1, 28, 27],
			['Seals that hold', 1, 12],
		],
		updates: [
			{ day: 48, text: 'Five of nine burn. The other four need new wires.' },
			{ day: 9, text: 'Seals for all nine are ordered, not only for the two.' },
		],
	},
	{
		...{
			title: 'Officers know that the park is open until eleven',
			unit: community,
			owner: 'dana',
			area: 'Riverside',
		},
		description: 'Said at every roll call for two weeks, and written on the card in each car.',
		...{ topic: 'youth', success: 'Nobody is sent away before eleven.', due: 55 },
		...{ concerns: ['Teenagers are sent away from the park before it closes'], meeting: 'Summer nights' },
		steps: [
			['proposed', 67],
			['committed', 67],
			['in-progress', 66],
			['done', 58, 'Said at fourteen roll calls. The card is in all eleven cars.'],
			['verified', 49, '', null],
		],
		answers: { fixed: 3, notFixed: 1 },
	},
	{
		...{ title: 'Night walks in Riverside Park', unit: community, owner: 'dana', area: 'Riverside' },
		description: 'Two adults of the youth center on Friday and Saturday nights, with a thermos and time.',
		...{ topic: 'youth', success: 'A walk on every weekend until winter.', due: -25 },
		...{ concerns: ['Somebody to talk to in the park who is not the police'], meeting: 'Summer nights' },
		steps: [
			['proposed', 61],
			['committed', 55],
			['in-progress', 50],
		],
		milestones: [
			['Six adults', 1, 40, 36],
			['The first walk', 1, 30, 29],
			['Every weekend', 2, -25],
		],
		updates: [{ day: 28, text: 'The first walk: three hours, nineteen conversations, one lost dog.' }],
	},
	{
		...{ title: 'Turn the river patrol’s meter on the boats', unit: parks, area: 'Riverside' },
		description: 'Measure on three weekends, then fines for what is too loud after eleven.',
		...{ topic: 'noise', success: 'Three quiet weekends in a row.', due: 12 },
		concerns: ['Boats with loudspeakers until two in the morning'],
		steps: [
			['proposed', 71],
			['committed', 66],
			['in-progress', 59],
		],
		updates: [{ day: 38, text: 'Measured on two weekends. The third was too stormy for boats.' }],
	},
	{
		...{ title: 'Una lámpara para la parada de Mill Road', unit: works, area: 'Eastgate' },
		description: 'Una lámpara solar, puesta con la empresa de transporte.',
		...{ topic: 'lighting', success: 'Hay luz en el banco toda la noche.', due: 18, meeting: 'Eastgate' },
		concerns: ['La parada de Mill Road no tiene luz'],
		steps: [
			['proposed', 37],
			['committed', 36],
			['in-progress', 30],
			['done', 21, 'La lámpara está puesta y encendida desde el martes.'],
			['verified', 12, '', null],
		],
		answers: { fixed: 4 },
	},
	{
		...{
			title: 'A second car in Eastgate from four to midnight',
			unit: dispatch,
			area: 'Eastgate',
			priority: 'high',
		},
		description: 'One more car in the hours in which help takes longest.',
		...{ topic: 'policing', success: 'Help within ten minutes, in nine of ten cases.', due: -30 },
		...{ concerns: ['Response times in Eastgate'], meeting: 'Patrols and response times' },
		steps: [
			['proposed', 11],
			['committed', 10],
			['in-progress', 6],
		],
		milestones: [
			['Shifts planned', 1, 4, 5],
			['The car drives', 2, -7],
			['Numbers of the first month', 1, -30],
		],
	},
	{
		...{
			title: 'An officer who speaks Spanish on every night shift',
			unit: community,
			owner: 'dana',
			area: 'Eastgate',
		},
		description: 'Shifts are planned so that at least one does; two of the next class are asked to learn it.',
		...{ topic: 'policing', success: 'One on every night shift for a month.', due: -60 },
		...{ concerns: ['Too few officers who speak Spanish at night'], meeting: 'Patrols and response times' },
		steps: [
			['proposed', 9],
			['committed', 7],
		],
	},
];

export const demoFollowups: DemoFollowup[] = [...earlierFollowups, ...ofMeetings, ...mapFollowups];
