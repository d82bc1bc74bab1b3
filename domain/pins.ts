// Pins: what people put on the map of a round, how it stands in the shared document, and what each may change of it.
import * as v from 'valibot';
import * as Y from 'yjs';
import { proxyChannels, type Channel } from './channels.ts';
import { authorOf, isPlain, type DocumentForm, type Entry } from './documents.ts';
import { blockOf, isInside, metresBetween, placeOf, placeShape, type Place } from './places.ts';
import { categoryOf, type Round } from './rounds.ts';

export const longestNote = 500;
export const mostPhotos = 3;
/** Pins of the same category so near are offered: "support this one". */
export const nearbyMetres = 75;
/** Of a round. With their notes they fit into a map document (realtime/documentTrial.ts). */
export const mostPins = 20_000;
export const mostPinsOfOne = 100;

export const pinKinds = ['resident', 'moderator', 'staff'] as const;
/** What the city does about it. */
export const pinStates = ['open', 'looking-into', 'acted-on', 'not-ours'] as const;
export type PinState = (typeof pinStates)[number];
/** Whether it is to be seen: held ones wait for a moderator, and are in no document. */
export const pinVettings = ['held', 'published', 'declined', 'removed', 'withdrawn'] as const;
export type PinVetting = (typeof pinVettings)[number];

const answers = v.pipe(v.array(v.pipe(v.string(), v.trim(), v.maxLength(200))), v.maxLength(2));
const pinShape = v.strictObject({
	category: v.pipe(v.string(), v.maxLength(40)),
	...placeShape.entries,
	note: v.pipe(v.string(), v.maxLength(longestNote)),
	answers,
	kind: v.picklist(pinKinds),
	/** ISO 8601, the server's clock. */
	placedAt: v.pipe(v.string(), v.isoTimestamp()),
});
/** What of a pin stands in the document. */
export type PinEntry = v.InferOutput<typeof pinShape>;
/** What of it is counted, decided or promised: rows. */
export type PinFacts = {
	id: string;
	state: PinState;
	supports: number;
	comments: number;
	/** Ids of its published photos. */
	photos: string[];
	area: string | null;
	concern: string | null;
	/** How it came in; whoever is of the city may place one for somebody. */
	channel: Channel;
};
/** A published pin as everybody sees it. Whose it is stands only in the document's key. */
export type Pin = PinEntry & PinFacts;

const pinKey = /^[\w-]{1,64}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A pin's id is the second part of its key. */
export const pinIdOf = (key: string) => key.slice(key.indexOf(':') + 1);
export const pinKeyOf = (author: string, id: string) => `${author}:${id}`;

/** Where a pin of this category is written down: exactly, or in the middle of its block. */
export function writtenPlace(
	round: Pick<Round, 'categories' | 'blockMetres'>,
	category: string,
	at: Place,
): Place {
	return categoryOf(round, category)?.isExact ? placeOf(at) : blockOf(at, round.blockMetres);
}

/** A pin as it stands in the document. */
export type WrittenPin = PinEntry & { id: string; key: string; author: string };

/** One pin; null where there is none, or not in the form it should have. */
export function readPin(doc: Y.Doc, key: string): WrittenPin | null {
	const entry = doc.getMap<unknown>('pins').get(key);
	const read = v.safeParse(pinShape, entry instanceof Y.Map ? entry.toJSON() : entry);
	return read.success ? { ...read.output, key, id: pinIdOf(key), author: authorOf(key) } : null;
}

/** What is on the map, in the order it was placed; what is not in the form it should have is left out. */
export function readPins(doc: Y.Doc): WrittenPin[] {
	const pins = [...doc.getMap<unknown>('pins').keys()].flatMap((key) => readPin(doc, key) ?? []);
	const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	return pins.toSorted((a, b) => compare(a.placedAt, b.placedAt) || compare(a.key, b.key));
}

export function putPin(doc: Y.Doc, key: string, pin: PinEntry): void {
	doc.getMap<Entry>('pins').set(key, new Y.Map<unknown>(Object.entries(pin)));
}

/** Changes a pin; a new place or category is written as the round's categories say. */
export function changePin(
	doc: Y.Doc,
	round: Pick<Round, 'categories' | 'blockMetres'>,
	key: string,
	change: Partial<Pick<PinEntry, 'category' | 'lat' | 'lng' | 'note' | 'answers'>>,
): void {
	const entry = doc.getMap<Entry>('pins').get(key);
	if (!entry) return;
	const next = { ...(entry.toJSON() as PinEntry), ...change };
	const written = { ...next, ...writtenPlace(round, next.category, next) };
	doc.transact(() => {
		for (const [name, value] of Object.entries(written))
			if (JSON.stringify(entry.get(name)) !== JSON.stringify(value)) entry.set(name, value);
	});
}

