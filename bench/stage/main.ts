// npm run bench:stage: measures what is promised of the stage, beside a bare mediasoup router, and writes its part of docs/benchmarks.md.
// About ten minutes, on 127.0.0.1 alone, on Linux. `npm run bench:stage -- joins leaves` measures those parts only and writes nothing.
import { ensureWorker } from '../../media/worker/setup.mjs';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { writePart } from '../document.ts';
import { makePlace, type Place } from '../place.ts';
import { markdown } from '../table.ts';
import { measureConsumers } from './consumers.ts';
import { measureJoins } from './joins.ts';
import { measureLatency } from './latency.ts';
import { measureLeaves } from './leaves.ts';
import * as promises from './promises.ts';
import * as report from './report.ts';

const parts = ['joins', 'latency', 'consumers', 'leaves'];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !parts.includes(name));
if (unknown.length) throw new Error(`There is no ${unknown.join(', ')}: choose of ${parts.join(', ')}.`);

await ensureChromium();
if (!(await ensureWorker())) throw new Error('Without a video worker there is no stage to measure.');

/** Measures a part, with a database of its own, if it was asked for. */
async function measured<T>(part: string, measure: (place: Place) => Promise<T>): Promise<T | undefined> {
	if (chosen.length && !chosen.includes(part)) return undefined;
	console.log(`Measuring ${part} …`);
	const place = await makePlace();
	try {
		return await measure(place);
	} finally {
		await place.close();
	}
}

const joins = await measured('joins', measureJoins);
const latency = await measured('latency', measureLatency);
const consumers = await measured('consumers', measureConsumers);
const leaves = await measured('leaves', measureLeaves);

const rows = [
	...(joins ? promises.joinRows(joins) : []),
	...(latency ? promises.latencyRows(latency) : []),
	...(consumers ? promises.consumerRows(consumers) : []),
	...(leaves ? promises.leaveRows(leaves) : []),
];
const sections = [
	report.promises(rows),
	...(consumers ? [report.consumerSection(consumers)] : []),
	...(joins && latency ? [report.screenSection(joins, latency)] : []),
	...(leaves ? [report.leaveSection(leaves)] : []),
].map(markdown);
for (const section of sections) console.log(`\n${section}`);
if (chosen.length === 0) await writePart('npm run bench:stage', sections);
