import { readAreas } from '#db/areas.ts';
import { publicFollowups } from '#db/followupReads.ts';
import { today } from '#db/numbers.ts';
import { followupFilterOf } from '#domain/followups.ts';
import { database } from '#lib/server/database.ts';
import { pageNumber } from '#lib/server/pages.ts';

export const load = async ({ url }) => {
	const db = database();
	const filter = followupFilterOf(url.searchParams);
	return {
		filter,
		...(await publicFollowups(db, filter, pageNumber(url))),
		areas: (await readAreas(db)).map(({ id, name }) => ({ id, name })),
		today: today(),
	};
};
