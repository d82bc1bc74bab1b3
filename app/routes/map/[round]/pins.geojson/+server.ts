import { pinsGeoJson } from '#domain/pinExports.ts';
import { pinsFile } from '#lib/server/mapFiles.ts';

export const GET = (event) =>
	pinsFile(event, pinsGeoJson, { type: 'application/geo+json', extension: 'geojson' });
