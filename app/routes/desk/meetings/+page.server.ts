import { currentMeetings, draftMeetings, pastMeetings } from '#db/meetingLists.ts';
import { authorize } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { pageNumber } from '#lib/server/pages.ts';

export const load = async ({ locals, url }) => {
	authorize(locals.actor, 'meeting:edit');
	const db = database();
	return {
		drafts: await draftMeetings(db, locals.actor),
		...(await currentMeetings(db)),
		past: await pastMeetings(db, { page: pageNumber(url) }),
		done: url.searchParams.get('done'),
	};
};
