// From a change in one browser to all others: thirty write, five hundred watch, and moderators show where they are.
import { setTimeout as wait } from 'node:timers/promises';
import * as Y from 'yjs';
import { emptyDocument } from '#domain/documents.ts';
import type { Histogram } from '../histogram.ts';
import { openMany } from '../line.ts';
import { watcherCookie, type Place } from '../place.ts';
import { cpuSeconds } from '../stage/process.ts';
import { makeArrivals, type Arrivals } from './arrivals.ts';
import { openDocumentLine, whereabouts, type BenchLine } from './line.ts';
import { startSide, type Side, type SideName } from './sides.ts';
import type { Work } from './work.ts';

export const crowd = { writers: 30, watchers: 500 };
export const changesPerSecond = 60;
export const announcedPerSecond = 4;
/** Of so many watchers one is timed and reads at once, as on a machine of its own; the others read once a second. */
export const timedEvery = 10;
const readingMs = 10;
const warmUpSeconds = 3;
export const seconds = 30;
const settleMs = 3_000;
const patienceMs = 10_000;

export type Propagation = {
	/** From the change to each other writer, and to each watcher. */
	toWriters: Histogram;
	toWatchers: Histogram;
	/** Share of a core that the server took. */
	core: number;
	/** Memory that it grew by for each line, without rubbish. */
	bytesPerLine: number;
	/** Changes that somebody has not been told of. */
	lost: number;
	/** Lines that the server has ended. */
	ended: number;
	/** Whether all have the same at the end. */
	isEqual: boolean;
};
type Someone = { line: BenchLine; doc: Y.Doc };

export async function measurePropagation(name: SideName, place: Place, work: Work): Promise<Propagation> {
	const side = await startSide(name, place, work.document, work.first);
	try {
		return await measure(side, work);
	} finally {
		await side.stop();
	}
}

async function measure(side: Side, work: Work): Promise<Propagation> {
	// What the first visitors wake up is not the price of the next.
	const early = await openMany(50, () => openDocumentLine(side.address, '', { change() {} }));
	await wait(settleMs);
	const before = await side.memoryUsed();
	const arrivals = makeArrivals();
	let ended = 0;
	let isOver = false;
	const onended = () => void (isOver || ended++);
	const writers = await openMany(crowd.writers, (n) => openWriter(side, work, n, arrivals, onended));
	const watchers = await openMany(crowd.watchers, (n) => {
		const change = arrivals.listener(n % timedEvery ? 'untimed' : 'watcher');
		return openDocumentLine(side.address, watcherCookie(), { change, ended: onended });
	});
	await wait(settleMs);
	const bytesPerLine = ((await side.memoryUsed()) - before) / (crowd.writers + crowd.watchers);
	for (const line of early) line.leave();

	const stopReading = readLater(watchers.filter((_, n) => n % timedEvery));
	const turn = await change(work, writers, arrivals, warmUpSeconds, 0);
	arrivals.measureFromNow();
	const [cpuBefore, began] = [cpuSeconds(side.pid), performance.now()];
	await change(work, writers, arrivals, seconds, turn);
	const core = (cpuSeconds(side.pid) - cpuBefore) / ((performance.now() - began) / 1000);

	const lost = await arrivals.lostAfter(patienceMs, crowd.watchers + crowd.writers - 1);
	const isEqual = await areEqual(side, work, writers);
	isOver = true;
	stopReading();
	for (const { line } of writers) line.leave();
	for (const line of watchers) line.leave();
	const { toWriters, toWatchers } = arrivals;
	return { toWriters, toWatchers, core, bytesPerLine, lost, ended, isEqual };
}

async function openWriter(
	side: Side,
	{ document, writers }: Work,
	n: number,
	arrivals: Arrivals,
	ended: () => void,
): Promise<Someone> {
	const doc = emptyDocument(document.kind);
	const note = arrivals.listener('writer');
	const line = await openDocumentLine(side.address, writers[n]!.cookie, {
		change(update, isAll) {
			note(update, isAll);
			Y.applyUpdate(doc, update, 'heard');
		},
		ended,
	});
	doc.on('update', (update: Uint8Array, from: unknown) => {
		if (from === 'heard') return;
		arrivals.sent(update, note);
		line.change(update);
	});
	return { line, doc };
}

/** Lets lines read a few at a time, each about once a second: reading all at once would take the core that is measured. */
function readLater(lines: BenchLine[]): () => void {
	for (const line of lines) line.read(false);
	let next = 0;
	const some = Math.ceil((lines.length * readingMs) / 1_000);
	const timer = setInterval(() => {
		for (let n = 0; n < some; n++) lines[(next + n) % lines.length]!.read(false);
		next += some;
		for (let n = 0; n < some; n++) lines[(next + n) % lines.length]!.read(true);
	}, readingMs);
	return () => clearInterval(timer);
}

/** All write in turns, evenly; editors announce where they are. @returns the next turn */
async function change(
	work: Work,
	writers: Someone[],
	arrivals: Arrivals,
	lasting: number,
	from: number,
): Promise<number> {
	const began = performance.now();
	const passed = () => (performance.now() - began) / 1000;
	let turn = from;
	let announced = 0;
	while (passed() < lasting) {
		if ((turn - from) / changesPerSecond <= passed()) {
			const writer = turn % writers.length;
			work.change(writers[writer]!.doc, writer, Math.floor(turn / writers.length));
			turn++;
		}
		const editors = writers.filter((_, n) => work.writers[n]!.isEditor);
		if (announced / (announcedPerSecond * editors.length) <= passed()) {
			const { line, doc } = editors[announced % editors.length]!;
			const state = { user: { name: 'Dana' }, at: { x: turn, y: announced } };
			line.announce(whereabouts(doc.clientID, 1 + from * 1_000 + announced++, state));
		}
		await wait(1);
	}
	await arrivals.lostAfter(patienceMs, crowd.watchers + crowd.writers - 1);
	return turn;
}

/** Whether all writers have what somebody has who comes now. */
async function areEqual(side: Side, { document }: Work, writers: Someone[]): Promise<boolean> {
	const doc = emptyDocument(document.kind);
	const line = await openDocumentLine(side.address, '', { change: (update) => Y.applyUpdate(doc, update) });
	line.leave();
	const now = JSON.stringify(doc.toJSON());
	return writers.every((writer) => JSON.stringify(writer.doc.toJSON()) === now);
}
