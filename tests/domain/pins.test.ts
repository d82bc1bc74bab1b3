// The guard of the map, tried as the server tries it; filters, blocks, and what a note had better not say.
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { emptyDocument, forbiddenIn, restore, type DocumentWriter } from '#domain/documents.ts';
import { blockOf, metresBetween, readCoordinates } from '#domain/places.ts';
import {
	changePin,
	filtered,
	filterOf,
	mapForm,
	nearby,
	noFilter,
	personalIn,
	pinKeyOf,
	putPin,
	readPins,
	removePin,
	searchOf,
	writtenPlace,
	type Pin,
	type PinEntry,
} from '#domain/pins.ts';
import { aRound, middle, outside } from '#tests/maps.ts';

const ann: DocumentWriter = { author: 'ann', isEditor: false };
const dana: DocumentWriter = { author: 'dana', isEditor: true };
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [annsKey, tomsKey] = [pinKeyOf('ann', id(1)), pinKeyOf('tom', id(2))];
const pin = (more: Partial<PinEntry> = {}): PinEntry => ({
	...{ category: 'speeding', ...middle, note: 'Too fast', answers: [], kind: 'resident' },
	...{ placedAt: '2026-11-20T18:00:00.000Z' },
	...more,
});

function map(): Y.Doc {
	const doc = emptyDocument('map');
	putPin(doc, annsKey, pin());
	putPin(doc, tomsKey, pin({ note: 'Dark' }));
	putPin(doc, pinKeyOf('ann', id(5)), pin());
	removePin(doc, pinKeyOf('ann', id(5)));
	return doc;
}

/** What the guard says of a change that somebody makes on their own copy. */
function verdict(writer: DocumentWriter, change: (doc: Y.Doc) => void, round = aRound): string | null {
	const before = map();
	const theirs = new Y.Doc();
	Y.applyUpdate(theirs, Y.encodeStateAsUpdate(before));
	const known = Y.encodeStateVector(theirs);
	theirs.transact(() => change(theirs));
	const trial = emptyDocument('map');
	Y.applyUpdate(trial, Y.encodeStateAsUpdate(before));
	let said: string | null = 'nothing was looked at';
	trial.once('afterTransaction', (transaction: Y.Transaction) => {
		said = forbiddenIn(trial, transaction, writer, mapForm(round));
	});
	Y.applyUpdate(trial, Y.encodeStateAsUpdate(theirs, known));
	return said;
}
const entry = (doc: Y.Doc, key: string) => doc.getMap<Y.Map<unknown>>('pins').get(key)!;
const vetted = { ...aRound, vetting: true };

test('contributors move, rewrite and take away their own', () => {
	expect(verdict(ann, (doc) => changePin(doc, aRound, annsKey, { lat: 41.621, note: 'Again' }))).toBe(null);
	expect(verdict(ann, (doc) => removePin(doc, annsKey))).toBe(null);
	const signedIn: DocumentWriter = { author: 'account', pseudonyms: ['account', 'ann'], isEditor: false };
	expect(verdict(signedIn, (doc) => changePin(doc, aRound, annsKey, { note: 'Still mine' }))).toBe(null);
});

test.each<[string, (doc: Y.Doc) => void]>([
	['move somebody else’s', (doc) => changePin(doc, aRound, tomsKey, { lat: 41.621 })],
	['take away somebody else’s', (doc) => removePin(doc, tomsKey)],
	['write in another’s name', (doc) => putPin(doc, pinKeyOf('tom', id(3)), pin())],
	[
		'change when it was placed',
		(doc) => void entry(doc, annsKey).set('placedAt', '2020-01-01T00:00:00.000Z'),
	],
	['change whose kind it is', (doc) => void entry(doc, annsKey).set('kind', 'staff')],
])('contributors do not %s', (_, change) => expect(verdict(ann, change)).toBe('not-yours'));

test.each<[string, DocumentWriter, string, number]>([
	['a resident', ann, 'ann', 3],
	['a resident, what was taken off', ann, 'ann', 5],
	['a resident, over their own', ann, 'ann', 1],
	['a resident, under somebody else’s id', ann, 'ann', 2],
	['a moderator', dana, 'dana', 3],
	['a moderator, under somebody else’s id', dana, 'dana', 2],
])('%s does not place a pin past the command', (_, writer, author, n) =>
	expect(verdict(writer, (doc) => putPin(doc, pinKeyOf(author, id(n)), pin()))).toBe('not-yours'),
);

test.each<[string, (doc: Y.Doc) => void]>([
	['outside the boundary', (doc) => void entry(doc, annsKey).set('lat', outside.lat)],
	['of a kind that nobody asks for', (doc) => void entry(doc, annsKey).set('category', 'parking')],
	[
		'at the exact place of a kind that is shown by block',
		(doc) => void entry(doc, annsKey).set('category', 'unsafe'),
	],
	['with a note that is too long', (doc) => void entry(doc, annsKey).set('note', 'x'.repeat(501))],
	['with something more in it', (doc) => void entry(doc, annsKey).set('supports', 99)],
	['with a shared text inside', (doc) => void entry(doc, annsKey).set('note', new Y.Text('x'))],
	['that is no map', (doc) => void doc.getMap('pins').set(annsKey, 'x')],
	['under a key that is none', (doc) => putPin(doc, 'ann:1', pin())],
	['in a root of its own', (doc) => void doc.getMap('secrets').set('a', 1)],
])('nobody leaves a pin %s', (_, change) => expect(verdict(ann, change)).toBe('not-in-form'));

