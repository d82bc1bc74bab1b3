// What the tests of maps start from: an open round of a small town, with kinds of pin that are shown exactly and kinds that are not.
import { randomUUID } from 'node:crypto';
import type { Database } from '#db/client.ts';
import { placePin } from '#db/pins.ts';
import { closeRound, createRound, currentRound, openRound, readRound } from '#db/rounds.ts';
import type { Actor } from '#domain/people.ts';
import type { Place } from '#domain/places.ts';
import type { OwnPin } from '#domain/pins.ts';
import type { Round, RoundInput } from '#domain/rounds.ts';
import { dana } from './cast.ts';

/** A square of about two kilometres around the middle of the town. */
export const middle: Place = { lat: 41.62, lng: -90.58 };
const [south, north, west, east] = [41.61, 41.63, -90.595, -90.565];
export const outside: Place = { lat: 41.7, lng: -90.58 };

export const aRound: RoundInput = {
	title: 'November',
	description: 'Where is it too fast, too dark, not safe?',
	opensOn: '2026-11-01',
	closesOn: '2026-11-30',
	view: { ...middle, zoom: 14 },
	boundary: {
		type: 'Polygon',
		coordinates: [
			[
				[west, south],
				[east, south],
				[east, north],
				[west, north],
				[west, south],
			],
		],
	},
	blockMetres: 100,
	vetting: false,
	categories: [
		{
			key: 'speeding',
			label: { en: 'Speeding', es: 'Exceso de velocidad' },
			colour: 'vermilion',
			shape: 'triangle',
			prompt: { en: 'When and which way?', es: '¿Cuándo y en qué dirección?' },
			stopper: null,
			isExact: true,
			questions: [{ en: 'What time of day?', es: '¿A qué hora del día?' }],
		},
		{
			key: 'unsafe',
			label: { en: 'Feeling unsafe', es: 'Me siento inseguro' },
			colour: 'purple',
			shape: 'circle',
			prompt: { en: 'What makes it so?', es: '¿Por qué?' },
			stopper: { en: 'In danger now? Call 911.', es: '¿Está en peligro ahora? Llame al 911.' },
			isExact: false,
			questions: [],
		},
	],
};

/** The round that is open, closing the one before: one is open at a time. */
export async function openMap(db: Database, more: Partial<RoundInput> = {}): Promise<Round> {
	const before = await currentRound(db);
	if (before) await closeRound(db, dana, { roundId: before.id });
	const { id } = await createRound(db, dana, { ...aRound, ...more });
	await openRound(db, dana, { roundId: id });
	return (await readRound(db, id))!;
}

/** Somebody's pin on the round's map. */
export async function pinOf(
	db: Database,
	actor: Actor,
	roundId: string,
	more: Partial<Parameters<typeof placePin>[2]> = {},
): Promise<OwnPin> {
	return placePin(db, actor, {
		...{ roundId, id: randomUUID(), category: 'speeding', at: middle, note: 'Cars race down Elm Street' },
		...more,
	});
}
