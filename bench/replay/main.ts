// npm run bench:replay: measures how long after an evening its replay is ready, and its pages, beside copying and a bare Express and pg
// page, and writes its part of docs/benchmarks.md. Some minutes, and 2 GB of disk. `npm run bench:replay -- dry` writes nothing.
import { eq } from 'drizzle-orm';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { beginRecording, endRecording } from '#db/recordings.ts';
import { recordingFile, recordingsFolder } from '#db/recordingFiles.ts';
import { recordings } from '#db/schema/index.ts';
import { writePart } from '../document.ts';
import { makeHistogram } from '../histogram.ts';
import { answering, type Page } from '../pages.ts';
import { makePlace, startBare } from '../place.ts';
import { markdown } from '../table.ts';
import { endEvening, playEvening } from './evening.ts';
import { writeEvening } from './log.ts';
import { eveningSection, readySection } from './report.ts';

const ofSeconds = 2 * 60 * 60;
const place = await makePlace();
const { db } = place;
try {
	console.log('Playing an evening …');
	const meeting = await playEvening(place);
	const id = await beginRecording(db, meeting.id);
	await mkdir(recordingsFolder(place), { recursive: true });
	const log = recordingFile(place, id, 'log');
	await writeEvening(log, ofSeconds);
	const logBytes = (await stat(log)).size;
	const copySeconds = await seconds(() => copyFile(log, `${log}.copy`));
	await rm(`${log}.copy`);
	const server = await place.serve();
	const bare = await startBare('pages', { BARE_DATABASE_URL: place.databaseUrl });
	const { times: quiet } = await answering(server.url);

	console.log(`Making the film of ${ofSeconds / 60} minutes …`);
	const meanwhile = makeHistogram();
	const took = await seconds(async () => {
		await endEvening(place, meeting.id);
		await endRecording(db, id);
		// As it is announced when somebody acts on recordings: the server looks at once.
		await db.execute(`select pg_notify('recordings', '${id}')`);
		while ((await stateOf(id)) === 'recorded') {
			await wait(100);
			const began = performance.now();
			await (await fetch(server.url)).arrayBuffer();
			meanwhile.add(performance.now() - began);
		}
	});
	if ((await stateOf(id)) !== 'ready') throw new Error('The film could not be made.');
	const filmBytes = (await stat(recordingFile(place, id, 'webm'))).size;

	const pages: Page[] = [];
	for (const [what, path] of [
		['the replay', 'replay'],
		['to read', 'read'],
		['its data', 'replay.json'],
	])
		pages.push({
			what: `${what}, \`/${path}\``,
			ours: await answering(`${server.url}/meetings/${meeting.slug}/${path}`),
			bare: await answering(`${bare.url}/replay`),
		});
	bare.stop();
	await server.stop();
	const ready = { seconds: took, ofSeconds, logBytes, filmBytes, copySeconds, meanwhile, quiet };
	const sections = [readySection(ready), eveningSection(pages)].map(markdown);
	for (const section of sections) console.log(`\n${section}`);
	if (!process.argv.includes('dry')) await writePart('npm run bench:replay', sections);
} finally {
	await place.close();
}

async function stateOf(id: string): Promise<string> {
	const [row] = await db.select({ state: recordings.state }).from(recordings).where(eq(recordings.id, id));
	return row!.state;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
	const began = performance.now();
	await work();
	return (performance.now() - began) / 1_000;
}
