// The report of a meeting for programs: the same read as the page and the PDF, with whole addresses.
import { readMeetingReport } from '#db/meetingReports.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';
import { reportJson } from '#lib/server/exports.ts';

export const GET = async ({ request, locals, params }) => {
	const report = await readMeetingReport(database(), locals.actor, params.slug);
	return textFile(request, reportJson(report, shared().config.publicUrl), { type: 'application/json' });
};
