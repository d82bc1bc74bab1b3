// The letter that brings the report of a meeting: the figures of the evening, where it is read, how such letters end. In the reader's language.
import type { Config } from '#config';
import type { Letter } from '#db/mail.ts';
import type { ReportLetter } from '#db/reportLetters.ts';
import { m } from '#lib/paraglide/messages.js';
import { baseLocale, locales } from '#lib/paraglide/runtime.js';
import { formatRange } from '#lib/ui/time.ts';
import { escaped } from './letters.ts';

type Site = Pick<Config, 'publicUrl' | 'CITY_NAME'>;

export function reportLetter({ publicUrl, CITY_NAME: city }: Site, letter: ReportLetter): Letter {
	const { report, stop } = letter;
	const { meeting, questions, promises, polls } = report;
	const locale = locales.find((known) => known === letter.locale) ?? baseLocale;
	const { title, timeZone: zone } = meeting;
	const said = (words: (inputs: object, options: { locale: typeof locale }) => string, count: number) =>
		`${words({}, { locale })}: ${new Intl.NumberFormat(locale).format(count)}`;
	const lines = [
		formatRange(new Date(meeting.startsAt), new Date(meeting.endsAt), { zone, locale }),
		said(m.paper_report_asked, questions.length),
		said(m.paper_report_answered, questions.filter(({ outcome }) => outcome === 'answered').length),
		said(m.paper_report_promises, promises.length),
		...(polls.length > 0 ? [said(m.poll_heading, polls.length)] : []),
	];
	const page = `${publicUrl}/meetings/${meeting.slug}/report`;
	const links = [
		{ words: m.mail_report_page({}, { locale }), link: page },
		{ words: m.paper_report_pdf({}, { locale }), link: `${page}.pdf` },
	];
	const why = m.mail_report_why({ city }, { locale });
	const end = m.mail_report_stop({}, { locale });
	const subject = m.paper_report_title({ title }, { locale });
	const intro = m.mail_report_text({}, { locale });
	return {
		subject,
		text: `${[
			...[title, intro, lines.join('\n')],
			...links.map(({ words, link }) => `${words}:\n${link}`),
			`${why}\n${end}: ${stop}`,
		].join('\n\n')}\n`,
		html: `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;background:#faf5ea;color:#16202f;font:18px/1.5 sans-serif">
<h1 style="margin:0 0 8px;font-size:22px">${escaped(title)}</h1>
<p>${escaped(intro)}</p>
${lines.map((line) => `<p style="margin:4px 0">${escaped(line)}</p>`).join('\n')}
${links.map(({ words, link }) => `<p><a href="${escaped(link)}" style="font-weight:bold">${escaped(words)}</a></p>`).join('\n')}
<hr>
<p style="font-size:16px">${escaped(why)} <a href="${escaped(stop)}">${escaped(end)}</a></p>
</body></html>`,
	};
}
