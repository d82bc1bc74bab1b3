// The letters to those who follow: the one that asks, the one with what is new, and the owners' on Mondays. In the reader's language.
import type { Config } from '#config';
import type { Digest } from '#db/digests.ts';
import type { Letter } from '#db/mail.ts';
import type { Followed } from '#domain/following.ts';
import type { LetterWriters, Owned, OwnedDigest } from '#db/reminders.ts';
import { aboutOf, askedIn, changeOf, dayWords, followedWords, saidIn } from '#lib/following/newsWords.ts';
import { followupStateWords } from '#lib/followups/words.ts';
import { m } from '#lib/paraglide/messages.js';
import { baseLocale, locales, type Locale } from '#lib/paraglide/runtime.js';
import { escaped } from './letters.ts';
import { reportLetter } from './reportLetters.ts';
import { pushWords } from './pushWords.ts';
import { registeredLetter } from './registeredLetters.ts';

type Place = Pick<Config, 'CITY_NAME' | 'publicUrl'>;
type Site = Pick<Config, 'CITY_NAME' | 'publicUrl' | 'MAIL_FROM'>;
/** One thing in a letter: its name, what there is to say of it in lines, where it stands. */
type Part = { name: string; lines: string[]; link: string };

/** What the jobs are handed (app/hooks.server.ts). */
export const letterWriters = (place: Site): LetterWriters => ({
	news: (digest) => newsLetter(place, digest),
	owned: (digest) => ownedLetter(place, digest),
	registered: (letter) => registeredLetter(place, letter),
	reported: (letter) => reportLetter(place, letter),
	push: (message) => pushWords(place.CITY_NAME, message),
});

/** Asks whether the address wants to follow something. */
export function askLetter(place: Place, locale: Locale, token: string, asked: Followed): Letter {
	const city = place.CITY_NAME;
	const subject = followedWords(asked, locale);
	const link = `${place.publicUrl}/following/confirm?${new URLSearchParams({ token })}`;
	return letter(locale, {
		subject: m.mail_news_ask_subject(
			{ city, subject: asked.kind === 'area' ? asked.title : asked.subject || subject },
			{ locale },
		),
		parts: [
			{
				name: m.mail_news_ask_text({ subject }, { locale }),
				lines: [`${m.mail_news_ask_act({}, { locale })}:`],
				link,
			},
		],
		why: m.mail_news_ask_unasked({}, { locale }),
	});
}

function newsLetter({ CITY_NAME: city, publicUrl }: Place, { news, followed, ...more }: Digest): Letter {
	const locale = localeOf(more.locale);
	const list = followed.map((one) => (one.kind === 'area' ? one.title : one.subject)).filter(Boolean);
	if (followed.some(({ kind }) => kind === 'everything')) list.push(m.following_everything({}, { locale }));
	return letter(locale, {
		subject: m.mail_news_subject({ city, count: news.length }, { locale }),
		parts: news.map((item) => {
			const { number, title, path } = aboutOf(item);
			const said = saidIn(item);
			const asked = askedIn(item, locale);
			return {
				name: number ? `${number} · ${title}` : title,
				lines: [changeOf(item, locale), ...(said ? [`“${said}”`] : []), ...(asked ? [`${asked}:`] : [])],
				link: publicUrl + path,
			};
		}),
		why: whyOf(locale, city, list, more.isOfCity),
		stop: more.stop,
	});
}

/** Why somebody gets the letter. @param list what they follow */
function whyOf(locale: Locale, city: string, list: string[], isOfCity: boolean): string {
	if (list.length > 0) return m.mail_news_why({ list: list.join(', ') }, { locale });
	return isOfCity ? m.mail_news_why_owner({ city }, { locale }) : m.mail_news_why_asker({}, { locale });
}

function ownedLetter({ CITY_NAME: city, publicUrl }: Place, { owned, ...more }: OwnedDigest): Letter {
	const locale = localeOf(more.locale);
	return letter(locale, {
		subject: m.mail_news_owned_subject({ city, count: owned.length }, { locale }),
		parts: owned.map((one) => ({
			name: `${one.number} · ${one.title}`,
			lines: [standOf(one, locale)],
			link: `${publicUrl}/followups/${one.number}`,
		})),
		why: m.mail_news_why_owner({ city }, { locale }),
		stop: more.stop,
	});
}

function standOf({ state, dueOn, isLate, isSilent }: Owned, locale: Locale): string {
	const day = dueOn === null ? '' : dayWords(dueOn, locale);
	const due = isLate
		? m.mail_news_owned_late({ day }, { locale })
		: m.mail_news_owned_due({ day }, { locale });
	return [
		followupStateWords[state]({}, { locale }),
		...(day ? [due] : []),
		...(isSilent ? [m.mail_news_owned_silent({}, { locale })] : []),
	].join(' · ');
}

const localeOf = (locale: string): Locale => locales.find((known) => known === locale) ?? baseLocale;

function letter(
	locale: Locale,
	{ subject, parts, why, stop }: { subject: string; parts: Part[]; why: string; stop?: string },
): Letter {
	const end = stop ? { words: m.mail_news_stop({}, { locale }), stop } : null;
	const text = [
		...parts.map(({ name, lines, link }) => [name, ...lines, link].join('\n')),
		end ? `${why}\n${end.words}: ${end.stop}` : why,
	];
	const html = parts.map(
		({ name, lines, link }) => `<h2 style="margin:24px 0 4px;font-size:18px">${escaped(name)}</h2>
${lines.map((line) => `<p style="margin:4px 0;white-space:pre-line">${escaped(line)}</p>`).join('\n')}
<p style="margin:4px 0;word-break:break-all">${anchor(link, link)}</p>`,
	);
	return {
		subject,
		text: `${text.join('\n\n')}\n`,
		html: `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;background:#faf5ea;color:#16202f;font:18px/1.5 sans-serif">
${html.join('\n')}
<hr>
<p style="font-size:16px">${escaped(why)}${end ? ` ${anchor(end.stop, end.words)}` : ''}</p>
</body></html>`,
	};
}

const anchor = (link: string, words: string) => `<a href="${escaped(link)}">${escaped(words)}</a>`;
