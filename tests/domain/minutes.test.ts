// The minutes as a document: what its form takes, how items are moved, what a moment is, what of it is published.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { emptyDocument, forbiddenIn, restore } from '#domain/documents.ts';
import {
	addItem,
	asText,
	asTitle,
	beginMinutes,
	itemText,
	longestText,
	minutesForm,
	momentOfItem,
	mostItems,
	moveItem,
	pointsMissing,
	publishedItems,
	putItemBack,
	readMinutes,
	removeItem,
	secondAt,
	secondIn,
	secondInWords,
	setMoment,
} from '#domain/minutes.ts';
import type { Recording } from '#domain/recordings.ts';

const agenda = [
	{ id: 'a', title: 'Welcome' },
	{ id: 'b', title: 'Questions' },
	{ id: 'c', title: 'Next steps' },
];
function minutes(): Y.Doc {
	const doc = emptyDocument('minutes');
	beginMinutes(doc, agenda);
	return doc;
}
const titles = (doc: Y.Doc) => readMinutes(doc).map(({ title }) => title);
const byEditor = { author: 'dana', isEditor: true };

/** What the guard says of a change. */
function judged(
	doc: Y.Doc,
	change: (doc: Y.Doc) => void,
	writer = byEditor as Parameters<typeof forbiddenIn>[2],
) {
	let verdict: string | null = 'nothing happened';
	doc.once('afterTransaction', (transaction: Y.Transaction) => {
		verdict = forbiddenIn(doc, transaction, writer, minutesForm);
	});
	doc.transact(() => change(doc));
	return verdict;
}
const item = (fields: Record<string, unknown> = {}) =>
	new Y.Map<unknown>(
		Object.entries({ title: new Y.Text('T'), text: new Y.Text(''), order: 'a5', at: null, ...fields }),
	);
const put =
	(value: unknown, key = 'x') =>
	(doc: Y.Doc) =>
		void doc.getMap('items').set(key, value);

test('minutes begin with the agenda, in its order', () => {
	const doc = minutes();
	expect(titles(doc)).toEqual(['Welcome', 'Questions', 'Next steps']);
	expect(readMinutes(doc)[0]).toEqual({ key: 'a', title: 'Welcome', text: '', order: 'a0', at: null });
});

test('everything an editor does on the page is in the form', () => {
	const doc = minutes();
	for (const change of [
		(doc: Y.Doc) => addItem(doc, 'd', 'More'),
		(doc: Y.Doc) => itemText(doc, 'd', 'text')!.insert(0, 'Two lines\nof words 😀'),
		(doc: Y.Doc) => itemText(doc, 'd', 'title')!.insert(4, ' things'),
		(doc: Y.Doc) => setMoment(doc, 'd', 3_725),
		(doc: Y.Doc) => moveItem(doc, 'd', -1),
		(doc: Y.Doc) => setMoment(doc, 'd', null),
		(doc: Y.Doc) => removeItem(doc, 'd'),
	])
		expect(judged(doc, change)).toBe(null);
});

test.each<[string, (doc: Y.Doc) => void]>([
	['a text that is too long', (doc) => itemText(doc, 'a', 'text')!.insert(0, 'x'.repeat(longestText + 1))],
	['a title of two lines', (doc) => itemText(doc, 'a', 'title')!.insert(0, 'one\ntwo')],
	['a return that no field shows', (doc) => itemText(doc, 'a', 'text')!.insert(0, 'one\r\ntwo')],
	['a letter that PostgreSQL cannot keep', (doc) => itemText(doc, 'a', 'text')!.insert(0, 'x\0')],
	['formatting', (doc) => itemText(doc, 'a', 'text')!.insert(0, 'x', { bold: true })],
	['a picture', (doc) => itemText(doc, 'a', 'text')!.insertEmbed(0, { image: 'x' })],
	['a moment before the meeting', (doc) => setMoment(doc, 'a', -1)],
	['half a second', (doc) => setMoment(doc, 'a', 0.5)],
	['a moment days later', (doc) => setMoment(doc, 'a', 360_000)],
	[
		'an order that has no neighbours',
		(doc) => void doc.getMap<Y.Map<unknown>>('items').get('a')!.set('order', 'a'),
	],
	['a field of its own', put(item({ colour: 'red' }))],
	['a text that is none', put(item({ text: 'words' }))],
	['an item without a title', put(new Y.Map([['text', new Y.Text('')]]))],
	['a list instead of an item', put(['a'])],
	['a map within an item', put(item({ at: new Y.Map() }))],
	['a key that is none', put(item(), 'a b')],
	['another root', (doc) => void doc.getMap('cards').set('x', 1)],
])('%s is not in the form', (_, change) => {
	expect(judged(minutes(), change)).toBe('not-in-form');
});

test('there are only so many items', () => {
	const doc = emptyDocument('minutes');
	for (let n = 0; n < mostItems; n++) addItem(doc, `item-${n}`);
	expect(judged(doc, (doc) => addItem(doc, 'one-more'))).toBe('too-many');
});

test('who is no editor changes nothing', () => {
	const change = (doc: Y.Doc) => addItem(doc, 'd');
	expect(judged(minutes(), change, { author: 'maria', isEditor: false })).toBe('not-yours');
	expect(judged(minutes(), change, { author: null, isEditor: false })).toBe('reads-only');
});

