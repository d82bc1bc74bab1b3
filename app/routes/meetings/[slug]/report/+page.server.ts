import { readMeetingReport } from '#db/meetingReports.ts';
import { database } from '#lib/server/database.ts';

export const load = async ({ locals, params }) => ({
	report: await readMeetingReport(database(), locals.actor, params.slug),
});
