// npm run bench: measures what the specs promise, beside a baseline in the same run, and writes docs/benchmarks.md.
// `npm run bench -- votes fan-out` measures those parts only and writes nothing; `idle=1` lets the idle watchers stay one minute, not ten.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
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
if (words.length === 0) await write(sections);

async function write(sections: string[]): Promise<void> {
	const file = path.resolve(import.meta.dirname, '../docs/benchmarks.md');
	const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
	const isChanged = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim() !== '';
	const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.arch()}, Node ${process.versions.node}`;
	const text = [
		'# Benchmarks',
		'Written by `npm run bench`; every figure comes from that one run, clients and servers on the same machine.',
		`Commit ${commit}${isChanged ? ' with changes' : ''}, ${new Date().toISOString().slice(0, 10)}; ${machine}.`,
		...sections,
	].join('\n\n');
	writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
