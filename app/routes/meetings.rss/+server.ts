import { changedMeetings } from '#db/meetingLists.ts';
import { database, shared } from '#lib/server/database.ts';
import { rssFeed } from '#lib/server/feeds.ts';
import { textFile } from '#lib/server/files.ts';
import { meetingFeed } from '#lib/server/meetingFeed.ts';

export const GET = async ({ request }) => {
	const { config } = shared();
	const feed = meetingFeed(await changedMeetings(database()), config);
	return textFile(request, rssFeed(feed, config), { type: 'application/rss+xml' });
};
