// One shared document while somebody has it open: each change is read, tried on a copy, written to the log, and only then applied and told to the others.
import * as Y from 'yjs';
import type { Database } from '#db/client.ts';
import {
	appendChanges,
	keepSnapshot,
	loadDocument,
	updatesAfter,
	type Change,
	type Stored,
} from '#db/documents.ts';
import type { DocumentRights } from '#db/documentRights.ts';
import { documentName, emptyDocument, touchedIn, type DocumentPlace } from '#domain/documents.ts';
import { frameOf, merging, updateMessage } from './documentMessages.ts';
import { makeTrial } from './documentTrial.ts';
import { documentChanges } from './metrics.ts';

/** A line that has the document open. */
export type DocumentLine = {
	/** As it was asked last. */
	rights: DocumentRights;
	/** When it has last changed something (performance.now()); who only reads is told what is new in parts. */
	wroteAt: number;
	isOpen: boolean;
	/** The server has ended it: what else it has sent is not looked at. Of one that has left by itself everything is written. */
	isDismissed: boolean;
	send(message: Uint8Array): void;
	/** Sends a message that many are sent (documentMessages.ts frameOf). */
	sendFrame(frame: Buffer): void;
	/** Ends it. 4400–4499: it shall not come back by itself; 4500–4599: later. */
	close(code: number, reason: string): void;
};
/** What somebody is at this moment. @throws Refusal not-found; any other error: it cannot be known */
export type AskRights = (lines: DocumentLine[]) => Promise<Map<DocumentLine, DocumentRights | null>>;
type Sent = { line: DocumentLine; update: Uint8Array } | { line: DocumentLine; written: () => void };
type Taken = Change & { line: DocumentLine | null };

const mostAtOnce = 200;
/** A snapshot is made after so many updates, and only when they are so large a part of it: of a large document it takes long. */
const snapshotAfter = { updates: 500, share: 1 / 4 };
/** Who has changed nothing for so long only reads. */
const writesForMs = 10_000;

