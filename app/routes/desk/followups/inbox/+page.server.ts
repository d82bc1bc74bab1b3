import { readInbox } from '#db/inbox.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = async ({ locals }) => ({
	inbox: await readInbox(database(), locals.actor),
	zone: shared().config.TIME_ZONE,
});
