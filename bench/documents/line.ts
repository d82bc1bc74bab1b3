// A line of the bench to a shared document: the words of y-websocket on a plain WebSocket, so that hundreds cost the machine little.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

/** Where a document is served. Hocuspocus wants its name before every message, and to be greeted. */
export type Address = { url: string; origin: string; spokenName: string | null };

export type BenchLine = {
	change(update: Uint8Array): void;
	/** Announces where somebody is. */
	announce(states: Uint8Array): void;
	/** Reads nothing more, or again: what comes waits in the system’s buffers. */
	read(on: boolean): void;
	leave(): void;
};
/** What it hears. `isAll`: all that the document had when the line was opened. */
export type Heard = { change(update: Uint8Array, isAll: boolean): void; ended?(): void };

const [sync, awareness, greeting] = [0, 1, 2];
const [has, missing, changed] = [0, 1, 2];

/** Opens a line with nothing known before; resolves when all that the document has is here. */
export function openDocumentLine(at: Address, cookie: string, heard: Heard): Promise<BenchLine> {
	const socket = new WebSocket(at.url, {
		headers: { cookie, origin: at.origin },
		perMessageDeflate: false,
	});
	const say = (...parts: (number | string | Uint8Array)[]) =>
		socket.send(message(at.spokenName === null ? parts : [at.spokenName, ...parts]));
	const line: BenchLine = {
		change: (update) => say(sync, changed, update),
		announce: (states) => say(awareness, states),
		read: (on) => (on ? socket.resume() : socket.pause()),
		leave: () => socket.terminate(),
	};
	return new Promise((resolve, reject) => {
		socket.on('error', reject);
		socket.on('close', (code, reason) => {
			heard.ended?.();
			reject(new Error(`The server ended the line: ${code} ${String(reason)}`));
		});
		socket.on('open', () => {
			if (at.spokenName !== null) say(greeting, 0, 'anybody');
			say(sync, has, nothing);
		});
		socket.on('message', (data: Buffer) => {
			const decoder = decoding.createDecoder(data);
			if (at.spokenName !== null) decoding.readVarString(decoder);
			if (decoding.readVarUint(decoder) !== sync) return;
			const step = decoding.readVarUint(decoder);
			if (step === has) return say(sync, missing, emptyUpdate);
			heard.change(decoding.readVarUint8Array(decoder), step === missing);
			if (step === missing) resolve(line);
		});
	});
}

const nothing = Y.encodeStateVector(new Y.Doc());
const emptyUpdate = Y.encodeStateAsUpdate(new Y.Doc());

function message(parts: (number | string | Uint8Array)[]): Uint8Array {
	const encoder = encoding.createEncoder();
	for (const part of parts) {
		if (typeof part === 'number') encoding.writeVarUint(encoder, part);
		else if (typeof part === 'string') encoding.writeVarString(encoder, part);
		else encoding.writeVarUint8Array(encoder, part);
	}
	return encoding.toUint8Array(encoder);
}

/** Where somebody is, as the stock client says it. @param turn counts up, else it is not believed */
export function whereabouts(client: number, turn: number, state: unknown): Uint8Array {
	return message([1, client, turn, JSON.stringify(state)]);
}
