// The demo town's live meeting: a dozen questions, each somewhere else on its way.
import type { Talk } from './talk.ts';

export const liveTalk: Talk = {
	minutes: 25,
	visitors: 37,
	isOver: false,
	isReported: false,
	meeting: {
		title: 'Bikes, scooters and sidewalks on Market Street',
		description:
			'Since the scooters came, the sidewalk has become the faster lane. Chief Ruth Almeida, the scooter company and the city’s accessibility officer are on, and so are you.\n\nAsk your own question, or lend your vote to one that says it already. You need no account and no name.',
		placeKind: 'hybrid',
		place: 'City Hall, room 2',
		languages: ['en', 'es'],
		agenda: [
			{ title: 'What has changed since spring', minutes: 15 },
			{ title: 'Walking with a cane, a stroller, a dog: three neighbors', minutes: 15 },
			{ title: 'Your questions', minutes: 50 },
			{ title: 'What we promise', minutes: 10 },
		],
	},
	questions: [
		{
			text: 'Is riding on the sidewalk forbidden on Market Street or not?',
			votes: 34,
			labels: ['sidewalks'],
			now: 'answered',
			answer:
				'It is, from Second to Ninth Street, for everything with a motor. Children under twelve may ride bikes there.',
		},
		{
			text: 'I am blind and was hit twice this summer. Who do I tell so that it counts for something?',
			votes: 61,
			labels: ['sidewalks', 'access'],
			now: 'on-air',
			concern: { title: 'People hit on the sidewalk of Market Street' },
		},
		{
			text: 'Could scooters be made to slow down by themselves in front of the senior center?',
			by: 'maria',
			votes: 47,
			labels: ['scooters'],
		},
		{ text: 'Why can’t the scooters just go slower near the old people’s home?', votes: 9, mergedInto: 2 },
		{
			text: '¿Cuántas multas se han puesto este año por ir en patineta eléctrica por la acera?',
			votes: 28,
			labels: ['scooters'],
			now: 'answered-in-writing',
			answer: 'Setenta y una hasta ayer; cincuenta y tres fueron avisos sin pago.',
		},
		{
			text: 'When does the protected bike lane on Market Street get built? Riders would gladly leave the sidewalk.',
			by: 'tom',
			votes: 39,
			labels: ['bike lane'],
		},
		{ text: 'Delivery riders have no place to wait. Could the loading zone be theirs after six?', votes: 17 },
		{ text: 'Do officers on bikes follow the same rules?', votes: 12 },
		{
			text: 'How many scooters may one company put on one block?',
			votes: 21,
			now: 'deferred',
			labels: ['scooters'],
		},
		{
			text: '¿Por qué los dejan tirados delante de las rampas para sillas de ruedas?',
			votes: 25,
			labels: ['access'],
		},
		{
			text: 'My landlord won’t fix the elevator, what can I do?',
			now: 'declined',
			reason: 'off-topic',
			note: 'The tenants’ office helps with that: 555-0142, every weekday.',
		},
		{ text: 'Which company is it anyway? (I found the answer, thanks)', now: 'withdrawn' },
		{ text: 'Those damn kids on scooters need a lesson, can somebody finally teach them one?', now: 'held' },
		{
			text: 'Will there be a number on each scooter that one can read from ten feet away?',
			now: 'submitted',
		},
		{ text: '¿Habrá una línea para avisar por mensaje, no por llamada?', now: 'submitted' },
	],
	polls: [
		{
			poll: {
				kind: 'ranked',
				question: 'What should come first on Market Street?',
				options: [
					'A protected bike lane',
					'Scooters that slow down by themselves',
					'Parking spots for scooters',
					'More officers on foot',
				],
			},
			now: 'open',
			ballots: [
				{ choice: [0, 2], count: 9 },
				{ choice: [1, 0], count: 7 },
				{ choice: [2, 0, 1], count: 4 },
				{ choice: [3, 1], count: 3 },
				{ choice: [3], count: 1 },
			],
		},
		{
			poll: { kind: 'words', question: 'Walking on Market Street: which word comes to mind?', most: 2 },
			now: 'draft',
		},
	],
};
