import { currentMeetings, pastMeetings } from '#db/meetingLists.ts';
import { database } from '#lib/server/database.ts';

export const load = async () => {
	const { live, upcoming } = await currentMeetings(database());
	const { meetings: past } = await pastMeetings(database(), { size: 3 });
	return { live, upcoming: upcoming.slice(0, 4), past };
};
