// The mail to the author of a pin about which something was done. Nobody's language is kept, so it says it in each that we speak.
import type { Config } from '#config';
import type { ActivityLetter } from '#db/activities.ts';
import { activityWords } from '#lib/map/activityWords.ts';
import { m } from '#lib/paraglide/messages.js';
import { locales } from '#lib/paraglide/runtime.js';
import { escaped } from './letters.ts';

/** Says what was done, in the city's own words, and where it can be seen. */
export function activityLetter(config: Pick<Config, 'CITY_NAME' | 'publicUrl'>): ActivityLetter {
	return ({ round, activity }) => {
		const city = config.CITY_NAME;
		const link = `${config.publicUrl}/map/${round.slug}/report`;
		const parts = locales.map((locale) => ({
			locale,
			subject: m.mail_activity_subject({ city }, { locale }),
			lines: [
				m.mail_activity_text(
					{ round: round.title, kind: activityWords[activity.kind]({}, { locale }) },
					{ locale },
				),
				`“${activity.note}”`,
				m.mail_activity_unasked({}, { locale }),
			],
		}));
		const html = parts.map(
			({ locale, lines }) =>
				`<div lang="${locale}">${lines.map((line) => `<p>${escaped(line)}</p>`).join('\n')}</div>`,
		);
		return {
			subject: parts.map(({ subject }) => subject).join(' · '),
			text: [...parts.map(({ lines }) => lines.join('\n\n')), link].join('\n\n\n').concat('\n'),
			html: `<!doctype html>
<html><head><meta charset="utf-8"><title>${escaped(parts[0]!.subject)}</title></head>
<body style="margin:0;padding:24px;background:#faf5ea;color:#16202f;font:18px/1.5 sans-serif">
${html.join('\n<hr>\n')}
<p style="word-break:break-all"><a href="${escaped(link)}">${escaped(link)}</a></p>
</body></html>`,
		};
	};
}
