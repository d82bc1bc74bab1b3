import { redirect } from '@sveltejs/kit';
import { currentRound, listRounds } from '#db/rounds.ts';
import { database } from '#lib/server/database.ts';

/** The map that takes pins now; where none does, all that there were. */
export const load = async ({ locals, url }) => {
	const db = database();
	const open = await currentRound(db);
	if (open && !url.searchParams.has('all')) redirect(303, `/map/${open.slug}`);
	return { rounds: await listRounds(db, locals.actor) };
};
