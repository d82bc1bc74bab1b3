// All voices in one: each is decoded to where it belongs in time, added up, and encoded again as a single Opus stream.
import { Application, createDecoder, createEncoder } from 'libopus-wasm';
import { ahead, inOrder, readRtp, type RtpPacket } from './rtp.ts';

const rate = 48_000;
const samplesPerMs = rate / 1_000;
/** 20 ms, as Opus is sent. */
const frameSamples = 960;
export const frameSeconds = frameSamples / rate;
/** A lost packet is waited for so long. */
const orderMs = 200;
/** What was said so long ago is mixed: longer than a packet is waited for. */
const patienceMs = 400;
/** A voice whose clock has run away by so much is set right. */
const mostDriftMs = 150;
/** A gap of packets is made up for by the decoder (packet loss concealment) up to so many samples; beyond, it is silence. */
const mostConcealed = 4 * frameSamples;

type Decoder = Awaited<ReturnType<typeof createDecoder>>;
type Voice = {
	decoder: Decoder;
	push: (packet: RtpPacket) => void;
	/** Where its last packet ended: RTP time, and samples of the recording. */
	last: { timestamp: number; position: number } | null;
};

/**
 * Mixes voices into frames of 20 ms, one after the other from the beginning of the recording.
 * @param take given each frame, in order
 */
export async function makeMixer(take: (opus: Uint8Array) => Promise<void>) {
	const encoder = await createEncoder({ channels: 1, application: Application.Voip, bitrate: 40_000 });
	const voices = new Map<number, Voice>();
	// Holds what is not encoded yet, and what may come early.
	const ring = new Float32Array(rate * 4);
	let mixedTo = 0;

	function add(pcm: Float32Array, position: number): void {
		for (let i = Math.max(0, mixedTo - position); i < pcm.length; i++)
			ring[(position + i) % ring.length]! += pcm[i]!;
	}

	function decode(voice: Voice, packet: RtpPacket, isAfterGap: boolean): void {
		if (packet.payload.length === 0) return;
		const arrived = Math.round(packet.ms * samplesPerMs);
		const since = voice.last ? ahead(voice.last.timestamp, packet.timestamp, 32) : 0;
		let position = voice.last ? voice.last.position + since : arrived;
		const drift = (position - arrived) / samplesPerMs;
		if (Math.abs(drift) > mostDriftMs || position < mixedTo) position = Math.max(arrived, mixedTo);
		else if (isAfterGap && since > 0 && since <= mostConcealed)
			add(voice.decoder.decodePacketLossFloat(since), position - since);
		let pcm: Float32Array;
		try {
			pcm = voice.decoder.decodeFloat(packet.payload);
		} catch {
			// No Opus: the server passes on what a browser says is Opus.
			return;
		}
		add(pcm, position);
		voice.last = {
			timestamp: (packet.timestamp + pcm.length) % 2 ** 32,
			position: position + pcm.length,
		};
	}

	async function voiceOf(source: number): Promise<Voice> {
		const known = voices.get(source);
		if (known) return known;
		const decoder = await createDecoder({ channels: 1 });
		const voice: Voice = {
			decoder,
			last: null,
			push: inOrder(orderMs, (packet, isAfterGap) => decode(voice, packet, isAfterGap)),
		};
		voices.set(source, voice);
		return voice;
	}

	/** Encodes everything up to a moment of the recording. */
	async function mixTo(samples: number): Promise<void> {
		for (; mixedTo + frameSamples <= samples; mixedTo += frameSamples) {
			const frame = new Float32Array(frameSamples);
			for (let i = 0; i < frameSamples; i++) {
				const at = (mixedTo + i) % ring.length;
				// Several at once may be louder than there is room for.
				frame[i] = Math.max(-1, Math.min(1, ring[at]!));
				ring[at] = 0;
			}
			await take(encoder.encodeFloat(frame));
		}
	}

	return {
		/** A packet of a voice has arrived. `ms` since the recording began, never going back. */
		async hear(source: number, ms: number, bytes: Buffer): Promise<void> {
			await mixTo((ms - patienceMs) * samplesPerMs);
			const packet = readRtp(bytes, ms);
			if (!packet) return;
			(await voiceOf(source)).push(packet);
		},
		/** Time goes on, with or without voices. */
		passes: (ms: number) => mixTo((ms - patienceMs) * samplesPerMs),
		async close(ms: number): Promise<void> {
			await mixTo(ms * samplesPerMs);
			for (const { decoder } of voices.values()) decoder.free();
			encoder.free();
		},
	};
}
