// The demo town's meetings to come: announced, cancelled, still being written.
import type { MeetingInput } from '#domain/meetings.ts';

export type Planned = {
	inDays: number;
	from: string;
	minutes: number;
	isDraft?: boolean;
	/** Questions are taken since this many days before it. */
	questionsDaysBefore?: number;
	/** Announced, then cancelled for this reason. */
	cancelled?: string;
	meeting: Omit<MeetingInput, 'startsAtLocal' | 'endsAtLocal' | 'timeZone'>;
};

export const upcoming: Planned[] = [
	{
		inDays: 6,
		from: '18:30',
		minutes: 90,
		questionsDaysBefore: 10,
		meeting: {
			title: 'Cameras and privacy: what is watched, by whom, for how long',
			description:
				'The city wants eleven cameras downtown. Before the council votes, the department shows where they would hang, who could look, and when recordings are deleted. A privacy lawyer from the university sits on the other side of the table.',
			placeKind: 'hybrid',
			place: 'Public Library, reading room, 3 Court Square',
			languages: ['en', 'es', 'ase'],
			agenda: [
				{ title: 'The plan, on one map', minutes: 15 },
				{ title: 'What speaks against it', minutes: 15 },
				{ title: 'Your questions', minutes: 50 },
				{ title: 'What the council will hear from us', minutes: 10 },
			],
		},
	},
	{
		inDays: 12,
		from: '18:00',
		minutes: 75,
		meeting: {
			title: 'Café con la oficial Lucero: preguntas del barrio',
			description:
				'Cada mes, sin orden del día largo: usted pregunta y la oficial Ana Lucero contesta en español. Esta vez viene también una trabajadora de la línea de ayuda para víctimas.\n\nSe puede preguntar sin dar el nombre, y nadie pregunta por papeles.',
			placeKind: 'hybrid',
			place: 'Centro Comunitario Eastgate, 1450 Mill Road',
			languages: ['es'],
			agenda: [
				{ title: 'Bienvenida y café', minutes: 10 },
				{ title: 'La línea de ayuda: cómo funciona', minutes: 15 },
				{ title: 'Sus preguntas', minutes: 50 },
			],
		},
	},
	{
		inDays: 19,
		from: '17:00',
		minutes: 60,
		cancelled:
			'The gym of the high school is closed for repairs. We are looking for another evening with the students.',
		meeting: {
			title: 'After school: students ask the school resource officers',
			description: 'Run by students. Adults may listen from the back.',
			placeKind: 'in-person',
			place: 'Lindenfeld High School, gym',
			languages: ['en'],
			agenda: [{ title: 'Questions from the floor', minutes: 60 }],
		},
	},
	{
		inDays: 33,
		from: '18:30',
		minutes: 90,
		meeting: {
			title: 'What we promised this year, and what was kept',
			description:
				'Every concern of the year with its number, one after the other: done, not done, and why. Those who asked have the first word.',
			placeKind: 'online',
			languages: ['en', 'es'],
			agenda: [
				{ title: 'The list', minutes: 30 },
				{ title: 'Those who asked', minutes: 40 },
				{ title: 'What stays open', minutes: 20 },
			],
		},
	},
];

export const drafts: Planned[] = [
	{
		inDays: 47,
		from: '18:30',
		minutes: 90,
		isDraft: true,
		meeting: {
			title: 'Snow, ice and who clears the sidewalk',
			description: 'Speakers are not confirmed yet.',
			placeKind: 'hybrid',
			place: 'City Hall, room 2',
			languages: ['en'],
			agenda: [{ title: 'Your questions', minutes: 60 }],
		},
	},
];
