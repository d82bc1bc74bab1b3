// mediasoup's workers: one process per core, all WebRTC of each through one port. A worker that dies is replaced.
import { createWorker, errors, type types } from 'mediasoup';
import os from 'node:os';

export type MediaSettings = {
	/** Address to listen on; `0.0.0.0` for all. */
	address: string;
	/** The address that browsers are told, where it is another one (behind NAT). */
	announcedAddress: string | undefined;
	/** First of the ports, one per worker, UDP and TCP; undefined takes free ones. */
	port: number | undefined;
	/** How many workers; undefined is one per core, 16 at the most. */
	workers?: number;
};

export type StageWorker = {
	worker: types.Worker;
	server: types.WebRtcServer;
	/** Browsers that receive through it. */
	load: number;
};

export type Workers = {
	/** The worker with the least to do. @throws when none runs at the moment */
	leastBusy(): StageWorker;
	all(): readonly StageWorker[];
	close(): void;
};

class NoWorker extends Error {}
/** Whether a call failed because there is no worker, or no more. */
export const isWorkerAway = (error: unknown) =>
	error instanceof NoWorker || error instanceof errors.WorkerClosedError;

const restartAfterMs = 500;
/** What the system may keep for a worker that is busy for a moment: its own default (208 KiB on Linux) loses a crowd's packets. */
const socketBytes = 2 * 1024 * 1024;
/** So many ports are to be opened at the most. */
const mostWorkers = 16;

/**
 * Starts the workers.
 * @param ondied told of each that died by itself, before another takes its place
 * @throws when mediasoup's worker cannot be run on this machine
 */
export async function startWorkers(settings: MediaSettings, ondied: (pid: number) => void): Promise<Workers> {
	const running: StageWorker[] = [];
	let isClosed = false;

	async function start(place: number): Promise<void> {
		const worker = await createWorker({ logLevel: 'warn' });
		if (isClosed) return worker.close();
		const server = await worker.createWebRtcServer({
			listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({
				protocol,
				ip: settings.address,
				recvBufferSize: socketBytes,
				sendBufferSize: socketBytes,
				announcedAddress: settings.announcedAddress,
				port: settings.port && settings.port + place,
			})),
		});
		const one: StageWorker = { worker, server, load: 0 };
		running.push(one);
		worker.once('died', () => {
			running.splice(running.indexOf(one), 1);
			if (isClosed) return;
			ondied(worker.pid);
			again(place);
		});
	}

	function again(place: number): void {
		if (isClosed) return;
		setTimeout(() => void start(place).catch(() => again(place)), restartAfterMs).unref();
	}

	const count = settings.workers ?? Math.min(os.availableParallelism(), mostWorkers);
	await Promise.all(Array.from({ length: count }, (_, place) => start(place)));
	return {
		leastBusy: () => {
			const [first, ...others] = running;
			if (!first) throw new NoWorker('No media worker runs at the moment.');
			return others.reduce((least, one) => (one.load < least.load ? one : least), first);
		},
		all: () => running,
		close: () => {
			isClosed = true;
			for (const { worker } of running) worker.close();
		},
	};
}
