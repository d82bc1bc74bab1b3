// How each source is sent: what a viewer's line and tile can take of it, and how little it costs in silence.
import type { types } from 'mediasoup-client';
import type { Source } from '#domain/stage.ts';

/** Three sizes of the camera, so that each viewer gets the one their tile and line can take. */
const cameraLayers: types.RtpEncodingParameters[] = [
	{ rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 120_000 },
	{ rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 400_000 },
	{ rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];

export function sendOptions(source: Source): Pick<types.ProducerOptions, 'encodings' | 'codecOptions'> {
	if (source === 'camera') return { encodings: cameraLayers };
	return source === 'microphone' ? { codecOptions: { opusDtx: true, opusFec: true } } : {};
}
