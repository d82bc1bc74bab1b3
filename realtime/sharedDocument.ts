// One shared document while somebody has it open: each change is read, tried on a copy, written to the log, and only then applied and told to the others.
import * as Y from 'yjs';
import { documentRoots, forbiddenIn } from '#domain/board.ts';
import type { Database } from '#db/client.ts';
import {
	appendChanges,
	keepSnapshot,
	loadDocument,
	updatesAfter,
	type BoardRights,
	type Change,
	type Stored,
} from '#db/documents.ts';
import { documentChanges } from './metrics.ts';
import { merging, updateMessage } from './documentMessages.ts';
import { BadUpdate, readUpdate, type UpdateRead } from './yjsUpdates.ts';

/** A line that has the document open. */
export type DocumentLine = {
	/** As it was asked last; who only reads is told what is new in parts. */
	rights: BoardRights;
	isOpen: boolean;
	/** The server has ended it: what else it has sent is not looked at. Of one that has left by itself everything is written. */
	isDismissed: boolean;
	send(message: Uint8Array): void;
	/** Ends it. 4400–4499: it shall not come back by itself; 4500–4599: later. */
	close(code: number, reason: string): void;
};
/** What somebody is at this moment. @throws Refusal not-found; any other error: it cannot be known */
export type AskRights = (lines: DocumentLine[]) => Promise<Map<DocumentLine, BoardRights | null>>;
type Sent = { line: DocumentLine; update: Uint8Array } | { line: DocumentLine; written: () => void };
type Taken = Change & { line: DocumentLine | null };

export const maxUpdateBytes = 256 * 1024;
export const maxDocumentBytes = 5 * 1024 * 1024;
const mostAtOnce = 200;
const snapshotAfter = 500;
const mergeMs = 100;

