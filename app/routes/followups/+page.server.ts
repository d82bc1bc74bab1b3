import { readAreas } from '#db/areas.ts';
import { meetingsOfFollowups } from '#db/followupMeetings.ts';
import { publicFollowups } from '#db/followupReads.ts';
import { today } from '#db/numbers.ts';
import { followupFilterOf, followupSearchOf } from '#domain/followups.ts';
import { database } from '#lib/server/database.ts';
import { followAreaActions, followOf } from '#lib/server/followForms.ts';
import { pageNumber } from '#lib/server/pages.ts';

export const load = async ({ locals, url }) => {
	const db = database();
	const filter = followupFilterOf(url.searchParams);
	const areas = (await readAreas(db)).map(({ id, name }) => ({ id, name }));
	const area = areas.find(({ id }) => id === filter.area);
	return {
		filter,
		...(await publicFollowups(db, filter, pageNumber(url))),
		areas,
		meetings: await meetingsOfFollowups(db, { isPublic: true, chosen: filter.meeting }),
		// An area that is chosen can be followed; what else is chosen stays when it is.
		area: area && {
			name: area.name,
			follow: await followOf(locals.actor, 'area', area.id),
			query: `&${followupSearchOf(filter)}`,
		},
		today: today(),
	};
};

export const actions = followAreaActions;
