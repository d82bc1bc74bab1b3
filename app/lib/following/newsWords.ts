// News in words, for the page and for letters: what it is about, what has changed, and what was said with it.
import type { Followed, NewsItem, NewsKind, PeriodChoice } from '#domain/following.ts';
import { promiseWords } from '#domain/journeys.ts';
import { concernStateWords, type Spoken } from '#lib/concerns/states.ts';
import { followupStateWords, promiseWordNames } from '#lib/followups/words.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale, type Locale } from '#lib/paraglide/runtime.js';
import { formatTime } from '#lib/ui/time.ts';

export const periodWords: Record<PeriodChoice, Spoken> = {
	'at-once': m.following_period_at_once,
	daily: m.following_period_daily,
	weekly: m.following_period_weekly,
	none: m.following_period_none,
};

/** What a piece of news is about: its number (empty for a meeting), title and address. */
export function aboutOf({ concern, followup, meeting, detail }: NewsItem): {
	number: string;
	title: string;
	path: string;
} {
	if (meeting) return { number: '', title: meeting.title, path: `/meetings/${meeting.slug}` };
	if (followup)
		return { ...followup, path: `/followups/${followup.number}${isAskedIn(detail) ? askedAnchor : ''}` };
	const { number, title } = concern ?? { number: '', title: '' };
	return { number, title, path: `/concerns/${number}` };
}

/** What has changed, in a sentence. */
export function changeOf(item: NewsItem, locale: Locale = getLocale()): string {
	return sentences[item.kind](item, locale);
}

/** What residents are asked with it; empty where they are not. Where it is answered, `aboutOf` says. */
export const askedIn = ({ detail }: NewsItem, locale: Locale = getLocale()): string =>
	isAskedIn(detail) ? m.following_is_it_fixed({}, { locale }) : '';

const isAskedIn = (detail: NewsItem['detail']) => detail['isAsked'] === true;
/** Of the page of a follow-up. */
const askedAnchor = '#is-it-fixed';

/** The public words that came with it; empty without any. */
export const saidIn = ({ detail }: NewsItem): string => wordIn(detail, 'text') || wordIn(detail, 'reason');

/** What somebody follows, in words. */
export function followedWords({ kind, subject, title }: Followed, locale: Locale = getLocale()): string {
	if (kind === 'everything') return m.following_everything({}, { locale });
	// There was a name when it was followed: without one the area is there no more.
	if (kind === 'area')
		return title ? m.following_area({ name: title }, { locale }) : m.following_gone({}, { locale });
	return `${subject} · ${title || m.following_gone({}, { locale })}`;
}

/** A day such as `2026-11-25` in words. */
export function dayWords(day: string, locale: Locale): string {
	const isDay = /^\d{4}-\d\d-\d\d$/.test(day);
	// A day is a day everywhere: it is read and written in the same zone.
	return isDay ? formatTime(new Date(`${day}T00:00Z`), { zone: 'UTC', style: 'date', locale }) : day;
}

const moved =
	(states: Record<string, Spoken>) =>
	({ detail }: NewsItem, locale: Locale): string => {
		const [from, to] = [detail['from'], detail['to']].map((state) => states[String(state)]?.({}, { locale }));
		if (!from) return m.following_begun({ to: to ?? '' }, { locale });
		return m.following_moved({ from, to: to ?? '' }, { locale });
	};

const sentences: Record<NewsKind, (item: NewsItem, locale: Locale) => string> = {
	'concern-moved': moved(concernStateWords),
	'concern-merged': ({ detail }, locale) =>
		m.following_merged({ other: wordIn(detail, 'other') }, { locale }),
	'concern-parted': ({ detail }, locale) =>
		m.following_parted({ other: wordIn(detail, 'other') }, { locale }),
	'followup-moved': moved(followupStateWords),
	'followup-due-changed': ({ detail }, locale) =>
		m.following_due_changed(
			{
				before: dayWords(wordIn(detail, 'before'), locale),
				after: dayWords(wordIn(detail, 'after'), locale),
			},
			{ locale },
		),
	'followup-update': ({ detail }, locale) => {
		const changed = promiseWords.filter((name) => [detail['changed']].flat().includes(name));
		const what = changed.map((name) => promiseWordNames[name]({}, { locale })).join(', ');
		if (what) return m.following_promise_changed({ what }, { locale });
		return detail['isReached'] ? m.following_reached({}, { locale }) : m.following_update({}, { locale });
	},
	'due-soon': ({ detail }, locale) =>
		m.following_due_soon({ day: dayWords(wordIn(detail, 'dueOn'), locale) }, { locale }),
	overdue: ({ detail }, locale) =>
		m.following_overdue({ day: dayWords(wordIn(detail, 'dueOn'), locale) }, { locale }),
	assigned: (_, locale) => m.following_assigned({}, { locale }),
	'meeting-announced': ({ meeting }, locale) =>
		m.following_meeting(
			{
				when: meeting
					? formatTime(new Date(meeting.startsAt), { zone: meeting.timeZone, style: 'full', locale })
					: '',
			},
			{ locale },
		),
};

function wordIn(detail: NewsItem['detail'], name: string): string {
	const word = detail[name];
	return typeof word === 'string' ? word : '';
}
