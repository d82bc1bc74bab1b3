// Where editors are in a shared document: cursors and names, kept nowhere, told at most four times a second.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { AskRights, DocumentLine } from './sharedDocument.ts';

const mostStateBytes = 2 * 1024;
const tellMs = 250;
const highestNumber = 2 ** 32 - 1;

type Place = { client: number; clock: number; state: string };

export type Awareness = {
	/** Takes what a line says of itself; what it repeats of others is passed over. @returns why it must not be */
	take(line: DocumentLine, states: Uint8Array): string | null;
	/** Everybody's, for a line that has just come. */
	all(): Uint8Array;
	leave(line: DocumentLine): void;
	stop(): void;
};

export function makeAwareness(ask: AskRights, tell: (states: Uint8Array) => void): Awareness {
	/** The Yjs client id that a line has used first: it speaks for no other. */
	const own = new Map<DocumentLine, number>();
	const shown = new Map<DocumentLine, Place>();
	const news = new Map<DocumentLine, Place>();
	let gone: Place[] = [];
	let timer: NodeJS.Timeout | undefined;

	/** Who is no editor any more at this moment is not told of, and no longer shown. */
	async function flush(): Promise<void> {
		timer = undefined;
		const said = [...news];
		news.clear();
		const rights = await ask(said.map(([line]) => line));
		for (const [line, place] of said) {
			if (!line.isOpen) continue;
			if (rights.get(line)?.role === 'editor') shown.set(line, place);
			else hide(line);
		}
		const places = [...said.flatMap(([line]) => shown.get(line) ?? []), ...gone];
		gone = [];
		if (places.length > 0) tell(encode(places));
	}

	function soon(): void {
		timer ??= setTimeout(() => void flush().catch(() => {}), tellMs);
	}

	function hide(line: DocumentLine): void {
		const place = shown.get(line);
		if (!place) return;
		shown.delete(line);
		gone.push({ ...place, state: 'null' });
	}

	/** The first id that nobody else has, or only the same person on a line that is not closed yet. */
	function isFree(line: DocumentLine, client: number): boolean {
		return [...own].every(([other, taken]) => taken !== client || other.rights.author === line.rights.author);
	}

	return {
		take(line, states) {
			if (line.rights.role !== 'editor') return null;
			const read = readPlaces(states);
			if (!read) return 'not-awareness';
			for (const place of read) {
				const mine = own.get(line);
				if (mine === undefined && isFree(line, place.client)) own.set(line, place.client);
				if (own.get(line) !== place.client) continue;
				if (Buffer.byteLength(place.state) > mostStateBytes) return 'too-large';
				news.set(line, place);
				soon();
			}
			return null;
		},
		all: () => encode([...shown.values()]),
		leave(line) {
			own.delete(line);
			news.delete(line);
			hide(line);
			if (gone.length > 0) soon();
		},
		stop: () => clearTimeout(timer),
	};
}

/** @returns null for what is none; what other browsers could not parse is none either */
function readPlaces(states: Uint8Array): Place[] | null {
	try {
		const decoder = decoding.createDecoder(states);
		const places: Place[] = [];
		for (let left = decoding.readVarUint(decoder); left > 0; left--) {
			const client = decoding.readVarUint(decoder);
			const clock = decoding.readVarUint(decoder);
			const state = decoding.readVarString(decoder);
			if (client > highestNumber || clock > highestNumber) return null;
			if (typeof JSON.parse(state) !== 'object') return null;
			places.push({ client, clock, state });
		}
		return places;
	} catch {
		return null;
	}
}

function encode(places: Place[]): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, places.length);
	for (const { client, clock, state } of places) {
		encoding.writeVarUint(encoder, client);
		encoding.writeVarUint(encoder, clock);
		encoding.writeVarString(encoder, state);
	}
	return encoding.toUint8Array(encoder);
}
