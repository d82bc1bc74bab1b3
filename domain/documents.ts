// Shared documents (Yjs): what all kinds have in common. A document is a few maps of entries; whose an entry is stands in its key.
import * as Y from 'yjs';

/** What documents there are, and what the id after the colon is of. */
export const documentKinds = ['board', 'map', 'minutes'] as const;
export type DocumentKind = (typeof documentKinds)[number];
/** Which document: the board or the minutes of a meeting (by the meeting's id), the map of a round (by the round's). */
export type DocumentPlace = { kind: DocumentKind; id: string };
/** The name under which it is stored and served: `board:<meeting>`, `map:<round>`, `minutes:<meeting>`. */
export const documentName = ({ kind, id }: DocumentPlace) => `${kind}:${id}`;

/** The maps in each kind. */
export const documentRoots: Record<DocumentKind, readonly string[]> = {
	board: ['cards', 'columns'],
	map: ['pins'],
	minutes: ['items'],
};

/** What somebody is on a document: reads only; adds entries and changes their own; changes everything. */
export type DocumentRole = 'watcher' | 'contributor' | 'editor';
/**
 * Who writes: `author` is the beginning of their keys; null for those who only read. `pseudonyms`: all that may be theirs, as a browser
 * before and after signing in. Editors change everything.
 */
export type DocumentWriter = { author: string | null; pseudonyms?: readonly string[]; isEditor: boolean };

const isOf = ({ author, pseudonyms = [] }: DocumentWriter, key: string) =>
	authorOf(key) === author || pseudonyms.includes(authorOf(key));
export type Entry = Y.Map<unknown>;

/** What may be in one of a document's maps. */
export type MapForm = {
	key: RegExp;
	/** Entries belong to whoever's name begins their key; otherwise editors alone change the map. */
	isOwned: boolean;
	/** Most entries, and most of one contributor: nobody fills a document alone. None where entries come by commands alone. */
	most?: number;
	mostOfOne?: number;
	/** Whether an entry is as it should be. */
	isEntry(entry: Entry): boolean;
	/** What of an entry stays as it was written first, whoever changes it. */
	fixed?: readonly string[];
	/** Whether this entry may be added by an editor or a contributor, under their own name. */
	mayAdd?(entry: Entry, by: Pick<DocumentWriter, 'isEditor'>): boolean;
	/** Whether a contributor may change this of their own entry; everything where nothing is said. */
	mayChange?(name: string): boolean;
};
/** The form of a document: each of its maps by name. */
export type DocumentForm = Readonly<Record<string, MapForm>>;

export const authorOf = (key: string) => key.slice(0, Math.max(0, key.indexOf(':')));

/** An empty document. The maps are named at once: what is read before they are would be of no type. */
export function emptyDocument(kind: DocumentKind): Y.Doc {
	const doc = new Y.Doc();
	for (const name of documentRoots[kind]) doc.getMap(name);
	return doc;
}

/**
 * Looks at a change that was tried on a copy of a document.
 * @param transaction of the copy, after the change
 * @returns why it must not be: it touches what is not the writer's, or leaves something behind that is not in the right form; null when it may
 */
export function forbiddenIn(
	doc: Y.Doc,
	transaction: Y.Transaction,
	writer: DocumentWriter,
	form: DocumentForm,
): string | null {
	if (writer.author === null) return 'reads-only';
	if ([...doc.share.keys()].some((name) => !Object.hasOwn(form, name))) return 'not-in-form';
	const roots = new Map<unknown, string>(Object.keys(form).map((name) => [doc.getMap<Entry>(name), name]));
	const touched = new Map<string, { keys: Set<string>; added: Set<string> }>();
	const touchedOf = (root: string) => {
		let of = touched.get(root);
		if (!of) touched.set(root, (of = { keys: new Set(), added: new Set() }));
		return of;
	};
	for (const [type, names] of transaction.changed) {
		const root = roots.get(type);
		const refused =
			root === undefined
				? forbiddenInside(type as Y.AbstractType<unknown>, names)
				: forbiddenKeys(root, names);
		if (refused) return refused;
	}
	for (const [root, { keys, added }] of touched) {
		const refused = forbiddenEntries(doc.getMap<Entry>(root), form[root]!, writer, keys, added);
		if (refused) return refused;
	}
	return null;

	/** Entries that are set anew or deleted. */
	function forbiddenKeys(root: string, names: Set<string | null>): string | null {
		const map = doc.getMap<Entry>(root);
		for (const key of names) {
			if (key === null) return 'not-in-form';
			const isOwn = form[root]!.isOwned && isOf(writer, key);
			// An owned entry that is set now is a new one, and its author stands in the key: nobody writes in another's name.
			const mayBe = writer.isEditor ? isOwn || !form[root]!.isOwned || !map.has(key) : isOwn;
			if (!mayBe) return 'not-yours';
			const { keys, added } = touchedOf(root);
			keys.add(key);
			added.add(key);
		}
		return null;
	}

	/** Something within an entry. */
	function forbiddenInside(type: Y.AbstractType<unknown>, names: Set<string | null>): string | null {
		const place = placeOf(type);
		// Inside something that is no longer there: nobody sees it.
		if (place === null) return null;
		const root = roots.get(place.root);
		if (root === undefined) return 'not-in-form';
		const { isOwned, fixed = [], mayChange } = form[root]!;
		const isOwn = isOwned && isOf(writer, place.key);
		if (!writer.isEditor && !isOwn) return 'not-yours';
		const isEntry = type === (place.root as Y.Map<unknown>).get(place.key);
		if (isEntry && fixed.some((name) => names.has(name))) return 'not-yours';
		if (!writer.isEditor && mayChange) {
			const changed = isEntry ? [...names] : [place.name];
			if (changed.some((name) => name === null || !mayChange(name))) return 'not-yours';
		}
		touchedOf(root).keys.add(place.key);
		return null;
	}
}

