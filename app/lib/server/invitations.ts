// Texts to post about a meeting, as plain text: a short one for the shortest networks, a longer one for the others.
import type { Meeting } from '#domain/meetings.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';
import { invitationTo, type Site } from './paper/invitation.ts';

/** The shortest of the usual networks takes this many characters. */
export const shortPostLength = 280;

/** @returns `short` of at most 280 characters, for which a long place and then the title are cut; `medium` with everything */
export function postsFor(meeting: Meeting, site: Site, locale: Locale): { short: string; medium: string } {
	const { url, day, time, place, title, city, languages } = invitationTo(meeting, site, locale, 'social');
	const short = (title: string, place: string) =>
		plain(m.post_short({ title, place, day, time, link: url }, { locale }));
	const over = (text: string) => Math.max(0, [...text].length - shortPostLength);
	const shortPlace = cut(place, [...place].length - over(short(title, place)), 40);
	const shortTitle = cut(title, [...title].length - over(short(title, shortPlace)), 20);
	return {
		short: short(shortTitle, shortPlace),
		medium: plain(m.post_medium({ city, title, day, time, place, languages, link: url }, { locale })),
	};
}

/** A text of at most so many characters, cut between words; never under `least`. */
function cut(text: string, length: number, least: number): string {
	const most = Math.max(length, least);
	if ([...text].length <= most) return text;
	return `${[...text]
		.slice(0, most - 1)
		.join('')
		.replace(/\s+\S*$/, '')}…`;
}

/** Networks count and break at ordinary spaces; the joiners of screens are nothing there. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u2060', '');
