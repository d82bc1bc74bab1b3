// The browser speaks the language the server chose: the two could read a visitor's preferences differently.
import { isLocale, overwriteGetLocale } from '#lib/paraglide/runtime.js';

const { lang } = document.documentElement;
overwriteGetLocale(() => (isLocale(lang) ? lang : 'en'));
