import { pinsCsv } from '#domain/pinExports.ts';
import { pinsFile } from '#lib/server/mapFiles.ts';

export const GET = (event) => pinsFile(event, pinsCsv, { type: 'text/csv', extension: 'csv' });
