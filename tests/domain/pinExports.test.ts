// Pins as files for other programs, read by parsers that others have written.
import { check } from '@placemarkio/check-geojson';
import { kml } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
import { parse } from 'csv-parse/sync';
import type { FeatureCollection, Point } from 'geojson';
import { describe, expect, test } from 'vitest';
import type { Activity } from '#domain/activities.ts';
import { activitiesGeoJson, pinsCsv, pinsGeoJson, pinsKml } from '#domain/pinExports.ts';
import type { Pin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { aRound } from '#tests/maps.ts';

const round: Round = { ...aRound, id: 'r', slug: '2026-11', state: 'open', previous: null, summary: '' };
const options = { publicUrl: 'https://hall.example.gov', language: 'en' } as const;

const plain: Pin = {
	id: '7f3c1f5e-1111-4c6e-9d6e-7f1f2c3d4e5f',
	category: 'speeding',
	lat: 41.6203211,
	lng: -90.5798765,
	note: 'Cars race down Elm Street',
	answers: ['At night'],
	kind: 'resident',
	placedAt: '2026-11-03T23:40:00.000Z',
	state: 'looking-into',
	supports: 7,
	comments: 2,
	photos: ['aaaaaaaa-1111-4c6e-9d6e-7f1f2c3d4e5f', 'bbbbbbbb-1111-4c6e-9d6e-7f1f2c3d4e5f'],
	area: 'Riverside',
	concern: 'PL-2026-00001',
	channel: 'online',
};
/** What people write to see what breaks. */
const nasty = [
	'=HYPERLINK("https://evil.example","click")',
	'He said "no", twice;\r\nthen left.\n',
	']]></description><script>alert(1)</script>',
	'<b>Ñandú & Co</b> 🏮 \u{0}\u{8}\u{FFFE} العربية',
	"'single', -1+2",
	'',
];
const pins: Pin[] = [
	plain,
	...nasty.map((note, i) => ({
		...plain,
		...{ id: `7f3c1f5e-2222-4c6e-9d6e-7f1f2c3d4e5${i}`, category: 'unsafe', note, answers: [] },
		...{ lat: 41.6 + i / 1000, photos: [], area: null, concern: null, state: 'open' as const },
	})),
];
/** What no file of whatever kind can hold. */
const withoutControls = (text: string) => text.replace(/[\u{0}\u{8}\u{FFFE}]/gu, '');
const url = (id: string) => `https://hall.example.gov/map/2026-11?pin=${id}`;

describe('GeoJSON', () => {
	const read = check(pinsGeoJson(pins, round, options)) as FeatureCollection<Point>;

	test('a strict parser takes it: a point per pin, longitude first', () => {
		expect(read.features.map(({ id }) => id)).toEqual(pins.map(({ id }) => id));
		expect(read.features.map(({ geometry }) => geometry.coordinates)).toEqual(
			pins.map(({ lat, lng }) => [lng, lat]),
		);
	});

	test('each says what everybody sees of the pin', () => {
		expect(read.features[0]!.properties).toEqual({
			category: 'speeding',
			categoryLabel: 'Speeding',
			state: 'looking-into',
			note: 'Cars race down Elm Street',
			answers: ['At night'],
			placedBy: 'resident',
			placedAt: '2026-11-03T23:40:00.000Z',
			supports: 7,
			comments: 2,
			area: 'Riverside',
			concern: 'PL-2026-00001',
			channel: 'online',
			isExact: true,
			url: url(plain.id),
			photos: plain.photos.map((id) => `https://hall.example.gov/map/2026-11/photos/${id}.webp`),
		});
		expect(read.features.slice(1).map(({ properties }) => properties!['note'])).toEqual(nasty);
		expect(read.features[1]!.properties!['isExact']).toBe(false);
	});

	test('labels are in the language that is asked for', () => {
		const spanish = JSON.parse(pinsGeoJson([plain], round, { ...options, language: 'es' }));
		expect(spanish.features[0].properties.categoryLabel).toBe('Exceso de velocidad');
	});

	test('without pins it is a collection all the same', () => {
		expect(check(pinsGeoJson([], round, options))).toMatchObject({ type: 'FeatureCollection', features: [] });
	});
});

describe('CSV', () => {
	const text = pinsCsv(pins, round, options);
	const rows: Record<string, string>[] = parse(text, { bom: true, columns: true, record_delimiter: '\r\n' });

	test('a parser of RFC 4180 finds a row per pin with the same as the map shows', () => {
		expect(rows.map(({ id }) => id)).toEqual(pins.map(({ id }) => id));
		expect(rows[0]).toMatchObject({
			...{ lat: '41.6203211', lng: '-90.5798765', categoryLabel: 'Speeding', state: 'looking-into' },
			...{ supports: '7', comments: '2', area: 'Riverside', url: url(plain.id) },
			photos: plain.photos.map((id) => `https://hall.example.gov/map/2026-11/photos/${id}.webp`).join('; '),
		});
		expect(rows[1]).toMatchObject({ area: '', concern: '', photos: '' });
	});

	test('what would run as a formula is text; all else stays as it was written', () => {
		expect(rows.slice(1).map(({ note }) => note)).toEqual([`'${nasty[0]}`, ...nasty.slice(1)]);
		for (const row of rows)
			for (const [name, cell] of Object.entries(row))
				if (!['lat', 'lng'].includes(name)) expect(cell).not.toMatch(/^\s*[=+\-@|]/);
	});
});

describe('KML', () => {
	const text = pinsKml(pins, round, options);
	const doc = new DOMParser({
		onError: (_level, message) => {
			throw new Error(message);
		},
	}).parseFromString(text, 'text/xml');
	const read = kml(doc as unknown as Document) as FeatureCollection<Point>;

	test('another program makes of it the same points with the same words', () => {
		expect(read.features.map(({ geometry }) => geometry.coordinates)).toEqual(
			pins.map(({ lat, lng }) => [lng, lat]),
		);
		expect(read.features[0]!.properties).toMatchObject({
			...{ name: 'Speeding', state: 'looking-into', supports: '7', comments: '2', area: 'Riverside' },
			...{ url: url(plain.id), note: plain.note },
		});
		expect(read.features.slice(1).map(({ properties }) => properties!['note'].trim())).toEqual(
			nasty.map((note) => withoutControls(note).replaceAll('\r\n', '\n').trim()),
		);
	});

	test('its root is KML 2.2, and each placemark has a name of its own', () => {
		expect(doc.documentElement!.namespaceURI).toBe('http://www.opengis.net/kml/2.2');
		const ids = [...doc.getElementsByTagName('Placemark')].map((mark) => mark.getAttribute('id'));
		expect(ids).toEqual(pins.map(({ id }) => `pin-${id}`));
	});

	test('a note is text where programs show it as a page', () => {
		const shown = [...doc.getElementsByTagName('description')].map((element) => element.textContent);
		for (const description of shown) expect(description).not.toMatch(/[<>]/);
		expect(text).not.toContain('<script');
	});
});

test('nothing says who placed a pin, whatever else the server knows of it', () => {
	const known = {
		...plain,
		key: 'pseudonym-of-maria:x',
		author: 'pseudonym-of-maria',
		claim: 'secret-words',
	};
	for (const write of [pinsGeoJson, pinsCsv, pinsKml])
		expect(write([known], round, options)).not.toMatch(/pseudonym-of-maria|secret-words/);
});

test('what the city did is points and lines, with the pins it answers', () => {
	const activity: Activity = {
		id: 'cccccccc-1111-4c6e-9d6e-7f1f2c3d4e5f',
		kind: 'enforcement',
		at: { lat: 41.62, lng: -90.58 },
		stretch: null,
		fromDay: '2026-11-10',
		untilDay: '2026-11-12',
		counts: { stops: 14, citations: 9 },
		note: 'Radar on Elm Street',
		pins: [plain.id],
		recordedAt: '2026-11-12T20:00:00.000Z',
	};
	const stretch = [activity.at, { lat: 41.625, lng: -90.58 }];
	const text = activitiesGeoJson([activity, { ...activity, stretch }], round, options);
	const { features } = check(text) as FeatureCollection;
	expect(features.map(({ geometry }) => geometry)).toEqual([
		{ type: 'Point', coordinates: [-90.58, 41.62] },
		{
			type: 'LineString',
			coordinates: [
				[-90.58, 41.62],
				[-90.58, 41.625],
			],
		},
	]);
	expect(features[0]!.properties).toMatchObject({
		...{ kind: 'enforcement', fromDay: '2026-11-10', untilDay: '2026-11-12', note: 'Radar on Elm Street' },
		...{ counts: { stops: 14, citations: 9 }, answers: [url(plain.id)] },
	});
});
