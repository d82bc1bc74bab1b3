// How a shared document stood at any moment, from the log; and making it stand so again, as a new change.
import { and, eq, sql } from 'drizzle-orm';
import * as Y from 'yjs';
import { documentName, restore, type DocumentPlace } from '#domain/documents.ts';
import { momentInput, momentsInput, type DocumentMoment } from '#domain/documentVersions.ts';
import { Refusal } from '#domain/errors.ts';
import type { Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import type { Database, Reader } from './client.ts';
import { checked, command } from './command.ts';
import { copyIntoRows } from './documentCopies.ts';
import { rightsOn, subjectOf } from './documentRights.ts';
import { changeDocument, documentIn } from './documents.ts';
import { documentUpdates } from './schema/index.ts';

const mostMoments = 500;

/** The minutes in which a document was changed, the newest first, at most 500. @throws Refusal not-found, forbidden */
export async function momentsOf(db: Reader, actor: Actor, raw: DocumentPlace): Promise<DocumentMoment[]> {
	const place = checked(momentsInput, raw);
	await authorizeOn(db, actor, place);
	const rows = await db
		.select({
			at: sql<number>`extract(epoch from max(${documentUpdates.at}))::float8 * 1000`,
			changes: sql<number>`count(*)::int`,
		})
		.from(documentUpdates)
		.where(eq(documentUpdates.document, documentName(place)))
		.groupBy(sql`date_trunc('minute', ${documentUpdates.at})`)
		.orderBy(sql`1 desc`)
		.limit(mostMoments);
	// PostgreSQL keeps microseconds, a Date milliseconds: the last change itself is within.
	return rows.map(({ at, changes }) => ({ at: new Date(Math.ceil(at)).toISOString(), changes }));
}

/** A document as it stood at a moment, as one Yjs update. @throws Refusal not-found, forbidden */
export async function documentAt(
	db: Reader,
	actor: Actor,
	raw: DocumentPlace & { at: string },
): Promise<Uint8Array> {
	const { at, ...place } = checked(momentInput, raw);
	await authorizeOn(db, actor, place);
	const doc = await documentIn(db, place, new Date(at));
	const state = Y.encodeStateAsUpdate(doc);
	doc.destroy();
	return state;
}

/**
 * Makes a document stand as it did at a moment: a new change, everything in between stays in the log. A second time changes nothing.
 * @throws Refusal not-found, forbidden, meeting-state | round-state (it can no longer be edited), nothing-to-undo (there was nothing yet)
 */
export async function restoreDocument(
	db: Database,
	actor: Actor,
	input: DocumentPlace & { at: string },
	id?: string,
): Promise<void> {
	await restoreNow(db, actor, input, id);
	await copyIntoRows(db, checked(momentsInput, input));
}

const restoreNow = command(momentInput, async (work, { at, ...place }) => {
	const { tx, actor } = work;
	const { role } = await authorizeOn(tx, actor, place);
	if (role !== 'editor') throw new Refusal(place.kind === 'map' ? 'round-state' : 'meeting-state');
	const until = new Date(at);
	const there = and(
		eq(documentUpdates.document, documentName(place)),
		sql`${documentUpdates.at} <= ${until.toISOString()}::timestamptz`,
	);
	if ((await tx.$count(documentUpdates, there)) === 0) throw new Refusal('nothing-to-undo');
	const earlier = await documentIn(tx, place, until);
	await changeDocument(tx, place, (doc) => restore(doc, earlier, place.kind));
	earlier.destroy();
	work.note('document:restore', documentName(place), { at });
});

async function authorizeOn(db: Reader, actor: Actor, place: DocumentPlace) {
	const rights = rightsOn(await subjectOf(db, place), actor);
	authorize(actor, 'document:restore');
	return rights;
}
