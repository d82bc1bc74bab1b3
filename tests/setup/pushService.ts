// A push service and the browsers behind it: a real server on this machine that opens what it is sent as a browser would (RFC 8291, from
// the text and not from our own sender), and looks at who sent it as a push service would (RFC 8292).
import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { PushWords } from '#domain/push.ts';

export type Shown = PushWords & { id: string };
export type PushDevice = {
	/** As the browser hands it over. */
	subscription: { endpoint: string; p256dh: string; auth: string };
	/** What it was sent and could open, in order. */
	received: Shown[];
	/** Heads of the posts, beside `received`. */
	heads: IncomingMessage['headers'][];
	/** What the service answers: 201 unless set. */
	answer: { status: number; headers?: Record<string, string> };
	/** How often it was posted to, whatever the answer. */
	posts: number;
};
export type PushService = {
	url: string;
	newDevice(name: string): PushDevice;
	/** `connected` (a post has begun), `arrived` (it is here, not answered), `taken`. */
	steps: EventEmitter;
	close(): Promise<void>;
};

/** @param publicKey the server's own key: posts signed with another are no 201 */
export async function startPushService(publicKey: string): Promise<PushService> {
	const devices = new Map<string, { device: PushDevice; open: (body: Buffer) => Shown }>();
	const steps = new EventEmitter();
	const server = createServer((request, response) => {
		steps.emit('connected');
		// A worker that is killed while it posts leaves a half one behind.
		void (async () => {
			const known = devices.get(request.url ?? '');
			const body = await buffer(request);
			steps.emit('arrived');
			if (!known) return response.writeHead(404).end();
			const { device, open } = known;
			device.posts++;
			if (!isSignedFor(request, url, publicKey)) return response.writeHead(403).end();
			const { status, headers = {} } = device.answer;
			if (status < 300) {
				device.received.push(open(body));
				device.heads.push(request.headers);
			}
			response.writeHead(status, headers).end();
			steps.emit('taken');
		})().catch(() => response.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		...{ url, steps },
		newDevice(name) {
			const pair = createECDH('prime256v1');
			pair.generateKeys();
			const auth = randomBytes(16);
			const device: PushDevice = {
				subscription: {
					endpoint: `${url}/device/${name}`,
					p256dh: pair.getPublicKey('base64url'),
					auth: auth.toString('base64url'),
				},
				...{ received: [], heads: [], answer: { status: 201 }, posts: 0 },
			};
			const open = (body: Buffer) => JSON.parse(opened(body, pair, auth)) as Shown;
			devices.set(`/device/${name}`, { device, open });
			return device;
		},
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

/** The receiving side of RFC 8291 §3.4, step by step. @throws where anything is not as it should be */
export function opened(body: Buffer, own: ReturnType<typeof createECDH>, auth: Buffer): string {
	const salt = body.subarray(0, 16);
	const recordBytes = body.readUInt32BE(16);
	const theirs = body.subarray(21, 21 + body[20]!);
	const record = body.subarray(21 + body[20]!);
	if (record.length > recordBytes || body.length > 4_096) throw new Error('more than one record');
	const secretKey = hmac(auth, own.computeSecret(theirs));
	const info = Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), theirs, Buffer.from([1])]);
	const pseudoRandom = hmac(salt, hmac(secretKey, info));
	const key = hmac(pseudoRandom, Buffer.from('Content-Encoding: aes128gcm\0\x01')).subarray(0, 16);
	const nonce = hmac(pseudoRandom, Buffer.from('Content-Encoding: nonce\0\x01')).subarray(0, 12);
	const decipher = createDecipheriv('aes-128-gcm', key, nonce);
	decipher.setAuthTag(record.subarray(-16));
	const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
	const end = padded.findLastIndex((byte) => byte !== 0);
	if (padded[end] !== 2) throw new Error('the last record ends with 2');
	return padded.subarray(0, end).toString();
}

const hmac = (key: Buffer, text: Buffer) => createHmac('sha256', key).update(text).digest();

/** Whether a post says for this service, with the right key, that it may. */
function isSignedFor(request: IncomingMessage, origin: string, publicKey: string): boolean {
	const said = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(request.headers.authorization ?? '');
	if (!said || said[4] !== publicKey) return false;
	const [head, claims] = [said[1]!, said[2]!].map(
		(part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>,
	) as [Record<string, unknown>, Record<string, unknown>];
	const point = Buffer.from(publicKey, 'base64url');
	const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
	const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
	const seconds = Number(claims['exp']) - Date.now() / 1_000;
	return (
		head['alg'] === 'ES256' &&
		claims['aud'] === origin &&
		/^(mailto:|https:)/.test(String(claims['sub'])) &&
		seconds > 0 &&
		seconds <= 86_400 &&
		verify(
			'sha256',
			Buffer.from(`${said[1]}.${said[2]}`),
			{ key, dsaEncoding: 'ieee-p1363' },
			Buffer.from(said[3]!, 'base64url'),
		)
	);
}
