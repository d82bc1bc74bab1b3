// Where the demo town lies: its border, and the neighborhoods that fill it.
import type { Place, Polygon } from '#domain/places.ts';

/** The middle of Lindenfeld. */
export const townMiddle: Place = { lat: 41.62, lng: -90.58 };

type Corner = [lng: number, lat: number];
const corners = {
	southWest: [-90.602, 41.608],
	south: [-90.585, 41.605],
	southEast: [-90.562, 41.607],
	east: [-90.557, 41.62],
	northEast: [-90.561, 41.633],
	north: [-90.58, 41.636],
	northWest: [-90.6, 41.632],
	west: [-90.604, 41.62],
	market: [-90.588, 41.614],
	bridge: [-90.572, 41.614],
	station: [-90.571, 41.626],
	school: [-90.589, 41.626],
} satisfies Record<string, Corner>;
type CornerName = keyof typeof corners;

const around = (...names: CornerName[]): Polygon => ({
	type: 'Polygon',
	coordinates: [[...names, names[0]!].map((name) => [...corners[name]] as Corner)],
});

export const townBorder = around(
	...(['southWest', 'south', 'southEast', 'east'] as const),
	...(['northEast', 'north', 'northWest', 'west'] as const),
);

export const neighborhoods: { name: string; shape: Polygon }[] = [
	{ name: 'Old Town', shape: around('market', 'bridge', 'station', 'school') },
	{ name: 'Riverside', shape: around('southWest', 'south', 'southEast', 'bridge', 'market') },
	{ name: 'Eastgate', shape: around('southEast', 'east', 'northEast', 'station', 'bridge') },
	{ name: 'Linden Heights', shape: around('northEast', 'north', 'northWest', 'school', 'station') },
	{ name: 'Millside', shape: around('northWest', 'west', 'southWest', 'market', 'school') },
];
