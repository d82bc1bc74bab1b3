// The guest cookie: a random secret per browser, signed, known to nobody but that browser.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from '#config';
import { secretOf } from './secret.ts';

export type Guest = { secret: string; since: number };

/** `__Host-guest` over https; on plain http (a developer's machine) browsers would refuse the prefix. */
export function guestCookieName(config: Pick<Config, 'publicUrl'>): string {
	return isSecure(config) ? '__Host-guest' : 'guest';
}

export function isSecure(config: Pick<Config, 'publicUrl'>): boolean {
	return config.publicUrl.startsWith('https:');
}

/** A new guest identity and the cookie value that carries it. */
export function makeGuest(
	config: Pick<Config, 'SECRET' | 'dataDir'>,
	now = Date.now(),
): { guest: Guest; value: string } {
	const secret = randomBytes(16).toString('base64url');
	const body = `${secret}.${Math.floor(now / 1000).toString(36)}`;
	return { guest: { secret, since: now }, value: `${body}.${sign(config, body)}` };
}

/** The guest a cookie value speaks for, or null when it is none of ours. */
export function readGuest(
	config: Pick<Config, 'SECRET' | 'dataDir'>,
	value: string | undefined,
): Guest | null {
	const [secret, since, signature] = (value ?? '').split('.');
	if (!secret || !since || !signature) return null;
	const expected = Buffer.from(sign(config, `${secret}.${since}`));
	const given = Buffer.from(signature);
	if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
	return { secret, since: Number.parseInt(since, 36) * 1000 };
}

function sign(config: Pick<Config, 'SECRET' | 'dataDir'>, body: string): string {
	return createHmac('sha256', secretOf(config)).update(`guest-cookie\0${body}`).digest('base64url');
}
