// One stage: its senders meet on one router, which is piped once to each further worker; viewers are spread over the workers.
// It knows peers (a browser's line) and what they send, not people: who may do what is asked before it is called.
import type { types } from 'mediasoup';
import { codecs } from './codecs.ts';
import { whenSilent } from './silence.ts';
import type {
	ConsumerParameters,
	Direction,
	Lost,
	MediaStage,
	Sending,
	StageListener,
	Tags,
	Tap,
	TransportParameters,
} from './stageShapes.ts';
import type { StageWorker, Workers } from './workers.ts';

export type * from './stageShapes.ts';

/** A peer asked for something that is not its own, or not there. */
export class NoSuchThing extends Error {}

/** A way on which a browser has not asked for so many seconds whether it is still there (they do every 2 to 6 s) is given up. */
const consentSeconds = 15;

type Place = { on: StageWorker; router: types.Router };
type Peer = {
	transports: Map<string, { direction: Direction; transport: types.WebRtcTransport; place: Place }>;
	consumers: Map<string, types.Consumer>;
};
type Producing = { sending: Sending; producer: types.Producer; piped: Map<Place, Promise<unknown>> };

export async function openStage(workers: Workers, listener: StageListener): Promise<MediaStage> {
	const peers = new Map<string, Peer>();
	const producing = new Map<string, Producing>();
	const places = new Map<StageWorker, Promise<Place>>();
	const home = await placeOn(workers.leastBusy());
	const levels = await home.router.createAudioLevelObserver({ maxEntries: 1, threshold: -60, interval: 500 });
	let directly: Promise<types.DirectTransport> | undefined;
	let loudest: string | null = null;
	levels.on('volumes', ([{ producer } = { producer: null }]) => hear(producer?.id ?? null));
	levels.on('silence', () => hear(null));

	function hear(producerId: string | null): void {
		if (producerId === loudest) return;
		loudest = producerId;
		listener.speaking((producerId && producing.get(producerId)?.sending) || null);
	}

	function placeOn(on: StageWorker): Promise<Place> {
		let place = places.get(on);
		if (!place) {
			place = on.worker.createRouter({ mediaCodecs: codecs }).then((router) => ({ on, router }));
			places.set(on, place);
			on.worker.once('died', () => lose(on));
			place.catch(() => places.delete(on));
		}
		return place;
	}

	/** What was on a dead worker is gone already; its peers are told to come again, all of them when it was the senders' own. */
	function lose(on: StageWorker): void {
		places.delete(on);
		const isOver = on === home.on;
		const lost: Lost[] = [];
		for (const [peerId, peer] of peers) {
			const gone = [...peer.transports].filter(([, { place }]) => isOver || place.on === on);
			for (const [id] of gone) closeTransport(peer, id);
			if (gone.length > 0) lost.push({ peerId, directions: gone.map(([, { direction }]) => direction) });
		}
		for (const { piped } of producing.values())
			for (const place of piped.keys()) if (place.on === on) piped.delete(place);
		if (isOver) close();
		listener.lost(lost, isOver);
	}

	function peerOf(peerId: string): Peer {
		const peer = peers.get(peerId) ?? { transports: new Map(), consumers: new Map() };
		peers.set(peerId, peer);
		return peer;
	}

	function transportOf(peerId: string, transportId: string, direction?: Direction) {
		const found = peers.get(peerId)?.transports.get(transportId);
		if (!found || (direction && found.direction !== direction)) throw new NoSuchThing('transport');
		return found;
	}

	async function openTransport(peerId: string, direction: Direction): Promise<TransportParameters> {
		const peer = peerOf(peerId);
		const on = direction === 'send' ? home.on : workers.leastBusy();
		// Counted before it is there: of many who come at once not all go to the same worker.
		if (direction === 'receive') on.load++;
		try {
			const place = direction === 'send' ? home : await placeOn(on);
			const transport = await place.router.createWebRtcTransport({
				webRtcServer: on.server,
				enableUdp: true,
				enableTcp: true,
				preferUdp: true,
				initialAvailableOutgoingBitrate: 1_000_000,
				iceConsentTimeout: consentSeconds,
			});
			// The peer may have left while the worker was asked.
			if (peers.get(peerId) !== peer) {
				transport.close();
				throw new NoSuchThing('peer');
			}
			for (const [id, one] of peer.transports) if (one.direction === direction) closeTransport(peer, id);
			peer.transports.set(transport.id, { direction, transport, place });
			transport.on('dtlsstatechange', (state) => {
				if (state === 'failed' || state === 'closed') closeTransport(peer, transport.id);
			});
			const gone = () => lapse(peerId, peer, transport.id);
			transport.on('icestatechange', (state) => void (state === 'disconnected' && gone()));
			if (direction === 'send') whenSilent(transport, gone);
			const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
			return { id, iceParameters, iceCandidates, dtlsParameters };
		} catch (error) {
			if (direction === 'receive') on.load--;
			throw error;
		}
	}

	/** Nothing comes on this way any more: whoever it is may come again on another one. */
	function lapse(peerId: string, peer: Peer, id: string): void {
		const way = peer.transports.get(id);
		if (!way) return;
		for (const { sending } of producing.values())
			if (way.direction === 'send' && sending.peerId === peerId) listener.silent(sending);
		closeTransport(peer, id);
		listener.lost([{ peerId, directions: [way.direction] }], false);
	}

	function closeTransport(peer: Peer, id: string): void {
		const found = peer.transports.get(id);
		if (!found) return;
		peer.transports.delete(id);
		if (found.direction === 'receive') found.place.on.load--;
		found.transport.close();
	}

	async function send(
		peerId: string,
		transportId: string,
		tags: Tags,
		kind: types.MediaKind,
		rtpParameters: types.RtpParameters,
	): Promise<string> {
		const { transport } = transportOf(peerId, transportId, 'send');
		// A repeated call has the same SSRCs as the first.
		for (const one of sent(tags)) if (one.peerId === peerId) stop(one.producerId);
		const producer = await transport.produce({ kind, rtpParameters });
		// What the same speaker sends from a line that is about to end would be a second picture of them.
		for (const one of sent(tags)) stop(one.producerId);
		const sending = { ...tags, producerId: producer.id, peerId };
		producing.set(producer.id, { sending, producer, piped: new Map() });
		producer.observer.once('close', () => {
			if (producing.delete(producer.id)) listener.unsent(sending);
		});
		if (kind === 'audio') await levels.addProducer({ producerId: producer.id });
		listener.sent(sending);
		return producer.id;
	}

	const sent = ({ speakerId, source }: Tags) =>
		[...producing.values()]
			.map(({ sending }) => sending)
			.filter((sending) => sending.speakerId === speakerId && sending.source === source);

	/** Brings a producer to a further worker, once however many ask. */
	function pipe({ producer, piped }: Producing, to: Place): Promise<unknown> {
		if (to === home) return Promise.resolve();
		let way = piped.get(to);
		if (!way) {
			way = home.router.pipeToRouter({ producerId: producer.id, router: to.router });
			piped.set(to, way);
			way.catch(() => piped.delete(to));
		}
		return way;
	}

	async function receive(
		peerId: string,
		transportId: string,
		producerId: string,
		rtpCapabilities: types.RtpCapabilities,
	): Promise<ConsumerParameters> {
		const { transport, place } = transportOf(peerId, transportId, 'receive');
		const one = producing.get(producerId);
		if (!one) throw new NoSuchThing('producer');
		await pipe(one, place);
		if (!place.router.canConsume({ producerId, rtpCapabilities })) throw new NoSuchThing('codec');
		const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
		const consumers = peers.get(peerId)?.consumers;
		// Gone with its transport: the peer has left while the worker was asked.
		if (!consumers || consumer.closed) throw new NoSuchThing('peer');
		// Else a line that asks again and again would fill its worker.
		for (const earlier of consumers.values()) if (earlier.producerId === producerId) earlier.close();
		consumers.set(consumer.id, consumer);
		consumer.observer.once('close', () => consumers.delete(consumer.id));
		const { id, kind, rtpParameters } = consumer;
		return { id, producerId, kind, rtpParameters };
	}

	async function tap(producerId: string, onpacket: (packet: Buffer) => void): Promise<Tap> {
		if (!producing.has(producerId)) throw new NoSuchThing('producer');
		directly ??= home.router.createDirectTransport();
		const { rtpCapabilities } = home.router;
		const consumer = await (await directly).consume({ producerId, rtpCapabilities, paused: true });
		consumer.on('rtp', onpacket);
		return consumer;
	}

	function stop(producerId: string): void {
		producing.get(producerId)?.producer.close();
	}

	function leave(peerId: string): void {
		const peer = peers.get(peerId);
		if (!peer) return;
		peers.delete(peerId);
		for (const id of [...peer.transports.keys()]) closeTransport(peer, id);
	}

	function close(): void {
		for (const peerId of [...peers.keys()]) leave(peerId);
		for (const place of places.values()) void place.then(({ router }) => router.close()).catch(() => {});
		places.clear();
	}

	return {
		rtpCapabilities: home.router.rtpCapabilities,
		openTransport,
		connect: async (peerId, transportId, dtlsParameters) =>
			transportOf(peerId, transportId).transport.connect({ dtlsParameters }),
		send,
		receive,
		tap,
		want: async (peerId, consumerId, want) => {
			const consumer = peers.get(peerId)?.consumers.get(consumerId);
			if (!consumer) throw new NoSuchThing('consumer');
			if (want === 'nothing') return consumer.pause();
			if (consumer.type === 'simulcast')
				await consumer.setPreferredLayers({ spatialLayer: want === 'all' ? 2 : want });
			await consumer.resume();
		},
		stop,
		leave,
		sending: () => [...producing.values()].map(({ sending }) => sending),
		counts: () => {
			const all = [...peers.values()];
			return {
				peers: peers.size,
				transports: all.reduce((sum, { transports }) => sum + transports.size, 0),
				producers: producing.size,
				consumers: all.reduce((sum, { consumers }) => sum + consumers.size, 0),
				pipes: [...producing.values()].reduce((sum, { piped }) => sum + piped.size, 0),
			};
		},
		close,
	};
}
