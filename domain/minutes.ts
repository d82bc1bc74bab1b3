// The minutes of a meeting: a document that those of the city type together while it goes on, and the versions of it that everybody reads.
import { generateKeyBetween } from 'fractional-indexing';
import * as v from 'valibot';
import * as Y from 'yjs';
import { isLettersAlone, isPlain, type DocumentForm, type Entry } from './documents.ts';
import { momentPath } from './journeys.ts';
import type { AgendaItem, Meeting } from './meetings.ts';
import type { Recording } from './recordings.ts';

export const longestTitle = 200;
export const longestText = 10_000;
export const mostItems = 100;
/** 99:59:59. */
const lastSecond = 359_999;

/** What neither a field on a page nor PostgreSQL can hold is in no minutes; a title is one line. */
const oneLine = /^\P{Cc}*$/u;
const lines = /^(?:\P{Cc}|\n)*$/u;
/** What is typed or pasted, as it may stand in a title or in a text. */
export const asTitle = (typed: string): string => typed.replace(/\p{Cc}+/gu, ' ');
export const asText = (typed: string): string => typed.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}/gu, ' ');

const second = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(lastSecond));
const itemShape = v.strictObject({
	title: v.pipe(v.string(), v.maxLength(longestTitle), v.regex(oneLine)),
	text: v.pipe(v.string(), v.maxLength(longestText), v.regex(lines)),
	order: v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,200}$/), v.check(isOrder)),
	at: v.nullable(second),
});
/** `at`: the moment it belongs to, in seconds since the meeting went live. */
export type MinutesItem = v.InferOutput<typeof itemShape> & { key: string };

/** What is between whose neighbours no other can be put would stop everybody who adds or moves. */
function isOrder(order: string): boolean {
	try {
		generateKeyBetween(order, null);
		return true;
	} catch {
		return false;
	}
}

/**
 * The document of a meeting's minutes has one map, `items`: id → { title: Y.Text, text: Y.Text, order, at }. They are nobody's own:
 * whoever may open the document may change all of it.
 */
export const minutesForm: DocumentForm = {
	items: {
		key: /^[\w-]{1,40}$/,
		isOwned: false,
		most: mostItems,
		isEntry: (item) =>
			isPlain(item, 'title', 'text') &&
			v.is(itemShape, item.toJSON()) &&
			isLettersAlone(item.get('title')) &&
			isLettersAlone(item.get('text')),
	},
};

const itemsOf = (doc: Y.Doc) => doc.getMap<Entry>('items');

/** The items in their order, alike in every browser; what is not in the form it should have is left out. */
export function readMinutes(doc: Y.Doc): MinutesItem[] {
	const items = [...itemsOf(doc)].flatMap(([key, item]) => {
		const read = v.safeParse(itemShape, item instanceof Y.Map ? item.toJSON() : item);
		return read.success ? [{ key, ...read.output }] : [];
	});
	const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	return items.sort((a, b) => compare(a.order, b.order) || compare(a.key, b.key));
}

/** Begins new minutes with the points of the agenda. */
export function beginMinutes(doc: Y.Doc, agenda: readonly Pick<AgendaItem, 'id' | 'title'>[]): void {
	doc.transact(() => {
		for (const { id, title } of agenda) addItem(doc, id, asTitle(title).slice(0, longestTitle));
	});
}

/** Points of the agenda that no item is called after: they were planned later, or renamed here. */
export function pointsMissing<Point extends Pick<AgendaItem, 'title'>>(
	items: readonly MinutesItem[],
	agenda: readonly Point[],
): Point[] {
	const there = new Set(items.map(({ title }) => title.trim()));
	return agenda.filter(({ title }) => !there.has(title.trim()));
}

/** Adds an item at the end. @param id of its own, from whoever adds it */
export function addItem(doc: Y.Doc, id: string, title = ''): void {
	const last = readMinutes(doc).at(-1)?.order ?? null;
	setItem(doc, { key: id, title, text: '', order: generateKeyBetween(last, null), at: null });
}

/** Puts an item that was removed back where it was; one that is there again stays as it is. @returns whether it was put back */
export function putItemBack(doc: Y.Doc, item: MinutesItem): boolean {
	if (itemsOf(doc).has(item.key)) return false;
	setItem(doc, item);
	return true;
}

