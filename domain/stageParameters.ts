// What a browser says of its media, checked whole before mediasoup sees it. Nonsense can end a worker with everybody on it; and where
// mediasoup trips over it while it writes to a worker (a null in a list is enough), every later call to that worker fails. What is not
// named here is left out.
import * as v from 'valibot';

const wholeNumber = (from: number, to: number) =>
	v.pipe(v.number(), v.safeInteger(), v.minValue(from), v.maxValue(to));
const flag = v.optional(v.boolean());
/** Visible ASCII, as all names in SDP are. */
const word = (longest: number) => v.pipe(v.string(), v.maxLength(longest), v.regex(/^[\x21-\x7e]+$/));
const few = <Item extends v.GenericSchema>(item: Item, most: number, least = 0) =>
	v.pipe(v.array(item), v.minLength(least), v.maxLength(most));
const isEachOnce = (values: readonly unknown[]) => new Set(values).size === values.length;
const isGiven = (value: unknown) => value !== undefined;

const uint32 = wholeNumber(1, 2 ** 32 - 1);
const payloadType = wholeNumber(0, 127);
const settings = v.optional(
	v.pipe(
		v.record(word(64), v.union([wholeNumber(-(2 ** 31), 2 ** 31 - 1), v.pipe(v.string(), v.maxLength(100))])),
		v.maxEntries(20),
	),
);
const feedback = v.optional(
	few(v.object({ type: word(32), parameter: v.optional(v.pipe(v.string(), v.maxLength(32))) }), 20),
);

/** Bytes of a fingerprint, by its algorithm (RFC 8122). */
const fingerprintBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;
type Algorithm = keyof typeof fingerprintBytes;

const fingerprint = v.pipe(
	v.object({
		algorithm: v.picklist(Object.keys(fingerprintBytes) as Algorithm[]),
		value: v.pipe(v.string(), v.maxLength(200), v.regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$/)),
	}),
	v.check(
		({ algorithm, value }) => value.length === fingerprintBytes[algorithm] * 3 - 1,
		'of another length',
	),
);

export const dtlsParameters = v.object({
	role: v.optional(v.picklist(['auto', 'client', 'server'])),
	// An empty list has ended whole workers.
	fingerprints: v.pipe(
		few(fingerprint, 5, 1),
		v.check((all) => isEachOnce(all.map(({ algorithm }) => algorithm)), 'an algorithm twice'),
	),
});

/** The codecs of media/codecs.ts and what repairs their losses, with the only clock rates they have. */
const clockRates = { 'audio/opus': 48_000, 'video/vp8': 90_000, 'video/rtx': 90_000 } as const;

const sentCodec = v.pipe(
	v.object({
		mimeType: v.pipe(
			word(64),
			v.check((type) => type.toLowerCase() in clockRates, 'not spoken here'),
		),
		payloadType,
		clockRate: wholeNumber(1, 1_000_000),
		channels: v.optional(wholeNumber(1, 2)),
		parameters: settings,
		rtcpFeedback: feedback,
	}),
	v.check(
		({ mimeType, clockRate }) => clockRates[mimeType.toLowerCase() as keyof typeof clockRates] === clockRate,
		'of another clock rate',
	),
);

/** The header extensions that mediasoup knows; of another one its call fails half-way. */
const extensions = [
	'urn:ietf:params:rtp-hdrext:sdes:mid',
	'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
	'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
	'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
	'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
	'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
	'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
	'urn:3gpp:video-orientation',
	'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
	'urn:ietf:params:rtp-hdrext:toffset',
	'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
] as const;

const encoding = v.object({
	ssrc: v.optional(uint32),
	rid: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,16}$/))),
	codecPayloadType: v.optional(payloadType),
	rtx: v.optional(v.object({ ssrc: uint32 })),
	dtx: flag,
	scalabilityMode: v.optional(v.pipe(v.string(), v.regex(/^[LS][1-3]T[1-3](_KEY)?$/))),
	maxBitrate: v.optional(wholeNumber(1, 100_000_000)),
});

export const rtpParameters = v.object({
	mid: v.optional(word(32)),
	msid: v.optional(v.pipe(v.string(), v.maxLength(200), v.regex(/^[\x20-\x7e]+$/))),
	codecs: v.pipe(
		few(sentCodec, 4, 1),
		v.check((all) => isEachOnce(all.map(({ payloadType }) => payloadType)), 'a payload type twice'),
	),
	headerExtensions: v.optional(
		v.pipe(
			few(
				v.object({
					uri: v.picklist(extensions),
					id: wholeNumber(1, 255),
					encrypt: flag,
				}),
				extensions.length,
			),
			v.check((all) => isEachOnce(all.map(({ id }) => id)), 'an id twice'),
			v.check((all) => isEachOnce(all.map(({ uri }) => uri)), 'an extension twice'),
		),
	),
	encodings: v.pipe(
		few(encoding, 3, 1),
		v.check((all) => isEachOnce(all.map(({ rid }) => rid).filter(isGiven)), 'a layer twice'),
		v.check(
			(all) => isEachOnce(all.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]).filter(isGiven)),
			'an SSRC twice',
		),
		v.check(
			(all) => all.length === 1 || all.every(({ ssrc, rid }) => isGiven(ssrc ?? rid)),
			'layers that cannot be told apart',
		),
	),
	// Chromium’s name is empty.
	rtcp: v.optional(v.object({ cname: v.optional(v.union([v.literal(''), word(255)])), reducedSize: flag })),
});
/** As a browser says it. */
export type SentParameters = v.InferInput<typeof rtpParameters>;

/** What a browser can receive: any codec may be named, only those spoken here are ever chosen. */
export const rtpCapabilities = v.object({
	codecs: v.optional(
		few(
			v.object({
				kind: v.picklist(['audio', 'video']),
				mimeType: v.pipe(v.string(), v.regex(/^(audio|video)\/[\w.+-]{1,40}$/)),
				preferredPayloadType: v.optional(payloadType),
				clockRate: wholeNumber(1, 1_000_000),
				channels: v.optional(wholeNumber(1, 8)),
				parameters: settings,
				rtcpFeedback: feedback,
			}),
			60,
		),
	),
	headerExtensions: v.optional(
		few(
			v.object({
				kind: v.picklist(['audio', 'video']),
				uri: word(200),
				preferredId: wholeNumber(1, 255),
				preferredEncrypt: flag,
				direction: v.optional(v.picklist(['sendrecv', 'sendonly', 'recvonly', 'inactive'])),
			}),
			60,
		),
	),
});
export type Capabilities = v.InferInput<typeof rtpCapabilities>;