test('items are moved one place, and not beyond the ends', () => {
	const doc = minutes();
	moveItem(doc, 'c', -1);
	expect(titles(doc)).toEqual(['Welcome', 'Next steps', 'Questions']);
	moveItem(doc, 'c', -1);
	moveItem(doc, 'c', -1);
	expect(titles(doc)).toEqual(['Next steps', 'Welcome', 'Questions']);
	moveItem(doc, 'c', 1);
	moveItem(doc, 'c', 1);
	moveItem(doc, 'c', 1);
	expect(titles(doc)).toEqual(['Welcome', 'Questions', 'Next steps']);
});

test('two who add at the same time have both, in the same order everywhere, and can still move them', () => {
	const [first, second] = [minutes(), emptyDocument('minutes')];
	Y.applyUpdate(second, Y.encodeStateAsUpdate(first));
	addItem(first, 'p', 'From one');
	addItem(second, 'q', 'From the other');
	Y.applyUpdate(second, Y.encodeStateAsUpdate(first));
	Y.applyUpdate(first, Y.encodeStateAsUpdate(second));
	expect(titles(first)).toEqual(titles(second));
	expect(titles(first).slice(3)).toEqual(['From one', 'From the other']);
	moveItem(first, 'q', -1);
	moveItem(first, 'q', -1);
	expect(titles(first)).toEqual(['Welcome', 'Questions', 'From the other', 'Next steps', 'From one']);
});

test('what was removed is put back where it was, once', () => {
	const doc = minutes();
	itemText(doc, 'b', 'text')!.insert(0, 'Many.');
	const before = readMinutes(doc);
	removeItem(doc, 'b');
	expect(titles(doc)).toEqual(['Welcome', 'Next steps']);
	putItemBack(doc, before[1]!);
	putItemBack(doc, { ...before[1]!, title: 'Twice' });
	expect(readMinutes(doc)).toEqual(before);
});

test('the minutes are made to stand as they did before', () => {
	const doc = minutes();
	const then = emptyDocument('minutes');
	Y.applyUpdate(then, Y.encodeStateAsUpdate(doc));
	itemText(doc, 'a', 'text')!.insert(0, 'Wrong');
	removeItem(doc, 'b');
	addItem(doc, 'd', 'Wrong too');
	restore(doc, then, 'minutes');
	expect(readMinutes(doc)).toEqual(readMinutes(then));
});

test('points of the agenda that were planned later are missing until they are added', () => {
	const doc = minutes();
	const later = [...agenda, { id: 'z', title: 'Any other business' }];
	expect(pointsMissing(readMinutes(doc), later)).toEqual([later[3]]);
	addItem(doc, 'n', ' Any other business ');
	expect(pointsMissing(readMinutes(doc), later)).toEqual([]);
});

test('a moment is typed as minutes and seconds, with hours or without', () => {
	expect(['0:05', '12:05', '1:02:05', ' 90:00 ', ''].map(secondIn)).toEqual([5, 725, 3_725, 5_400, null]);
	for (const wrong of ['12', '1:99', '1:60:00', '99:59:60', 'noon', '-1:00', '100:00:00'])
		expect(secondIn(wrong)).toBe(undefined);
	for (const second of [0, 59, 60, 725, 3_600, 359_999]) expect(secondIn(secondInWords(second))).toBe(second);
	expect(secondInWords(3_725)).toBe('1:02:05');
});

test('now is a second of the meeting while there is one', () => {
	const began = '2026-11-30T18:00:00.000Z';
	expect(secondAt(began, Date.parse(began) + 61_900)).toBe(61);
	expect(secondAt(began, Date.parse(began) - 5_000)).toBe(0);
	expect(secondAt(null, Date.parse(began))).toBe(null);
});

test('what is pasted is cleaned of what no field shows', () => {
	expect(asTitle('one\r\n\ttwo\0')).toBe('one two ');
	expect(asText('one\r\ntwo\rthree\tfour\u0085\0')).toBe('one\ntwo\nthree four  ');
});

test('only items that say something are published', () => {
	const doc = minutes();
	addItem(doc, 'd', '  ');
	itemText(doc, 'a', 'text')!.insert(0, 'Dana opened.\n\n');
	setMoment(doc, 'a', 4);
	expect(publishedItems(readMinutes(doc))).toEqual([
		{ title: 'Welcome', text: 'Dana opened.', at: 4 },
		{ title: 'Questions', text: '', at: null },
		{ title: 'Next steps', text: '', at: null },
	]);
});

test('an item leads to its moment only where a film that is there shows it', () => {
	const meeting = { slug: 'elm', title: 'Elm', wentLiveAt: '2026-11-30T18:00:00.000Z' };
	const film = {
		...{ id: 'r', state: 'ready', startedAt: '2026-11-30T18:10:00.400Z', seconds: 60, bytes: 1 },
		...{ keepUntil: '2027-11-30', removedAt: null, removedBecause: null },
	} satisfies Recording;
	const at = (second: number | null, films: Recording[] = [film]) => momentOfItem(meeting, films, second);
	expect(at(600)).toBe('/meetings/elm?at=600#recordings');
	expect(at(660)).toBe('/meetings/elm?at=660#recordings');
	for (const second of [599, 661, null]) expect(at(second)).toBe(null);
	expect(at(620, [{ ...film, state: 'removed' }])).toBe(null);
	expect(momentOfItem({ ...meeting, wentLiveAt: null }, [film], 620)).toBe(null);
});
