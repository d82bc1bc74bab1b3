// RTP as far as the bench needs it: reading whose packet it is, and a VP8 stream that no camera has seen.

/** Pictures a second, and packets of each: with headers of about 50 bytes they are 600 kbit/s. */
export const framesPerSecond = 30;
export const packetsPerFrame = 2;
const payloadBytes = 1_200;
/** A second between two key frames: whoever comes waits no longer than that for the first picture. */
const keyFrameEvery = framesPerSecond;

/** The stream that a packet belongs to; null for what is no RTP (RTCP, STUN, DTLS: RFC 7983, RFC 5761). */
export function streamOf(packet: Buffer): number | null {
	if (packet.length < 12 || packet[0]! >> 6 !== 2) return null;
	const type = packet[1]!;
	if (type >= 192 && type <= 223) return null;
	return packet.readUInt32BE(8);
}

/**
 * The payloads of a picture (RFC 7741), as an SFU looks at them: a picture's number, where it begins, whether it is a key frame.
 * @param number counts the pictures from 0
 */
export function picture(number: number): Buffer[] {
	return Array.from({ length: packetsPerFrame }, (_, part) => {
		const payload = Buffer.alloc(payloadBytes, 0x5a);
		// Extended, with “start of the first partition” on the first packet; then a picture id of 15 bits.
		payload[0] = part === 0 ? 0x90 : 0x80;
		payload[1] = 0x80;
		payload.writeUInt16BE(0x8000 | (number & 0x7fff), 2);
		if (part > 0) return payload;
		const isKey = number % keyFrameEvery === 0;
		payload[4] = isKey ? 0x10 : 0x11;
		// The start code by which a key frame is known (RFC 6386 §9.1).
		if (isKey) payload.set([0x9d, 0x01, 0x2a], 7);
		return payload;
	});
}
