// Meetings for feed readers: Atom (RFC 4287) and RSS 2.0. A changed or cancelled meeting comes up again as the same entry.
import type { Config } from '#config';
import type { MeetingRow } from '#db/meetings.ts';
import { xmlText as xml } from '#domain/formats.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { formatRange } from '#lib/ui/time.ts';

type Site = Pick<Config, 'publicUrl' | 'CITY_NAME'>;

export function atomFeed(meetings: MeetingRow[], site: Site): string {
	const self = `${site.publicUrl}/meetings.atom`;
	const entries = meetings.map(
		(meeting) => `<entry>
<id>urn:uuid:${meeting.id}</id>
<title>${xml(titleOf(meeting))}</title>
<link rel="alternate" type="text/html" href="${xml(pageOf(meeting, site))}"/>
<updated>${meeting.updatedAt.toISOString()}</updated>
<category term="${meeting.state}"/>
<summary>${xml(summaryOf(meeting))}</summary>
</entry>`,
	);
	return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${getLocale()}">
<id>${xml(self)}</id>
<title>${xml(m.calendar_name({ city: site.CITY_NAME }))}</title>
<subtitle>${xml(m.app_about({ city: site.CITY_NAME }))}</subtitle>
<link rel="self" type="application/atom+xml" href="${xml(self)}"/>
<link rel="alternate" type="text/html" href="${xml(site.publicUrl)}/meetings"/>
<author><name>${xml(site.CITY_NAME)}</name></author>
<updated>${lastChange(meetings).toISOString()}</updated>
${entries.join('\n')}
</feed>
`;
}

export function rssFeed(meetings: MeetingRow[], site: Site): string {
	const items = meetings.map(
		(meeting) => `<item>
<guid isPermaLink="false">urn:uuid:${meeting.id}</guid>
<title>${xml(titleOf(meeting))}</title>
<link>${xml(pageOf(meeting, site))}</link>
<pubDate>${meeting.updatedAt.toUTCString()}</pubDate>
<category>${meeting.state}</category>
<description>${xml(summaryOf(meeting))}</description>
</item>`,
	);
	return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${xml(m.calendar_name({ city: site.CITY_NAME }))}</title>
<link>${xml(site.publicUrl)}/meetings</link>
<description>${xml(m.app_about({ city: site.CITY_NAME }))}</description>
<language>${getLocale()}</language>
<lastBuildDate>${lastChange(meetings).toUTCString()}</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="${xml(site.publicUrl)}/meetings.rss"/>
${items.join('\n')}
</channel>
</rss>
`;
}

function titleOf(meeting: MeetingRow): string {
	return meeting.state === 'cancelled' ? m.calendar_cancelled({ title: meeting.title }) : meeting.title;
}

function summaryOf(meeting: MeetingRow): string {
	const { startsAt, endsAt, timeZone, place, description, cancelReason } = meeting;
	return [
		cancelReason !== null && m.meeting_cancelled_because({ reason: cancelReason }),
		formatRange(startsAt, endsAt, { zone: timeZone, locale: getLocale() }),
		place ?? m.meeting_place_online(),
		description,
	]
		.filter(Boolean)
		.join('\n');
}

function pageOf(meeting: MeetingRow, site: Site): string {
	return `${site.publicUrl}/meetings/${meeting.slug}`;
}

/** Feeds must say when; an empty one says the beginning of time. */
function lastChange(meetings: MeetingRow[]): Date {
	return new Date(Math.max(0, ...meetings.map(({ updatedAt }) => updatedAt.getTime())));
}
