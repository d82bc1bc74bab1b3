// Languages a meeting may be held or interpreted in, offered in its form; their names come from the reader's own language.
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
export function languageName(tag: string, locale: string): string {
	const name = new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
	return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}
