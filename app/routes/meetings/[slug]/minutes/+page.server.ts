import { readPublishedMinutes } from '#db/minutes.ts';
import { can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';

/** `?version=1`: one that was published earlier. What is none is version 0, which nobody publishes. */
const versionOf = (url: URL) => {
	const wanted = url.searchParams.get('version');
	if (wanted === null) return null;
	return /^[1-9]\d{0,5}$/.test(wanted) ? Number(wanted) : 0;
};

export const load = async ({ locals, params, url }) => {
	const read = await readPublishedMinutes(database(), locals.actor, params.slug, versionOf(url));
	return { ...read, mayWrite: can(locals.actor, 'minutes:write', read.meeting) };
};
