import { deskRounds } from '#db/roundDesk.ts';
import { can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { assertDesk } from '#lib/server/desk.ts';

export const load = async ({ locals }) => {
	assertDesk(locals.actor, 'activity:record');
	return { rounds: await deskRounds(database(), locals.actor), mayRun: can(locals.actor, 'map:run') };
};
