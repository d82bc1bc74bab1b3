// What was said in the demo town's past meetings. Invented; nobody in it is real.
import { eastgate } from './eastgate.ts';
import type { PastTalk } from './talk.ts';

const elmStreet: PastTalk = {
	daysAgo: 97,
	from: '18:30',
	minutes: 90,
	visitors: 64,
	isOver: true,
	isReported: true,
	meeting: {
		title: 'Getting to school safely on Elm Street',
		description:
			'Three children were nearly hit at the crossing in spring. Lieutenant Grace Park and the city’s traffic engineer, Paul Nwosu, bring the speed measurements and want to hear what you see every morning.\n\nYou can ask before anybody knows your name, and nobody will ask for it.',
		placeKind: 'hybrid',
		place: 'Elm Street School, library, 210 Elm Street',
		languages: ['en', 'es'],
		agenda: [
			{ title: 'What the measurements show', minutes: 15 },
			{ title: 'Your questions', minutes: 60 },
			{ title: 'What happens next, and by when', minutes: 15 },
		],
	},
	kept: [
		{
			title: 'What the measurements show',
			text: 'Paul Nwosu showed the city’s counts at the Elm Street crossing. They were taken at noon; several parents said that the fast cars come before school.\n\nAgreed: the trailer stands there from 7 to 9 on school days for four weeks.',
			minute: 4,
		},
		{
			title: 'Your questions',
			text: 'Asked most: when somebody measures in the morning, a guard for the second entrance, and a longer light for those on foot.\n\nLieutenant Grace Park: two more guards are asked for in the next budget. Until then an officer stands there on Mondays and Fridays.',
			minute: 21,
		},
		{
			title: 'What happens next, and by when',
			text: 'Tom Becker’s question about a 20 mph street goes to the traffic commission with its votes. Double parking goes to the parking office. The bike lane is carried over to the next meeting.',
			minute: 78,
		},
	],
	polls: [
		{
			poll: {
				kind: 'scale',
				question: 'How safe do you feel crossing Elm Street on foot?',
				to: 5,
				low: 'not at all',
				high: 'very',
			},
			now: 'closed',
			ballots: [
				{ choice: [1], count: 11 },
				{ choice: [2], count: 17 },
				{ choice: [3], count: 9 },
				{ choice: [4], count: 4 },
				{ choice: [5], count: 1 },
			],
		},
		{
			poll: {
				kind: 'ranked',
				question: 'Which of these would help most?',
				options: [
					'A raised crossing',
					'A speed display',
					'A lower limit',
					'A crossing guard at school times',
				],
			},
			now: 'closed',
			ballots: [
				{ choice: [0, 3], count: 14 },
				{ choice: [3, 0], count: 10 },
				{ choice: [2, 0], count: 9 },
				{ choice: [1, 2, 0], count: 6 },
				{ choice: [1], count: 2 },
			],
		},
	],
	questions: [
		{
			text: 'Cars pass the crossing at 45 in the morning. When will somebody measure at 7:40, and not at noon?',
			by: 'maria',
			votes: 41,
			labels: ['speeding'],
			now: 'answered',
			said: [
				'Thank you, Maria. I have stood there at 7:40 myself,',
				'and I would not want my children to cross.',
				'You are right that noon tells little:',
				'from Monday the trailer stands there from seven to nine.',
				'On school days, for four weeks.',
				'And the numbers go on this page, all of them.',
			],
			answer:
				'You are right that noon tells little. From Monday the trailer stands there from 7 to 9 on school days for four weeks, and the numbers go on this page.',
			concern: {
				title: 'Speed at the Elm Street crossing before school',
				outcome: {
					disposition: 'follow-up',
					note: 'Measured since the week after the meeting; the engineer reports in spring.',
				},
			},
			outcome: {
				disposition: 'follow-up',
				note: 'Measuring has begun. See the concern for what comes of it.',
			},
		},
		{
			text: 'Could a crossing guard be paid for the second entrance too? My neighbor does it for free and she is 78.',
			votes: 33,
			labels: ['school'],
			now: 'answered',
			answer:
				'We asked for two more guards in the next budget. Until then an officer stands there on Mondays and Fridays.',
		},
		{ text: 'Is it possible to have a guard at the back gate?', votes: 6, mergedInto: 1 },
		{
			text: '¿Por qué el semáforo dura tan poco? Con un cochecito no alcanzo a cruzar.',
			votes: 27,
			labels: ['crossing'],
			now: 'answered',
			answer:
				'El ingeniero lo comprobó esa misma semana: ahora la fase para peatones dura 24 segundos en vez de 16.',
		},
		{
			text: 'Who decides whether Elm Street becomes a 20 mph street, and how do we get it on their table?',
			by: 'tom',
			votes: 19,
			now: 'answered-later',
			answer:
				'The city council decides, on a proposal of the traffic commission. It meets on the second Thursday; anyone may speak for three minutes. We have sent them your question with its votes.',
		},
		{
			text: 'Can parents who double-park get a ticket? It happens in front of the officer.',
			votes: 15,
			outcome: {
				disposition: 'referred',
				note: 'Parking is enforced by the city’s parking office, which has it now.',
			},
		},
		{
			text: 'The man in the white van at number 14 is the one who races, write him up!',
			now: 'declined',
			reason: 'personal-data',
			note: 'We do not name people here. Please call the non-emergency number.',
		},
		{
			text: 'Will the bike lane on Elm Street be continued to the river?',
			votes: 11,
			now: 'carried-over',
		},
	],
};

