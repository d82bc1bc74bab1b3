import { json } from '@sveltejs/kit';
import { allPublicFollowups } from '#db/followupReads.ts';
import { followupFilterOf } from '#domain/followups.ts';
import { database, shared } from '#lib/server/database.ts';

/** Every public follow-up that the filter of the address shows, as everybody sees it. */
export const GET = async ({ url }) => {
	const followups = await allPublicFollowups(database(), followupFilterOf(url.searchParams));
	const { publicUrl } = shared().config;
	return json(
		{ followups: followups.map((one) => ({ url: `${publicUrl}/followups/${one.number}`, ...one })) },
		{ headers: { 'cache-control': 'no-cache', 'access-control-allow-origin': '*' } },
	);
};
