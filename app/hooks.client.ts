// The browser's side of every page: the language the server chose, and what to say when a page cannot be fetched.
import type { HandleClientError } from '@sveltejs/kit/hooks';
import { isLocale, overwriteGetLocale } from '#lib/paraglide/runtime.js';

// A browser and a server could read a visitor's language preferences differently: the page's own language decides.
const { lang } = document.documentElement;
overwriteGetLocale(() => (isLocale(lang) ? lang : 'en'));

export const handleError: HandleClientError = ({ kind, error }) => {
	if (kind !== 'unknown') return;
	console.error(error);
	// What fetch() throws when no answer came at all.
	if (!navigator.onLine || error instanceof TypeError) return { code: 'offline', status: 503 };
};
