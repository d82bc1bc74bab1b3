// The words that invite to a meeting, in a language that is named: on posters, in the picture of a shared link, in texts to post.
import type { Meeting } from '#domain/meetings.ts';
import { shortLink, type OutreachSource } from '#domain/outreach.ts';
import { capitalized, languageName } from '#lib/meetings/languages.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';
import { formatRange } from '#lib/ui/time.ts';

export type Invitation = {
	locale: Locale;
	city: string;
	title: string;
	/** "Thursday, December 3, 2026" */
	day: string;
	/** "6:30 – 8:00 PM (Central Time)" */
	time: string;
	place: string;
	languages: string;
	/** What stands before the link. */
	watch: string;
	/** The link as people type it, and as the code has it. */
	link: string;
	url: string;
	codeAlt: string;
};
export type Site = { CITY_NAME: string; publicUrl: string };

export function invitationTo(
	meeting: Meeting,
	{ CITY_NAME: city, publicUrl }: Site,
	locale: Locale,
	from?: OutreachSource,
): Invitation {
	const link = shortLink(publicUrl, meeting.code).replace(/^https?:\/\//, '');
	return {
		locale,
		city,
		title: meeting.title,
		...whenOf(meeting, locale),
		place: placeOf(meeting, locale),
		languages: m.paper_languages({ languages: languagesOf(meeting, locale) }, { locale }),
		watch: meeting.placeKind === 'in-person' ? m.paper_more({}, { locale }) : m.paper_watch({}, { locale }),
		link,
		url: shortLink(publicUrl, meeting.code, from),
		codeAlt: m.paper_code({ link }, { locale }),
	};
}

const regions = { en: 'en-US', es: 'es-US' } as const;

/** The day and the clock of the meeting's own zone, with the zone's name; over midnight each end has its day. */
function whenOf(meeting: Meeting, locale: Locale): { day: string; time: string } {
	const [from, to] = [new Date(meeting.startsAt), new Date(meeting.endsAt)];
	const zone = meeting.timeZone;
	const inZone = (options: Intl.DateTimeFormatOptions) =>
		new Intl.DateTimeFormat(regions[locale], { ...options, timeZone: zone });
	const date = inZone({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
	const named = inZone({ timeZoneName: 'longGeneric' }).formatToParts(from);
	const name = named.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
	const isOneDay = date.format(from) === date.format(to);
	const range = formatRange(from, to, { zone, style: isOneDay ? 'hour' : 'short', locale });
	return {
		day: capitalized(date.format(from), locale),
		time: `${range} (${name.replaceAll(' ', '\u00a0')})`,
	};
}

function placeOf({ placeKind, place }: Meeting, locale: Locale): string {
	if (placeKind === 'online') return m.paper_online({}, { locale });
	const where = place ?? m.meeting_kind_in_person({}, { locale });
	return placeKind === 'hybrid' ? m.paper_hybrid({ place: where }, { locale }) : where;
}

function languagesOf({ languages }: Meeting, locale: Locale): string {
	return new Intl.ListFormat(locale).format(languages.map((tag) => languageName(tag, locale)));
}
