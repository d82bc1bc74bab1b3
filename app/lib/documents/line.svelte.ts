// One browser's line to a shared document: the document, whether it is connected, why it was closed, and where editors are.
import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { documentName, type DocumentPlace } from '#domain/documents.ts';

export type DocumentStatus = 'connecting' | 'connected' | 'reconnecting' | 'closed';

export class DocumentLine {
	status = $state<DocumentStatus>('connecting');
	/** Why the server closed the line for good. */
	closedFor = $state('');
	/** Why the last change was not taken; what was written since the document was last shared is gone. */
	refusedFor = $state<string | null>(null);
	/** The document has arrived. */
	isKnown = $state(false);
	doc = $state.raw() as Y.Doc;

	readonly #place: DocumentPlace;
	readonly #read: (doc: Y.Doc) => void;
	readonly #readPlaces: (others: Record<string, unknown>[]) => void;
	#provider: WebsocketProvider | undefined;
	#frame: number | undefined;
	/** Something was written here since the document was opened. */
	#hasWritten = false;

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
		this.isKnown = false;
		this.status = 'connecting';
		doc.on('update', (_update, origin) => {
			if (origin !== provider) this.#hasWritten = true;
			this.#frame ??= requestAnimationFrame(() => this.readNow());
		});
		awareness.on('change', () => {
			const others = [...awareness.getStates()].filter(([client]) => client !== awareness.clientID);
			this.#readPlaces(others.map(([, state]) => state));
		});
		provider.on('status', ({ status }) => {
			if (status === 'connected') this.status = 'connected';
			else if (this.isKnown) this.status = 'reconnecting';
		});
		provider.on('sync', (isSynced) => {
			if (!isSynced) return;
			this.readNow();
			this.isKnown = true;
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
