import { readMapReport } from '#db/mapReports.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = ({ locals, params }) =>
	readMapReport(database(), locals.actor, params.round, shared().config.TIME_ZONE);
