// The letters to those who have registered: how they stand, when and where it is, one press to join, an entry for their calendar.
import type { Config } from '#config';
import type { Letter } from '#db/mail.ts';
import type { RegistrationLetter } from '#db/registrationLetters.ts';
import type { RegistrationState } from '#domain/registrations.ts';
import { m } from '#lib/paraglide/messages.js';
import { baseLocale, locales } from '#lib/paraglide/runtime.js';
import { formatRange, formatTime } from '#lib/ui/time.ts';
import { meetingCalendar } from './calendar.ts';
import { escaped } from './letters.ts';

type Site = Pick<Config, 'publicUrl' | 'CITY_NAME' | 'MAIL_FROM'>;
type Words = (inputs: { title: string }, options: { locale: Locale }) => string;
type Locale = (typeof locales)[number];

const subjects: Record<RegistrationLetter['kind'], Words> = {
	confirmed: m.mail_registered_confirmed,
	waiting: m.mail_registered_waiting,
	offered: m.mail_registered_offered,
	lapsed: m.mail_registered_lapsed,
	cancelled: m.mail_registered_cancelled,
	again: m.mail_registered_again,
	moved: m.mail_registered_moved,
	'called-off': m.mail_registered_called_off,
	reminder: m.mail_registered_reminder,
};

/** One letter to somebody who has registered, in their language. */
export function registeredLetter(site: Site, letter: RegistrationLetter): Letter {
	const { kind, meeting, state, own } = letter;
	const locale = locales.find((known) => known === letter.locale) ?? baseLocale;
	const isOff = kind === 'called-off';
	const lines = [
		letter.cameFree && m.mail_registered_came_free({}, { locale }),
		kind === 'moved' && m.mail_registered_moved_text({}, { locale }),
		kind === 'moved' && hasEntry(kind, state) && m.mail_registered_moved_entry({}, { locale }),
		isOff && m.mail_registered_called_off_text({ reason: meeting.cancelReason ?? '' }, { locale }),
		formatRange(meeting.startsAt, meeting.endsAt, { zone: meeting.timeZone, locale }),
		meeting.place,
		!isOff && standing(letter, locale),
	].filter((line): line is string => Boolean(line));
	const links = [
		...(isOff || meeting.placeKind === 'in-person'
			? []
			: [
					{
						words: m.mail_registered_join({}, { locale }),
						link: `${site.publicUrl}/meetings/${meeting.slug}/hall`,
					},
				]),
		...(isOff ? [] : [{ words: m.mail_registered_own({}, { locale }), link: own }]),
	];
	return {
		subject: subjects[kind]({ title: meeting.title }, { locale }),
		...written(
			locale,
			meeting.title,
			lines,
			links,
			m.mail_registered_why({ city: site.CITY_NAME, days: letter.keptDays }, { locale }),
		),
		...(hasEntry(kind, state) && {
			calendar: { method: isOff ? 'CANCEL' : 'PUBLISH', text: meetingCalendar(meeting, site, locale) },
		}),
	};
}

/** Who has no place needs no entry; one that is there is taken away when the meeting is called off. */
const hasEntry = (kind: RegistrationLetter['kind'], state: RegistrationState) =>
	kind === 'called-off' || (state === 'confirmed' && kind !== 'reminder');

function standing(
	{ state, way, waitingPlace, offerEndsAt, meeting }: RegistrationLetter,
	locale: Locale,
): string {
	if (state === 'confirmed')
		return way === 'room'
			? m.registration_own_room({}, { locale })
			: m.registration_own_online({}, { locale });
	if (state === 'waiting') return m.registration_own_waiting({ place: waitingPlace ?? 0 }, { locale });
	if (state === 'offered') {
		const until = offerEndsAt ? formatTime(offerEndsAt, { zone: meeting.timeZone, locale }) : '';
		return m.registration_own_offered({ until }, { locale });
	}
	return m.registration_own_cancelled({}, { locale });
}

function written(
	locale: Locale,
	title: string,
	lines: string[],
	links: { words: string; link: string }[],
	why: string,
): Pick<Letter, 'text' | 'html'> {
	const text = [title, ...lines, ...links.map(({ words, link }) => `${words}:\n${link}`), why].join('\n\n');
	const html = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="margin:0;padding:24px;background:#faf5ea;color:#16202f;font:18px/1.5 sans-serif">
<h1 style="margin:0 0 8px;font-size:22px">${escaped(title)}</h1>
${lines.map((line) => `<p style="margin:8px 0;white-space:pre-line">${escaped(line)}</p>`).join('\n')}
${links.map(({ words, link }) => `<p><a href="${escaped(link)}" style="font-weight:bold">${escaped(words)}</a></p>`).join('\n')}
<hr>
<p style="font-size:16px">${escaped(why)}</p>
</body></html>`;
	return { text: `${text}\n`, html };
}
