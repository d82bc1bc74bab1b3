// Shared documents on disk: a log that is only added to, a snapshot to begin from, and whose each Yjs client is.
import { and, asc, eq, gt, inArray, lt, lte, max, sql } from 'drizzle-orm';
import * as Y from 'yjs';
import { documentName, emptyDocument, type DocumentPlace } from '#domain/documents.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { retried } from './command.ts';
import { documentClients, documents, documentSnapshots, documentUpdates } from './schema/index.ts';

/** What was added to a document: Yjs updates in their order, the number of the last, and whose each Yjs client in it is. */
export type Stored = { updates: Uint8Array[]; upTo: number; clients: Map<number, string | null> };
/** A document: a snapshot, where there is one, and what came after it. `copiedUpTo`: up to which update its rows are known to say the same. */
export type Loaded = Stored & { snapshot: Uint8Array | null; copiedUpTo: number };
/** A change that was taken. `clients`: Yjs client ids that it is the first to write under. */
export type Change = { update: Uint8Array; author: string | null; clients: number[] };

/** A document as the log has it at this moment. */
export async function loadDocument(db: Database, name: string): Promise<Loaded> {
	return oneMoment(db, async (tx) => {
		const [row] = await tx.select().from(documents).where(eq(documents.name, name));
		const copiedUpTo = row?.copiedUpTo ?? 0;
		const [snapshot] = await tx.select().from(documentSnapshots).where(eq(documentSnapshots.document, name));
		const later = await readAfter(tx, name, snapshot?.upTo ?? 0, 'all');
		return { ...later, snapshot: snapshot?.state ?? null, copiedUpTo };
	});
}

/** What was added after an update. */
export async function updatesAfter(db: Database, name: string, upTo: number): Promise<Stored> {
	return oneMoment(db, (tx) => readAfter(tx, name, upTo, 'added'));
}

/** @param whose which Yjs clients are read: of a map of thousands of pins, where one is added, only the new one's */
async function readAfter(tx: Reader, name: string, upTo: number, whose: 'all' | 'added'): Promise<Stored> {
	const rows = await tx
		.select({ id: documentUpdates.id, update: documentUpdates.update })
		.from(documentUpdates)
		.where(and(eq(documentUpdates.document, name), gt(documentUpdates.id, upTo)))
		.orderBy(asc(documentUpdates.id));
	const updates = rows.map(({ update }) => update);
	const added = whose === 'added' && updates.flatMap((update) => [...Y.parseUpdateMeta(update).to.keys()]);
	const clients = await tx
		.select()
		.from(documentClients)
		.where(
			and(eq(documentClients.document, name), added ? inArray(documentClients.client, added) : undefined),
		);
	return {
		updates,
		upTo: rows.at(-1)?.id ?? upTo,
		clients: new Map(clients.map(({ client, author }) => [client, author])),
	};
}

/**
 * Adds changes to the log and announces them (NOTIFY `document`).
 * @param upTo the last update that the changes were tried against
 * @returns the number of the last one; null when somebody else was faster: nothing was added, read on and try again
 * @throws Refusal database-away: it is not known whether they were added, the log must be read again
 */
export async function appendChanges(
	db: Database,
	{ place, upTo }: { place: DocumentPlace; upTo: number },
	changes: Change[],
): Promise<number | null> {
	return retried(() =>
		db.transaction(async (tx) => {
			await lockDocument(tx, documentName(place));
			if ((await lastUpdate(tx, documentName(place))) !== upTo) return null;
			return append(tx, { place, upTo }, changes);
		}),
	);
}

/**
 * Changes a document as the server itself, in the transaction of a command: with its rows, or not at all. Whoever has it open is told.
 * @param change works on the document as it is now
 */
export async function changeDocument<Result>(
	tx: Transaction,
	place: DocumentPlace,
	change: (doc: Y.Doc) => Result,
): Promise<Result> {
	const name = documentName(place);
	await lockDocument(tx, name);
	const doc = await documentIn(tx, place);
	const before = Y.encodeStateVector(doc);
	// Of its own each time: what others have not heard of yet is never written under the same.
	const result = doc.transact(() => change(doc));
	const update = Y.encodeStateAsUpdate(doc, before);
	const isNew = Y.decodeStateVector(Y.encodeStateVector(doc)).has(doc.clientID);
	await append(tx, { place }, [{ update, author: null, clients: isNew ? [doc.clientID] : [] }]);
	doc.destroy();
	return result;
}

