// The concern board as a shared document (Yjs): columns of cards that many type, move and group at the same time; and what each may change.
import { generateKeyBetween } from 'fractional-indexing';
import * as v from 'valibot';
import * as Y from 'yjs';
import { authorOf, isLettersAlone, isPlain, type DocumentForm, type Entry } from './documents.ts';

export const cardColours = ['none', 'amber', 'civic', 'good', 'danger'] as const;
export const authorKinds = ['resident', 'moderator', 'staff'] as const;
export const sourceKinds = ['typed', 'question', 'pin', 'caption'] as const;
/** Columns that a new board begins with; their titles are the pages' own words until somebody changes them. */
export const firstColumns = ['heard', 'grouped', 'taking-on', 'not-ours'] as const;
export const longestCard = 280;
const mostCards = 2_000;
/** Of one contributor: nobody fills the board alone. */
const mostCardsOfOne = 200;
const mostColumns = 50;

export const cardKey = /^[\w-]{1,64}:[\w-]{1,64}$/;
const columnId = /^[\w-]{1,40}$/;
const order = v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,200}$/));
const columnShape = v.strictObject({ title: v.pipe(v.string(), v.maxLength(60)), order });
const cardShape = v.strictObject({
	text: v.pipe(v.string(), v.maxLength(longestCard)),
	column: v.pipe(v.string(), v.maxLength(40)),
	order,
	colour: v.picklist(cardColours),
	theme: v.pipe(v.string(), v.maxLength(60)),
	kind: v.picklist(authorKinds),
	source: v.strictObject({
		kind: v.picklist(sourceKinds),
		id: v.pipe(v.string(), v.maxLength(100)),
		/** When it was said: seconds since the meeting went live. */
		at: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
	}),
});
export type Column = v.InferOutput<typeof columnShape> & { id: string };
export type Card = v.InferOutput<typeof cardShape> & { key: string; author: string };

const cardsOf = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>('cards');
const columnsOf = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>('columns');

/** What is on a board, columns and cards in their order; what is not in the form it should have is left out. */
export function readBoard(doc: Y.Doc): { columns: Column[]; cards: Card[] } {
	const columns = [...columnsOf(doc)].flatMap(([id, column]) => {
		const read = v.safeParse(columnShape, jsonOf(column));
		return read.success ? [{ id, ...read.output }] : [];
	});
	const cards = [...cardsOf(doc)].flatMap(([key, card]) => {
		const read = v.safeParse(cardShape, jsonOf(card));
		return read.success ? [{ key, author: authorOf(key), ...read.output }] : [];
	});
	return { columns: inOrder(columns, ({ id }) => id), cards: inOrder(cards, ({ key }) => key) };
}

/** By order; two that were put in the same place at the same time stand by their names, in every browser alike. */
function inOrder<One extends { order: string }>(list: One[], nameOf: (one: One) => string): One[] {
	const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	return list.toSorted((a, b) => compare(a.order, b.order) || compare(nameOf(a), nameOf(b)));
}

const jsonOf = (value: unknown): unknown => (value instanceof Y.Map ? value.toJSON() : value);

/** Puts the first columns on an empty board. */
export function beginBoard(doc: Y.Doc): void {
	doc.transact(() => {
		let last: string | null = null;
		for (const id of firstColumns) {
			last = generateKeyBetween(last, null);
			columnsOf(doc).set(
				id,
				new Y.Map<unknown>([
					['title', ''],
					['order', last],
				]),
			);
		}
	});
}

/** Adds a card at the end of a column. @param id of its own, from whoever writes @returns its key */
export function addCard(
	doc: Y.Doc,
	author: string,
	id: string,
	card: { text: string; column: string; kind: Card['kind']; source?: Card['source'] },
): string {
	const key = `${author}:${id}`;
	const last = readBoard(doc).cards.findLast(({ column }) => column === card.column)?.order ?? null;
	cardsOf(doc).set(
		key,
		new Y.Map<unknown>(
			Object.entries({
				text: new Y.Text(card.text),
				column: card.column,
				order: generateKeyBetween(last, null),
				colour: 'none',
				theme: '',
				kind: card.kind,
				source: card.source ?? { kind: 'typed', id: '' },
			}),
		),
	);
	return key;
}

/**
 * Puts on the board what was said elsewhere, at the end of the first column. It belongs to no one person: its key begins with where it
 * comes from. What is there already stays as it is.
 * @returns the key of its card
 */
