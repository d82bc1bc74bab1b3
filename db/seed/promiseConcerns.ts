// What was said in the demo town and became a concern. Invented; nobody in it is real.
import type { DemoConcern } from './promise.ts';

/** Those that were captured in their meetings, and what the city answered. */
const ofMeetings: DemoConcern[] = [
	{
		...{ title: 'Speed at the Elm Street crossing before school', day: 97, isThere: true },
		...{ topic: 'traffic', area: 'Old Town' },
		answer: {
			day: 96,
			text: 'Thank you. The trailer will stand there from Monday on, at the time you named.',
		},
	},
	{
		...{ title: 'Nine dark lamps between the boathouse and the footbridge', day: 69, isThere: true },
		...{ topic: 'lighting', area: 'Riverside' },
		answer: { day: 68, text: 'We walked the path and counted them with you. Parks has the parts.' },
	},
	{
		...{ title: 'La parada de Mill Road no tiene luz', day: 41, isThere: true },
		...{ topic: 'lighting', area: 'Eastgate' },
		answer: { day: 38, text: 'La empresa de transporte nos ha dado una fecha para la lámpara.' },
	},
	{
		...{ title: 'Response times in Eastgate', day: 13, isThere: true },
		...{ topic: 'policing', area: 'Eastgate' },
		answer: { day: 11, text: 'A second car is planned. We say here when it drives, and what it changes.' },
	},
];

/** Questions of the meetings that were captured afterwards. */
const asked: DemoConcern[] = [
	{
		...{ title: 'No guard at the second entrance of Elm Street School', day: 96 },
		...{ topic: 'traffic', area: 'Old Town', question: 'Could a crossing guard be paid' },
		answer: { day: 95, text: 'Two more guards are in the budget we asked for.' },
	},
	{
		...{ title: 'El semáforo de Elm Street no alcanza para cruzar', day: 96 },
		...{ topic: 'traffic', area: 'Old Town', question: '¿Por qué el semáforo dura tan poco' },
		answer: { day: 96, text: 'El ingeniero lo mide esta semana.' },
	},
	{
		...{ title: 'Elm Street should become a 20 mph street', day: 96 },
		...{ topic: 'traffic', area: 'Old Town', question: 'Who decides whether Elm Street' },
		answer: { day: 93, text: 'The police cannot set a limit. We have passed it on with its votes.' },
		referred: {
			...{ day: 92, agency: 'Traffic commission of the city council', reference: 'TC-31' },
			text: 'The commission has it on its table. It meets on the second Thursday.',
		},
	},
	{
		...{ title: 'Double parking in front of Elm Street School', day: 95 },
		...{ topic: 'traffic', area: 'Old Town', question: 'Can parents who double-park' },
		answer: { day: 91, text: 'Parking is enforced by the parking office. They know of it now.' },
		referred: {
			...{ day: 91, agency: 'City parking office', reference: 'PK-1182' },
			text: 'They will be there at a quarter to eight, on days they do not announce.',
		},
	},
	{
		...{ title: 'The bike lane on Elm Street ends in the traffic', day: 95 },
		...{ topic: 'traffic', area: 'Old Town', question: 'Will the bike lane on Elm Street' },
		answer: { day: 93, text: 'We ask the engineer what a lane to the river would take.' },
	},
	{
		...{ title: 'Teenagers are sent away from the park before it closes', day: 68 },
		...{ topic: 'youth', area: 'Riverside', question: 'Why are teenagers sent away at nine' },
		answer: { day: 68, text: 'They should not be. Until eleven the park is theirs, too.' },
	},
	{
		...{ title: 'Somebody to talk to in the park who is not the police', day: 68 },
		...{ topic: 'youth', area: 'Riverside', question: 'Could there be somebody to talk to' },
		answer: { day: 65, text: 'The youth center would walk with us. We are looking for adults.' },
	},
	{
		...{ title: 'Too few officers who speak Spanish at night', day: 12 },
		...{ topic: 'policing', area: 'Eastgate', question: 'How many officers speak Spanish' },
		answer: { day: 10, text: 'Three of fourteen are too few. We say here by when there will be more.' },
	},
	{
		...{ title: 'Llamar cuando nadie habla mi idioma', day: 12 },
		...{ topic: 'policing', area: 'Eastgate', question: '¿Qué hago si llamo' },
		merged: { day: 9, into: 'Too few officers who speak Spanish at night' },
	},
];

