// Pins and what the city did about them, for maps and spreadsheets: GeoJSON (RFC 7946), CSV (RFC 4180), KML 2.2. Never who placed a pin.
import type { Activity } from './activities.ts';
import { csvCell, xmlText } from './formats.ts';
import { photoPath } from './pinPhotos.ts';
import type { Pin } from './pins.ts';
import type { Place } from './places.ts';
import { categoryOf, type Round, type Words } from './rounds.ts';

export type ExportedRound = Pick<Round, 'slug' | 'title' | 'categories' | 'opensOn' | 'closesOn' | 'state'>;
/** `publicUrl` without a slash at its end; labels of the round are in `language`. */
export type ExportOptions = { publicUrl: string; language: keyof Words };

export const pinPath = (slug: string, pinId: string) => `/map/${slug}?pin=${pinId}`;

/** One pin as it is exported. The place is the public one: exact, or the middle of its block. */
export function exportedPin(pin: Pin, round: ExportedRound, { publicUrl, language }: ExportOptions) {
	const category = categoryOf(round, pin.category);
	return {
		id: pin.id,
		category: pin.category,
		categoryLabel: category?.label[language] ?? pin.category,
		state: pin.state,
		note: pin.note,
		answers: pin.answers.filter(Boolean),
		placedBy: pin.kind,
		placedAt: pin.placedAt,
		supports: pin.supports,
		comments: pin.comments,
		area: pin.area,
		concern: pin.concern,
		channel: pin.channel,
		isExact: category?.isExact ?? false,
		url: publicUrl + pinPath(round.slug, pin.id),
		photos: pin.photos.map((id) => publicUrl + photoPath(round.slug, id)),
	};
}
type ExportedPin = ReturnType<typeof exportedPin>;

/** A FeatureCollection of points. */
export function pinsGeoJson(pins: readonly Pin[], round: ExportedRound, options: ExportOptions): string {
	return collection(
		round,
		pins.map((pin) => {
			const { id, ...properties } = exportedPin(pin, round, options);
			return { type: 'Feature', id, geometry: { type: 'Point', coordinates: position(pin) }, properties };
		}),
		options,
	);
}

/** A FeatureCollection of points, and of lines for what was done along a street. */
export function activitiesGeoJson(
	activities: readonly Activity[],
	round: ExportedRound,
	options: ExportOptions,
): string {
	return collection(
		round,
		activities.map(({ id, at, stretch, pins, ...properties }) => ({
			type: 'Feature',
			id,
			geometry: stretch
				? { type: 'LineString', coordinates: stretch.map(position) }
				: { type: 'Point', coordinates: position(at) },
			properties: {
				...properties,
				answers: pins.map((pin) => options.publicUrl + pinPath(round.slug, pin)),
			},
		})),
		options,
	);
}

function collection(
	{ slug, title, state, opensOn, closesOn }: ExportedRound,
	features: object[],
	{ publicUrl }: ExportOptions,
): string {
	const round = { title, state, opensOn, closesOn, url: `${publicUrl}/map/${slug}` };
	return `${JSON.stringify({ type: 'FeatureCollection', round, features })}\n`;
}

/** Longitude first, as GeoJSON and KML have it. */
const position = ({ lat, lng }: Place) => [lng, lat];

/** RFC 4180 with a byte order mark, without which spreadsheets read UTF-8 as something else. */
export function pinsCsv(pins: readonly Pin[], round: ExportedRound, options: ExportOptions): string {
	const rows = pins.map((pin) => {
		const values = { ...exportedPin(pin, round, options), lat: pin.lat, lng: pin.lng };
		return columns.map((name) => csvCell(values[name])).join(',');
	});
	return `\u{FEFF}${[columns.join(','), ...rows].join('\r\n')}\r\n`;
}

const columns = [
	...(['id', 'lat', 'lng', 'isExact', 'category', 'categoryLabel', 'state', 'note', 'answers'] as const),
	...([
		'supports',
		'comments',
		'area',
		'concern',
		'channel',
		'placedBy',
		'placedAt',
		'url',
		'photos',
	] as const),
] satisfies (keyof ExportedPin | keyof Place)[];

/** A document of placemarks; everything that is no place stands in its ExtendedData. */
export function pinsKml(pins: readonly Pin[], round: ExportedRound, options: ExportOptions): string {
	const placemarks = pins.map((pin) => placemark(pin, exportedPin(pin, round, options)));
	return `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>${xmlText(round.title)}</name>
${placemarks.join('\n')}
</Document>
</kml>
`;
}

function placemark(pin: Pin, exported: ExportedPin): string {
	const { id, categoryLabel, note, placedAt, ...rest } = exported;
	const more = Object.entries({ note, ...rest }).flatMap(([name, value]) => {
		if (value === null) return [];
		const text = Array.isArray(value) ? value.join('\n') : String(value);
		return [`<Data name="${name}"><value>${xmlText(text)}</value></Data>`];
	});
	// A name in XML begins with a letter. Programs show a description as a page: what is text in it must be text there, too.
	return `<Placemark id="pin-${id}">
<name>${xmlText(categoryLabel)}</name>
<description>${xmlText(xmlText(note))}</description>
<TimeStamp><when>${placedAt}</when></TimeStamp>
<ExtendedData>${more.join('')}</ExtendedData>
<Point><coordinates>${position(pin).join(',')}</coordinates></Point>
</Placemark>`;
}
