// What a device shows: that something is up and when, in its language. Not which meeting, not what is followed: others see the screen.
import type { Config } from '#config';
import type { PushMessage } from '#db/pushMessages.ts';
import type { PushWords } from '#domain/push.ts';
import { m } from '#lib/paraglide/messages.js';
import { baseLocale, locales } from '#lib/paraglide/runtime.js';
import { formatTime } from '#lib/ui/time.ts';

/** One message to a device, in its language. */
export function pushWords(city: Config['CITY_NAME'], message: PushMessage): PushWords {
	const { kind, meeting, count } = message;
	const locale = locales.find((known) => known === message.locale) ?? baseLocale;
	const title = `${m.app_name({}, { locale })} ${city}`;
	if (kind === 'news' || !meeting)
		return { title, body: m.push_say_news({ count }, { locale }), path: '/following' };
	const when = formatTime(meeting.startsAt, { zone: meeting.timeZone, style: 'long', locale });
	const body = {
		reminder: m.push_say_reminder({ when }, { locale }),
		moved: m.push_say_moved({ when }, { locale }),
		'called-off': m.push_say_called_off({ when }, { locale }),
	}[kind];
	return { title, body, path: `/meetings/${meeting.slug}` };
}
