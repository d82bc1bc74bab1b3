// The guard of the board: what each may change in the shared document, tried as the server tries it.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import {
	addCard,
	beginBoard,
	boardForm,
	cardText,
	firstColumns,
	longestCard,
	markCard,
	moveCard,
	readBoard,
	removeCard,
} from '#domain/board.ts';
import { forbiddenIn, type DocumentWriter } from '#domain/documents.ts';

const ann: DocumentWriter = { author: 'ann', isEditor: false };
const dana: DocumentWriter = { author: 'dana', isEditor: true };
const watcher: DocumentWriter = { author: null, isEditor: false };

/** A board with a card of ann's and one of tom's. */
function board(): Y.Doc {
	const doc = new Y.Doc();
	beginBoard(doc);
	addCard(doc, 'ann', '1', { text: 'Lights on Elm Street', column: 'heard', kind: 'resident' });
	addCard(doc, 'tom', '1', { text: 'Speeding on Oak Street', column: 'heard', kind: 'resident' });
	return doc;
}

/** What the guard says of a change that somebody makes on their own copy. */
function verdict(writer: DocumentWriter, change: (doc: Y.Doc) => void, before = board()): string | null {
	const theirs = new Y.Doc();
	Y.applyUpdate(theirs, Y.encodeStateAsUpdate(before));
	const known = Y.encodeStateVector(theirs);
	theirs.transact(() => change(theirs));
	const trial = new Y.Doc();
	for (const name of ['cards', 'columns']) trial.getMap(name);
	Y.applyUpdate(trial, Y.encodeStateAsUpdate(before));
	let said: string | null = 'nothing was looked at';
	trial.once('afterTransaction', (transaction: Y.Transaction) => {
		said = forbiddenIn(trial, transaction, writer, boardForm);
	});
	Y.applyUpdate(trial, Y.encodeStateAsUpdate(theirs, known));
	return said;
}

const card = (more: Record<string, unknown> = {}) =>
	new Y.Map<unknown>(
		Object.entries({
			...{ text: new Y.Text('More benches'), column: 'heard', order: 'a5', colour: 'none', theme: '' },
			...{ kind: 'resident', source: { kind: 'typed', id: '' } },
			...more,
		}),
	);
const cards = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>('cards');
const columns = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>('columns');
const newColumn = () =>
	new Y.Map<unknown>([
		['title', 'Later'],
		['order', 'a9'],
	]);

test.each<[string, (doc: Y.Doc) => void]>([
	['add a card', (doc) => void addCard(doc, 'ann', '2', { text: '', column: 'heard', kind: 'resident' })],
	['type in their own', (doc) => cardText(doc, 'ann:1')!.insert(0, 'Broken ')],
	['move their own', (doc) => moveCard(doc, 'ann:1', { column: 'grouped', before: null })],
	['mark their own', (doc) => markCard(doc, 'ann:1', { colour: 'amber', theme: 'Light' })],
	['remove their own', (doc) => removeCard(doc, 'ann:1')],
])('contributors %s; who only reads does not', (_, change) => {
	expect(verdict(ann, change)).toBe(null);
	expect(verdict(dana, change)).toBe(_ === 'add a card' ? 'not-yours' : null);
	expect(verdict(watcher, change)).toBe('reads-only');
});

test.each<[string, (doc: Y.Doc) => void]>([
	['type in another’s card', (doc) => cardText(doc, 'tom:1')!.insert(0, 'No ')],
	['delete another’s words', (doc) => cardText(doc, 'tom:1')!.delete(0, 3)],
	['move another’s card', (doc) => moveCard(doc, 'tom:1', { column: 'grouped', before: null })],
	['mark another’s card', (doc) => markCard(doc, 'tom:1', { colour: 'danger' })],
	['remove another’s card', (doc) => removeCard(doc, 'tom:1')],
	['write in another’s name', (doc) => void cards(doc).set('tom:2', card())],
	['put another card in its place', (doc) => void cards(doc).set('tom:1', card())],
	[
		'change their own and another’s at once',
		(doc) => {
			cardText(doc, 'ann:1')!.insert(0, 'x');
			cardText(doc, 'tom:1')!.insert(0, 'x');
		},
	],
	['add a column', (doc) => void columns(doc).set('later', newColumn())],
	['rename a column', (doc) => void columns(doc).get('heard')!.set('title', 'Ignored')],
	['remove a column', (doc) => columns(doc).delete('heard')],
	['speak as a moderator', (doc) => void cards(doc).set('ann:2', card({ kind: 'moderator' }))],
	['say afterwards that a moderator spoke', (doc) => void cards(doc).get('ann:1')!.set('kind', 'moderator')],
	[
		'say that it was a question',
		(doc) => void cards(doc).set('ann:2', card({ source: { kind: 'question', id: '7' } })),
	],
])('contributors do not %s', (_, change) => expect(verdict(ann, change)).toBe('not-yours'));

