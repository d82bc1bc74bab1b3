import { json } from '@sveltejs/kit';
import * as v from 'valibot';
import { talkOn } from '#db/maps.ts';
import { Refusal } from '#domain/errors.ts';
import { database } from '#lib/server/database.ts';

/** What is said of a pin. */
export const GET = async ({ locals, params }) => {
	if (!v.is(v.pipe(v.string(), v.uuid()), params.id)) throw new Refusal('not-found');
	return json(await talkOn(database(), locals.actor, params.round, params.id), {
		headers: { 'cache-control': 'no-store' },
	});
};
