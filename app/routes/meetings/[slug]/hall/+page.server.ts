import { readHall } from '#db/hall.ts';
import { database } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';

export const load = async (event) => {
	await ensureGuest(event);
	const { actor } = event.locals;
	return {
		frame: 'hall',
		hall: await readHall(database(), actor, event.params.slug),
		/** Who has neither an account nor a guest identity can only watch. */
		takesPart: actor.account !== null || actor.guest !== null,
		now: Date.now(),
		panel: event.url.searchParams.get('panel') ?? 'questions',
	};
};
