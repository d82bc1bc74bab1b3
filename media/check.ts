// A way that carries nothing: whether a browser reaches a worker at all, tried before a meeting. Few at a time, and none for long.
import type { types } from 'mediasoup';
import { codecs } from './codecs.ts';
import { NoSuchThing, type TransportParameters } from './stage.ts';
import type { Workers } from './workers.ts';

export type Checks = {
	/** Makes a peer's way, in place of one it had. @throws TooMany when others try as well; or when no worker runs */
	open(peerId: string): Promise<TransportParameters & { rtpCapabilities: types.RtpCapabilities }>;
	connect(peerId: string, dtlsParameters: types.DtlsParameters): Promise<void>;
	leave(peerId: string): void;
	/** Ways that are open. */
	count(): number;
};

/** As many are open as may be. */
export class TooMany extends Error {}

export function makeChecks(workers: Workers, limits = { atOnce: 100, lifeMs: 30_000 }): Checks {
	const open = new Map<string, { transport: types.WebRtcTransport | null; timer: NodeJS.Timeout }>();
	const routers = new Map<types.Worker, Promise<types.Router>>();

	function routerOn(worker: types.Worker): Promise<types.Router> {
		let router = routers.get(worker);
		if (!router) {
			router = worker.createRouter({ mediaCodecs: codecs });
			routers.set(worker, router);
			worker.once('died', () => routers.delete(worker));
			router.catch(() => routers.delete(worker));
		}
		return router;
	}

	function leave(peerId: string): void {
		const found = open.get(peerId);
		open.delete(peerId);
		clearTimeout(found?.timer);
		found?.transport?.close();
	}

	return {
		async open(peerId) {
			leave(peerId);
			if (open.size >= limits.atOnce) throw new TooMany();
			// Counted before it is there, and for as long as it may be.
			const place = {
				transport: null as types.WebRtcTransport | null,
				timer: setTimeout(() => leave(peerId), limits.lifeMs).unref(),
			};
			open.set(peerId, place);
			try {
				const { worker, server } = workers.leastBusy();
				const router = await routerOn(worker);
				const transport = await router.createWebRtcTransport({
					webRtcServer: server,
					enableUdp: true,
					enableTcp: true,
					preferUdp: true,
				});
				// The peer may have left, or have asked again, while the worker was asked.
				if (open.get(peerId) !== place) {
					transport.close();
					throw new NoSuchThing('peer');
				}
				place.transport = transport;
				const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
				return {
					id,
					iceParameters,
					iceCandidates,
					dtlsParameters,
					rtpCapabilities: router.rtpCapabilities,
				};
			} catch (error) {
				if (open.get(peerId) === place) leave(peerId);
				throw error;
			}
		},
		async connect(peerId, dtlsParameters) {
			const transport = open.get(peerId)?.transport;
			if (!transport) throw new NoSuchThing('transport');
			await transport.connect({ dtlsParameters });
		},
		leave,
		count: () => open.size,
	};
}
