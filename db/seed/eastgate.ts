// A meeting of the demo town that was held in Spanish and English.
import type { PastTalk } from './talk.ts';

export const eastgate: PastTalk = {
	daysAgo: 41,
	from: '18:30',
	minutes: 90,
	visitors: 57,
	isOver: true,
	isReported: true,
	meeting: {
		title: 'Eastgate conversa con su policía · Eastgate talks with its police',
		description:
			'Una noche para el barrio: robos en los patios, la parada del autobús y cómo pedir ayuda sin miedo. La oficial Ana Lucero y el equipo de enlace contestan en español y en inglés.\n\nAn evening for the neighborhood, interpreted both ways. Nobody is asked for papers, here or when calling for help.',
		placeKind: 'hybrid',
		place: 'Centro Comunitario Eastgate, 1450 Mill Road',
		languages: ['es', 'en'],
		agenda: [
			{ title: 'Bienvenida · Welcome', minutes: 10 },
			{ title: 'Lo que nos preocupa · What worries us', minutes: 50 },
			{ title: 'Preguntas abiertas · Open questions', minutes: 30 },
		],
	},
	questions: [
		{
			text: 'Si llamo porque me robaron, ¿me van a preguntar por mis papeles?',
			votes: 52,
			labels: ['confianza'],
			now: 'answered',
			answer:
				'No. Quien llama para pedir ayuda o ser testigo no recibe preguntas sobre su situación migratoria. Es norma escrita del departamento.',
		},
		{
			text: 'La parada del autobús de Mill Road no tiene luz. Mi hija sale del trabajo a las diez de la noche.',
			by: 'maria',
			votes: 44,
			labels: ['luz'],
			now: 'answered',
			answer:
				'Pedimos a la empresa de transporte una lámpara solar. Mientras tanto, una patrulla pasa entre las 9:45 y las 10:15.',
			concern: {
				title: 'La parada de Mill Road no tiene luz',
				outcome: {
					disposition: 'follow-up',
					note: 'La empresa de transporte confirmó la lámpara; falta la fecha.',
				},
			},
			outcome: { disposition: 'follow-up', note: 'Vea la inquietud.' },
		},
		{ text: 'There is no light at the Mill Road bus stop.', votes: 8, mergedInto: 1 },
		{
			text: 'Bikes keep disappearing from our yards. Does registering them help anybody?',
			votes: 26,
			labels: ['theft'],
			now: 'answered',
			answer:
				'It does: of the bikes we found last year, only the registered ones went home. Registering is free, here on Saturday from ten.',
		},
		{
			text: '¿Podría venir la oficial Lucero una vez al mes al centro, sin uniforme?',
			votes: 30,
			now: 'answered-later',
			answer:
				'Sí. El primer miércoles de cada mes, de cinco a siete. En uniforme, porque está de servicio, pero con café.',
		},
		{
			text: 'What happened with the break-in at the laundromat in March?',
			votes: 5,
			outcome: {
				disposition: 'declined',
				note: 'The case is still open, and those who were harmed hear first.',
			},
		},
		{
			text: '¿Por qué no hay cámaras en el estacionamiento del mercado?',
			votes: 13,
			outcome: { disposition: 'carried-over', note: 'Pasa a la reunión sobre cámaras y privacidad.' },
		},
	],
};
