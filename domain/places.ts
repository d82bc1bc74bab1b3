// Places on the map: inside which polygon they lie, how far apart they are, and how a point is moved to its block.
import * as v from 'valibot';

/** WGS 84, degrees. */
export type Place = { lat: number; lng: number };
/** GeoJSON (RFC 7946): rings of [longitude, latitude]; the first is the outside, further ones are holes. */
export type Polygon = { type: 'Polygon'; coordinates: [number, number][][] };

/** Seven decimals are a centimetre: more says nothing. */
const rounded = (degrees: number) => Math.round(degrees * 1e7) / 1e7;

const latitude = v.pipe(v.number(), v.minValue(-85), v.maxValue(85));
const longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180));
export const placeShape = v.strictObject({ lat: latitude, lng: longitude });
const ring = v.pipe(
	v.array(v.strictTuple([longitude, latitude])),
	v.minLength(4),
	v.maxLength(2_000),
	v.check((points) => String(points[0]) === String(points.at(-1)), 'must end where it begins'),
);
export const polygonShape = v.strictObject({
	type: v.literal('Polygon'),
	coordinates: v.pipe(v.array(ring), v.minLength(1), v.maxLength(20)),
});

const metresPerDegree = 111_320;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres between two places of one city: the earth is flat there (the error is far below a metre per kilometre). */
export function metresBetween(a: Place, b: Place): number {
	const x = (b.lng - a.lng) * Math.cos(radians((a.lat + b.lat) / 2));
	return Math.hypot(x, b.lat - a.lat) * metresPerDegree;
}

/** Metres from a place to the nearest point of a line of several places. */
export function metresToLine(place: Place, line: readonly Place[]): number {
	const wide = Math.cos(radians(place.lat));
	const flat = ({ lat, lng }: Place) => ({ x: (lng - place.lng) * wide, y: lat - place.lat });
	const points = line.map(flat);
	const distances = points.map((from, at) => {
		const to = points[at + 1] ?? from;
		const [dx, dy] = [to.x - from.x, to.y - from.y];
		const length = dx * dx + dy * dy;
		// How far along the piece the nearest point lies; 0 is the place itself.
		const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(from.x * dx + from.y * dy) / length));
		return Math.hypot(from.x + along * dx, from.y + along * dy);
	});
	return Math.min(...distances) * metresPerDegree;
}

/** Whether a place lies in the polygon (even-odd rule). */
export function isInside({ lat, lng }: Place, { coordinates }: Polygon): boolean {
	let isIn = false;
	for (const points of coordinates)
		for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
			const [[x1, y1], [x2, y2]] = [points[i]!, points[j]!];
			if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) isIn = !isIn;
		}
	return isIn;
}

/**
 * The middle of the block that a place lies in: a grid of squares of so many metres. What is there already stays.
 * Nobody can tell from it where in the square the point was.
 */
export function blockOf({ lat, lng }: Place, metres: number): Place {
	const height = metres / metresPerDegree;
	const middle = (Math.floor(lat / height) + 0.5) * height;
	const width = height / Math.cos(radians(middle));
	return { lat: rounded(middle), lng: rounded((Math.floor(lng / width) + 0.5) * width) };
}

/** A place as it is written down. */
export const placeOf = ({ lat, lng }: Place): Place => ({ lat: rounded(lat), lng: rounded(lng) });

/** Reads `41.5001, -90.5772` as a place; null when it is none. */
export function readCoordinates(text: string): Place | null {
	const match = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
	if (!match) return null;
	const place = { lat: Number(match[1]), lng: Number(match[2]) };
	return v.is(placeShape, place) ? place : null;
}

/** Reads GeoJSON as one polygon: bare, as a feature, or as the only feature of a collection; heights are left away. Null when it is none. */
export function readPolygon(text: string): Polygon | null {
	try {
		const read = v.safeParse(polygonShape, flatPolygon(JSON.parse(text)));
		return read.success ? read.output : null;
	} catch {
		return null;
	}
}

type Json = { type?: unknown; features?: unknown; geometry?: unknown; coordinates?: unknown };
function flatPolygon(json: Json): unknown {
	if (json.type === 'FeatureCollection' && Array.isArray(json.features) && json.features.length === 1)
		return flatPolygon(json.features[0] as Json);
	if (json.type === 'Feature') return flatPolygon(json.geometry as Json);
	const rings = json.coordinates as number[][][];
	return { type: json.type, coordinates: rings.map((ring) => ring.map(([lng, lat]) => [lng, lat])) };
}