test.each<[string, (doc: Y.Doc) => void]>([
	['a root of its own', (doc) => void doc.getMap('secrets').set('a', 1)],
	['a list in the place of cards', (doc) => void doc.getArray('cards').push(['x'])],
	[
		'text that is too long',
		(doc) => void cards(doc).set('ann:2', card({ text: new Y.Text('x'.repeat(longestCard + 1)) })),
	],
	['text that grows too long', (doc) => cardText(doc, 'ann:1')!.insert(0, 'x'.repeat(longestCard))],
	['text that is plain', (doc) => void cards(doc).set('ann:2', card({ text: 'x' }))],
	['formatted text', (doc) => cardText(doc, 'ann:1')!.format(0, 3, { bold: true })],
	['a picture in the text', (doc) => cardText(doc, 'ann:1')!.insertEmbed(0, { image: 'x' })],
	['something beside the text', (doc) => cardText(doc, 'ann:1')!.setAttribute('hidden', 'x')],
	['a field that nobody knows', (doc) => void cards(doc).set('ann:2', card({ votes: 9 }))],
	['a later field that nobody knows', (doc) => void cards(doc).get('ann:1')!.set('votes', 9)],
	['a missing field', (doc) => void cards(doc).get('ann:1')!.delete('colour')],
	['a colour that is none', (doc) => markCard(doc, 'ann:1', { colour: 'red' as 'amber' })],
	['an order that is none', (doc) => void cards(doc).get('ann:1')!.set('order', 'ä'.repeat(10))],
	[
		'something shared in a value’s place',
		(doc) => void cards(doc).set('ann:2', card({ theme: new Y.Text('x') })),
	],
	['a card that is no map', (doc) => void cards(doc).set('ann:2', 'x' as unknown as Y.Map<unknown>)],
	['a key that is none', (doc) => void cards(doc).set(`ann:${'x'.repeat(65)}`, card())],
])('nobody leaves %s on the board', (_, change) => {
	expect(verdict(ann, change)).toBe('not-in-form');
	if (!_.includes('card') && !/ann:2|x’s/.test(String(change)) && !_.includes('key'))
		expect(verdict(dana, change)).toBe('not-in-form');
});

test('editors change every card and the columns, but write in nobody’s name', () => {
	expect(verdict(dana, (doc) => removeCard(doc, 'tom:1'))).toBe(null);
	expect(verdict(dana, (doc) => cardText(doc, 'tom:1')!.insert(0, 'Again: '))).toBe(null);
	expect(verdict(dana, (doc) => void columns(doc).set('later', newColumn()))).toBe(null);
	expect(verdict(dana, (doc) => columns(doc).delete('heard'))).toBe(null);
	expect(verdict(dana, (doc) => void columns(doc).get('heard')!.set('width', 3))).toBe('not-in-form');
	const source = { kind: 'question', id: '7' };
	expect(verdict(dana, (doc) => void cards(doc).set('dana:1', card({ kind: 'moderator', source })))).toBe(
		null,
	);
	expect(verdict(dana, (doc) => void cards(doc).set('tom:2', card()))).toBe('not-yours');
	expect(verdict(dana, (doc) => void cards(doc).get('tom:1')!.set('kind', 'staff'))).toBe('not-yours');
});

test('one contributor does not fill the board alone', () => {
	const doc = board();
	doc.transact(() => {
		for (let n = 2; n <= 200; n++) cards(doc).set(`ann:${n}`, card());
	});
	const another = (copy: Y.Doc) => void cards(copy).set('ann:201', card());
	expect(verdict(ann, another, doc)).toBe('too-many');
	expect(verdict({ ...ann, isEditor: true }, another, doc)).toBe(null);
	expect(verdict(ann, (copy) => cardText(copy, 'ann:7')!.insert(0, 'x'), doc)).toBe(null);
});

test('a board is read in its order, and what is not in form is left out', () => {
	const doc = board();
	cards(doc).set('tom:9', 'x' as unknown as Y.Map<unknown>);
	moveCard(doc, 'tom:1', { column: 'heard', before: 'ann:1' });
	const read = readBoard(doc);
	expect(read.columns.map(({ id }) => id)).toEqual([...firstColumns]);
	expect(read.cards.map(({ key, text }) => [key, text])).toEqual([
		['tom:1', 'Speeding on Oak Street'],
		['ann:1', 'Lights on Elm Street'],
	]);
});
