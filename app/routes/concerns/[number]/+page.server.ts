import { readConcern } from '#db/concerns.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = async ({ params }) => ({
	concern: await readConcern(database(), params.number.toUpperCase()),
	zone: shared().config.TIME_ZONE,
});
