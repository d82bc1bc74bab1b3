// A map inside another site's page: read only, no cookie, nobody signed in. Who may frame it stands in EMBED_ORIGINS.
import { readConfig } from '#config';
import { activitiesOf } from '#db/activities.ts';
import { publishedPins } from '#db/pinReads.ts';
import { findRound } from '#db/rounds.ts';
import { baseMapOf } from '#domain/baseMap.ts';
import { wallClock } from '#domain/meetings.ts';
import { nobody } from '#domain/people.ts';
import { filtered, filterOf } from '#domain/pins.ts';
import { pinsPerPage } from '#lib/map/pages.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = async ({ params, url }) => {
	const db = database();
	// The same for everybody: what it shows to somebody signed in, a page around it could trick them with.
	const round = await findRound(db, nobody, params.round);
	const { TIME_ZONE } = readConfig();
	const dayOf = (iso: string) => wallClock(new Date(iso), TIME_ZONE).slice(0, 10);
	const pins = filtered(await publishedPins(db, round.id), filterOf(url.searchParams), dayOf);
	return {
		frame: 'bare' as const,
		round,
		base: baseMapOf(shared().config),
		timeZone: TIME_ZONE,
		/** The newest; the map itself fetches all. */
		pins: pins.slice(-pinsPerPage).toReversed(),
		count: pins.length,
		activities: await activitiesOf(db, round.id),
	};
};
