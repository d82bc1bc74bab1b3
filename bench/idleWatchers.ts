// What it costs to watch: memory of the server for each browser that has a hall open and says nothing.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { liveMeeting } from '#tests/cast.ts';
import { openBenchLine, openMany, openPlainLine, type BenchLine } from './line.ts';
import { residentBytes, startBare, watcherCookie, type Place } from './place.ts';
import { figure, type Section } from './table.ts';

const watchers = 10_000;
const settleMs = 10_000;

/** @param minutes how long the hall's watchers stay */
export async function idleWatchers(place: Place, minutes: number): Promise<Section> {
	const rows: string[][] = [];
	for (const kind of ['ws', 'socket.io'] as const) {
		const server = await startBare(kind);
		const open = (_: number, onclose: () => void) =>
			kind === 'ws'
				? openPlainLine(server.url, () => {}, onclose)
				: openBenchLine(server.url, '', () => {}, onclose);
		rows.push([`bare ${kind}`, ...(await held(server.pid, open, settleMs))]);
		server.stop();
	}
	const { slug } = await liveMeeting(place.db);
	const server = await place.serve();
	const enter = async (_: number, onclose: () => void) => {
		const line = await openBenchLine(server.url, watcherCookie(), () => {}, onclose);
		await line.send('hall:join', { slug, seen: {} }, randomUUID());
		return line;
	};
	rows.push(['**Porchlight**, in a live hall', ...(await held(server.child.pid!, enter, minutes * 60_000))]);
	await server.stop();
	return {
		title: `Memory of ${watchers.toLocaleString('en-US')} idle watchers`,
		text:
			'The server’s resident memory with all of them there, less what it was before, divided by their number; and how many lines broke that nobody ' +
			'had cut while they stayed.',
		head: ['server', 'per watcher', 'in all', 'they stayed', 'broken lines'],
		rows,
	};
}

async function held(
	pid: number,
	open: (i: number, onclose: () => void) => Promise<BenchLine>,
	stayMs: number,
): Promise<string[]> {
	// What a first visitor wakes up is not the price of the next.
	const first = await openMany(200, (i) => open(i, () => {}));
	for (const line of first) line.cut();
	await wait(2_000);
	const before = residentBytes(pid);
	let broken = 0;
	let isOver = false;
	const lines = await openMany(watchers, (i) => open(i, () => void (isOver || broken++)));
	await wait(stayMs);
	const after = residentBytes(pid);
	isOver = true;
	for (const line of lines) line.cut();
	const grown = after - before;
	return [
		figure(grown / watchers / 1024, 'kB'),
		figure(after / 1024 / 1024, 'MB'),
		stayMs < 60_000 ? figure(stayMs / 1000, 's') : figure(stayMs / 60_000, 'min'),
		String(broken),
	];
}
