import { json } from '@sveltejs/kit';
import { readMap } from '#db/maps.ts';
import { currentRound } from '#db/rounds.ts';
import { Refusal } from '#domain/errors.ts';
import { database } from '#lib/server/database.ts';
import { aroundMap } from '#lib/server/maps.ts';
import { ensureGuest } from '#lib/server/guest.ts';

/** The map anew, for a browser that has missed too much, and for the hall (`/map/current/state.json`: the one that is open). */
export const GET = async (event) => {
	await ensureGuest(event);
	const db = database();
	const { round } = event.params;
	const slug = round === 'current' ? (await currentRound(db))?.slug : round;
	if (!slug) throw new Refusal('not-found');
	const view = await readMap(db, event.locals.actor, slug);
	return json({ view, ...(await aroundMap(db, view)) }, { headers: { 'cache-control': 'no-store' } });
};
