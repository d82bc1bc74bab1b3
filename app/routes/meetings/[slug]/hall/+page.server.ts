import { readHall } from '#db/hall.ts';
import { database } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';

export const load = async (event) => {
	event.depends('hall');
	await ensureGuest(event);
	return { hall: await readHall(database(), event.locals.actor, event.params.slug) };
};
