import { changedMeetings } from '#db/meetingLists.ts';
import { database, shared } from '#lib/server/database.ts';
import { atomFeed } from '#lib/server/feeds.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request }) => {
	const meetings = await changedMeetings(database());
	return textFile(request, atomFeed(meetings, shared().config), { type: 'application/atom+xml' });
};
