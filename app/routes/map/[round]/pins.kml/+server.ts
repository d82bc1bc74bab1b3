import { pinsKml } from '#domain/pinExports.ts';
import { pinsFile } from '#lib/server/mapFiles.ts';

export const GET = (event) =>
	pinsFile(event, pinsKml, { type: 'application/vnd.google-earth.kml+xml', extension: 'kml' });
