// The cookies of signing in: their names, and what a signed one says.
import { parseCookie, parseSetCookie } from 'cookie';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '#config';
import { isSecure } from './guest.ts';
import { secretOf } from './secret.ts';

type CookieKind = 'session' | 'second-step';
type Signing = Pick<Config, 'SECRET' | 'dataDir' | 'publicUrl'>;

/** A cookie for the browser; its value is not encoded yet. */
export type NewCookie = ReturnType<typeof parseSetCookie>;

/** `__Host-session` over https; on plain http browsers would refuse the prefix. */
export function authCookieName(config: Pick<Config, 'publicUrl'>, kind: CookieKind): string {
	return isSecure(config) ? `__Host-${kind}` : kind;
}

/** Signs better-auth's cookies and encrypts second factors: made from SECRET, so that no two uses share a key. */
export function authSecret(config: Pick<Config, 'SECRET' | 'dataDir'>): string {
	return createHmac('sha256', secretOf(config)).update('auth').digest('base64url');
}

/**
 * What one of our signed cookies says, or null when it is missing or not ours. The form is better-auth's:
 * `<value>.<base64 of HMAC-SHA-256>`.
 */
export function readSigned(
	config: Signing,
	cookieHeader: string | undefined,
	kind: CookieKind,
): string | null {
	const cookie = parseCookie(cookieHeader ?? '')[authCookieName(config, kind)];
	const dot = cookie?.lastIndexOf('.') ?? -1;
	if (!cookie || dot < 1) return null;
	const value = cookie.slice(0, dot);
	const expected = createHmac('sha256', authSecret(config)).update(value).digest();
	const given = Buffer.from(cookie.slice(dot + 1), 'base64');
	return given.length === expected.length && timingSafeEqual(given, expected) ? value : null;
}

/** The cookies that an answer of better-auth sets. */
export function newCookies(headers: Headers): NewCookie[] {
	return headers.getSetCookie().map((line) => parseSetCookie(line));
}

/** Makes the browser forget a cookie of ours. */
export function forget(config: Pick<Config, 'publicUrl'>, kind: CookieKind): NewCookie {
	return {
		name: authCookieName(config, kind),
		value: '',
		path: '/',
		maxAge: 0,
		httpOnly: true,
		sameSite: 'lax',
		secure: isSecure(config),
	};
}
