// How long a map of thousands of pins takes to open, from nothing known to all of it read.
import * as Y from 'yjs';
import { emptyDocument } from '#domain/documents.ts';
import { readPins } from '#domain/pins.ts';
import { makeHistogram, type Histogram } from '../histogram.ts';
import { watcherCookie, type Place } from '../place.ts';
import { openDocumentLine } from './line.ts';
import { startSide, type SideName } from './sides.ts';
import type { Work } from './work.ts';

export const pinsToLoad = 5_000;
export const openings = 20;

export type Load = {
	/** From opening the line to the last byte, of the first to come and of those after. */
	first: number;
	later: Histogram;
	/** From there to a Yjs document, and to the pins in it. */
	applied: Histogram;
	read: Histogram;
	bytes: number;
};

export async function measureLoad(name: SideName, place: Place, work: Work): Promise<Load> {
	const side = await startSide(name, place, work.document, work.first);
	try {
		const load = {
			later: makeHistogram(),
			applied: makeHistogram(),
			read: makeHistogram(),
			first: 0,
			bytes: 0,
		};
		for (let n = 0; n <= openings; n++) {
			let all: Uint8Array = new Uint8Array();
			const began = performance.now();
			const line = await openDocumentLine(side.address, watcherCookie(), {
				change: (update, isAll) => {
					if (isAll) all = update;
				},
			});
			const here = performance.now();
			const doc = emptyDocument('map');
			Y.applyUpdate(doc, all);
			const applied = performance.now();
			const pins = readPins(doc).length;
			const read = performance.now();
			line.leave();
			if (pins !== pinsToLoad) throw new Error(`${pins} of ${pinsToLoad} pins came`);
			load.bytes = all.length;
			if (n === 0) load.first = here - began;
			else load.later.add(here - began);
			load.applied.add(applied - here);
			load.read.add(read - applied);
		}
		return load;
	} finally {
		await side.stop();
	}
}
