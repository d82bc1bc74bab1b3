// Who is behind a request or a socket: the guest cookie and, when signed in, the account with the roles in force.
import { parseCookie } from 'cookie';
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Config } from '#config';
import { roles, type Account, type Actor, type Role } from '#domain/people.ts';
import { readSigned } from './authCookies.ts';
import type { Database, Reader } from './client.ts';
import { guestCookieName, readGuest } from './guest.ts';
import { people, personRoles, sessions } from './schema/index.ts';

/** The actor that a Cookie header speaks for. One function for pages, forms and sockets. */
export async function identify(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
): Promise<Actor> {
	const cookies = parseCookie(cookieHeader ?? '');
	const guest = readGuest(config, cookies[guestCookieName(config)]);
	const token = readSigned(config, cookieHeader, 'session');
	const account = token && (await accountOf(db, config, token));
	return { guest: guest?.secret ?? null, guestSince: guest?.since, account: account || null };
}

async function accountOf(db: Reader, config: Config, token: string): Promise<Account | null> {
	const [row] = await db
		.select({
			id: people.id,
			name: people.name,
			email: people.email,
			demo: people.demo,
			secondFactorAt: sessions.secondFactorAt,
			roles: sql<Role[]>`array(select role from ${personRoles} where ${personRoles.personId} = ${people.id})`,
		})
		.from(sessions)
		.innerJoin(people, eq(people.id, sessions.userId))
		.where(and(eq(sessions.token, token), gt(sessions.expiresAt, sql`now()`)));
	if (!row) return null;
	const { id, name, email } = row;
	const held = roles.filter((role) => row.roles.includes(role));
	// Whoever works for the city shows a second factor; only the people of the demo town, in the demo town, may do without.
	const isProven = row.secondFactorAt !== null || (row.demo && isDemoTown(config));
	if (held.length === 0 || isProven) return { id, name, email, roles: held };
	return { id, name, email, roles: [], needsSecondFactor: true };
}

/** Whether this is the demo town on its own embedded database. A city's database (`DATABASE_URL`) never is, whatever DEMO says. */
export function isDemoTown(config: Pick<Config, 'DEMO' | 'DATABASE_URL'>): boolean {
	return config.DEMO && !config.DATABASE_URL;
}
