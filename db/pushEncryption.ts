// Seals a message for one device (RFC 8291, aes128gcm of RFC 8188): its push service carries it and cannot read it.
import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { Subscription } from '#domain/push.ts';

/** One record of 4,096 bytes at the most, with its tag and the byte that ends it. */
const recordBytes = 4_096;
/** Every message is as long as every other: its length says nothing. */
const paddedTo = 1_024;

/**
 * @param given the numbers that are drawn by lot otherwise: for the example of the RFC
 * @throws where the message is too long, or the device's key is no point of the curve
 */
export function sealed(
	text: string,
	{ p256dh, auth }: Pick<Subscription, 'p256dh' | 'auth'>,
	given: { salt?: Buffer; privateKey?: Buffer; paddedTo?: number } = {},
): Buffer {
	const salt = given.salt ?? randomBytes(16);
	const pair = createECDH('prime256v1');
	if (given.privateKey) pair.setPrivateKey(given.privateKey);
	else pair.generateKeys();
	const theirs = Buffer.from(p256dh, 'base64url');
	const ours = pair.getPublicKey();
	const shared = derived(
		Buffer.from(auth, 'base64url'),
		pair.computeSecret(theirs),
		Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]),
		32,
	);
	const key = derived(salt, shared, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
	const nonce = derived(salt, shared, Buffer.from('Content-Encoding: nonce\0'), 12);

	const said = Buffer.from(text);
	const length = Math.max(said.length, given.paddedTo ?? paddedTo);
	if (length > recordBytes - 17) throw new Error(`A push message of ${said.length} bytes is too long.`);
	// 2 ends what was said in the last record; zeros fill it up.
	const record = Buffer.concat([said, Buffer.from([2]), Buffer.alloc(length - said.length)]);
	const cipher = createCipheriv('aes-128-gcm', key, nonce);
	const head = Buffer.alloc(21);
	salt.copy(head);
	head.writeUInt32BE(recordBytes, 16);
	head[20] = ours.length;
	return Buffer.concat([head, ours, cipher.update(record), cipher.final(), cipher.getAuthTag()]);
}

const derived = (salt: Buffer, secret: Buffer, info: Buffer, length: number): Buffer =>
	Buffer.from(hkdfSync('sha256', secret, salt, info, length));

/** Whether a browser's key can be used at all: what is no point of the curve is refused when it comes, not when it is needed. */
export function isPointOfCurve(p256dh: string): boolean {
	try {
		const pair = createECDH('prime256v1');
		pair.generateKeys();
		pair.computeSecret(Buffer.from(p256dh, 'base64url'));
		return true;
	} catch {
		return false;
	}
}
