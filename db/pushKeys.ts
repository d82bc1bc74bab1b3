// The server's own key for push services (VAPID, RFC 8292). It is made from SECRET: nothing to configure, nothing to store, the same in
// every process; a new SECRET is a new key, and devices subscribe anew when their page is opened.
import { createECDH, createPrivateKey, hkdfSync, sign, type KeyObject } from 'node:crypto';
import type { Config } from '#config';
import { secretOf } from './secret.ts';

export type PushKeys = {
	/** Uncompressed point, as browsers take it (`applicationServerKey`), in base64url. */
	publicKey: string;
	privateKey: KeyObject;
};

const made = new Map<string, PushKeys>();

export function pushKeysOf(config: Pick<Config, 'SECRET' | 'dataDir'>): PushKeys {
	const secret = secretOf(config);
	const keys = made.get(secret) ?? makeKeys(secret);
	made.set(secret, keys);
	return keys;
}

function makeKeys(secret: string): PushKeys {
	const pair = createECDH('prime256v1');
	// One in four billion numbers is too large for a key of this curve: then the next one is taken.
	for (let number = 0; ; number++) {
		const scalar = Buffer.from(hkdfSync('sha256', secret, '', `web push key ${number}`, 32));
		try {
			pair.setPrivateKey(scalar);
		} catch {
			continue;
		}
		const point = pair.getPublicKey();
		const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)].map((part) => part.toString('base64url'));
		const jwk = { kty: 'EC', crv: 'P-256', d: scalar.toString('base64url'), x, y };
		return {
			publicKey: point.toString('base64url'),
			privateKey: createPrivateKey({ format: 'jwk', key: jwk }),
		};
	}
}

/** So long a signature for a push service counts; a day is the most (RFC 8292 §2). */
const signedForSeconds = 12 * 3600;

/** The header by which a push service knows us and lets nobody else send to our devices. */
export function authorizationFor(
	endpoint: string,
	keys: PushKeys,
	config: Pick<Config, 'publicUrl' | 'MAIL_FROM'>,
	now = Date.now(),
): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const claims = {
		aud: new URL(endpoint).origin,
		exp: Math.floor(now / 1000) + signedForSeconds,
		sub: contactOf(config),
	};
	const said = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
	const signature = sign('sha256', Buffer.from(said), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
	return `vapid t=${said}.${signature.toString('base64url')}, k=${keys.publicKey}`;
}

/** Whom a push service would write to if we sent too much. */
function contactOf({ publicUrl, MAIL_FROM }: Pick<Config, 'publicUrl' | 'MAIL_FROM'>): string {
	if (publicUrl.startsWith('https:')) return publicUrl;
	return `mailto:${/<([^<>]+)>/.exec(MAIL_FROM)?.[1] ?? MAIL_FROM}`;
}
