// Meetings for feed readers. A changed or cancelled meeting comes up again as the same entry.
import type { MeetingRow } from '#db/meetings.ts';
import { takesQuestionsAhead } from '#domain/meetings.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { formatRange } from '#lib/ui/time.ts';
import type { Feed, Site } from './feeds.ts';

export function meetingFeed(meetings: MeetingRow[], { CITY_NAME: city }: Site): Feed {
	return {
		path: '/meetings',
		title: m.calendar_name({ city }),
		subtitle: m.app_about({ city }),
		entries: meetings.map((meeting) => ({
			id: `urn:uuid:${meeting.id}`,
			title: titleOf(meeting),
			path: `/meetings/${meeting.slug}`,
			updated: opened(meeting) ?? meeting.updatedAt,
			category: meeting.state,
			summary: summaryOf(meeting),
		})),
	};
}

function titleOf(meeting: MeetingRow): string {
	return meeting.state === 'cancelled' ? m.calendar_cancelled({ title: meeting.title }) : meeting.title;
}

/** The entry comes up again when questions can be asked. */
function opened({ updatedAt, ...meeting }: MeetingRow): Date | null {
	const { questionsFrom } = meeting;
	return questionsFrom && questionsFrom > updatedAt && takesQuestionsAhead(meeting, Date.now())
		? questionsFrom
		: null;
}

function summaryOf(meeting: MeetingRow): string {
	const { startsAt, endsAt, timeZone, place, description, cancelReason } = meeting;
	return [
		cancelReason !== null && m.meeting_cancelled_because({ reason: cancelReason }),
		formatRange(startsAt, endsAt, { zone: timeZone, locale: getLocale() }),
		place ?? m.meeting_place_online(),
		meeting.questionsOpen && takesQuestionsAhead(meeting, Date.now()) && m.ahead_already(),
		description,
	]
		.filter(Boolean)
		.join('\n');
}
