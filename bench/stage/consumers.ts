// What a viewer costs: the same stream to growing crowds of the same light viewers, through Porchlight and through a bare mediasoup router.
// Both stand side by side in one run and are fed in turns, so that the machine's moods meet both. A viewer does ICE and DTLS and keeps its
// line to the server; it counts the packets that reach its socket and decrypts none: the cost of decoding is a browser's, not the server's.
import { setTimeout as wait } from 'node:timers/promises';
import { startBare, type Place } from '../place.ts';
import { startCrowd, type Crowd } from './crowd.ts';
import type { Door } from './door.ts';
import { openHall } from './hall.ts';
import { isBearable, type Step } from './knee.ts';
import { cpuSeconds, waitedSeconds, workersOf } from './process.ts';
import { openSender, type Sender } from './sender.ts';

const sizes = [50, 100, 200, 400, 500, 600, 800];
/** Each size is measured so often, in turns. */
const turns = 2;
const windowSeconds = 10;
/** So that what is under way when the sending stops has come. */
const drainMs = 1_000;

/**
 * A crowd of one size: the share of packets lost, and shares of a core: that the worker took, that it waited for because others had it,
 * that the server beside it and the crowd took; and how much each viewer got.
 */
export type Measured = Step & { waited: number; node: number; viewers: number; kbps: number };
export type Side = 'ours' | 'bare';
type Setup = { sender: Sender; crowd: Crowd; worker: number; node: number };

export async function measureConsumers(place: Place): Promise<Record<Side, Measured[]>> {
	const hall = await openHall(place, { MEDIA_WORKERS: '1' });
	const bare = await startBare('router');
	const opened: Setup[] = [];
	const setUp = async (door: Door, node: number, cookie: string): Promise<Setup> => {
		const sender = await openSender(door, cookie);
		const [worker] = workersOf(node);
		const one = { sender, crowd: startCrowd(door), worker: worker!, node };
		opened.push(one);
		return one;
	};
	try {
		const ours = await setUp(hall.door, hall.server.child.pid!, hall.moderator);
		const theirs = await setUp({ kind: 'bare', url: bare.url }, bare.pid, '');
		const measured: Record<Side, Measured[]> = { ours: [], bare: [] };
		let there = 0;
		for (const size of sizes) {
			await ours.crowd.open(size - there);
			await theirs.crowd.open(size - there);
			there = size;
			const found: Record<Side, Measured[]> = { ours: [], bare: [] };
			for (let turn = 0; turn < turns; turn++) {
				found.ours.push(await window(ours, size));
				found.bare.push(await window(theirs, size));
			}
			for (const side of ['ours', 'bare'] as const) measured[side].push(mean(found[side]));
			if (!isBearable(measured.ours.at(-1)!) && !isBearable(measured.bare.at(-1)!)) break;
		}
		return measured;
	} finally {
		for (const { sender, crowd } of opened) {
			sender.close();
			crowd.stop();
		}
		bare.stop();
		await hall.server.stop();
	}
}

async function window({ sender, crowd, worker, node }: Setup, size: number): Promise<Measured> {
	await sender.send(1);
	await wait(drainMs);
	await crowd.count();
	const pids = [worker, node, crowd.pid];
	const before = pids.map(cpuSeconds);
	const waitedBefore = waitedSeconds(worker);
	const began = performance.now();
	const sent = await sender.send(windowSeconds);
	const seconds = (performance.now() - began) / 1000;
	const [core, server, viewers] = pids.map((pid, n) => (cpuSeconds(pid) - before[n]!) / seconds);
	const waited = (waitedSeconds(worker) - waitedBefore) / seconds;
	await wait(drainMs);
	const { packets, bytes } = await crowd.count();
	return {
		consumers: size,
		lost: 1 - packets / (sent * size),
		core: core!,
		waited,
		node: server!,
		viewers: viewers!,
		kbps: (bytes * 8) / 1000 / seconds / size,
	};
}

function mean(all: Measured[]): Measured {
	const of = (key: keyof Measured) => all.reduce((sum, one) => sum + one[key], 0) / all.length;
	return {
		consumers: of('consumers'),
		lost: of('lost'),
		core: of('core'),
		waited: of('waited'),
		node: of('node'),
		viewers: of('viewers'),
		kbps: of('kbps'),
	};
}