/** Keys of the entries that a change has touched, in whichever of the document's maps. */
export function touchedIn({ changed }: Y.Transaction): string[] {
	return [...changed].flatMap(([type, names]) => {
		if (!type._item) return [...names].filter((key) => key !== null);
		const place = placeOf(type as Y.AbstractType<unknown>);
		return place ? [place.key] : [];
	});
}

function forbiddenEntries(
	map: Y.Map<Entry>,
	form: MapForm,
	writer: DocumentWriter,
	keys: Set<string>,
	added: Set<string>,
): string | null {
	for (const key of keys) {
		const entry: unknown = map.get(key);
		if (entry !== undefined && !(entry instanceof Y.Map && form.isEntry(entry))) return 'not-in-form';
	}
	if (added.size === 0) return null;
	for (const key of added) {
		if (!form.key.test(key)) return 'not-in-form';
		const entry = map.get(key);
		if (entry && form.mayAdd && !form.mayAdd(entry, writer)) return 'not-yours';
	}
	if (form.most !== undefined && map.size > form.most) return 'too-many';
	if (writer.isEditor || form.mostOfOne === undefined) return null;
	const own = [...map.keys()].filter((key) => isOf(writer, key));
	return own.length > form.mostOfOne ? 'too-many' : null;
}

/** A map of values: nothing shared inside that would look like one, and no list beside it that nobody sees. */
export function isPlain(value: unknown, ...except: string[]): value is Entry {
	if (!(value instanceof Y.Map) || value._start !== null) return false;
	return [...value].every(([name, inner]) => except.includes(name) || !(inner instanceof Y.AbstractType));
}

/** A shared text of letters alone: no pictures, no formatting. */
export function isLettersAlone(text: unknown): text is Y.Text {
	if (!(text instanceof Y.Text) || text._map.size > 0) return false;
	const parts = text.toDelta() as { insert: unknown; attributes?: object }[];
	return parts.every(({ insert, attributes }) => typeof insert === 'string' && !attributes);
}

/** In which of the document's maps something is, under which key, and in what of the entry; null when it is no longer there. */
function placeOf(
	type: Y.AbstractType<unknown>,
): { root: Y.AbstractType<unknown>; key: string; name: string | null } | null {
	let at = type;
	let name: string | null = null;
	while (at._item) {
		const { parent, parentSub, deleted } = at._item;
		if (deleted || !(parent instanceof Y.AbstractType)) return null;
		if (!parent._item) return parentSub === null ? null : { root: parent, key: parentSub, name };
		name = parentSub;
		at = parent;
	}
	return null;
}

/**
 * Makes a document stand again as an earlier one did, as a new change: history stays. Entries that are the same are not touched,
 * of the others only what differs is written, so that what is typed at the same time elsewhere is kept.
 *
 * On a map, what was placed since stays, and what was taken off stays away: whoever took it back meant it, and a moderator has other ways.
 */
export function restore(doc: Y.Doc, earlier: Y.Doc, kind: DocumentKind): void {
	doc.transact(() => {
		for (const root of documentRoots[kind])
			restoreMap(doc.getMap<Entry>(root), earlier.getMap<Entry>(root), kind === 'map');
	});
}

function restoreMap(now: Y.Map<Entry>, then: Y.Map<Entry>, presentAlone: boolean): void {
	if (!presentAlone) for (const key of [...now.keys()]) if (!then.has(key)) now.delete(key);
	for (const [key, entry] of then) {
		const present = now.get(key);
		if (present) restoreEntry(present, entry);
		else if (!presentAlone) now.set(key, entry.clone());
	}
}

function restoreEntry(now: Entry, then: Entry): void {
	for (const name of [...now.keys()]) if (!then.has(name)) now.delete(name);
	for (const [name, value] of then) {
		const present = now.get(name);
		if (value instanceof Y.Text) {
			if (present instanceof Y.Text) restoreText(present, value.toString());
			else now.set(name, new Y.Text(value.toString()));
		} else if (JSON.stringify(present) !== JSON.stringify(value)) now.set(name, value);
	}
}

function restoreText(text: Y.Text, wanted: string): void {
	if (text.toString() === wanted) return;
	text.delete(0, text.length);
	text.insert(0, wanted);
}