export function captureOnBoard(
	doc: Y.Doc,
	source: Card['source'],
	card: { text: string; kind: Card['kind'] },
): string {
	const { columns, cards } = readBoard(doc);
	const there = cards.find((one) => one.source.kind === source.kind && one.source.id === source.id);
	if (there) return there.key;
	const heard: string = firstColumns[0];
	const column = columns.find(({ id }) => id === heard) ?? columns[0];
	return addCard(doc, source.kind, source.id, {
		text: [...card.text].reduce(
			(text, letter) => (text.length + letter.length > longestCard ? text : text + letter),
			'',
		),
		column: column?.id ?? heard,
		kind: card.kind,
		source,
	});
}

/** Keys of the cards that are not in the form they should have: nobody sees them. */
export function unreadableCards(doc: Y.Doc): string[] {
	const read = new Set(readBoard(doc).cards.map(({ key }) => key));
	return [...cardsOf(doc).keys()].filter((key) => !read.has(key));
}

/** Moves a card into a column, before another card of it, or to its end. */
export function moveCard(doc: Y.Doc, key: string, to: { column: string; before: string | null }): void {
	const others = readBoard(doc).cards.filter((card) => card.column === to.column && card.key !== key);
	const at = to.before === null ? others.length : others.findIndex((card) => card.key === to.before);
	const place = at < 0 ? others.length : at;
	const [above, below] = [others[place - 1]?.order ?? null, others[place]?.order ?? null];
	doc.transact(() => {
		cardsOf(doc).get(key)?.set('column', to.column);
		// Two with the same order have no place between them: after both then.
		const isFree = above === null || below === null || above < below;
		cardsOf(doc)
			.get(key)
			?.set('order', generateKeyBetween(above, isFree ? below : null));
	});
}

/** Sets the colour or the theme of a card. */
export function markCard(doc: Y.Doc, key: string, mark: Partial<Pick<Card, 'colour' | 'theme'>>): void {
	doc.transact(() => {
		for (const [name, value] of Object.entries(mark)) cardsOf(doc).get(key)?.set(name, value);
	});
}

/** The shared text of a card, to type in together. */
export function cardText(doc: Y.Doc, key: string): Y.Text | undefined {
	const text = cardsOf(doc).get(key)?.get('text');
	return text instanceof Y.Text ? text : undefined;
}

export function removeCard(doc: Y.Doc, key: string): void {
	cardsOf(doc).delete(key);
}

/** Puts a card that was removed back where it was, as a card of `author`: nobody writes in another's name. @returns its key */
export function putBack(doc: Y.Doc, author: string, { key, author: _, text, ...card }: Card): string {
	const own = `${author}:${key.slice(key.indexOf(':') + 1)}`;
	if (!cardsOf(doc).has(own))
		cardsOf(doc).set(own, new Y.Map<unknown>(Object.entries({ ...card, text: new Y.Text(text) })));
	return own;
}

export function renameColumn(doc: Y.Doc, id: string, title: string): void {
	columnsOf(doc).get(id)?.set('title', title);
}

/**
 * The document of a meeting's board has two maps:
 * `columns`: id → { title, order }; `cards`: `<author>:<id>` → { text: Y.Text, column, order, colour, theme, kind, source }.
 * Whose a card is stands in its key. Orders are keys between keys (fractional indexing): whoever moves a card changes that card alone.
 */
export const boardForm: DocumentForm = {
	cards: {
		key: cardKey,
		isOwned: true,
		most: mostCards,
		mostOfOne: mostCardsOfOne,
		// What a card comes from stays, whoever changes it.
		fixed: ['kind', 'source'],
		isEntry: isCard,
		// Only editors speak for the city, and bring something from elsewhere onto the board.
		mayAdd: (card, { isEditor }) =>
			isEditor ||
			(card.get('kind') === 'resident' && (card.get('source') as Card['source']).kind === 'typed'),
	},
	columns: {
		key: columnId,
		isOwned: false,
		most: mostColumns,
		isEntry: (column) => isPlain(column) && v.is(columnShape, column.toJSON()),
	},
};

function isCard(card: Entry): boolean {
	return isPlain(card, 'text') && v.is(cardShape, card.toJSON()) && isLettersAlone(card.get('text'));
}
