// Languages a meeting may be held or interpreted in, offered in its form; their names come from the reader's own language.
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';

export const usualLanguages = ['en', 'es'];
export const moreLanguages = [
	'ar',
	'ase',
	'fr',
	'hmn',
	'ht',
	'ko',
	'pl',
	'ru',
	'so',
	'sw',
	'tl',
	'uk',
	'vi',
	'zh',
];

/** "English", "American Sign Language"; the tag itself where the name is not known. */
export function languageName(tag: string, locale: Locale): string {
	// Browsers do not know the name of this one.
	if (tag === 'ase') return m.meeting_language_ase({}, { locale });
	return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
}

/** A text that begins with a capital: some languages write their names small. */
export function capitalized(text: string, locale: string): string {
	return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
