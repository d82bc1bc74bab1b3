import { notFixedAfterAll, readInbox } from '#db/inbox.ts';
import { database, shared } from '#lib/server/database.ts';
import { assertDesk } from '#lib/server/desk.ts';

export const load = async ({ locals }) => {
	assertDesk(locals.actor, 'followup:board');
	return {
		inbox: await readInbox(database(), locals.actor),
		notFixed: await notFixedAfterAll(database(), locals.actor),
		zone: shared().config.TIME_ZONE,
	};
};
