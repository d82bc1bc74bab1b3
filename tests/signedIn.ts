// Browsers of the cast: the cookies that a signed-in person's, or a visitor's, browser sends to a real server.
import { parseCookie } from 'cookie';
import { createHmac, randomBytes } from 'node:crypto';
import { readConfig, type Config } from '#config';
import { authCookieName, authSecret } from '#db/authCookies.ts';
import type { Database } from '#db/client.ts';
import { guestCookieName, makeGuest } from '#db/guest.ts';
import { sessions } from '#db/schema/index.ts';
import type { Actor } from '#domain/people.ts';

/** The configuration of the servers that tests/setup/server.ts starts, for what a test does beside one. */
export function testConfig(more: Record<string, string> = {}): Config {
	return readConfig({ NODE_ENV: 'test', SECRET: 'only-for-tests-'.repeat(4), LOG_LEVEL: 'silent', ...more });
}

/** Signs one of the cast in on a new browser, second factor included (call `settle` first). @returns a Cookie header */
export async function signedInBrowser(db: Database, config: Config, { account }: Actor): Promise<string> {
	if (!account) throw new Error('A visitor does not sign in: use visitorBrowser.');
	const token = randomBytes(24).toString('base64url');
	const expiresAt = new Date(Date.now() + 86_400_000);
	await db
		.insert(sessions)
		.values({ id: token, token, userId: account.id, expiresAt, secondFactorAt: new Date() });
	const signature = createHmac('sha256', authSecret(config)).update(token).digest('base64');
	const session = `${authCookieName(config, 'session')}=${encodeURIComponent(`${token}.${signature}`)}`;
	return `${session}; ${visitorBrowser(config)}`;
}

/** A new browser of somebody without an account. @returns a Cookie header */
export function visitorBrowser(config: Config): string {
	return `${guestCookieName(config)}=${makeGuest(config).value}`;
}

/** A Cookie header in the form that Playwright's `context.addCookies` takes. */
export function browserCookies(cookie: string, url: string): { name: string; value: string; url: string }[] {
	const pairs = Object.entries(parseCookie(cookie, { decode: (value) => value }));
	return pairs.map(([name, value]) => ({ name, value: value ?? '', url }));
}
