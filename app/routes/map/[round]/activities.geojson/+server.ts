import { activitiesFile } from '#lib/server/mapFiles.ts';

export const GET = activitiesFile;
