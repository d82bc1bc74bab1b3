// Typing together in one card, and where cards are put.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { placeOfTheme, themeAt } from '#lib/board/arranging.ts';
import { editBetween, placeAfter } from '#lib/board/typing.ts';

test('what was typed becomes the smallest change, at the caret', () => {
	expect(editBetween('light', 'lights', 6)).toEqual({ at: 5, remove: 0, insert: 's' });
	expect(editBetween('aaa', 'aaaa', 2)).toEqual({ at: 1, remove: 0, insert: 'a' });
	expect(editBetween('aaa', 'aa', 1)).toEqual({ at: 1, remove: 1, insert: '' });
	expect(editBetween('too slow cars', 'fast cars', 4)).toEqual({ at: 0, remove: 8, insert: 'fast' });
	expect(editBetween('same', 'same', 2)).toMatchObject({ remove: 0, insert: '' });
});

test('an emoji is never cut in halves', () => {
	expect(editBetween('a😀b', 'a😁b', 3)).toEqual({ at: 1, remove: 2, insert: '😁' });
	const [before, after] = ['😀', '🐀'];
	const { at, remove, insert } = editBetween(before, after, 2);
	expect([at, remove, insert]).toEqual([0, 2, '🐀']);
});

test('any change between two texts makes the one of the other', () => {
	const letters = ['a', 'b', ' ', '😀', '🐀'];
	const any = (seed: number) =>
		Array.from({ length: seed % 7 }, (_, at) => letters[(seed * 31 + at * 17 + at * seed) % 5]).join('');
	for (let seed = 0; seed < 400; seed++) {
		const [before, after] = [any(seed), any(seed * 7 + 3)];
		const { at, remove, insert } = editBetween(before, after, seed % (after.length + 1));
		expect(before.slice(0, at) + insert + before.slice(at + remove)).toBe(after);
	}
});

test('the caret stays where it was among the letters that others type', () => {
	const text = new Y.Doc().getText();
	text.insert(0, 'cars are loud');
	const places: number[] = [];
	text.observe(({ delta }) => places.push(placeAfter(4, delta)));
	text.insert(0, 'The ');
	text.insert(text.length, '!');
	text.delete(0, 4);
	text.insert(4, '(new)');
	text.delete(2, 6);
	expect(places).toEqual([8, 4, 0, 4, 2]);
});

const cards = (...themes: string[]) => themes.map((theme, at) => ({ key: String(at), theme }));

test('a card stands with the others of its theme', () => {
	expect(placeOfTheme(cards('noise', '', 'noise', ''), 'noise')).toBe('3');
	expect(placeOfTheme(cards('', 'noise'), 'noise')).toBeNull();
	expect(placeOfTheme(cards('', ''), '')).toBeNull();
});

test('a card takes the theme it is put among, and leaves the one it is taken away from', () => {
	expect(themeAt(cards('noise', '', 'noise'), 1)).toBe('noise');
	expect(themeAt(cards('noise', '', 'noise'), 0)).toBe('');
	expect(themeAt(cards('noise', 'noise', ''), 1)).toBe('noise');
	expect(themeAt(cards('noise', '', ''), 0)).toBe('noise');
	expect(themeAt(cards('', 'noise', ''), 1)).toBe('noise');
});
