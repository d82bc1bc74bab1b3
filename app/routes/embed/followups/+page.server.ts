// What was promised, inside another site's page: read only, no cookie, the same for everybody. Who may frame it stands in EMBED_ORIGINS.
import { publicFollowups } from '#db/followupReads.ts';
import { today } from '#db/numbers.ts';
import { followupFilterOf } from '#domain/followups.ts';
import { database } from '#lib/server/database.ts';

export const load = async ({ url }) => ({
	frame: 'bare' as const,
	...(await publicFollowups(database(), followupFilterOf(url.searchParams))),
	today: today(),
});
