// Typing together in one text, undoing one's own, and where cards are put.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { placeOfTheme, themeAt } from '#lib/board/arranging.ts';
import { editBetween, placeAfter } from '#lib/documents/typing.ts';
import { OwnSteps } from '#lib/minutes/ownSteps.ts';

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

/** Two browsers with the same text, kept alike; the first is undone in. */
function together() {
	const [here, there] = [new Y.Doc(), new Y.Doc()];
	for (const [from, to] of [
		[here, there],
		[there, here],
	] as const)
		from.on('update', (update: Uint8Array, origin) => origin !== to && Y.applyUpdate(to, update, from));
	const [text, theirs] = [here.getText(), there.getText()];
	const own = new OwnSteps(here, ['field']);
	const type = (at: number, words: string, remove = 0) =>
		here.transact(() => {
			text.delete(at, remove);
			text.insert(at, words);
		}, 'field');
	return { text, theirs, own, type };
}

test('undoing takes back what was typed here, never what others have typed', () => {
	const { text, theirs, own, type } = together();
	type(0, 'Mine. ');
	theirs.insert(6, 'Theirs.');
	own.pause();
	type(text.length, ' More.');
	own.undo();
	expect(text.toString()).toBe('Mine. Theirs.');
	own.undo();
	expect(text.toString()).toBe('Theirs.');
	expect([own.canUndo, own.canRedo]).toEqual([false, true]);
	own.redo();
	own.redo();
	expect(theirs.toString()).toBe('Mine. Theirs. More.');
});

test('what was deleted of others comes back, and does not go with the next step back', () => {
	const { text, theirs, own, type } = together();
	type(0, 'Mine. ');
	theirs.insert(6, 'Theirs.');
	own.pause();
	type(0, '', text.length);
	expect(theirs.toString()).toBe('');
	own.undo();
	expect(theirs.toString()).toBe('Mine. Theirs.');
	own.undo();
	expect(theirs.toString()).toBe('Mine. Theirs.');
	expect(own.canUndo).toBe(false);
});

test('steps are undone in the order they were done; what others made pointless is passed over', () => {
	const { text, own, type } = together();
	let place = 'first';
	const move = (to: string, from: string) => ({
		redo: () => (place === from ? ((place = to), true) : false),
		undo: () => (place === to ? ((place = from), true) : false),
	});
	type(0, 'Words');
	const step = move('second', 'first');
	own.act(step);
	own.act(move('nowhere', 'elsewhere'));
	own.undo();
	expect([place, text.toString()]).toEqual(['first', 'Words']);
	own.redo();
	place = 'moved by somebody else';
	own.undo();
	expect([place, text.toString()]).toEqual(['moved by somebody else', '']);
	place = 'first';
	own.act(step);
	type(0, 'Later');
	own.takeBack(step);
	own.takeBack(step);
	expect([place, text.toString()]).toEqual(['first', 'Later']);
});
