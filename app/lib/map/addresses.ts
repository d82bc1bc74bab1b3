// Finding a place of the drawn town by its words: a street, a corner of two, a building. Other towns are found by coordinates.
import type { BaseMap } from '#domain/baseMap.ts';
import { readCoordinates, type Place } from '#domain/places.ts';
import { featuresOf, nameOf, type TownFeature } from './town.ts';

export type FoundPlace = { label: string; at: Place };
type Point = [lng: number, lat: number];
type Street = { name: string; key: string; lines: Point[][] };

const kindOfStreet = /\b(?:street|st|avenue|ave|av|road|rd|lane|ln|calle|avenida)\b\.?/g;
const ordinals = [
	'first',
	'second',
	'third',
	'fourth',
	'fifth',
	'sixth',
	'seventh',
	'eighth',
	'ninth',
	'tenth',
];
const endings = ['st', 'nd', 'rd'];
const numbered = (count: number) => `${count}${endings[count - 1] ?? 'th'}`;

/** What is compared: no case, no accents, no "street", and "ninth" as "9th". */
function keyOf(text: string): string {
	const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[.,]/g, ' ');
	const words = plain.replace(kindOfStreet, ' ').split(/\s+/).filter(Boolean);
	// "Street" alone is a word that says something: nothing may be left over as every street.
	return words
		.map((word) => (ordinals.includes(word) ? numbered(ordinals.indexOf(word) + 1) : word))
		.join(' ');
}

const streets: Street[] = [...new Set(featuresOf('street').map(nameOf))].map((name) => ({
	name,
	key: keyOf(name),
	lines: featuresOf('street')
		.filter((part) => nameOf(part) === name)
		.map(({ geometry }) => geometry.coordinates as Point[]),
}));
const buildings = [...featuresOf('building'), ...featuresOf('park')];

/**
 * Places that a text may mean, best first; none where no town is drawn and it holds no coordinates.
 * Understands `Elm & 4th`, `Elm Street and Fourth Street`, `Elm St / 4th Ave`, `120 Elm Street` (its middle), `Station`, `41.62, -90.58`.
 */
export function findPlace(text: string, base: Pick<BaseMap, 'kind'>): FoundPlace[] {
	const coordinates = readCoordinates(text);
	if (coordinates) return [{ label: text.trim(), at: coordinates }];
	if (base.kind !== 'town') return [];
	const parts = text.split(/\s*(?:&|\/|\+|@)\s*|\s+(?:and|at|y|con|e)\s+/i).filter(Boolean);
	if (parts.length === 2) return cornersOf(parts[0]!, parts[1]!);
	return [...buildingsNamed(text), ...streetsNamed(text).map(middleOf)];
}

function cornersOf(one: string, other: string): FoundPlace[] {
	return streetsNamed(one).flatMap((a) =>
		streetsNamed(other).flatMap((b) => {
			const at = a === b ? null : crossing(a, b);
			return at ? [{ label: `${a.name} & ${b.name}`, at }] : [];
		}),
	);
}

/** Streets of this name; a number of a house in front is passed over, for houses are not known. */
function streetsNamed(text: string): Street[] {
	const key = keyOf(text.trim().replace(/^\d+\s+(?=\S)/, ''));
	if (!key) return [];
	return streets.filter((street) => street.key === key);
}

function buildingsNamed(text: string): FoundPlace[] {
	const wanted = text.trim().toLowerCase();
	if (wanted.length < 3) return [];
	const exact = buildings.filter((building) => nameOf(building).toLowerCase() === wanted);
	const ending = buildings.filter((building) => nameOf(building).toLowerCase().endsWith(` ${wanted}`));
	return [...exact, ...ending].map((building) => ({ label: nameOf(building), at: centreOf(building) }));
}

function centreOf({ geometry }: TownFeature): Place {
	const corners = (geometry.coordinates as Point[][])[0]!.slice(1);
	const middle = (at: 0 | 1) => corners.reduce((sum, corner) => sum + corner[at], 0) / corners.length;
	return { lat: middle(1), lng: middle(0) };
}

/** A street's longest part, at its middle corner. */
function middleOf({ name, lines }: Street): FoundPlace {
	const longest = lines.toSorted((a, b) => b.length - a.length)[0]!;
	const [lng, lat] = longest[Math.floor(longest.length / 2)]!;
	return { label: name, at: { lat, lng } };
}

/** Where two streets cross or touch. */
function crossing(a: Street, b: Street): Place | null {
	for (const [from, to] of piecesOf(a))
		for (const [start, end] of piecesOf(b)) {
			const at = meeting(from, to, start, end);
			if (at) return at;
		}
	return null;
}

const piecesOf = ({ lines }: Street): [Point, Point][] =>
	lines.flatMap((line) => line.slice(1).map((point, at): [Point, Point] => [line[at]!, point]));

/** Ends that lie on the other street count, though written down in five decimals. */
const tolerance = 0.02;

function meeting([x1, y1]: Point, [x2, y2]: Point, [x3, y3]: Point, [x4, y4]: Point): Place | null {
	const bend = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3);
	if (bend === 0) return null;
	const t = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / bend;
	const u = ((x3 - x1) * (y2 - y1) - (y3 - y1) * (x2 - x1)) / bend;
	const isOn = (share: number) => share >= -tolerance && share <= 1 + tolerance;
	return isOn(t) && isOn(u) ? { lat: y1 + t * (y2 - y1), lng: x1 + t * (x2 - x1) } : null;
}
