// What the demo town's maps ask for: six kinds of pin.
import type { Category } from '#domain/rounds.ts';

const plain = { stopper: null, questions: [] };
const emergency = {
	en: 'Is somebody in danger right now? Call 911.',
	es: '¿Hay alguien en peligro ahora mismo? Llame al 911.',
};

export const demoCategories: Category[] = [
	{
		...plain,
		key: 'speeding',
		label: { en: 'Speeding', es: 'Exceso de velocidad' },
		colour: 'vermilion',
		shape: 'triangle',
		prompt: { en: 'Which way do they drive, and when?', es: '¿En qué dirección van y a qué hora?' },
		isExact: true,
		questions: [{ en: 'What time of day is it worst?', es: '¿A qué hora del día es peor?' }],
	},
	{
		...plain,
		key: 'street-lighting',
		label: { en: 'Street lighting', es: 'Alumbrado' },
		colour: 'ochre',
		shape: 'star',
		prompt: { en: 'Is the lamp broken, or is there none?', es: '¿La lámpara está rota o no hay?' },
		isExact: true,
	},
	{
		...plain,
		key: 'feeling-unsafe',
		label: { en: 'Feeling unsafe', es: 'Me siento inseguro' },
		colour: 'purple',
		shape: 'circle',
		prompt: { en: 'What makes it so, and at what time?', es: '¿Por qué y a qué hora?' },
		stopper: emergency,
		isExact: false,
	},
	{
		...plain,
		key: 'parking',
		label: { en: 'Parking', es: 'Estacionamiento' },
		colour: 'blue',
		shape: 'square',
		prompt: { en: 'What is blocked, and how often?', es: '¿Qué se bloquea y con qué frecuencia?' },
		isExact: true,
	},
	{
		...plain,
		key: 'noise',
		label: { en: 'Noise', es: 'Ruido' },
		colour: 'teal',
		shape: 'hexagon',
		prompt: { en: 'What is it, and when?', es: '¿Qué es y a qué hora?' },
		isExact: false,
	},
	{
		...plain,
		key: 'something-good',
		label: { en: 'Something good', es: 'Algo bueno' },
		colour: 'green',
		shape: 'drop',
		prompt: { en: 'What should stay as it is?', es: '¿Qué debería quedarse como está?' },
		isExact: true,
	},
];
