// A second copy of a shared document, on which each change is tried before anybody else hears of it.
import * as Y from 'yjs';
import type { DocumentRights } from '#db/documentRights.ts';
import type { Change } from '#db/documents.ts';
import { documentRoots, emptyDocument, forbiddenIn, type DocumentKind } from '#domain/documents.ts';
import { BadUpdate, readUpdate, type UpdateRead } from './yjsUpdates.ts';

export const maxUpdateBytes = 256 * 1024;
const mebibyte = 1024 * 1024;
/** Of a map, as many pins as a round may have with notes of a usual length (domain/pins.ts). */
const maxDocumentBytes: Record<DocumentKind, number> = {
	board: 5 * mebibyte,
	map: 12 * mebibyte,
	minutes: 5 * mebibyte,
};

/** @param ownerInLog whose a Yjs client id is; null is the server's, undefined nobody's yet */
export function makeTrial(
	kind: DocumentKind,
	doc: Y.Doc,
	ownerInLog: (client: number) => string | null | undefined,
) {
	/** Equal to `doc` and to what is being written; undefined after something was tried on it that must not be. */
	let copy: Y.Doc | undefined;
	/** At least so large is the document; measured anew when it seems too large. */
	let bytes = 0;

	/** @returns the Yjs clients that it is the first to use; null when it changes nothing; or why it must not be */
	function judge(update: Uint8Array, rights: DocumentRights, taken: Change[]): number[] | null | string {
		copy ??= copyOf(kind, doc, taken);
		if (update.length > maxUpdateBytes) return 'too-large';
		let asked: UpdateRead;
		try {
			asked = readUpdate(update, documentRoots[kind]);
		} catch (error) {
			if (error instanceof BadUpdate) return 'not-an-update';
			throw error;
		}
		const first: number[] = [];
		let isNew = false;
		for (const [client, { from, to }] of asked.writes) {
			const known = Y.getState(copy.store, client);
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

	function ownerOf(client: number, taken: Change[]): string | null | undefined {
		const before = ownerInLog(client);
		if (before !== undefined) return before;
		return taken.find((change) => change.clients.includes(client))?.author;
	}

	function isTooLarge(update: Uint8Array): boolean {
		if (bytes + update.length <= maxDocumentBytes[kind]) return false;
		bytes = Y.encodeStateAsUpdate(copy!).length;
		return bytes + update.length > maxDocumentBytes[kind];
	}

	/** @returns `nothing` when there is nothing new in it; null when it may be */
	function tryOut(update: Uint8Array, rights: DocumentRights): string | null {
		const tried = copy!;
		let verdict: string | null = 'nothing';
		const look = (transaction: Y.Transaction) => {
			if (!changesAnything(transaction)) return;
			const author = rights.role === 'watcher' ? null : rights.author;
			verdict = forbiddenIn(
				tried,
				transaction,
				{ author, pseudonyms: rights.pseudonyms, isEditor: rights.role === 'editor' },
				rights.form,
			);
			if (verdict === 'reads-only') verdict = rights.refused ?? verdict;
		};
		tried.once('afterTransaction', look);
		try {
			Y.applyUpdate(tried, update);
			if (tried.store.pendingStructs || tried.store.pendingDs) verdict = 'something-is-missing';
		} catch {
			// Yjs itself does not say what may go wrong in an update that somebody has made by hand.
			verdict = 'not-an-update';
		}
		if (verdict !== null && verdict !== 'nothing') copy = undefined;
		return verdict;
	}

	return {
		judge,
		/** The document has changed without it, by something that was tried elsewhere. */
		follow: (update: Uint8Array) => void (copy && Y.applyUpdate(copy, update)),
		/** What was tried on it is not in the document: it is made anew. */
		forget: () => void (copy = undefined),
		grow: (by: number) => void (bytes += by),
	};
}

function copyOf(kind: DocumentKind, doc: Y.Doc, later: Change[]): Y.Doc {
	const copy = emptyDocument(kind);
	Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
	for (const { update } of later) Y.applyUpdate(copy, update);
	return copy;
}

function changesAnything({ changed, beforeState, afterState, deleteSet }: Y.Transaction): boolean {
	if (changed.size > 0 || deleteSet.clients.size > 0) return true;
	return [...afterState].some(([client, clock]) => beforeState.get(client) !== clock);
}