/** Opens a document from the log. @throws what the database throws */
export async function openDocument(
	db: Database,
	of: { name: string; meetingId: string },
	ask: AskRights,
	begin: ((doc: Y.Doc) => void) | null,
) {
	const { name } = of;
	const lines = new Set<DocumentLine>();
	const doc = emptyDocument();
	let clients = new Map<number, string | null>();
	/** The last update of the log that is in `doc`, and that somebody has told of. */
	let upTo = 0;
	let announced = 0;
	let mustLook = false;
	/** Lines on their way in. */
	let coming = 0;
	let sinceSnapshot = 0;
	/** At least so large is it; measured anew when it seems too large. */
	let bytes = 0;
	/** Equal to `doc` and to what is being written; undefined after something was tried on it that must not be. */
	let trial: Y.Doc | undefined;
	let waiting: Sent[] = [];
	let working: Promise<void> | undefined;
	/** Why it can no longer be trusted: it must be opened anew from the log. */
	let failure: unknown;
	let failed: (error: unknown) => void = () => {};
	const readers = merging(mergeMs, (update) => tell(updateMessage(update), isReader));

	read(await loadDocument(db, name));
	await beginNew();

	const isReader = ({ rights }: DocumentLine) => rights.role === 'watcher';

	function tell(message: Uint8Array, whom: (line: DocumentLine) => boolean): void {
		for (const line of lines) if (whom(line)) line.send(message);
	}

	/** Takes in what the log has. */
	function read(stored: Stored): void {
		for (const update of stored.updates) apply(update);
		if (stored.updates.length) trial = undefined;
		clients = stored.clients;
		upTo = stored.upTo;
	}

	function apply(update: Uint8Array): void {
		Y.applyUpdate(doc, update);
		bytes += update.length;
		sinceSnapshot++;
	}

	/** Puts on a new document what it begins with, unless somebody else was faster. */
	async function beginNew(): Promise<void> {
		if (upTo > 0 || !begin) return;
		const first = emptyDocument();
		begin(first);
		const update = Y.encodeStateAsUpdate(first);
		const last = await appendChanges(db, { ...of, upTo }, [
			{ update, author: null, clients: [first.clientID] },
		]);
		read(last === null ? await updatesAfter(db, name, upTo) : { updates: [update], upTo: last, clients });
		if (last !== null) clients.set(first.clientID, null);
	}

	/** Others have written: what is new in the log is applied and told. */
	async function catchUp(): Promise<void> {
		mustLook = false;
		const news = await updatesAfter(db, name, upTo);
		read(news);
		announced = upTo;
		for (const update of news.updates) relay(update, null);
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
			if (sinceSnapshot >= snapshotAfter) await compact();
		}
	}

	async function write(group: Sent[]): Promise<void> {
		const rights = await ask([...new Set(group.map(({ line }) => line))]);
		for (;;) {
			const taken: Taken[] = [];
			for (const sent of group) if ('update' in sent && !sent.line.isDismissed) consider(sent, rights, taken);
			if (taken.length === 0) break;
			const last = await appendChanges(db, { ...of, upTo }, taken);
			if (last !== null) {
				upTo = last;
				for (const change of taken) {
					apply(change.update);
					for (const client of change.clients) clients.set(client, change.author);
					documentChanges.inc({ outcome: 'taken' });
				}
				for (const change of taken) relay(change.update, change.line);
				break;
			}
			// Another process was faster: everything is looked at again, on what it has made of the document.
			await catchUp();
		}
		for (const sent of group) if ('written' in sent) sent.written();
	}

	function consider(
		{ line, update }: { line: DocumentLine; update: Uint8Array },
		rights: Map<DocumentLine, BoardRights | null>,
		taken: Taken[],
	): void {
		const known = rights.get(line);
		if (!known) return;
		// What was kept to be told to readers in parts would be missed by one who writes from now on.
		if (isReader(line)) readers.flush();
		line.rights = known;
		trial ??= copyOf(doc, taken);
		const verdict = judge(update, known, taken);
		if (typeof verdict !== 'string')
			return void (verdict && taken.push({ update, author: known.author, clients: verdict, line }));
		documentChanges.inc({ outcome: 'refused' });
		line.close(verdict === 'sign-in-needed' ? 4401 : 4403, verdict);
	}

	/** @returns the Yjs clients that it is the first to use; null when it changes nothing; or why it must not be */
	function judge(update: Uint8Array, rights: BoardRights, taken: Taken[]): number[] | null | string {
		if (update.length > maxUpdateBytes) return 'too-large';
		let asked: UpdateRead;
		try {
			asked = readUpdate(update, documentRoots);
		} catch (error) {
			if (error instanceof BadUpdate) return 'not-an-update';
			throw error;
		}
		const first: number[] = [];
		let isNew = false;
		for (const [client, { from, to }] of asked.writes) {
			const known = Y.getState(trial!.store, client);
			if (to <= known) continue;
			isNew = true;
			if (from > known) return 'something-is-missing';
			const owner = ownerOf(client, taken);
			if (owner === undefined) first.push(client);
			else if (owner === null || !rights.pseudonyms.includes(owner)) return 'not-yours';
		}
		if (!isNew && !asked.deletes) return null;
		// Who reads has nothing new to say; what they say of deletes is looked at, for every stock client repeats them.
		if (isNew && rights.role === 'watcher') return rights.refused ?? 'reads-only';
		if (isNew && isTooLarge(update)) return 'document-too-large';
		const refused = tryOut(update, rights);
		return refused === 'nothing' ? null : (refused ?? first);
	}

	function ownerOf(client: number, taken: Taken[]): string | null | undefined {
		const before = clients.get(client);
		if (before !== undefined) return before;
		return taken.find((change) => change.clients.includes(client))?.author;
	}

	function isTooLarge(update: Uint8Array): boolean {
		if (bytes + update.length <= maxDocumentBytes) return false;
		bytes = Y.encodeStateAsUpdate(trial!).length;
		return bytes + update.length > maxDocumentBytes;
	}

	/** @returns `nothing` when there is nothing new in it; null when it may be */
	function tryOut(update: Uint8Array, rights: BoardRights): string | null {
		const copy = trial!;
		let verdict: string | null = 'nothing';
		const look = (transaction: Y.Transaction) => {
			if (!changesAnything(transaction)) return;
			const author = rights.role === 'watcher' ? null : rights.author;
			verdict = forbiddenIn(copy, transaction, { author, isEditor: rights.role === 'editor' });
			if (verdict === 'reads-only') verdict = rights.refused ?? verdict;
		};
		copy.once('afterTransaction', look);
		try {
			Y.applyUpdate(copy, update);
			if (copy.store.pendingStructs || copy.store.pendingDs) verdict = 'something-is-missing';
		} catch {
			// Yjs itself does not say what may go wrong in an update that somebody has made by hand.
			verdict = 'not-an-update';
		}
		if (verdict !== null && verdict !== 'nothing') trial = undefined;
		return verdict;
	}

	async function compact(): Promise<void> {
		if (sinceSnapshot === 0 || upTo === 0) return;
		const state = Y.encodeStateAsUpdate(doc);
		await keepSnapshot(db, { ...of, upTo }, state);
		sinceSnapshot = 0;
		bytes = state.length;
	}

	/** Whether something was written is not known any more: the log decides, for everybody anew. */
	function fail(error: unknown): void {
		failure = error;
		waiting = [];
		failed(error);
		for (const line of [...lines]) line.close(4503, 'not-saved');
		lines.clear();
	}

	return {
		name,
		lines,
		doc,
		/** Calls back when it must be opened anew. */
		onFailure: (act: (error: unknown) => void) => (failed = act),
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
		/** Another process says that the log has grown. */
		announce(id: number): void {
			announced = Math.max(announced, id);
			if (announced > upTo) work();
		},
		/** Announcements may have been lost. */
		lookAgain(): void {
			mustLook = true;
			work();
		},
		/** Writes what is still to be written, and a snapshot to load from. */
		async close(): Promise<void> {
			while (working) await working;
			readers.flush();
			if (!failure) await compact();
			doc.destroy();
		},
	};
}

export type SharedDocument = Awaited<ReturnType<typeof openDocument>>;

/** The types are named at once: what is read before would be of no type. */
function emptyDocument(): Y.Doc {
	const doc = new Y.Doc();
	for (const root of documentRoots) doc.getMap(root);
	return doc;
}

function copyOf(doc: Y.Doc, later: Change[]): Y.Doc {
	const copy = emptyDocument();
	Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
	for (const { update } of later) Y.applyUpdate(copy, update);
	return copy;
}

function changesAnything({ changed, beforeState, afterState, deleteSet }: Y.Transaction): boolean {
	if (changed.size > 0 || deleteSet.clients.size > 0) return true;
	return [...afterState].some(([client, clock]) => beforeState.get(client) !== clock);
}
