// What a hundred who come to the stage and go leave behind, several times over: on the server and in its workers.
import { setTimeout as wait } from 'node:timers/promises';
import { inspect, inspected } from '../inspector.ts';
import { residentBytes, type Place } from '../place.ts';
import { startCrowd } from './crowd.ts';
import { metricsToken, openHall } from './hall.ts';
import { openSockets, workersOf } from './process.ts';
import { openSender } from './sender.ts';

const visitors = 100;
const rounds = 12;
const settleMs = 500;
const goneWithinMs = 15_000;

/** What is open and held once all have left: before the first round, then after each. */
export type Left = {
	transports: number;
	consumers: number;
	/** Of the workers: their ports, and what else they keep open. */
	workerSockets: number;
	/** Lines to the server: the speaker’s is one. */
	lines: number;
	workerBytes: number;
	/** Of the server, with all rubbish cleared away: what V8 holds, and the whole process. */
	heapBytes: number;
	nodeBytes: number;
};

/** `during`: while the last hundred are there. */
export type Leaves = { before: Left; during: Left; after: Left[]; visitors: number };

export async function measureLeaves(place: Place): Promise<Leaves> {
	// By its inspector the server is told to clear away its rubbish: whatever grows then is held by something.
	const hall = await openHall(place, inspected);
	const inspector = await inspect(hall.server.output());
	const sender = await openSender(hall.door, hall.moderator);
	const crowd = startCrowd(hall.door);
	const node = hall.server.child.pid!;
	const workers = workersOf(node);
	const look = async (): Promise<Left> => {
		const metrics = await readMetrics(hall.server.url);
		const heapBytes = await inspector.heapUsed();
		const inWorkers = (of: (pid: number) => number) => workers.reduce((sum, pid) => sum + of(pid), 0);
		return {
			transports: metrics('porchlight_stage_open{what="transports"}'),
			consumers: metrics('porchlight_stage_open{what="consumers"}'),
			workerSockets: inWorkers(openSockets),
			lines: metrics('porchlight_sockets'),
			workerBytes: inWorkers(residentBytes),
			heapBytes,
			nodeBytes: residentBytes(node),
		};
	};
	try {
		const before = await look();
		const after: Left[] = [];
		let during = before;
		for (let round = 0; round < rounds; round++) {
			await crowd.open(visitors);
			during = await look();
			await crowd.close();
			after.push(await settled(look, before));
		}
		return { before, during, after, visitors };
	} finally {
		sender.close();
		crowd.stop();
		// It would wait for its inspector to go.
		inspector.close();
		await hall.server.stop();
	}
}

/** What is there when everything has gone that goes; what stays longer is left behind. */
async function settled(look: () => Promise<Left>, before: Left): Promise<Left> {
	const began = performance.now();
	for (;;) {
		await wait(settleMs);
		const now = await look();
		const isGone = now.transports <= before.transports && now.lines <= before.lines;
		if (isGone || performance.now() - began > goneWithinMs) return now;
	}
}

async function readMetrics(url: string): Promise<(name: string) => number> {
	const answer = await fetch(`${url}/metrics`, {
		headers: { authorization: `Bearer ${metricsToken}`, connection: 'close' },
	});
	const lines = (await answer.text()).split('\n');
	return (name) => Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
}
