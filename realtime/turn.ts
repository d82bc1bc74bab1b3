// Ways around firewalls: a TURN server of the operator's, with a name and a password for each browser that end by themselves. As coturn's
// `use-auth-secret` (draft-uberti-behave-turn-rest-00): the name is when it ends, the password is its HMAC with the shared secret.
import { createHmac, randomBytes } from 'node:crypto';
import type { Config } from '#config';
import type { IceServer } from '#domain/events.ts';

/** Longer than any evening: a browser that comes back gets new ones. */
const lifeSeconds = 12 * 3600;

/** What a browser is told, nothing where no TURN server is configured. The name says nothing of the person: another one each time. */
export function iceServersFor(
	{ TURN_URLS, TURN_SECRET }: Pick<Config, 'TURN_URLS' | 'TURN_SECRET'>,
	now = Date.now(),
): IceServer[] {
	if (!TURN_URLS || !TURN_SECRET) return [];
	const username = `${Math.floor(now / 1000) + lifeSeconds}:${randomBytes(8).toString('hex')}`;
	return [{ urls: TURN_URLS, username, credential: turnPassword(TURN_SECRET, username) }];
}

export function turnPassword(secret: string, username: string): string {
	return createHmac('sha1', secret).update(username).digest('base64');
}