export function removePin(doc: Y.Doc, key: string): void {
	doc.getMap('pins').delete(key);
}

/**
 * The form of a round's map document: `pins`: `<author>:<id>` → { category, lat, lng, note, answers, kind, placedAt }.
 * Pins are placed by commands: what was taken off comes back by no other way, and none stands under another's id.
 * Contributors move and take back their own here; what they write, where pins are vetted, goes past a moderator.
 */
export function mapForm(
	round: Pick<Round, 'categories' | 'boundary' | 'blockMetres' | 'vetting'>,
): DocumentForm {
	const words = ['note', 'answers', 'category'];
	return {
		pins: {
			key: pinKey,
			isOwned: true,
			fixed: ['kind', 'placedAt'],
			isEntry: (entry) => isPlain(entry) && isPin(round, entry.toJSON()),
			mayAdd: () => false,
			mayChange: (name) => !round.vetting || !words.includes(name),
		},
	};
}

function isPin(round: Pick<Round, 'categories' | 'boundary' | 'blockMetres'>, entry: unknown): boolean {
	const read = v.safeParse(pinShape, entry);
	if (!read.success) return false;
	const { category, lat, lng } = read.output;
	const at = { lat, lng };
	if (!categoryOf(round, category)) return false;
	if (round.boundary && !isInside(at, round.boundary)) return false;
	const written = writtenPlace(round, category, at);
	return written.lat === lat && written.lng === lng;
}

/** Published pins of the category near a place, nearest first. */
export function nearby<P extends Pick<Pin, 'category' | 'lat' | 'lng'>>(
	pins: readonly P[],
	category: string,
	at: Place,
): P[] {
	return pins
		.filter((pin) => pin.category === category)
		.map((pin) => ({ pin, metres: metresBetween(pin, at) }))
		.filter(({ metres }) => metres <= nearbyMetres)
		.sort((a, b) => a.metres - b.metres)
		.map(({ pin }) => pin);
}

/** What a screen or an export shows; lists are "any of these", empty lists are "all". Days are in the city's zone. */
export const filterShape = v.object({
	categories: v.array(v.string()),
	states: v.array(v.picklist(pinStates)),
	area: v.nullable(v.string()),
	from: v.nullable(v.pipe(v.string(), v.isoDate())),
	until: v.nullable(v.pipe(v.string(), v.isoDate())),
	words: v.pipe(v.string(), v.maxLength(100)),
});
export type PinFilter = v.InferOutput<typeof filterShape>;
export const noFilter: PinFilter = {
	categories: [],
	states: [],
	area: null,
	from: null,
	until: null,
	words: '',
};

/** The filter that an address carries (`?category=lights&state=open&area=…&from=…&until=…&q=…`); what makes no sense is passed over. */
export function filterOf(search: Pick<URLSearchParams, 'get' | 'getAll'>): PinFilter {
	const read = <T extends v.GenericSchema>(schema: T, value: unknown, otherwise: v.InferOutput<T>) => {
		const parsed = v.safeParse(schema, value);
		return parsed.success ? parsed.output : otherwise;
	};
	return {
		categories: search.getAll('category').filter((key) => key.length <= 40),
		states: search
			.getAll('state')
			.filter((state) => pinStates.some((known) => known === state)) as PinState[],
		area: search.get('area') || null,
		from: read(filterShape.entries.from, search.get('from') || null, null),
		until: read(filterShape.entries.until, search.get('until') || null, null),
		words: (search.get('q') ?? '').trim().slice(0, 100),
	};
}

/** The same as an address says it; what is not filtered is left out. */
export function searchOf(filter: PinFilter): URLSearchParams {
	const search = new URLSearchParams();
	for (const key of filter.categories) search.append('category', key);
	for (const state of filter.states) search.append('state', state);
	if (filter.area) search.set('area', filter.area);
	if (filter.from) search.set('from', filter.from);
	if (filter.until) search.set('until', filter.until);
	if (filter.words) search.set('q', filter.words);
	return search;
}

