// The one-way copy of a round's map document into rows, for search, statistics and export.
import { and, eq, inArray } from 'drizzle-orm';
import { documentName } from '#domain/documents.ts';
import { readPins } from '#domain/pins.ts';
import { areaIn, readAreas } from './areas.ts';
import type { Database } from './client.ts';
import { work } from './command.ts';
import { system } from '#domain/people.ts';
import { documentIn, lockDocument } from './documents.ts';
import { announce } from './pins.ts';
import { pins } from './schema/index.ts';

/**
 * Writes what the document says of its pins into their rows: new ones are added, those that are gone from it are withdrawn. Nothing is
 * written into the document meanwhile.
 */
export async function copyPins(db: Database, roundId: string): Promise<void> {
	const place = { kind: 'map', id: roundId } as const;
	await work(db, system, async (doing) => {
		const { tx } = doing;
		await lockDocument(tx, documentName(place));
		const doc = await documentIn(tx, place);
		const inDocument = new Map(readPins(doc).map((pin) => [pin.id, pin]));
		const rows = await tx
			.select()
			.from(pins)
			.where(and(eq(pins.roundId, roundId), eq(pins.vetting, 'published')));
		const areas = await readAreas(tx);
		for (const row of rows) {
			const pin = inDocument.get(row.id);
			inDocument.delete(row.id);
			if (pin && isSame(row, pin)) continue;
			const { category, lat, lng, note, answers } = pin ?? row;
			const set = pin
				? { category, lat, lng, note, answers, areaId: areaIn(areas, pin) }
				: { vetting: 'withdrawn' as const };
			const [after] = await tx.update(pins).set(set).where(eq(pins.id, row.id)).returning();
			await announce(doing, after!);
		}
		const left = [...inDocument.values()];
		if (left.length === 0) return;
		// A row that is there already is held or withdrawn: the document is not asked about those.
		const ids = left.map(({ id }) => id);
		const known = await tx.select({ id: pins.id }).from(pins).where(inArray(pins.id, ids));
		const isKnown = new Set(known.map(({ id }) => id));
		for (const { id, author, kind, category, lat, lng, note, answers, placedAt } of left) {
			if (isKnown.has(id)) continue;
			const at = new Date(placedAt);
			const [row] = await tx
				.insert(pins)
				.values({
					...{ id, roundId, author, kind, category, lat, lng, note, answers },
					...{ placedAt: at, publishedAt: at, vetting: 'published', areaId: areaIn(areas, { lat, lng }) },
				})
				.returning();
			await announce(doing, row!);
		}
	});
}

type Compared = { category: string; lat: number; lng: number; note: string; answers: string[] };
function isSame(a: Compared, b: Compared): boolean {
	const of = ({ category, lat, lng, note, answers }: Compared) =>
		JSON.stringify([category, lat, lng, note, answers]);
	return of(a) === of(b);
}
