// Language and colours are a person's choice, and a choice never leads to another site.
import { describe, expect, test } from 'vitest';
import { pathBack, themeOf, wantedPreferences } from '#lib/preferences.ts';

const cookies = (theme?: string) => ({ get: () => theme });
const form = (fields: Record<string, string>) => {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.set(name, value);
	return data;
};

describe('the colours of a page', () => {
	test('are those that the browser asked for', () => expect(themeOf(cookies('dark'))).toBe('dark'));
	test('are the device’s own when nothing was asked for', () => expect(themeOf(cookies())).toBe('system'));
	test('are the device’s own when the cookie was tampered with', () =>
		expect(themeOf(cookies('"><script>'))).toBe('system'));
});

describe('the form of preferences', () => {
	test('keeps a language that we speak', () =>
		expect(wantedPreferences(form({ language: 'es' }))).toEqual([{ name: 'language', value: 'es' }]));
	test('keeps a theme', () =>
		expect(wantedPreferences(form({ theme: 'light' }))).toEqual([{ name: 'theme', value: 'light' }]));
	test('keeps nothing else', () =>
		expect(wantedPreferences(form({ language: 'xx', theme: 'pink', role: 'admin' }))).toEqual([]));
});

describe('after choosing, one is back', () => {
	test.each(['/', '/meetings/lamps?order=new', '/es'])('at %s', (path) => expect(pathBack(path)).toBe(path));
	test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a\\b', '/a\nb', '', null])(
		'at the start page instead of %j',
		(path) => expect(pathBack(path)).toBe('/'),
	);
});
