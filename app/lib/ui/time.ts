// Moments in words: always in a named zone, in the reader's language (US habits in both).

export type TimeStyle = 'full' | 'long' | 'short' | 'date' | 'time' | 'hour' | 'clock';

const styles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
	/** Tuesday, March 4, 2025 at 6:00 PM CST */
	full: {
		weekday: 'long',
		year: 'numeric',
		month: 'long',
		day: 'numeric',
		hour: 'numeric',
		minute: '2-digit',
		timeZoneName: 'short',
	},
	/** Tue, Mar 4, 6:00 PM CST */
	long: {
		weekday: 'short',
		month: 'short',
		day: 'numeric',
		hour: 'numeric',
		minute: '2-digit',
		timeZoneName: 'short',
	},
	/** Tue, Mar 4, 6:00 PM */
	short: { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
	/** March 4, 2025 */
	date: { year: 'numeric', month: 'long', day: 'numeric' },
	/** 6:00 PM CST */
	time: { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
	/** 6:00 PM, where the zone is plain */
	hour: { hour: 'numeric', minute: '2-digit' },
	/** 6:02:31 PM: a moment within a meeting */
	clock: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};
const regions: Record<string, string> = { en: 'en-US', es: 'es-US' };

/** A moment in words, such as "6:00 PM CST". */
export function formatTime(
	moment: Date,
	{ zone, style = 'full', locale }: { zone: string; style?: TimeStyle; locale: string },
): string {
	// ICU versions differ in which space stands before AM and PM; servers and browsers must write the same text.
	return plainSpaces(formatter(zone, style, locale).format(moment));
}

/** From one moment to another in words, such as "Tuesday, March 4, 2025, 6:00 – 7:30 PM CST". */
export function formatRange(
	from: Date,
	to: Date,
	{ zone, style = 'full', locale }: { zone: string; style?: TimeStyle; locale: string },
): string {
	const text = plainSpaces(formatter(zone, style, locale).formatRange(from, to));
	// Its two ends stay on one line: after a dash a line breaks, unless a word joiner follows.
	return text.replaceAll(' – ', '\u00a0–\u00a0').replaceAll('–', '–\u2060');
}

function formatter(zone: string, style: TimeStyle, locale: string): Intl.DateTimeFormat {
	return new Intl.DateTimeFormat(regions[locale] ?? locale, { ...styles[style], timeZone: zone });
}

function plainSpaces(text: string): string {
	return text.replaceAll('\u202f', '\u00a0').replaceAll('\u2009', ' ');
}

/** Whether two zones show different clocks at that moment. */
export function zoneDiffers(moment: Date, a: string, b: string): boolean {
	const clock = (timeZone: string) =>
		new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(moment);
	return clock(a) !== clock(b);
}
