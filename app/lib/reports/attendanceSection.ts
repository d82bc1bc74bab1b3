// Who came, in a report: how they came, and from which parts of the city where these are large enough to be shown.
import type { MeetingReport } from '#domain/meetingReports.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { ReportSection } from './sections.ts';

const number = (count: number) => new Intl.NumberFormat(getLocale()).format(count);

export function attendanceSections({ attendance }: MeetingReport): ReportSection[] {
	const { online, room, phone, byArea } = attendance;
	const came: ReportSection = {
		key: 'attendance',
		heading: m.desk_attendance(),
		intro: m.report_attendance_text(),
		table: {
			head: [m.paper_report_came(), m.paper_report_peak(), m.paper_report_visitors()],
			rows: [
				[m.paper_report_online(), number(online.peak), number(online.visitors)],
				[m.report_came_room(), '–', number(room)],
				[m.report_came_phone(), '–', number(phone)],
			],
		},
	};
	if (!byArea) return [came];
	const areas = byArea.shown.map(({ name, count }) => [name, number(count)]);
	return [
		came,
		{
			key: 'areas',
			heading: m.report_areas(),
			intro: m.report_areas_text(),
			table: {
				head: [m.report_area(), m.paper_report_visitors()],
				rows: [...areas, [m.report_areas_others(), number(byArea.others)]],
			},
		},
	];
}
