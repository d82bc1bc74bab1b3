// Reading a Yjs update from a stranger before Yjs does: a few bytes can claim to hold billions of things. V1 alone is read.
import * as decoding from 'lib0/decoding';
import { BIT6, BIT7, BIT8, BITS5 } from 'lib0/binary';

/** What an update writes: per Yjs client id from which clock up to which; and whether it deletes anything. */
export type UpdateRead = { writes: Map<number, { from: number; to: number }>; deletes: boolean };

/** Clients, and structs of all of them, in one update; a browser that was away for an evening stays far below. */
const mostClients = 64;
const mostStructs = 5_000;
/** Items of all structs together (letters, or what was deleted), and the highest number that one may have. */
const mostItems = 500_000;
const highestClock = 2 ** 31;
const highestClient = 2 ** 32 - 1;
const deepestValue = 4;

/** An update that is none, or one that wants too much. */
export class BadUpdate extends Error {}

/**
 * Reads an update without making anything of what it claims.
 * @param roots names of the document's own types: no other is written to
 * @throws BadUpdate
 */
export function readUpdate(update: Uint8Array, roots: readonly string[]): UpdateRead {
	try {
		const decoder = decoding.createDecoder(update);
		const writes = readStructs(decoder, roots);
		const deletes = readDeletes(decoder);
		if (decoding.hasContent(decoder)) throw new BadUpdate('more than an update');
		return { writes, deletes };
	} catch (error) {
		if (error instanceof BadUpdate) throw error;
		throw new BadUpdate('cut short, or no update');
	}
}

function readStructs(decoder: decoding.Decoder, roots: readonly string[]): UpdateRead['writes'] {
	const writes: UpdateRead['writes'] = new Map();
	const clients = numberUpTo(decoder, mostClients);
	let structsLeft = mostStructs;
	let itemsLeft = mostItems;
	for (let i = 0; i < clients; i++) {
		const structs = numberUpTo(decoder, structsLeft);
		structsLeft -= structs;
		const client = numberUpTo(decoder, highestClient);
		const from = numberUpTo(decoder, highestClock);
		if (structs === 0 || writes.has(client)) throw new BadUpdate('a client without structs, or twice');
		let to = from;
		for (let n = 0; n < structs; n++) {
			const length = readStruct(decoder, roots, itemsLeft);
			itemsLeft -= length;
			to += length;
		}
		if (to > highestClock) throw new BadUpdate('a clock that is too high');
		writes.set(client, { from, to });
	}
	return writes;
}

/** @returns its length, at least 1 */
function readStruct(decoder: decoding.Decoder, roots: readonly string[], most: number): number {
	const info = decoding.readUint8(decoder);
	const kind = info & BITS5;
	// What was collected (0) has a length alone. Gaps (10) come only from updates that were merged out of order.
	if (kind === 0) return lengthUpTo(decoder, most);
	if (info & BIT8) readId(decoder);
	if (info & BIT7) readId(decoder);
	if (!(info & (BIT7 | BIT8))) {
		if (numberUpTo(decoder, 1) === 0) readId(decoder);
		else if (!roots.includes(decoding.readVarString(decoder))) throw new BadUpdate('a root of its own');
		if (info & BIT6) decoding.readVarString(decoder);
	}
	return readContent(decoder, kind, most);
}

/** Deleted, text, a type (map or text), values: nothing else is in our documents. */
function readContent(decoder: decoding.Decoder, kind: number, most: number): number {
	if (kind === 1) return lengthUpTo(decoder, most);
	if (kind === 4) return positive(decoding.readVarString(decoder).length, most);
	if (kind === 7) {
		const type = decoding.readVarUint(decoder);
		if (type !== 1 && type !== 2) throw new BadUpdate('a type that is neither a map nor a text');
		return 1;
	}
	if (kind === 8) {
		const length = lengthUpTo(decoder, Math.min(most, bytesLeft(decoder)));
		for (let i = 0; i < length; i++) readValue(decoder, deepestValue);
		return length;
	}
	throw new BadUpdate('content that no document of ours has');
}

function readValue(decoder: decoding.Decoder, depth: number): void {
	const kind = decoding.readUint8(decoder);
	if (kind === 119) return void decoding.readVarString(decoder);
	if (kind === 125) return void decoding.readVarInt(decoder);
	if (kind === 124 || kind === 123) return void decoding.readFromDataView(decoder, kind === 124 ? 4 : 8);
	if (kind === 120 || kind === 121 || kind === 126 || kind === 127) return;
	if (kind !== 118 && kind !== 117) throw new BadUpdate('a value that no document of ours has');
	if (depth === 0) throw new BadUpdate('values within values within values');
	const parts = numberUpTo(decoder, bytesLeft(decoder));
	for (let i = 0; i < parts; i++) {
		if (kind === 118 && decoding.readVarString(decoder) === '__proto__')
			throw new BadUpdate('a name that is none');
		readValue(decoder, depth - 1);
	}
}

/** In order and without overlaps, as Yjs writes them: each range is walked through, so a thousand times the same would take all day. */
function readDeletes(decoder: decoding.Decoder): boolean {
	const clients = numberUpTo(decoder, bytesLeft(decoder));
	const seen = new Set<number>();
	for (let i = 0; i < clients; i++) {
		const client = numberUpTo(decoder, highestClient);
		if (seen.has(client)) throw new BadUpdate('a client twice');
		seen.add(client);
		const ranges = numberUpTo(decoder, bytesLeft(decoder));
		let end = 0;
		for (let n = 0; n < ranges; n++) {
			const clock = numberUpTo(decoder, highestClock);
			if (clock < end) throw new BadUpdate('ranges that overlap');
			end = clock + lengthUpTo(decoder, highestClock - clock);
		}
	}
	return clients > 0;
}

function readId(decoder: decoding.Decoder): void {
	numberUpTo(decoder, highestClient);
	numberUpTo(decoder, highestClock);
}

function numberUpTo(decoder: decoding.Decoder, most: number): number {
	const number = decoding.readVarUint(decoder);
	if (number > most) throw new BadUpdate('a number that is too high');
	return number;
}

const lengthUpTo = (decoder: decoding.Decoder, most: number) => positive(numberUpTo(decoder, most), most);

function positive(length: number, most: number): number {
	if (length < 1 || length > most) throw new BadUpdate('a length that cannot be');
	return length;
}

const bytesLeft = (decoder: decoding.Decoder) => decoder.arr.length - decoder.pos;
