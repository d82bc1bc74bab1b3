// RTP as a browser would send it, for recordings that nobody has made.

/** A packet (RFC 3550 §5.1) of payload type 100; counters begin anew as theirs do. */
export function rtp(sequence: number, timestamp: number, payload: Uint8Array, marker = false): Buffer {
	const head = Buffer.alloc(12);
	head.writeUInt8(0x80, 0);
	head.writeUInt8(marker ? 0x80 | 100 : 100, 1);
	head.writeUInt16BE(sequence & 0xffff, 2);
	head.writeUInt32BE(timestamp >>> 0, 4);
	return Buffer.concat([head, payload]);
}
