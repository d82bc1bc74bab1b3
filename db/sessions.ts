// Who is behind a request or a socket: the guest cookie and, when signed in, the account.
import { parseCookie } from 'cookie';
import type { Config } from '#config';
import type { Actor } from '#domain/people.ts';
import type { Database } from './client.ts';
import { guestCookieName, readGuest } from './guest.ts';

/** The actor that a Cookie header speaks for. One function for pages, forms and sockets. */
export async function identify(
	_db: Database,
	config: Config,
	cookieHeader: string | undefined,
): Promise<Actor> {
	const cookies = parseCookie(cookieHeader ?? '');
	const guest = readGuest(config, cookies[guestCookieName(config)]);
	return { guest: guest?.secret ?? null, guestSince: guest?.since, account: null };
}
