import { readMeeting } from '#db/meetings.ts';
import { meetingCalendar } from '#lib/server/calendar.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request, locals, params }) => {
	const { row } = await readMeeting(database(), locals.actor, params.slug);
	const method = row.state === 'cancelled' ? 'CANCEL' : 'PUBLISH';
	return textFile(request, meetingCalendar(row, shared().config), {
		type: `text/calendar; method=${method}`,
		name: `${row.slug}.ics`,
	});
};
