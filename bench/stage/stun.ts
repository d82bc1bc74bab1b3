// The two things that a light peer says and hears to be let through by an ICE-lite server (RFC 8445, RFC 8489).
import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const cookie = 0x2112a442;
const attribute = { username: 6, integrity: 8, priority: 0x24, useCandidate: 0x25, fingerprint: 0x8028 };
const controlling = 0x802a;

/**
 * A binding request that also chooses the way it takes. Sent again and again it keeps the way open.
 * @param usernameFragment and `password` are the server's
 */
export function bindingRequest(usernameFragment: string, password: string): Buffer {
	const header = Buffer.alloc(20);
	header.writeUInt16BE(1, 0);
	header.writeUInt32BE(cookie, 4);
	randomBytes(12).copy(header, 8);
	const priority = Buffer.alloc(4);
	priority.writeUInt32BE(0x7effffff);
	let packet: Buffer = Buffer.concat([
		header,
		attributeOf(attribute.username, Buffer.from(`${usernameFragment}:bench`)),
		attributeOf(attribute.priority, priority),
		attributeOf(controlling, randomBytes(8)),
		attributeOf(attribute.useCandidate, Buffer.alloc(0)),
	]);
	// Both sums are made over a header that counts them in already.
	packet = lengthened(packet, 24);
	const sum = createHmac('sha1', password).update(packet).digest();
	packet = Buffer.concat([packet, attributeOf(attribute.integrity, sum)]);
	packet = lengthened(packet, 8);
	const check = Buffer.alloc(4);
	check.writeUInt32BE((crc32(packet) ^ 0x5354554e) >>> 0);
	return Buffer.concat([packet, attributeOf(attribute.fingerprint, check)]);
}

/** Whether a datagram is the answer that the way is open. */
export function isBindingAnswer(packet: Buffer): boolean {
	return packet.length >= 20 && packet.readUInt16BE(0) === 0x0101 && packet.readUInt32BE(4) === cookie;
}

function attributeOf(type: number, value: Buffer): Buffer {
	const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
	padded.writeUInt16BE(type, 0);
	padded.writeUInt16BE(value.length, 2);
	value.copy(padded, 4);
	return padded;
}

function lengthened(packet: Buffer, by: number): Buffer {
	packet.writeUInt16BE(packet.length - 20 + by, 2);
	return packet;
}