function setItem(doc: Y.Doc, { key, title, text, order, at }: MinutesItem): void {
	itemsOf(doc).set(
		key,
		new Y.Map<unknown>(Object.entries({ title: new Y.Text(title), text: new Y.Text(text), order, at })),
	);
}

/** Moves an item one place up (-1) or down (1); not beyond the ends. @returns whether it was moved */
export function moveItem(doc: Y.Doc, key: string, by: -1 | 1): boolean {
	const others = readMinutes(doc);
	const at = others.findIndex((item) => item.key === key);
	if (at < 0 || !others[at + by]) return false;
	others.splice(at, 1);
	const [above, below] = [others[at + by - 1]?.order ?? null, others[at + by]?.order ?? null];
	// Two with the same order have no place between them: after both then.
	const isFree = above === null || below === null || above < below;
	itemsOf(doc)
		.get(key)
		?.set('order', generateKeyBetween(above, isFree ? below : null));
	return true;
}

export function removeItem(doc: Y.Doc, key: string): void {
	itemsOf(doc).delete(key);
}

/** Links an item to a moment of the meeting; null: to none. */
export function setMoment(doc: Y.Doc, key: string, at: number | null): void {
	itemsOf(doc).get(key)?.set('at', at);
}

/** The shared text of an item, or of its title, to type in together. */
export function itemText(doc: Y.Doc, key: string, of: 'title' | 'text'): Y.Text | undefined {
	const text = itemsOf(doc).get(key)?.get(of);
	return text instanceof Y.Text ? text : undefined;
}

/** Which second of a meeting a time is; null before it went live. Both in milliseconds since 1970. */
export function secondAt(wentLiveAt: string | null, now: number): number | null {
	if (wentLiveAt === null) return null;
	return Math.min(lastSecond, Math.max(0, Math.floor((now - Date.parse(wentLiveAt)) / 1_000)));
}

/** "1:02:03", "2:03" */
export function secondInWords(at: number): string {
	const [hours, minutes] = [Math.floor(at / 3_600), Math.floor(at / 60) % 60];
	const two = (value: number) => String(value).padStart(2, '0');
	return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(at % 60)}`;
}

/** What somebody has typed as a moment: "1:02:03", "62:03". Null is none; undefined is no moment. */
export function secondIn(typed: string): number | null | undefined {
	if (typed.trim() === '') return null;
	const found = /^\s*(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)\s*$/.exec(typed);
	if (!found) return undefined;
	const [hours, minutes, seconds] = [Number(found[1] ?? 0), Number(found[2]), Number(found[3])];
	const at = hours * 3_600 + minutes * 60 + seconds;
	return (found[1] && minutes > 59) || at > lastSecond ? undefined : at;
}

/** An item as it was published. */
export type PublishedItem = Pick<MinutesItem, 'title' | 'text' | 'at'>;
/** What was published when. `note`: what was corrected. Times are ISO 8601 in UTC. */
export type MinutesVersion = { number: number; publishedAt: string; note: string };
/** A version to read. `moment`: the path of the moment in the film. */
export type PublishedMinutes = MinutesVersion & { items: (PublishedItem & { moment: string | null })[] };

export const publishMinutesInput = v.object({
	meetingId: v.pipe(v.string(), v.uuid()),
	note: v.pipe(v.string(), v.normalize('NFC'), v.trim(), v.maxLength(300), v.regex(oneLine)),
});

/** What of the items is published: those that say something. */
export function publishedItems(items: readonly MinutesItem[]): PublishedItem[] {
	return items
		.map(({ title, text, at }) => ({ title: title.trim(), text: text.trimEnd(), at }))
		.filter(({ title, text }) => title !== '' || text !== '');
}

/** Where the moment of an item is seen; null where no film that is there shows it. */
export function momentOfItem(
	meeting: Pick<Meeting, 'slug' | 'title' | 'wentLiveAt'>,
	recordings: readonly Recording[],
	at: number | null,
): string | null {
	const { wentLiveAt } = meeting;
	if (at === null || wentLiveAt === null) return null;
	const isFilmed = recordings.some(({ state, startedAt, seconds }) => {
		const into = at - (Date.parse(startedAt) - Date.parse(wentLiveAt)) / 1_000;
		// Moments have whole seconds: the first of a film may seem to lie a little before it.
		return state === 'ready' && into > -1 && into <= (seconds ?? 0);
	});
	return isFilmed ? momentPath({ ...meeting, second: at, film: true }) : null;
}
