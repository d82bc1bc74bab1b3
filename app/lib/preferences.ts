// Language and colours: a person's two preferences, each in a cookie that says nothing else about them.
import type { Cookies } from '@sveltejs/kit';
import { isLocale } from '#lib/paraglide/runtime.js';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The theme a browser asked for; the device's own when it asked for none. */
export function themeOf(cookies: Pick<Cookies, 'get'>): Theme {
	return themes.find((theme) => theme === cookies.get('theme')) ?? 'system';
}

/** The cookies that a preferences form asks for; a wrong value sets nothing. */
export function wantedPreferences(form: FormData): { name: 'theme' | 'language'; value: string }[] {
	const theme = themes.find((known) => known === form.get('theme'));
	const language = form.get('language');
	return [
		...(theme ? [{ name: 'theme' as const, value: theme }] : []),
		...(isLocale(language) ? [{ name: 'language' as const, value: language }] : []),
	];
}

/** The page to go back to: a path of this site, never another site's address (`//elsewhere`, `/\elsewhere`). */
export function pathBack(wanted: unknown): string {
	const path = typeof wanted === 'string' ? wanted : '/';
	return /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/';
}
