import { readMeeting } from '#db/meetings.ts';
import { readArrivals } from '#db/outreach.ts';
import { authorize } from '#domain/policy.ts';
import { database, shared } from '#lib/server/database.ts';
import { postsFor } from '#lib/server/invitations.ts';
import { locales } from '#lib/paraglide/runtime.js';

export const load = async ({ locals, params }) => {
	authorize(locals.actor, 'meeting:edit');
	const { config } = shared();
	const { row, meeting } = await readMeeting(database(), locals.actor, params.slug);
	return {
		meeting,
		arrivals: await readArrivals(database(), locals.actor, row.id),
		posts: locales.map((locale) => ({ locale, ...postsFor(meeting, config, locale) })),
	};
};
