// What a stage of media/stage.ts is asked for, and what it tells.
import type { types } from 'mediasoup';

/** What a producer is tagged with, for whoever asks later whose it is. */
export type Tags = { speakerId: string; source: string };
export type Sending = Tags & { producerId: string; peerId: string };

export type Direction = 'send' | 'receive';
/** A peer whose ways in these directions are gone: with a worker that died, or because nothing was heard on them any more. */
export type Lost = { peerId: string; directions: Direction[] };

export type StageListener = {
	sent(sending: Sending): void;
	unsent(sending: Sending): void;
	/** Ways of these peers have ended by themselves. `isOver`: with the senders' own worker, and the stage is no more. */
	lost(lost: Lost[], isOver: boolean): void;
	/** This is not heard any more: its peer's way has ended in silence. Told before it is lost. */
	silent(sending: Sending): void;
	/** Who is heard most has changed. */
	speaking(sending: Sending | null): void;
};

export type MediaStage = {
	rtpCapabilities: types.RtpCapabilities;
	/** Makes one end of a line; a second one of the same direction takes the place of the first. */
	openTransport(peerId: string, direction: Direction): Promise<TransportParameters>;
	connect(peerId: string, transportId: string, dtlsParameters: types.DtlsParameters): Promise<void>;
	/** @returns the producer's id; one of the same source that the speaker already sends, from wherever, is closed */
	send(
		peerId: string,
		transportId: string,
		tags: Tags,
		kind: types.MediaKind,
		rtp: types.RtpParameters,
	): Promise<string>;
	/** Begins paused: `want` it when the page is ready to show it. A second time takes the place of the first. */
	receive(
		peerId: string,
		transportId: string,
		producerId: string,
		capabilities: types.RtpCapabilities,
	): Promise<ConsumerParameters>;
	/** Pauses a consumer, or lets it go on; of a camera in layers, up to the one named. */
	want(peerId: string, consumerId: string, want: 'nothing' | 'all' | number): Promise<void>;
	/** What a producer sends as RTP packets in this process, up to the largest layer. Begins paused. */
	tap(producerId: string, onpacket: (packet: Buffer) => void): Promise<Tap>;
	stop(producerId: string): void;
	/** Closes everything of a peer. */
	leave(peerId: string): void;
	sending(): Sending[];
	/** Open transports, for tests and metrics. */
	counts(): { peers: number; transports: number; producers: number; consumers: number; pipes: number };
	close(): void;
};
export type Tap = Pick<types.Consumer, 'pause' | 'resume' | 'requestKeyFrame' | 'close'>;
export type TransportParameters = Pick<
	types.WebRtcTransport,
	'id' | 'iceParameters' | 'iceCandidates' | 'dtlsParameters'
>;
export type ConsumerParameters = Pick<types.Consumer, 'id' | 'producerId' | 'kind' | 'rtpParameters'>;
