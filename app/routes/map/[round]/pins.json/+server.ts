import { json } from '@sveltejs/kit';
import { pinsOn } from '#db/maps.ts';
import { database } from '#lib/server/database.ts';

/** All pins as everybody sees them: the first thing that is drawn, before the shared document has come. */
export const GET = async ({ locals, params }) =>
	json(await pinsOn(database(), locals.actor, params.round), { headers: { 'cache-control': 'no-cache' } });
