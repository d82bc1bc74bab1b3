import { calendarMeetings } from '#db/meetingLists.ts';
import { cityCalendar } from '#lib/server/calendar.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request }) => {
	const meetings = await calendarMeetings(database());
	return textFile(request, cityCalendar(meetings, shared().config), {
		type: 'text/calendar; method=PUBLISH',
	});
};
