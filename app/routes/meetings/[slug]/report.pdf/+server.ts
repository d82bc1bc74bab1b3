// The report of a meeting as a PDF, in the reader's language: the same sections as the page.
import { readMeetingReport } from '#db/meetingReports.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { sectionsOf } from '#lib/reports/sections.ts';
import { database, shared } from '#lib/server/database.ts';
import { limitPapers, madeReport, paperAnswer } from '#lib/server/paper/papers.ts';

export const GET = async (event) => {
	const { request, locals, params } = event;
	const report = await readMeetingReport(database(), locals.actor, params.slug);
	await limitPapers(event);
	const { publicUrl, CITY_NAME: city } = shared().config;
	const file = await madeReport({
		title: m.paper_report_title({ title: report.meeting.title }),
		city,
		publicUrl,
		path: `/meetings/${params.slug}/report`,
		language: getLocale(),
		sections: sectionsOf(report),
		words: { page: m.paper_report_page(), incomplete: m.paper_report_undrawable() },
	});
	return paperAnswer(request, file, { type: 'application/pdf', name: `${params.slug}-report.pdf` });
};
