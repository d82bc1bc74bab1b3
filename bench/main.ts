// npm run bench: measures what the specs promise, beside a baseline in the same run, and writes its part of docs/benchmarks.md.
// `npm run bench -- votes fan-out` measures those parts only and writes nothing; `idle=1` lets the idle watchers stay one minute, not ten.
import { writePart } from './document.ts';
import { durableVotes } from './durableVotes.ts';
import { fanOut } from './fanOut.ts';
import { firstLoad } from './firstLoad.ts';
import { idleWatchers } from './idleWatchers.ts';
import { makePlace, type Place } from './place.ts';
import { markdown, type Section } from './table.ts';

const parts: Record<string, (place: Place, minutes: number) => Promise<Section>> = {
	'fan-out': fanOut,
	votes: durableVotes,
	load: firstLoad,
	idle: idleWatchers,
};
const words = process.argv.slice(2).map((word) => word.split('='));
const unknown = words.filter(([name]) => !(name! in parts)).map(([name]) => name);
if (unknown.length)
	throw new Error(`There is no ${unknown.join(', ')}: choose of ${Object.keys(parts).join(', ')}.`);
const minutes = Number(words.find(([name]) => name === 'idle')?.[1] ?? 10);
const chosen = words.length ? words.map(([name]) => name!) : Object.keys(parts);

const sections: string[] = [];
for (const name of chosen) {
	const place = await makePlace();
	try {
		const section = markdown(await parts[name]!(place, minutes));
		console.log(`\n${section}`);
		sections.push(section);
	} finally {
		await place.close();
	}
}
if (words.length === 0) await writePart('npm run bench', sections);
