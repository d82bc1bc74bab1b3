// Shared documents on disk: a log that is only added to, a snapshot to begin from, whose each Yjs client is; and what somebody is on a board.
import { and, asc, eq, gt, max, sql } from 'drizzle-orm';
import type { BoardRole } from '#domain/board.ts';
import { isRefusal, Refusal, type RefusalCode } from '#domain/errors.ts';
import type { MeetingState } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { authorize, can } from '#domain/policy.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { retried } from './command.ts';
import { pseudonymsIn } from './identity.ts';
import { blocks, documentClients, documentSnapshots, documentUpdates, meetings } from './schema/index.ts';

/** A document, or what was added to it: Yjs updates in their order, the number of the last, and whose each Yjs client is. */
export type Stored = { updates: Uint8Array[]; upTo: number; clients: Map<number, string | null> };
/** A change that was taken. `clients`: Yjs client ids that it is the first to write under. */
export type Change = { update: Uint8Array; author: string | null; clients: number[] };

/** A document as the log has it at this moment. */
export async function loadDocument(db: Database, name: string): Promise<Stored> {
	return oneMoment(db, async (tx) => {
		const [snapshot] = await tx.select().from(documentSnapshots).where(eq(documentSnapshots.document, name));
		const later = await readAfter(tx, name, snapshot?.upTo ?? 0);
		return snapshot ? { ...later, updates: [snapshot.state, ...later.updates] } : later;
	});
}

/** What was added after an update. */
export async function updatesAfter(db: Database, name: string, upTo: number): Promise<Stored> {
	return oneMoment(db, (tx) => readAfter(tx, name, upTo));
}

async function readAfter(tx: Reader, name: string, upTo: number): Promise<Stored> {
	const rows = await tx
		.select({ id: documentUpdates.id, update: documentUpdates.update })
		.from(documentUpdates)
		.where(and(eq(documentUpdates.document, name), gt(documentUpdates.id, upTo)))
		.orderBy(asc(documentUpdates.id));
	const clients = await tx.select().from(documentClients).where(eq(documentClients.document, name));
	return {
		updates: rows.map(({ update }) => update),
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
	{ name, meetingId, upTo }: { name: string; meetingId: string; upTo: number },
	changes: Change[],
): Promise<number | null> {
	return retried(() =>
		db.transaction(async (tx) => {
			await lock(tx, name);
			if ((await lastUpdate(tx, name)) !== upTo) return null;
			const of = { document: name, meetingId };
			const rows = await tx
				.insert(documentUpdates)
				.values(changes.map(({ update, author }) => ({ ...of, update, author })))
				.returning({ id: documentUpdates.id });
			const clients = changes.flatMap(({ clients, author }) =>
				clients.map((client) => ({ ...of, client, author })),
			);
			if (clients.length) await tx.insert(documentClients).values(clients);
			const last = Math.max(...rows.map(({ id }) => id));
			await tx.execute(sql`select pg_notify('document', ${`${name} ${last}`})`);
			return last;
		}),
	);
}

/** Keeps the sum of all updates up to one, to load from. The log stays: versions are read from it. */
export async function keepSnapshot(
	db: Database,
	{ name, meetingId, upTo }: { name: string; meetingId: string; upTo: number },
	state: Uint8Array,
): Promise<void> {
	await retried(() =>
		db.transaction(async (tx) => {
			await lock(tx, name);
			await tx
				.insert(documentSnapshots)
				.values({ document: name, meetingId, state, upTo })
				.onConflictDoUpdate({
					target: documentSnapshots.document,
					set: { state, upTo, at: sql`now()` },
					setWhere: sql`${documentSnapshots.upTo} < ${upTo}`,
				});
		}),
	);
}

/** One writer of a document at a time, so that its updates are numbered in the order of their commits. */
async function lock(tx: Transaction, name: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`document:${name}`}, 0))`);
}

async function lastUpdate(tx: Reader, name: string): Promise<number> {
	const [row] = await tx
		.select({ last: max(documentUpdates.id) })
		.from(documentUpdates)
		.where(eq(documentUpdates.document, name));
	return row?.last ?? 0;
}

function oneMoment<T>(db: Database, run: (tx: Transaction) => Promise<T>): Promise<T> {
	return db.transaction(run, { isolationLevel: 'repeatable read', accessMode: 'read only' });
}

/** What decides who may write on a meeting's board. */
export type Board = { meetingId: string; state: MeetingState; boardOpen: boolean; blocked: string[] };

/** The rows as they are now; undefined when there is no such meeting. */
export async function boardOf(db: Reader, meetingId: string): Promise<Board | undefined> {
	const [row] = await db
		.select({
			meetingId: meetings.id,
			state: meetings.state,
			boardOpen: meetings.boardOpen,
			blocked: sql<string[]>`array(select pseudonym from ${blocks}
				where ${blocks.meetingId} = ${meetingId} and ${blocks.liftedAt} is null)`,
		})
		.from(meetings)
		.where(eq(meetings.id, meetingId));
	return row;
}

/** `author` begins the keys of what they write; `pseudonyms` are all that may be theirs. `refused`: why they do not write. */
export type BoardRights = {
	role: BoardRole;
	author: string | null;
	pseudonyms: string[];
	refused: RefusalCode | null;
};

/** Before the meeting a board is prepared, after it things are put in order, until it is reported. */
const edited: readonly MeetingState[] = ['scheduled', 'live', 'ended'];

/** What the actor is on a board. @throws Refusal not-found, when it is not theirs to see either */
export function rightsOn(board: Board | undefined, actor: Actor): BoardRights {
	if (!board || !can(actor, 'board:read', board)) throw new Refusal('not-found');
	const me = pseudonymsIn(board.meetingId, actor, 'board');
	const of = { author: me.account ?? me.guest, pseudonyms: me.all };
	const isEditor = of.author !== null && can(actor, 'board:edit') && edited.includes(board.state);
	if (isEditor) return { ...of, role: 'editor', refused: null };
	const refused = whyNotContribute(board, actor, me.all);
	return { ...of, role: refused ? 'watcher' : 'contributor', refused };
}

function whyNotContribute(board: Board, actor: Actor, onBoard: string[]): RefusalCode | null {
	if (board.state !== 'live') return 'meeting-not-live';
	if (!board.boardOpen) return 'board-closed';
	const all = [...onBoard, ...pseudonymsIn(board.meetingId, actor).all];
	try {
		authorize(actor, 'board:write', { blocked: all.some((one) => board.blocked.includes(one)) });
		return null;
	} catch (error) {
		if (isRefusal(error)) return error.code;
		throw error;
	}
}
