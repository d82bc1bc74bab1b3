import { readComparison } from '#db/mapReports.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = ({ locals, params, url }) =>
	readComparison(database(), locals.actor, {
		slug: params.round,
		withSlug: url.searchParams.get('with') || null,
		zone: shared().config.TIME_ZONE,
	});
