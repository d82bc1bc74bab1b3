// The next meeting, inside another site's page: read only, no cookie, the same for everybody. Who may frame it stands in EMBED_ORIGINS.
import { currentMeetings } from '#db/meetingLists.ts';
import { readMeeting } from '#db/meetings.ts';
import { nobody } from '#domain/people.ts';
import { shortLink } from '#domain/outreach.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = async () => {
	const { live, upcoming } = await currentMeetings(database());
	const next = live[0] ?? upcoming.find(({ state }) => state === 'scheduled');
	if (!next) return { frame: 'bare' as const, next: null };
	const { meeting } = await readMeeting(database(), nobody, next.slug);
	return {
		frame: 'bare' as const,
		next: { meeting, link: shortLink(shared().config.publicUrl, meeting.code, 'website') },
	};
};
