// Reading what browsers send: RTP packets (RFC 3550), put in order, and the VP8 frames in them (RFC 7741).

/** `ms`: when it arrived. */
export type RtpPacket = {
	sequence: number;
	timestamp: number;
	marker: boolean;
	payload: Buffer;
	ms: number;
};

/** @returns null for what is no RTP packet (RFC 3550 §5.1) */
export function readRtp(packet: Buffer, ms: number): RtpPacket | null {
	if (packet.length < 12 || packet[0]! >> 6 !== 2) return null;
	const [first, second] = [packet[0]!, packet[1]!];
	let start = 12 + (first & 0x0f) * 4;
	if (first & 0x10) {
		if (packet.length < start + 4) return null;
		start += 4 + packet.readUInt16BE(start + 2) * 4;
	}
	const padding = first & 0x20 ? packet[packet.length - 1]! : 0;
	if (start + padding > packet.length) return null;
	return {
		marker: (second & 0x80) !== 0,
		sequence: packet.readUInt16BE(2),
		timestamp: packet.readUInt32BE(4),
		payload: packet.subarray(start, packet.length - padding),
		ms,
	};
}

/** How far `b` is ahead of `a` on a counter that begins anew after `bits` bits; negative when it is behind. */
export function ahead(a: number, b: number, bits: 16 | 32): number {
	const whole = 2 ** bits;
	const forward = (((b - a) % whole) + whole) % whole;
	return forward < whole / 2 ? forward : forward - whole;
}

/**
 * Passes packets on in their order. One that is missing is waited for `patienceMs` after the next came, then it is given up.
 * @param take `isAfterGap`: the one before it never came
 */
export function inOrder(patienceMs: number, take: (packet: RtpPacket, isAfterGap: boolean) => void) {
	let next: number | null = null;
	const early = new Map<number, RtpPacket>();
	return (packet: RtpPacket) => {
		next ??= packet.sequence;
		// Twice, or after it was given up.
		if (ahead(next, packet.sequence, 16) < 0) return;
		early.set(packet.sequence, packet);
		let isAfterGap = false;
		while (early.size > 0) {
			const found = early.get(next);
			if (!found) {
				const [oldest] = early.values();
				if (packet.ms - oldest!.ms < patienceMs) return;
				const from: number = next;
				next = [...early.keys()].reduce((a, b) => (ahead(from, b, 16) < ahead(from, a, 16) ? b : a));
				isAfterGap = true;
				continue;
			}
			early.delete(next);
			next = (next + 1) & 0xffff;
			take(found, isAfterGap);
			isAfterGap = false;
		}
	};
}

/** `ms`: when its last packet arrived. */
export type Frame = {
	timestamp: number;
	ms: number;
	isKey: boolean;
	data: Buffer;
};

/** So long a lost packet may take to be sent again. */
const patienceMs = 500;

/** Puts VP8 frames together. After a gap nothing is passed on until a key frame, which needs none before it. */
export function vp8Frames(take: (frame: Frame) => void) {
	let parts: Buffer[] = [];
	let timestamp = 0;
	let isBroken = true;
	return inOrder(patienceMs, (packet, isAfterGap) => {
		if (isAfterGap) isBroken = true;
		const start = payloadStart(packet.payload);
		if (start === null) return;
		const data = packet.payload.subarray(start.at);
		if (start.isFirst) {
			parts = [];
			timestamp = packet.timestamp;
			if ((data[0]! & 1) === 0) isBroken = false;
		}
		parts.push(data);
		if (!packet.marker || isBroken) return;
		const frame = frameOf(Buffer.concat(parts), timestamp, packet.ms);
		parts = [];
		if (frame) take(frame);
	});
}

/** Where the VP8 data begins behind the payload descriptor (RFC 7741 §4.2); null when there is none. */
function payloadStart(payload: Buffer): { at: number; isFirst: boolean } | null {
	if (payload.length < 2) return null;
	const first = payload[0]!;
	const isFirst = (first & 0x10) !== 0 && (first & 0x07) === 0;
	let at = 1;
	if (first & 0x80) {
		const has = payload[at++]!;
		if (has & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1;
		if (has & 0x40) at++;
		if (has & 0x30) at++;
	}
	return at < payload.length ? { at, isFirst } : null;
}

/** What says it is a key frame has a start code (RFC 6386 §9.1); without it, it is none that could be shown. */
function frameOf(data: Buffer, timestamp: number, ms: number): Frame | null {
	const isKey = (data[0]! & 1) === 0;
	if (isKey && (data.length < 10 || data.readUIntBE(3, 3) !== 0x9d012a)) return null;
	return { timestamp, ms, isKey, data };
}