const park: PastTalk = {
	daysAgo: 69,
	from: '19:00',
	minutes: 75,
	visitors: 48,
	isOver: true,
	isReported: true,
	meeting: {
		title: 'Summer nights in Riverside Park',
		description:
			'Music until late, broken lights along the path, and families who stopped coming after dark. Sergeant Luis Romero and the parks department listen, and say what they can do before autumn.',
		placeKind: 'in-person',
		place: 'Boathouse, Riverside Park',
		languages: ['en'],
		agenda: [
			{ title: 'What the calls of this summer were about', minutes: 10 },
			{ title: 'Walk along the dark part of the path', minutes: 20 },
			{ title: 'Your questions', minutes: 45 },
		],
	},
	questions: [
		{
			text: 'Nine of the lamps between the boathouse and the footbridge are dark. Who fixes them and when?',
			votes: 38,
			labels: ['lights'],
			now: 'answered',
			answer: 'Parks has the parts. All nine are promised before the clocks change.',
			concern: {
				title: 'Nine dark lamps between the boathouse and the footbridge',
				outcome: {
					disposition: 'follow-up',
					note: 'Promised before the clocks change. Residents will be asked whether they burn.',
				},
			},
			outcome: { disposition: 'follow-up', note: 'See the concern.' },
		},
		{
			text: 'Why are teenagers sent away at nine when the sign says the park is open until eleven?',
			votes: 29,
			now: 'answered',
			answer:
				'They should not be. Until eleven the park is theirs like everybody’s. I have said so at roll call, and the sign stays.',
		},
		{
			text: 'Could there be somebody to talk to in the park on weekend nights who is not a police officer?',
			by: 'maria',
			votes: 24,
			outcome: {
				disposition: 'referred',
				note: 'The youth center runs night walks and is looking for four more adults.',
			},
		},
		{ text: 'Can you make the music stop at ten?', votes: 14, now: 'answered' },
		{
			text: 'Is drinking allowed on the lawn or not? I get two answers.',
			votes: 9,
			now: 'answered-in-writing',
			answer: 'Not in the park, by city ordinance 14-3, except at events with a permit.',
		},
		{
			text: 'Why is there never an officer when one needs one?',
			votes: 7,
			outcome: {
				disposition: 'declined',
				note: 'Too broad to answer with a fact. The next meeting is about patrols and response times.',
			},
		},
	],
};

const patrols: PastTalk = {
	daysAgo: 13,
	from: '18:00',
	minutes: 90,
	visitors: 83,
	isOver: true,
	isReported: false,
	meeting: {
		title: 'Patrols and response times: ask the chief',
		description:
			'Chief Ruth Almeida shows how long help took last quarter, by neighborhood, and answers for it.\n\nThe numbers are published a week before the meeting, so that everybody asks from the same page.',
		placeKind: 'online',
		languages: ['en', 'es', 'ase'],
		agenda: [
			{ title: 'Response times by neighborhood', minutes: 20 },
			{ title: 'Your questions to the chief', minutes: 60 },
			{ title: 'What we heard', minutes: 10 },
		],
	},
	questions: [
		{
			text: 'Help takes 9 minutes on the hill and 16 in Eastgate. What will make that difference smaller?',
			by: 'tom',
			votes: 57,
			labels: ['response'],
			now: 'answered',
			answer:
				'A second car in Eastgate from four to midnight, starting next month. I will bring the new numbers to the meeting after that.',
			concern: { title: 'Response times in Eastgate' },
		},
		{
			text: 'How many officers speak Spanish on the night shift?',
			votes: 35,
			now: 'answered',
			answer:
				'Three of fourteen. It should be more; interpreters are on the phone within a minute until it is.',
		},
		{ text: '¿Qué hago si llamo y nadie habla mi idioma?', votes: 22, labels: ['response'] },
		{
			text: 'Why does the map of incidents leave out our street?',
			votes: 18,
			concern: { title: 'Streets missing on the map of incidents' },
		},
		{
			text: 'Can we see how many complaints about officers were upheld last year?',
			votes: 31,
			now: 'deferred',
		},
		{
			text: 'Do patrols walk anywhere at all, or only drive?',
			votes: 12,
			now: 'answered',
			answer: 'Downtown and around the market on foot, every day from ten to six.',
		},
		{
			text: 'Is the new car electric?',
			votes: 3,
			now: 'answered-in-writing',
			answer: 'A hybrid. The charging post comes first.',
		},
		{ text: 'You people are all useless', now: 'declined', reason: 'not-a-question' },
	],
};

/** Oldest first: concerns are numbered as they come. */
export const pastTalks: PastTalk[] = [elmStreet, park, eastgate, patrols];
