// The mails about accounts, in the reader's language. Plain words, one link, no pictures, nothing fetched from anywhere.
import type { Config } from '#config';
import type { Letter } from '#db/mail.ts';
import { invitationDays } from '#db/invitations.ts';
import { linkMinutes } from '#db/auth.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';

/** A link that signs in once. `next`: the page to go on to, a path of ours. */
export function signInLetter(config: Config, locale: Locale, token: string, next: string): Letter {
	const city = config.CITY_NAME;
	const link = `${config.publicUrl}/sign-in/link?${new URLSearchParams({ token, next })}`;
	return letter(
		locale,
		m.mail_sign_in_subject({ city }, { locale }),
		link,
		m.mail_sign_in_act({}, { locale }),
		[m.mail_sign_in_text({ city, minutes: linkMinutes }, { locale }), m.mail_sign_in_unasked({}, { locale })],
	);
}

/** An invitation to work here. */
export function invitationLetter(config: Config, locale: Locale, token: string, inviter: string): Letter {
	const city = config.CITY_NAME;
	const link = `${config.publicUrl}/invitations/${token}`;
	return letter(
		locale,
		m.mail_invitation_subject({ city }, { locale }),
		link,
		m.mail_invitation_act({}, { locale }),
		[
			m.mail_invitation_text({ inviter, city, days: invitationDays }, { locale }),
			m.mail_invitation_unasked({}, { locale }),
		],
	);
}

function letter(
	locale: Locale,
	subject: string,
	link: string,
	act: string,
	[first, last]: [string, string],
): Letter {
	const text = `${first}\n\n${act}:\n${link}\n\n${last}\n`;
	const html = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;background:#faf5ea;color:#16202f;font:18px/1.5 sans-serif">
<p>${escaped(first)}</p>
<p><a href="${escaped(link)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1b4a8f;color:#ffffff;font-weight:bold">${escaped(act)}</a></p>
<p style="word-break:break-all;font-size:16px">${escaped(link)}</p>
<p>${escaped(last)}</p>
</body></html>`;
	return { subject, text, html };
}

const entities: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

export function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
