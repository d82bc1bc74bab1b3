// The words between a shared document and its lines: those of y-websocket, and one of our own.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync';
import * as Y from 'yjs';

export type Message =
	/** What the other side has: it is answered with what is missing there. */
	| { kind: 'has'; vector: Uint8Array }
	/** `isAnswer`: all that was missing here, as against something that has just been changed. */
	| { kind: 'change'; update: Uint8Array; isAnswer: boolean }
	| { kind: 'awareness'; states: Uint8Array }
	| { kind: 'ask-awareness' }
	/** Our own: is what I have sent so far written? Answered with the same number once it is; a stock client never asks. */
	| { kind: 'written?'; number: number };

const [sync, awareness, askAwareness, written] = [0, 1, 3, 4];

/** @returns null for what is no message */
export function readMessage(data: Uint8Array): Message | null {
	try {
		const decoder = decoding.createDecoder(data);
		switch (decoding.readVarUint(decoder)) {
			case sync: {
				const step = decoding.readVarUint(decoder);
				const bytes = decoding.readVarUint8Array(decoder);
				if (step === messageYjsSyncStep1) return { kind: 'has', vector: bytes };
				if (step !== messageYjsSyncStep2 && step !== messageYjsUpdate) return null;
				return { kind: 'change', update: bytes, isAnswer: step === messageYjsSyncStep2 };
			}
			case awareness:
				return { kind: 'awareness', states: decoding.readVarUint8Array(decoder) };
			case askAwareness:
				return { kind: 'ask-awareness' };
			case written:
				return { kind: 'written?', number: decoding.readVarUint(decoder) };
			default:
				return null;
		}
	} catch {
		return null;
	}
}

function message(...parts: (number | Uint8Array)[]): Uint8Array {
	const encoder = encoding.createEncoder();
	for (const part of parts) {
		if (typeof part === 'number') encoding.writeVarUint(encoder, part);
		else encoding.writeVarUint8Array(encoder, part);
	}
	return encoding.toUint8Array(encoder);
}

export const hasMessage = (vector: Uint8Array) => message(sync, messageYjsSyncStep1, vector);
export const missingMessage = (update: Uint8Array) => message(sync, messageYjsSyncStep2, update);
export const updateMessage = (update: Uint8Array) => message(sync, messageYjsUpdate, update);
export const awarenessMessage = (states: Uint8Array) => message(awareness, states);
export const writtenMessage = (number: number) => message(written, number);
/** Says nothing: a stock client gives up a line on which it hears nothing for half a minute. */
export const stillHere = awarenessMessage(Uint8Array.of(0));

/**
 * Gathers updates for many who only read, and tells them as one: at once, and then not again for four times as long as that took.
 * So few are told without delay, and telling thousands never takes more than a fifth of the time.
 */
export function merging(tell: (update: Uint8Array) => void) {
	let gathered: Uint8Array[] = [];
	let timer: NodeJS.Timeout | undefined;
	let restsUntil = 0;
	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		const all = gathered;
		gathered = [];
		if (all.length === 0) return;
		const began = performance.now();
		tell(all.length === 1 ? all[0]! : Y.mergeUpdates(all));
		const ended = performance.now();
		restsUntil = ended + 3 * (ended - began);
	};
	return {
		add(update: Uint8Array): void {
			gathered.push(update);
			timer ??= setTimeout(flush, restsUntil - performance.now());
		},
		flush,
	};
}

/** A message as it goes over the wire (RFC 6455: one binary frame), made once for all who are sent it. */
export function frameOf(message: Uint8Array): Buffer {
	const { length } = message;
	const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
	head[0] = 0x82;
	head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
	if (head.length === 4) head.writeUInt16BE(length, 2);
	if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
	return Buffer.concat([head, message]);
}