/** Opens a document from the log. @throws what the database throws */
export async function openDocument(
	db: Database,
	place: DocumentPlace,
	ask: AskRights,
	begin: ((doc: Y.Doc) => void) | null,
) {
	const name = documentName(place);
	const lines = new Set<DocumentLine>();
	const doc = emptyDocument(place.kind);
	const clients = new Map<number, string | null>();
	/** The last update of the log that is in `doc`, and that somebody has told of. */
	let upTo = 0;
	let announced = 0;
	let mustLook = false;
	/** Lines on their way in. */
	let coming = 0;
	/** What came since the last snapshot, and how large that was. */
	let since = { updates: 0, bytes: 0 };
	let snapshotBytes = 0;
	/** All of it, encoded once for all who come until it changes. */
	let whole: Uint8Array | undefined;
	/** Keys of what was touched since it was copied into rows last; null: of everything. */
	let touched: Set<string> | null;
	const trial = makeTrial(place.kind, doc, (client) => clients.get(client));
	let waiting: Sent[] = [];
	let working: Promise<void> | undefined;
	let compacting: Promise<void> | undefined;
	/** Why it can no longer be trusted: it must be opened anew from the log. */
	let failure: unknown;
	let failed: (error: unknown) => void = () => {};
	let written: () => void = () => {};
	/** It follows the log no more. */
	let isClosed = false;
	const readers = merging((update) => tell(updateMessage(update), isReader));

	const loaded = await loadDocument(db, name);
	if (loaded.snapshot) {
		Y.applyUpdate(doc, loaded.snapshot);
		trial.grow((snapshotBytes = loaded.snapshot.length));
	}
	read(loaded);
	touched = loaded.copiedUpTo === upTo ? new Set() : null;
	doc.on('afterTransaction', (transaction: Y.Transaction) => {
		for (const key of touchedIn(transaction)) touched?.add(key);
	});
	await beginNew();
	// Now, while nobody writes yet.
	if (isSnapshotDue()) compacting = compactAside();

	const isReader = ({ wroteAt }: DocumentLine) => performance.now() - wroteAt > writesForMs;

	function tell(message: Uint8Array, whom: (line: DocumentLine) => boolean): void {
		const frame = frameOf(message);
		for (const line of lines) if (whom(line)) line.sendFrame(frame);
	}

	/** Takes in what the log has. */
	function read(stored: Stored): void {
		for (const update of stored.updates) {
			apply(update);
			trial.follow(update);
		}
		for (const [client, author] of stored.clients) clients.set(client, author);
		upTo = stored.upTo;
	}

	function apply(update: Uint8Array): void {
		Y.applyUpdate(doc, update);
		whole = undefined;
		trial.grow(update.length);
		since.updates++;
		since.bytes += update.length;
	}

	/** Puts on a new document what it begins with, unless somebody else was faster. */
	async function beginNew(): Promise<void> {
		if (upTo > 0 || !begin) return;
		const first = emptyDocument(place.kind);
		begin(first);
		const update = Y.encodeStateAsUpdate(first);
		const last = await appendChanges(db, { place, upTo }, [
			{ update, author: null, clients: [first.clientID] },
		]);
		read(last === null ? await updatesAfter(db, name, upTo) : { updates: [update], upTo: last, clients });
		if (last !== null) clients.set(first.clientID, null);
	}

	/** Others have written: what is new in the log is applied and told. */
	async function catchUp(): Promise<void> {
		mustLook = false;
		const heard = announced;
		const news = await updatesAfter(db, name, upTo);
		read(news);
		// What was announced while it was read may be younger than what was read.
		if (announced === heard) announced = upTo;
		for (const update of news.updates) relay(update, null);
		if (news.updates.length > 0) written();
	}

	/** Another process says that the log has grown. */
	function announce(id: number): void {
		announced = Math.max(announced, id);
		if (announced > upTo) work();
	}

	function relay(update: Uint8Array, from: DocumentLine | null): void {
		tell(updateMessage(update), (line) => line !== from && !isReader(line));
		readers.add(update);
	}

	function work(): void {
		working ??= workThrough()
			.catch(fail)
			.finally(() => {
				working = undefined;
				// Something may have come in the moment between.
				if (isBehind() && !failure) work();
			});
	}

	const isBehind = () => waiting.length > 0 || mustLook || announced > upTo;

	async function workThrough(): Promise<void> {
		// First whatever is at hand in this moment comes together.
		await Promise.resolve();
		while (isBehind()) {
			if (mustLook || announced > upTo) await catchUp();
			const group = waiting.splice(0, mostAtOnce);
			if (group.length > 0) await write(group);
			if (isSnapshotDue()) compacting ??= compactAside();
		}
	}

	async function write(group: Sent[]): Promise<void> {
		const rights = await ask([...new Set(group.map(({ line }) => line))]);
		for (;;) {
			const taken: Taken[] = [];
			for (const sent of group) if ('update' in sent && !sent.line.isDismissed) consider(sent, rights, taken);
			if (taken.length === 0) break;
			const last = await appendChanges(db, { place, upTo }, taken);
			if (last !== null) {
				upTo = last;
				for (const change of taken) {
					apply(change.update);
					for (const client of change.clients) clients.set(client, change.author);
					documentChanges.inc({ outcome: 'taken' });
				}
				for (const change of taken) relay(change.update, change.line);
				written();
				break;
			}
			// Another process was faster: everything is looked at again, on what it has made of the document.
			trial.forget();
			await catchUp();
		}
		for (const sent of group) if ('written' in sent) sent.written();
	}

	function consider(
		{ line, update }: { line: DocumentLine; update: Uint8Array },
		rights: Map<DocumentLine, DocumentRights | null>,
		taken: Taken[],
	): void {
		const known = rights.get(line);
		if (!known) return;
		line.rights = known;
		const verdict = trial.judge(update, known, taken);
		if (verdict === null) return;
		if (typeof verdict !== 'string') {
			// What was kept to be told to readers in parts would be missed by one who writes from now on.
			if (isReader(line)) readers.flush();
			line.wroteAt = performance.now();
			taken.push({ update, author: known.author, clients: verdict, line });
			return;
		}
		documentChanges.inc({ outcome: 'refused' });
		line.close(verdict === 'sign-in-needed' ? 4401 : 4403, verdict);
	}

	function isSnapshotDue(): boolean {
		const { updates, share } = snapshotAfter;
		return since.updates >= updates && since.bytes >= snapshotBytes * share;
	}

	/** Nobody waits for it: of a large document it takes long. What went wrong is tried again with the next change. */
	async function compactAside(): Promise<void> {
		try {
			await compact();
		} catch {
			// The log has everything; only the next one who opens it waits longer.
			since.updates += snapshotAfter.updates;
			since.bytes += snapshotBytes;
		} finally {
			compacting = undefined;
		}
	}

	async function compact(): Promise<void> {
		if (since.updates === 0 || upTo === 0) return;
		const state = Y.encodeStateAsUpdate(doc);
		since = { updates: 0, bytes: 0 };
		snapshotBytes = state.length;
		await keepSnapshot(db, { place, upTo }, state);
	}

	/** Whether something was written is not known any more: the log decides, for everybody anew. */
	function fail(error: unknown): void {
		failure = error;
		written = () => {};
		waiting = [];
		failed(error);
		for (const line of [...lines]) line.close(4503, 'not-saved');
		lines.clear();
	}

	return {
		place,
		name,
		lines,
		doc,
		/** What somebody lacks who has this. @throws what Yjs throws on a vector that is none */
		missing(vector: Uint8Array): Uint8Array {
			const hasNothing = vector.length === 1 && vector[0] === 0;
			return hasNothing ? (whole ??= Y.encodeStateAsUpdate(doc)) : Y.encodeStateAsUpdate(doc, vector);
		},
		/** Calls back when it must be opened anew. */
		onFailure: (act: (error: unknown) => void) => (failed = act),
		/** Calls back when something new is in the log. */
		onWritten: (act: () => void) => (written = act),
		/** What is to be copied into rows: keys of what was touched since this was asked last, up to which update; null: all of it. */
		takeTouched(): { keys: Set<string>; upTo: number } | null {
			const keys = touched;
			touched = new Set();
			return keys && { keys, upTo };
		},
		/** It was not copied. */
		giveBack(taken: { keys: Set<string> } | null): void {
			touched = taken && touched && touched.union(taken.keys);
		},
		/** Waits until an update is in `doc`. @returns whether it is */
		async reaches(update: number): Promise<boolean> {
			if (!isClosed && !failure) announce(update);
			while (working && upTo < update) await working;
			return upTo >= update;
		},
		isIdle: () => lines.size === 0 && coming === 0 && !working,
		/**
		 * Lets a line in, on what the log has at this moment: it may come from a process that is ahead of this one.
		 * @returns when from here on it is told everything that is not in `doc` yet; nothing may be awaited in between
		 */
		async join(line: DocumentLine): Promise<void> {
			coming++;
			try {
				mustLook = true;
				work();
				while (working) await working;
			} finally {
				coming--;
			}
			if (failure) throw failure;
			if (line.isOpen) lines.add(line);
		},
		/** Takes a change; it is told to the others when it is in the log. */
		change(line: DocumentLine, update: Uint8Array): void {
			waiting.push({ line, update });
			work();
		},
		/** Calls back when everything that the line has sent so far is in the log. */
		afterChanges(line: DocumentLine, written: () => void): void {
			waiting.push({ line, written });
			work();
		},
		announce,
		/** Announcements may have been lost. */
		lookAgain(): void {
			mustLook = true;
			work();
		},
		/** Writes what is still to be written, and a snapshot to load from. */
		async close(): Promise<void> {
			while (working) await working;
			readers.flush();
			await compacting;
			if (!failure) await compact();
			isClosed = true;
			written = () => {};
			doc.destroy();
		},
	};
}

export type SharedDocument = Awaited<ReturnType<typeof openDocument>>;
