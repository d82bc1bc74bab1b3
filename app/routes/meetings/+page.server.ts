import { currentMeetings, pastMeetings } from '#db/meetingLists.ts';
import { database } from '#lib/server/database.ts';
import { pageNumber } from '#lib/server/pages.ts';

export const load = async ({ url }) => ({
	...(await currentMeetings(database())),
	past: await pastMeetings(database(), { page: pageNumber(url) }),
});
