// What is drawn under the pins, and whom a page may ask for it.
import { expect, test } from 'vitest';
import { readConfig } from '#config';
import { baseMapOf, policyWith } from '#domain/baseMap.ts';

const policy = "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'";
const attribution = '© Springfield';

test('without configuration the demo town is drawn where it is, and nothing anywhere else', () => {
	expect(baseMapOf(readConfig({ DEMO: '1' }))).toEqual({ kind: 'town' });
	expect(baseMapOf(readConfig({}))).toEqual({ kind: 'plain' });
	expect(policyWith(policy, { kind: 'town' })).toBe(policy);
});

test('a tile server is let in for pictures, its origin and no more', () => {
	const base = baseMapOf(
		readConfig({
			MAP_TILES: 'https://tiles.example.gov:8443/town/{z}/{x}/{y}.png?key=1',
			MAP_ATTRIBUTION: attribution,
		}),
	);
	expect(base).toMatchObject({ kind: 'tiles', attribution });
	expect(policyWith(policy, base)).toBe(
		policy.replace('data: blob:', 'data: blob: https://tiles.example.gov:8443'),
	);
});

test('a PMTiles file is let in for reading, its origin and no more', () => {
	const base = baseMapOf(
		readConfig({ MAP_PMTILES: 'https://files.example.gov/town.pmtiles', MAP_ATTRIBUTION: attribution }),
	);
	expect(policyWith(policy, base)).toBe(
		policy.replace("connect-src 'self'", "connect-src 'self' https://files.example.gov"),
	);
});

test.each([
	['MAP_TILES', 'tiles.example.gov/{z}/{x}/{y}.png'],
	['MAP_TILES', 'https://tiles.example.gov/{z}.png'],
	['MAP_TILES', 'https://{s}.tiles.example.gov/{z}/{x}/{y}.png'],
	['MAP_TILES', 'https://a.example/{z}/{x}/{y}; script-src *'],
	['MAP_PMTILES', 'file:///etc/passwd'],
	['MAP_PMTILES', 'https://user:secret@files.example.gov/town.pmtiles'],
])('%s=%s is not taken', (name, value) => {
	expect(() => readConfig({ [name]: value, MAP_ATTRIBUTION: attribution })).toThrow(`${name}: must be`);
});

test('whose map it is must be said, and there can be one only', () => {
	const MAP_TILES = 'https://tiles.example.gov/{z}/{x}/{y}.png';
	expect(() => readConfig({ MAP_TILES })).toThrow('MAP_ATTRIBUTION');
	expect(() =>
		readConfig({ MAP_TILES, MAP_PMTILES: 'https://a.example/b.pmtiles', MAP_ATTRIBUTION: attribution }),
	).toThrow('must not be set together');
});
