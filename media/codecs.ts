// What the stage speaks: Opus and VP8, which every browser decodes and a recording can keep as they are.
import type { types } from 'mediasoup';

export const codecs: types.RouterRtpCodecCapability[] = [
	{
		kind: 'audio',
		mimeType: 'audio/opus',
		clockRate: 48_000,
		channels: 2,
		// In-band repair for lost packets, and silence that costs nothing.
		parameters: { useinbandfec: 1, usedtx: 1 },
	},
	{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, parameters: {} },
];
