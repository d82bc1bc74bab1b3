// One browser's line to a shared document: the document, whether it is connected and written, why it was closed, and where editors are.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { documentName, type DocumentPlace } from '#domain/documents.ts';

export type DocumentStatus = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** Our own message: is what I have sent so far written? Answered with the same number (realtime/documentMessages.ts). */
const written = 4;

export class DocumentLine {
	status = $state<DocumentStatus>('connecting');
	/** Why the server closed the line for good. */
	closedFor = $state('');
	/** Why the last change was not taken; what was written since the document was last shared is gone. */
	refusedFor = $state<string | null>(null);
	/** The document has arrived. */
	isKnown = $state(false);
	/** Everything that was written here is on the server's disk. */
	isWritten = $state(true);
	doc = $state.raw() as Y.Doc;

	readonly #place: DocumentPlace;
	readonly #read: (doc: Y.Doc) => void;
	readonly #readPlaces: (others: Record<string, unknown>[]) => void;
	#provider: WebsocketProvider | undefined;
	#frame: number | undefined;
	/** Something was written here since the document was opened. */
	#hasWritten = false;
	/** Changes made here, and up to which of them the server was asked; null: it has answered. */
	#changes = 0;
	#askedFor: number | null = null;
	#whenWritten: (() => void)[] = [];

	/**
	 * @param read called after changes, at most once per frame
	 * @param readPlaces called with what the other editors say of themselves
	 */
	constructor(
		place: DocumentPlace,
		read: (doc: Y.Doc) => void,
		readPlaces: (others: Record<string, unknown>[]) => void = () => {},
	) {
		this.#place = place;
		this.#read = read;
		this.#readPlaces = readPlaces;
	}

	/** Opens the line. @returns closes it */
	open(): () => void {
		const doc = (this.doc = new Y.Doc());
		const awareness = new Awareness(doc);
		// Those who read say nothing of themselves: there may be hundreds.
		awareness.setLocalState(null);
		const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
		const provider = new WebsocketProvider(
			`${scheme}//${location.host}/documents`,
			documentName(this.#place),
			doc,
			{ awareness, disableBc: true, maxBackoffTime: 5_000 },
		);
		this.#provider = provider;
		this.#hasWritten = false;
		this.#settle();
		this.isKnown = false;
		this.status = 'connecting';
		doc.on('update', (_update, origin) => {
			if (origin !== provider) this.#wrote();
			this.#frame ??= requestAnimationFrame(() => this.readNow());
		});
		awareness.on('change', () => {
			const others = [...awareness.getStates()].filter(([client]) => client !== awareness.clientID);
			this.#readPlaces(others.map(([, state]) => state));
		});
		provider.messageHandlers[written] = (_encoder: unknown, decoder: decoding.Decoder) =>
			this.#answered(decoding.readVarUint(decoder));
		provider.on('status', ({ status }) => {
			if (status === 'connected') this.status = 'connected';
			else if (this.isKnown) this.status = 'reconnecting';
		});
		provider.on('sync', (isSynced) => {
			if (!isSynced) return;
			this.readNow();
			this.isKnown = true;
			// What was typed while the line was away has been sent just before.
			this.#askedFor = null;
			this.#ask();
		});
		provider.on('closed', (why) => this.#closed(why));
		addEventListener('offline', this.#away);
		return () => this.close();
	}

	/** Connects again after the server has closed the line. */
	again(): void {
		this.close();
		this.open();
	}

	close(): void {
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
		removeEventListener('offline', this.#away);
		this.#provider?.destroy();
		this.#provider?.awareness.destroy();
		this.#provider = undefined;
		this.doc.destroy();
	}

	/** Reads what has changed without waiting for the next frame. */
	readNow(): void {
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
		this.#read(this.doc);
	}

	/** Tells the others where this editor is; null: nowhere any more. */
	say(state: Record<string, unknown> | null): void {
		this.#provider?.awareness.setLocalState(state);
	}

	/** Resolves when everything that was written here is on the server's disk, also when the line has to come back for that. */
	whenWritten(): Promise<void> {
		return new Promise((resolve) => {
			if (this.isWritten) resolve();
			else this.#whenWritten.push(resolve);
		});
	}

	#wrote(): void {
		this.#hasWritten = true;
		this.isWritten = false;
		this.#changes++;
		// After the change itself, which the provider sends in this same moment.
		queueMicrotask(() => this.#ask());
	}

	/** One question at a time, however fast somebody types. */
	#ask(): void {
		const provider = this.#provider;
		if (this.isWritten || this.#askedFor !== null || !provider?.synced || provider.ws?.readyState !== 1)
			return;
		this.#askedFor = this.#changes;
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, written);
		encoding.writeVarUint(encoder, this.#changes);
		provider.ws.send(encoding.toUint8Array(encoder));
	}

	#answered(upTo: number): void {
		if (upTo !== this.#askedFor) return;
		this.#askedFor = null;
		if (upTo === this.#changes) this.#settle();
		else this.#ask();
	}

	/** Nothing waits to be written, or what did is gone. */
	#settle(): void {
		this.isWritten = true;
		this.#askedFor = null;
		for (const resolve of this.#whenWritten.splice(0)) resolve();
	}

	/** The browser knows before the socket does. */
	readonly #away = () => {
		if (this.isKnown && this.status === 'connected') this.status = 'reconnecting';
		this.#provider?.ws?.close();
	};

	#closed({ code, reason }: { code: number; reason: string }): void {
		// A change that was refused is in this copy alone: it is thrown away, and the document read anew.
		if (code === 4403 && this.#hasWritten) {
			this.refusedFor = reason;
			return this.again();
		}
		this.closedFor = code === 4401 ? 'sign-in' : reason;
		this.status = 'closed';
	}
}