/**
 * Adds entries under new keys as the server itself, in the transaction of a command, without reading the document.
 * @param write works on an empty document: what it sets is added
 */
export async function addToDocument(
	tx: Transaction,
	place: DocumentPlace,
	write: (doc: Y.Doc) => void,
): Promise<void> {
	await lockDocument(tx, documentName(place));
	const doc = emptyDocument(place.kind);
	doc.transact(() => write(doc));
	await append(tx, { place }, [
		{ update: Y.encodeStateAsUpdate(doc), author: null, clients: [doc.clientID] },
	]);
	doc.destroy();
}

/** A document as the log has it. @param until as it stood at that moment; now where nothing is said */
export async function documentIn(tx: Reader, place: DocumentPlace, until?: Date): Promise<Y.Doc> {
	const name = documentName(place);
	const doc = emptyDocument(place.kind);
	const [snapshot] = until
		? []
		: await tx.select().from(documentSnapshots).where(eq(documentSnapshots.document, name));
	if (snapshot) Y.applyUpdate(doc, snapshot.state);
	const rows = await tx
		.select({ update: documentUpdates.update })
		.from(documentUpdates)
		.where(
			and(
				eq(documentUpdates.document, name),
				gt(documentUpdates.id, snapshot?.upTo ?? 0),
				until && lte(documentUpdates.at, until),
			),
		)
		.orderBy(asc(documentUpdates.id));
	doc.transact(() => {
		for (const { update } of rows) Y.applyUpdate(doc, update);
	});
	return doc;
}

async function append(
	tx: Transaction,
	{ place, upTo }: { place: DocumentPlace; upTo?: number },
	changes: Change[],
): Promise<number> {
	const document = documentName(place);
	const { kind, id } = place;
	// What has something in its log has a row already.
	if (!upTo)
		await tx
			.insert(documents)
			.values({ name: document, ...(kind === 'map' ? { roundId: id } : { meetingId: id }) })
			.onConflictDoNothing();
	const rows = await tx
		.insert(documentUpdates)
		.values(changes.map(({ update, author }) => ({ document, update, author })))
		.returning({ id: documentUpdates.id });
	const clients = changes.flatMap(({ clients, author }) =>
		clients.map((client) => ({ document, client, author })),
	);
	if (clients.length) await tx.insert(documentClients).values(clients);
	const last = Math.max(...rows.map(({ id }) => id));
	await tx.execute(sql`select pg_notify('document', ${`${document} ${last}`})`);
	return last;
}

/** Keeps the sum of all updates up to one, to load from. The log stays: versions are read from it. */
export async function keepSnapshot(
	db: Database,
	{ place, upTo }: { place: DocumentPlace; upTo: number },
	state: Uint8Array,
): Promise<void> {
	// Without the document's lock, so that writers need not wait: whatever is numbered up to there was committed before it was read.
	await retried(() =>
		db
			.insert(documentSnapshots)
			.values({ document: documentName(place), state, upTo })
			.onConflictDoUpdate({
				target: documentSnapshots.document,
				set: { state, upTo, at: sql`now()` },
				setWhere: sql`${documentSnapshots.upTo} < ${upTo}`,
			}),
	);
}

/** Notes that the rows of a document say what it says up to an update. */
export async function noteCopied(tx: Transaction, name: string, upTo: number): Promise<void> {
	await tx
		.update(documents)
		.set({ copiedUpTo: upTo })
		.where(and(eq(documents.name, name), lt(documents.copiedUpTo, upTo)));
}

/** One writer of a document at a time, so that its updates are numbered in the order of their commits. */
export async function lockDocument(tx: Transaction, name: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`document:${name}`}, 0))`);
}

/** The number of a document's last update, 0 where there is none. */
export async function lastUpdate(tx: Reader, name: string): Promise<number> {
	const [row] = await tx
		.select({ last: max(documentUpdates.id) })
		.from(documentUpdates)
		.where(eq(documentUpdates.document, name));
	return row?.last ?? 0;
}

/** Reads several things as they are at the same moment. */
export function oneMoment<T>(db: Database, run: (tx: Transaction) => Promise<T>): Promise<T> {
	return db.transaction(run, { isolationLevel: 'repeatable read', accessMode: 'read only' });
}
