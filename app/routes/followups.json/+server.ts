import { json } from '@sveltejs/kit';
import { publicFollowupsByNumber } from '#db/followupReads.ts';
import { followupFilterOf, followupSearchOf } from '#domain/followups.ts';
import { database, shared } from '#lib/server/database.ts';
import { pageNumber } from '#lib/server/pages.ts';

/**
 * The public follow-ups that the filter of the address shows, as everybody sees them, a hundred at a time by number (`?page=`, from 1).
 * `next` is the address of the page after this one, null on the last; `count` is of all pages.
 */
export const GET = async ({ url }) => {
	const filter = followupFilterOf(url.searchParams);
	const { followups, ...paged } = await publicFollowupsByNumber(database(), filter, pageNumber(url));
	const { publicUrl } = shared().config;
	const next = followupSearchOf(filter);
	next.set('page', String(paged.page + 1));
	return json(
		{
			...paged,
			next: paged.page < paged.pages ? `${publicUrl}/followups.json?${next}` : null,
			followups: followups.map((one) => ({ url: `${publicUrl}/followups/${one.number}`, ...one })),
		},
		{ headers: { 'cache-control': 'no-cache', 'access-control-allow-origin': '*' } },
	);
};
