// What is done on a document while it is measured: a board whose cards are moved and written on, a map whose pins are.
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { rightsOn, subjectOf } from '#db/documentRights.ts';
import { appendChanges } from '#db/documents.ts';
import { pins as pinRows } from '#db/schema/index.ts';
import { identify } from '#db/sessions.ts';
import { addCard, beginBoard, cardText, firstColumns, moveCard } from '#domain/board.ts';
import { authorOf, emptyDocument, type DocumentPlace } from '#domain/documents.ts';
import { changePin, pinIdOf, pinKeyOf, putPin } from '#domain/pins.ts';
import type { Round } from '#domain/rounds.ts';
import { dana, liveMeeting } from '#tests/cast.ts';
import { middle, openMap } from '#tests/maps.ts';
import { signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { watcherCookie, type Place } from '../place.ts';

/** Somebody who writes; an editor (a moderator) also shows where they are. */
export type Writer = { cookie: string; author: string; isEditor: boolean };
export type Work = {
	document: DocumentPlace;
	writers: Writer[];
	/** What is in the document before, as one update. */
	first: Uint8Array;
	/** Changes something; two turns of the same writer do not do the same. */
	change(doc: Y.Doc, writer: number, turn: number): void;
};

export const editors = 5;
export const cards = 120;
const rowsAtOnce = 1_000;
/** Around the middle of the town, in degrees. */
const spread = 0.008;

/** The board of a live meeting: cards are moved, and every second turn a letter is typed. */
export async function boardWork(place: Place, count: number): Promise<Work> {
	const { id } = await liveMeeting(place.db, { boardOpen: true });
	const document: DocumentPlace = { kind: 'board', id };
	const writers = await makeWriters(place, document, count);
	const doc = emptyDocument('board');
	beginBoard(doc);
	const keys = writers.map(({ author }) =>
		Array.from({ length: cards / count }, (_, n) =>
			addCard(doc, author, randomUUID(), {
				text: `A street that is too fast, number ${n}`,
				column: 'heard',
				kind: 'resident',
			}),
		),
	);
	return {
		document,
		writers,
		first: await write(place, document, doc),
		change(doc, writer, turn) {
			const own = keys[writer]!;
			const key = own[turn % own.length]!;
			if (turn % 2) return cardText(doc, key)!.insert(0, String.fromCharCode(97 + (turn % 26)));
			moveCard(doc, key, { column: firstColumns[(turn >> 1) % firstColumns.length]!, before: null });
		},
	};
}

/** The map of an open round: pins are moved, and every second turn a note is written. */
export async function mapWork(place: Place, count: number, pins: number): Promise<Work> {
	const round = await openMap(place.db);
	const document: DocumentPlace = { kind: 'map', id: round.id };
	const writers = await makeWriters(place, document, count);
	const doc = emptyDocument('map');
	const own = writers.map(({ author }) => Array.from({ length: 10 }, () => pinKeyOf(author, randomUUID())));
	const others = Array.from({ length: pins - 10 * count }, (_, n) =>
		pinKeyOf(`neighbour-${n % 1_000}`, randomUUID()),
	);
	await putPins(place, doc, round.id, [...own.flat(), ...others]);
	return {
		document,
		writers,
		first: await write(place, document, doc),
		change: (doc, writer, turn) => changeOnePin(doc, round, own[writer]![turn % 10]!, turn),
	};
}

/** Pins in the document, and their rows, as if they had been copied long ago. */
export async function putPins({ db }: Place, doc: Y.Doc, roundId: string, keys: string[]): Promise<void> {
	const rows = doc.transact(() =>
		keys.map((key) => {
			const pin = aPin();
			putPin(doc, key, pin);
			const placedAt = new Date(pin.placedAt);
			const of = { id: pinIdOf(key), author: authorOf(key), roundId, vetting: 'published' as const };
			return { ...pin, ...of, placedAt, publishedAt: placedAt };
		}),
	);
	for (let n = 0; n < rows.length; n += rowsAtOnce)
		await db.insert(pinRows).values(rows.slice(n, n + rowsAtOnce));
}

const somewhere = () => ({
	lat: middle.lat + (Math.random() - 0.5) * spread,
	lng: middle.lng + (Math.random() - 0.5) * spread,
});

const aPin = () => ({
	category: 'speeding',
	lat: Number(somewhere().lat.toFixed(6)),
	lng: Number(somewhere().lng.toFixed(6)),
	note: 'Cars race down this street every evening, and nobody can cross it with a pram.',
	answers: ['In the evening'],
	kind: 'resident' as const,
	placedAt: new Date().toISOString(),
});

function changeOnePin(doc: Y.Doc, round: Round, key: string, turn: number): void {
	changePin(doc, round, key, turn % 2 ? { note: `Still too fast, for the ${turn}th time` } : somewhere());
}

/** The first of them are moderators, everybody else a visitor. */
async function makeWriters({ db }: Place, document: DocumentPlace, count: number): Promise<Writer[]> {
	const subject = await subjectOf(db, document);
	const config = testConfig();
	const writers: Writer[] = [];
	for (let n = 0; n < count; n++) {
		const isEditor = n < editors;
		const cookie = isEditor ? await signedInBrowser(db, config, dana) : watcherCookie();
		const { author } = rightsOn(subject, await identify(db, config, cookie));
		writers.push({ cookie, author: author!, isEditor });
	}
	return writers;
}

/** Puts it into Porchlight’s log, as if it had been written there. */
export async function write({ db }: Place, document: DocumentPlace, doc: Y.Doc): Promise<Uint8Array> {
	const update = Y.encodeStateAsUpdate(doc);
	await appendChanges(db, { place: document, upTo: 0 }, [{ update, author: null, clients: [doc.clientID] }]);
	return update;
}
