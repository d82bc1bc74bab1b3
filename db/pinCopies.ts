// The one-way copy of a round's map document into rows, for search, statistics and export.
import { and, eq, inArray, sql } from 'drizzle-orm';
import type * as Y from 'yjs';
import { documentName } from '#domain/documents.ts';
import { system } from '#domain/people.ts';
import { pinIdOf, readPin, readPins, type WrittenPin } from '#domain/pins.ts';
import { areaIn, readAreas } from './areas.ts';
import type { Database } from './client.ts';
import { work, type Work } from './command.ts';
import { documentIn, lastUpdate, noteCopied, oneMoment } from './documents.ts';
import { announce } from './pins.ts';
import { pins } from './schema/index.ts';

type Row = typeof pins.$inferSelect;
type Difference = {
	/** Up to which update the rows say the same when it is written. */
	upTo: number;
	/** In the document as in the row, but not the same. */
	changed: { row: Row; pin: WrittenPin; areaId: string | null }[];
	/** In the rows alone. */
	gone: Row[];
};
const bulk = 1_000;

/** A document that is open: what of it was touched between the last copy and an update. */
export type LiveDocument = {
	doc: Y.Doc;
	keys: ReadonlySet<string>;
	upTo: number;
	/** Waits until an update is in `doc`. @returns whether it is */
	reaches(update: number): Promise<boolean>;
};

/**
 * Writes what the document says of its pins into their rows: those that are gone from it are withdrawn; none begins here. Document and
 * rows are compared without holding up whoever writes; a row that a command has changed meanwhile is left alone, for the next copy.
 * @param live spares reading thousands of pins for the few that were touched
 * @returns whether no row was left alone: only then it is noted how far the rows are known to say the same
 */
export async function copyPins(db: Database, roundId: string, live?: LiveDocument): Promise<boolean> {
	const name = documentName({ kind: 'map', id: roundId });
	const found = live && (await touchedPins(db, roundId, live));
	const { upTo, changed, gone } = found ?? (await allPins(db, roundId));
	return work(db, system, async (doing) => {
		let written = 0;
		for (let at = 0; at < changed.length; at += bulk)
			written += await writeChanged(doing, changed.slice(at, at + bulk));
		for (const row of gone) written += await writeGone(doing, row);
		const isComplete = written === changed.length + gone.length;
		if (isComplete) await noteCopied(doing.tx, name, upTo);
		return isComplete;
	});
}

/** Of all pins, as the log and the rows have them at one moment. */
function allPins(db: Database, roundId: string): Promise<Difference> {
	return oneMoment(db, async (tx) => {
		const place = { kind: 'map', id: roundId } as const;
		const doc = await documentIn(tx, place);
		const written = readPins(doc);
		doc.destroy();
		const rows = await tx.select().from(pins).where(eq(pins.roundId, roundId));
		return {
			upTo: await lastUpdate(tx, documentName(place)),
			...differenceOf(written, rows, await readAreas(tx)),
		};
	});
}

/** Of those that were touched; null when the open document does not get as far as the rows. */
async function touchedPins(
	db: Database,
	roundId: string,
	{ doc, keys, upTo, reaches }: LiveDocument,
): Promise<Difference | null> {
	const ids = [...keys].map(pinIdOf);
	const there = await oneMoment(db, async (tx) => ({
		upTo: await lastUpdate(tx, documentName({ kind: 'map', id: roundId })),
		rows: await tx
			.select()
			.from(pins)
			.where(and(eq(pins.roundId, roundId), inArray(pins.id, ids))),
		areas: await readAreas(tx),
	}));
	// A command changes row and document together: what is in these rows is in the document then.
	if (!(await reaches(there.upTo))) return null;
	const written = [...keys].flatMap((key) => readPin(doc, key) ?? []);
	// What was touched after `upTo` may be in the document by now, but is not among the keys.
	return { upTo, ...differenceOf(written, there.rows, there.areas) };
}

function differenceOf(
	inDocument: WrittenPin[],
	rows: Row[],
	areas: Awaited<ReturnType<typeof readAreas>>,
): Omit<Difference, 'upTo'> {
	const written = new Map(inDocument.map((pin) => [pin.id, pin]));
	const changed: Difference['changed'] = [];
	const gone: Row[] = [];
	for (const row of rows) {
		const pin = written.get(row.id);
		// One that is held or was taken off is not the document's to tell of.
		if (row.vetting !== 'published') continue;
		if (!pin) gone.push(row);
		else if (!isSame(row, pin)) changed.push({ row, pin, areaId: areaIn(areas, pin) });
	}
	return { changed, gone };
}

async function writeChanged(doing: Work, changed: Difference['changed']): Promise<number> {
	const asked = changed.map(({ row, pin: { category, lat, lng, note, answers }, areaId }) => ({
		...{ id: row.id, category, lat, lng, note, answers, area_id: areaId },
		...{ old_category: row.category, old_lat: row.lat, old_lng: row.lng, old_note: row.note },
		old_answers: row.answers,
	}));
	const { rowCount } = await doing.tx.execute(sql`
		update pins set category = v.category, lat = v.lat, lng = v.lng, note = v.note, area_id = v.area_id,
			answers = array(select jsonb_array_elements_text(v.answers))
		from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as v (
			id uuid, category text, lat float8, lng float8, note text, answers jsonb, area_id uuid,
			old_category text, old_lat float8, old_lng float8, old_note text, old_answers jsonb)
		where pins.id = v.id and pins.vetting = 'published' and pins.category = v.old_category
			and pins.lat = v.old_lat and pins.lng = v.old_lng and pins.note = v.old_note
			and pins.answers = array(select jsonb_array_elements_text(v.old_answers))`);
	// Everybody has the pin itself from the document; what the rows alone know of it is its area.
	const elsewhere = changed.filter(({ row, areaId }) => row.areaId !== areaId).map(({ row }) => row.id);
	await tellOf(doing, elsewhere);
	return rowCount ?? 0;
}

async function writeGone(doing: Work, { id, category, lat, lng, note }: Row): Promise<number> {
	const asItWas = and(
		...[eq(pins.id, id), eq(pins.vetting, 'published'), eq(pins.category, category)],
		...[eq(pins.lat, lat), eq(pins.lng, lng), eq(pins.note, note)],
	);
	const [after] = await doing.tx.update(pins).set({ vetting: 'withdrawn' }).where(asItWas).returning();
	if (!after) return 0;
	await announce(doing, after);
	return 1;
}

async function tellOf(doing: Work, ids: string[]): Promise<void> {
	if (ids.length === 0) return;
	for (const row of await doing.tx.select().from(pins).where(inArray(pins.id, ids)))
		await announce(doing, row);
}

type Compared = { category: string; lat: number; lng: number; note: string; answers: string[] };
function isSame(a: Compared, b: Compared): boolean {
	const of = ({ category, lat, lng, note, answers }: Compared) =>
		JSON.stringify([category, lat, lng, note, answers]);
	return of(a) === of(b);
}