test('where pins are vetted, contributors move and take away their own, but write past a moderator', () => {
	expect(verdict(ann, (doc) => changePin(doc, vetted, annsKey, { lat: 41.621 }), vetted)).toBe(null);
	expect(verdict(ann, (doc) => removePin(doc, annsKey), vetted)).toBe(null);
	expect(verdict(ann, (doc) => changePin(doc, vetted, annsKey, { note: 'New words' }), vetted)).toBe(
		'not-yours',
	);
	expect(verdict(dana, (doc) => changePin(doc, vetted, annsKey, { note: 'New words' }), vetted)).toBe(null);
});

test('a map that is restored keeps what was placed since, and what was taken off stays off', () => {
	const earlier = map();
	const now = new Y.Doc();
	Y.applyUpdate(now, Y.encodeStateAsUpdate(earlier));
	changePin(now, aRound, annsKey, { lat: 41.625, note: 'Vandalised' });
	removePin(now, tomsKey);
	putPin(now, pinKeyOf('bob', id(4)), pin({ note: 'Since' }));
	restore(now, earlier, 'map');
	expect(readPins(now).map(({ note, lat }) => [note, lat])).toEqual([
		['Too fast', middle.lat],
		['Since', middle.lat],
	]);
});

test('a place by block is the middle of its block, from wherever in it, and stays there', () => {
	const at = { lat: 41.6203, lng: -90.5801 };
	const block = blockOf(at, 100);
	expect(metresBetween(at, block)).toBeLessThan(72);
	expect(blockOf(block, 100)).toEqual(block);
	expect(writtenPlace(aRound, 'unsafe', block)).toEqual(block);
	for (let i = 0; i < 500; i++) {
		const place = { lat: -60 + Math.random() * 120, lng: -180 + Math.random() * 360 };
		const middleOf = blockOf(place, 100);
		expect(blockOf(middleOf, 100)).toEqual(middleOf);
	}
});

test('what an address says of the filter is what it shows', () => {
	const pins = [
		{ ...pin(), ...shown(1), state: 'open', area: 'Old Town' },
		{ ...pin({ category: 'unsafe', note: 'No light' }), ...shown(2), state: 'acted-on', area: null },
		{ ...pin({ placedAt: '2026-11-25T03:00:00.000Z' }), ...shown(3), state: 'open', area: 'Old Town' },
	] as Pin[];
	const dayOf = (iso: string) => iso.slice(0, 10);
	const ids = (query: string) =>
		filtered(pins, filterOf(new URLSearchParams(query)), dayOf).map((one) => Number(one.id.slice(-1)));
	expect(ids('')).toEqual([1, 2, 3]);
	expect(ids('category=speeding')).toEqual([1, 3]);
	expect(ids('category=speeding&category=unsafe&state=acted-on')).toEqual([2]);
	expect(ids('area=Old+Town&until=2026-11-20')).toEqual([1]);
	expect(ids('from=2026-11-21')).toEqual([3]);
	expect(ids('q=LIGHT')).toEqual([2]);
	expect(ids('state=nonsense&from=yesterday')).toEqual([1, 2, 3]);
	const filter = { ...noFilter, categories: ['unsafe'], states: ['open' as const], words: 'a b' };
	expect(filterOf(searchOf(filter))).toEqual(filter);
});
const shown = (n: number) => ({
	id: id(n),
	supports: 0,
	comments: 0,
	photos: [],
	concern: null,
	channel: 'online',
});

test('pins of the same kind nearby are offered, nearest first', () => {
	const at = (metres: number, category = 'speeding') => ({
		category,
		lat: middle.lat + metres / 111_320,
		lng: middle.lng,
	});
	const pins = [at(60), at(20), at(200), at(10, 'unsafe')];
	expect(nearby(pins, 'speeding', middle)).toEqual([pins[1], pins[0]]);
});

test.each([
	['Call 563-555-0199', ['phone']],
	['Plate ABC 1234, blue car', ['plate']],
	['Write to ann@example.org', ['email']],
	['It was Officer Miller', ['name']],
	['I saw Peter Hansen there', ['name']],
	['Cars race down Elm Street at 40 mph since 2024', []],
	['Corner of Main Street and Oak Avenue', []],
])('“%s” is asked about: %j', (note, found) => expect(personalIn(note)).toEqual(found));

test('coordinates are read as people write them', () => {
	expect(readCoordinates(' 41.62, -90.58 ')).toEqual({ lat: 41.62, lng: -90.58 });
	expect(readCoordinates('Elm & 4th')).toBe(null);
	expect(readCoordinates('91, 0')).toBe(null);
});