/** Pins of the maps. */
const placed: DemoConcern[] = [
	{
		...{ title: 'People walk around the underpass after dark', day: 28 },
		...{ topic: 'public-space', area: 'Riverside', pin: 'The underpass. I walk around' },
		answer: { day: 26, text: 'We were there at night. You are right about the light and about the mirror.' },
	},
	{
		...{ title: 'Broken glass in the underpass', day: 28 },
		...{ topic: 'public-space', area: 'Riverside', pin: 'Broken glass in the underpass' },
		merged: { day: 25, into: 'People walk around the underpass after dark' },
	},
	{
		...{ title: 'Delivery vans on the sidewalk of Market Street', day: 27 },
		...{ topic: 'traffic', area: 'Old Town', pin: 'Delivery vans on the sidewalk' },
		answer: { day: 26, text: 'We count for a week, then we talk with the shops.' },
	},
	{
		...{ title: 'Nobody sees you behind the station', day: 27 },
		...{ topic: 'lighting', area: 'Linden Heights', pin: 'Behind the station nobody sees you' },
		answer: { day: 26, text: 'Three lamps are out. Public works has them on its list for this week.' },
	},
	{
		...{ title: 'The lamp at the top of the stairs is out', day: 27 },
		...{ topic: 'lighting', area: 'Linden Heights', pin: 'Lamp at the top of the stairs' },
		answer: { day: 27, text: 'Reported to public works this morning.' },
	},
	{
		...{ title: 'Trucks stand on Orchard Lane overnight', day: 26 },
		...{ topic: 'noise', area: 'Millside', pin: 'Trucks overnight on Orchard Lane' },
		answer: { day: 19, text: 'We wrote down the plates for a week. Most belong to one company.' },
	},
	{
		...{ title: 'Perros sueltos por la tarde', day: 26 },
		...{ topic: 'public-space', area: 'Eastgate', pin: 'Perros sueltos en la calle' },
		answer: { day: 22, text: 'Control de animales pasará dos veces por semana.' },
	},
	{
		...{ title: 'The saw mill begins at half past five', day: 25 },
		...{ topic: 'noise', area: 'Millside', pin: 'The saw mill begins' },
		answer: { day: 24, text: 'The permit says six. We have talked with the foreman.' },
	},
	{
		...{ title: 'Somebody fell on the steps to the river', day: 3 },
		...{ topic: 'lighting', area: 'Riverside', pin: 'The steps to the river' },
	},
	{
		...{ title: 'The bend on Orchard Lane: two fences hit this year', day: 2 },
		...{ topic: 'traffic', area: 'Millside', pin: 'The bend on Orchard Lane' },
	},
];

/** What came by telephone, by letter and at the counter. */
const entered: DemoConcern[] = [
	{
		...{
			title: 'Hydrants on Market Street are parked in',
			day: 190,
			topic: 'public-space',
			area: 'Old Town',
		},
		answer: { day: 188, text: 'The fire chief worries about the same three. We will paint and post them.' },
	},
	{
		...{
			title: 'The flashing light of the school zone stays dark',
			day: 181,
			topic: 'traffic',
			area: 'Old Town',
		},
		answer: { day: 178, text: 'The controller is from 1998. We see whether it can be mended.' },
	},
	{
		...{ title: 'Sheds are broken into along the mill race', day: 171, topic: 'crime', area: 'Millside' },
		answer: { day: 169, text: 'Eleven in five weeks. An officer calls on everybody who was hit.' },
	},
	{
		...{
			title: 'Cars use Linden Avenue as a shortcut at forty',
			day: 160,
			topic: 'traffic',
			area: 'Linden Heights',
		},
		answer: { day: 149, text: 'We will measure there before summer.' },
	},
	{
		...{
			title: 'Spray paint on the wall of the high school',
			day: 150,
			topic: 'public-space',
			area: 'Millside',
		},
		answer: { day: 147, text: 'The students want to paint it themselves. We like that.' },
	},
	{
		...{ title: 'Nobody calls back after a report', day: 140, topic: 'policing', area: 'Eastgate' },
		answer: { day: 132, text: 'A third of all reports were not answered within a month. That is not good.' },
	},
	{
		...{
			title: 'Nothing to do on Friday nights when one is fourteen',
			day: 131,
			topic: 'youth',
			area: 'Eastgate',
		},
		answer: { day: 128, text: 'The school would open its gym. We need two adults a night.' },
	},
	{
		...{
			title: 'Fireworks in the neighborhood all summer',
			day: 121,
			topic: 'noise',
			area: 'Linden Heights',
		},
		answer: { day: 117, text: 'We hear you. Let us look at what a night of patrols would need.' },
		declined: {
			...{ day: 104, reason: 'no-means' },
			text: 'Four cars cannot be everywhere on such nights. We go where people may be hurt.',
		},
	},
	{
		...{
			title: 'Who may see what body cameras have recorded?',
			day: 111,
			topic: 'policing',
			area: 'Old Town',
		},
		answer: { day: 108, text: 'There are rules, but they are not written so that one can read them.' },
	},
	{
		...{
			title: 'Boats with loudspeakers until two in the morning',
			day: 76,
			topic: 'noise',
			area: 'Riverside',
		},
		answer: { day: 72, text: 'The river patrol will measure on three weekends.' },
	},
	{ title: 'False alarms at the high school every week', day: 56, topic: 'other', area: 'Millside' },
	{
		...{ title: 'Scooters lie across the library ramp', day: 40, topic: 'public-space', area: 'Old Town' },
		answer: { day: 31, text: 'We have asked the company to move its stand to the other side.' },
	},
	{
		title: 'The speed sign at the school has been dark since the storm',
		day: 8,
		topic: 'traffic',
		area: 'Old Town',
	},
];

export const demoConcerns: DemoConcern[] = [...entered, ...ofMeetings, ...asked, ...placed];
