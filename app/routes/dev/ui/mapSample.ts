// A map for the page of base components: every symbol, every state, and as many pins as the address asks for.
import type { Activity } from '#domain/activities.ts';
import { pinStates, type Pin } from '#domain/pins.ts';
import { pinColours, pinShapes, type Round } from '#domain/rounds.ts';

const middle = { lat: 41.62, lng: -90.58 };
const labels = [
	['Speeding', 'Exceso de velocidad'],
	['Street lighting', 'Alumbrado'],
	['Feeling unsafe', 'Inseguridad'],
	['Parking', 'Estacionamiento'],
	['Noise', 'Ruido'],
	['Litter', 'Basura'],
	['Crossing', 'Cruce'],
	['Something good', 'Algo bueno'],
] as const;

export const sampleRound: Round = {
	...{
		id: 'a5f7e1c4-6c0e-4ac0-8d1f-0f3cf0d0c001',
		slug: '2026-11',
		state: 'open',
		previous: null,
		summary: '',
	},
	...{ title: 'Safety map', description: '', opensOn: '2026-11-01', closesOn: '2026-11-30' },
	view: { ...middle, zoom: 15 },
	boundary: {
		type: 'Polygon',
		coordinates: [
			[
				[-90.592, 41.612],
				[-90.568, 41.612],
				[-90.566, 41.628],
				[-90.594, 41.629],
				[-90.592, 41.612],
			],
		],
	},
	blockMetres: 100,
	vetting: false,
	categories: labels.map(([en, es], at) => ({
		key: `kind-${at}`,
		label: { en, es },
		colour: pinColours[at]!,
		shape: pinShapes[at]!,
		prompt: { en, es },
		stopper: null,
		isExact: true,
		questions: [],
	})),
};

/** Spread evenly by the golden ratio, the first ones wide apart, so that symbols and clusters are both there. */
export const samplePins = (count: number): Pin[] =>
	Array.from({ length: count }, (_, at) => ({
		id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
		category: `kind-${at % 8}`,
		lat: middle.lat + (((at * 0.618034) % 1) - 0.5) * 0.012,
		lng: middle.lng + (((at * 0.754878) % 1) - 0.5) * 0.02,
		note: at % 3 ? '' : 'Cars cut through here to miss the light, right past the school.',
		...{ answers: [], kind: 'resident', placedAt: '2026-11-25T10:00:00.000Z', state: pinStates[at % 4]! },
		...{ supports: at % 7, comments: 0, photos: [], area: null, concern: null, channel: 'online' as const },
	}));

export const sampleActivity: Activity = {
	...{ id: 'a5f7e1c4-6c0e-4ac0-8d1f-0f3cf0d0c002', recordedAt: '2026-11-25T10:00:00.000Z', kind: 'patrol' },
	at: { lat: 41.6235, lng: -90.583 },
	stretch: [
		{ lat: 41.6235, lng: -90.583 },
		{ lat: 41.6222, lng: -90.575 },
	],
	...{
		fromDay: '2026-11-20',
		untilDay: '2026-11-24',
		counts: { hours: 4 },
		note: 'Evening patrol',
		pins: [],
	},
};
