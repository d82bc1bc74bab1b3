import { lastWords } from '#db/journeys.ts';
import { database, shared } from '#lib/server/database.ts';
import { rssFeed } from '#lib/server/feeds.ts';
import { textFile } from '#lib/server/files.ts';
import { followupFeed } from '#lib/server/followupFeed.ts';

export const GET = async ({ request }) => {
	const { words, followups } = await lastWords(database());
	return textFile(request, rssFeed(followupFeed(words, followups), shared().config), {
		type: 'application/rss+xml',
	});
};
