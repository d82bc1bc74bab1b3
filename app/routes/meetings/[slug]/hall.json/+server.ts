// The hall as it is now, for a page that was away too long to be told event by event.
import { json } from '@sveltejs/kit';
import { readHall } from '#db/hall.ts';
import { database } from '#lib/server/database.ts';

export const GET = async ({ locals, params }) =>
	json(await readHall(database(), locals.actor, params.slug), { headers: { 'cache-control': 'no-store' } });