/** Pins that the filter shows. @param dayOf the day of a moment in the city's zone, `2026-11-25` */
export function filtered<P extends Pick<Pin, 'category' | 'state' | 'area' | 'placedAt' | 'note'>>(
	pins: readonly P[],
	filter: PinFilter,
	dayOf: (iso: string) => string,
): P[] {
	const words = filter.words.toLocaleLowerCase();
	return pins.filter((pin) => {
		if (filter.categories.length > 0 && !filter.categories.includes(pin.category)) return false;
		if (filter.states.length > 0 && !filter.states.includes(pin.state)) return false;
		if (filter.area && pin.area !== filter.area) return false;
		if (filter.from && dayOf(pin.placedAt) < filter.from) return false;
		if (filter.until && dayOf(pin.placedAt) > filter.until) return false;
		return !words || pin.note.toLocaleLowerCase().includes(words);
	});
}

const uuid = v.pipe(v.string(), v.uuid());
const note = v.pipe(v.string(), v.trim(), v.maxLength(longestNote));
const category = v.pipe(v.string(), v.maxLength(40));
/** Why a moderator does not show something; the author is told, the public sees counts. */
export const pinReasons = [
	'personal-data',
	'names-somebody',
	'insult',
	'off-topic',
	'double',
	'unreadable',
] as const;
export type PinReason = (typeof pinReasons)[number];

export const placePinInput = v.object({
	roundId: uuid,
	/** Made by whoever places it: sent twice it is one pin. */
	id: uuid,
	category,
	at: placeShape,
	note,
	answers: v.optional(answers, []),
	/** A signed-in person wants to hear by e-mail what is done. */
	tellMe: v.optional(v.boolean(), false),
	/** Placed by somebody of the city for a resident, and how that one said it. */
	channel: v.optional(v.picklist(proxyChannels)),
});
export const editPinInput = v.object({
	pinId: uuid,
	category: v.optional(category),
	at: v.optional(placeShape),
	note: v.optional(note),
	answers: v.optional(answers),
});
export const pinInput = v.object({ pinId: uuid });
export const supportInput = v.object({ pinId: uuid, on: v.boolean() });
export const pinStateInput = v.object({ pinId: uuid, state: v.picklist(pinStates) });
export const commentInput = v.object({
	pinId: uuid,
	id: uuid,
	text: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(500)),
});
export const vettingActs = ['publish', 'decline', 'remove'] as const;
const vetting = {
	act: v.picklist(vettingActs),
	/** Needed to decline and to remove. */
	reason: v.optional(v.picklist(pinReasons)),
};
export const vetPinInput = v.object({ pinId: uuid, ...vetting });
export const vetCommentInput = v.object({ commentId: uuid, ...vetting });

/** A comment as everybody sees it; `by` only of those who speak for the city. */
export type PinComment = {
	id: string;
	text: string;
	kind: (typeof pinKinds)[number];
	by: string | null;
	at: string;
};
type Vetted = { vetting: PinVetting; reason: PinReason | null };
/** A pin as those who vet see it. */
export type DeskPin = PinEntry & Vetted & { id: string; photos: string[]; area: string | null };
/** A pin as whoever placed it sees it: what became of it. */
export type OwnPin = DeskPin & { state: PinState };
export type DeskComment = PinComment & Vetted & { pinId: string };

/** What in a note is better not said in public: whoever writes it is asked before it is sent. */
export type Personal = 'phone' | 'plate' | 'email' | 'name';
export function personalIn(note: string): Personal[] {
	const found: Personal[] = [];
	if (/(?:\+?1[\s.-]?)?\(?\b\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}\b/.test(note)) found.push('phone');
	if (/[^\s@]+@[^\s@]+\.[^\s@]{2,}/.test(note)) found.push('email');
	if (/\b[A-Z]{2,3}[ -]?\d{3,4}\b|\b\d{3}[ -]?[A-Z]{3}\b/.test(note)) found.push('plate');
	if (namesIn(note).length > 0) found.push('name');
	return found;
}

const streetWords =
	/^(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Park|School|Lane|Drive|Court|Square|Bridge|Church|Market|Hall)$/i;

/** "Officer Miller", "Señora Ruiz", or two words with capitals that are no street: may be a person. */
function namesIn(note: string): string[] {
	const titled = note.match(/\b(?:Mr|Mrs|Ms|Dr|Officer|Sgt|Señora?|Sra?)\.?\s+\p{Lu}\p{Ll}+/gu) ?? [];
	const pairs = [...note.matchAll(/(?<=\p{Ll}[\s,]+)\p{Lu}\p{Ll}+\s+(\p{Lu}\p{Ll}+)/gu)];
	return [...titled, ...pairs.filter(([, second]) => !streetWords.test(second!)).map(([both]) => both)];
}
