// npm run bench:documents: measures what is promised of shared documents, beside Hocuspocus and a bare endpoint, and writes its part of docs/benchmarks.md.
// About ten minutes, on 127.0.0.1 alone, on Linux. `npm run bench:documents -- board map load screen` measures those parts only and writes nothing.
import { writePart } from '../document.ts';
import { makePlace, type Place } from '../place.ts';
import { markdown } from '../table.ts';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { measureLoad, pinsToLoad } from './load.ts';
import { crowd, measurePropagation } from './propagation.ts';
import { measureMap } from './map.ts';
import * as report from './report.ts';
import { sides, type SideName } from './sides.ts';
import { boardWork, mapWork, type Work } from './work.ts';

const parts = ['board', 'map', 'load', 'screen'];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !parts.includes(name));
if (unknown.length) throw new Error(`There is no ${unknown.join(', ')}: choose of ${parts.join(', ')}.`);

const works: Record<string, (place: Place) => Promise<Work>> = {
	board: (place) => boardWork(place, crowd.writers),
	map: (place) => mapWork(place, crowd.writers, pinsToLoad),
	load: (place) => mapWork(place, crowd.writers, pinsToLoad),
};

/** Measures a part on each side, each on a database of its own, if it was asked for. */
async function measured<One>(
	part: string,
	measure: (side: SideName, place: Place, work: Work) => Promise<One>,
): Promise<Record<SideName, One> | undefined> {
	if (chosen.length && !chosen.includes(part)) return undefined;
	const found: Partial<Record<SideName, One>> = {};
	for (const side of sides) {
		console.log(`Measuring ${part}: ${side} …`);
		const place = await makePlace();
		try {
			found[side] = await measure(side, place, await works[part]!(place));
		} finally {
			await place.close();
		}
	}
	return found as Record<SideName, One>;
}

const found: report.Measured = {};
for (const part of ['board', 'map'] as const) {
	const one = await measured(part, measurePropagation);
	if (one) found[part] = one;
}
const load = await measured('load', measureLoad);
const screen = chosen.length && !chosen.includes('screen') ? undefined : await inBrowser();

async function inBrowser() {
	console.log('Measuring screen …');
	await ensureChromium();
	const place = await makePlace();
	try {
		return await measureMap(place);
	} finally {
		await place.close();
	}
}

const sections = [
	report.promises(found),
	report.propagationSection(found),
	...(load ? [report.loadSection(load)] : []),
	...(screen ? [report.screenSection(screen)] : []),
]
	.filter(({ rows }) => rows.length > 0)
	.map(markdown);
for (const section of sections) console.log(`\n${section}`);
if (chosen.length === 0) await writePart('npm run bench:documents', sections);
