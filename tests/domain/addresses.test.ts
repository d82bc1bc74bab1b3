// Places of the demo town by their words.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isInside, metresBetween } from '#domain/places.ts';
import { townBorder } from '#db/seed/neighborhoods.ts';
import { findPlace } from '#lib/map/addresses.ts';
import { featuresOf, nameOf } from '#lib/map/town.ts';

const town = { kind: 'town' } as const;
const labels = (text: string) => findPlace(text, town).map(({ label }) => label);

test.each(['Elm & 4th', 'elm street and fourth street', 'Elm St / 4th Ave.', '4th @ Elm', 'Elm y 4th'])(
	'%s is a corner of two streets',
	(text) => {
		const [found] = findPlace(text, town);
		expect(found!.label.split(' & ').sort()).toEqual(['4th Street', 'Elm Street']);
		const [other] = findPlace('Elm Street & 5th Street', town);
		const metres = metresBetween(found!.at, other!.at);
		// One block of the town.
		expect(metres).toBeGreaterThan(120);
		expect(metres).toBeLessThan(250);
	},
);

test('a street, a street with a number of a house, and a building are found', () => {
	expect(labels('Elm Street')).toEqual(['Elm Street']);
	expect(labels('120 elm street')).toEqual(['Elm Street']);
	expect(labels('station')[0]).toBe('Station');
	expect(labels('school')).toEqual(['Elm Street School']);
	expect(labels('41.62, -90.58')).toEqual(['41.62, -90.58']);
});

test.each(['', 'Street', 'Elm & Elm', 'Elm & Oak', 'Nowhere Boulevard', '4th'.repeat(500)])(
	'"%.20s" is no place of the town',
	(text) => {
		expect(findPlace(text, town)).toEqual([]);
	},
);

test('where the demo town is not drawn, only coordinates are places', () => {
	expect(findPlace('Elm & 4th', { kind: 'plain' })).toEqual([]);
	expect(findPlace('41.62 -90.58', { kind: 'tiles' })[0]?.at).toEqual({ lat: 41.62, lng: -90.58 });
});

test('every street of the town lies in it and is found by its name', () => {
	const names = [...new Set(featuresOf('street').map(nameOf))];
	expect(names.length).toBeGreaterThanOrEqual(60);
	for (const name of names) {
		const [found] = findPlace(name, town);
		expect([name, found?.label]).toEqual([name, name]);
		expect([name, isInside(found!.at, townBorder)]).toEqual([name, true]);
	}
});

test('the town fits into what a phone on a slow line can fetch', () => {
	expect(readFileSync('app/lib/map/town/lindenfeld.json').length).toBeLessThan(120_000);
});
