// better-auth over our own tables: passwords, sign-in links, second factors, sessions. It has no address of its own on the web:
// pages call it through db/signIn.ts and db/accounts.ts, with nothing of the request but the cookies.
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { magicLink, twoFactor } from 'better-auth/plugins';
import type { Config } from '#config';
import { passwordLength } from '#domain/people.ts';
import { authCookieName, authSecret } from './authCookies.ts';
import type { Database } from './client.ts';
import { isSecure } from './guest.ts';
import { writeMail, type Letter } from './mail.ts';
import { credentials, people, secondFactors, sessions, verifications } from './schema/index.ts';

export const sessionDays = 7;
export const linkMinutes = 15;
const secondStepMinutes = 10;

export type Auth = ReturnType<typeof makeAuth>;

const made = new WeakMap<Database, Auth>();

/** better-auth on a database, made once per pool. It keeps nothing in memory, so that a second copy of this module does no harm. */
export function authFor(db: Database, config: Config): Auth {
	const auth = made.get(db) ?? makeAuth(db, config);
	made.set(db, auth);
	return auth;
}

function makeAuth(db: Database, config: Config) {
	return betterAuth({
		appName: 'Porchlight',
		baseURL: config.publicUrl,
		secret: authSecret(config),
		telemetry: { enabled: false },
		// It would log addresses that did not sign in.
		logger: { disabled: true },
		rateLimit: { enabled: false },
		database: drizzleAdapter(db, {
			provider: 'pg',
			transaction: true,
			schema: {
				user: people,
				session: sessions,
				account: credentials,
				verification: verifications,
				twoFactor: secondFactors,
			},
		}),
		emailAndPassword: {
			enabled: true,
			// An address is proven by a link first; a password is chosen afterwards.
			disableSignUp: true,
			minPasswordLength: passwordLength.least,
			maxPasswordLength: passwordLength.most,
		},
		session: {
			expiresIn: sessionDays * 86_400,
			disableSessionRefresh: true,
			cookieCache: { enabled: false },
			additionalFields: { secondFactorAt: { type: 'date', required: false, input: false } },
		},
		databaseHooks: { session: { create: { before: bareSession } } },
		plugins: [links(db), secondStep()],
		advanced: {
			useSecureCookies: false,
			cookiePrefix: isSecure(config) ? '__Host-auth' : 'auth',
			defaultCookieAttributes: { secure: isSecure(config), sameSite: 'lax', httpOnly: true, path: '/' },
			cookies: {
				session_token: { name: authCookieName(config, 'session') },
				two_factor: { name: authCookieName(config, 'second-step') },
			},
			ipAddress: { disableIpTracking: true },
		},
	});
}

const secondFactorPaths = ['/two-factor/verify-totp', '/two-factor/verify-backup-code'];

/** A session says nothing of the device, and whether a second factor was shown for it. */
async function bareSession<S extends object>(session: S, context: { path?: string } | null) {
	const isProven = secondFactorPaths.includes(context?.path ?? '');
	return {
		data: { ...session, ipAddress: null, userAgent: null, secondFactorAt: isProven ? new Date() : null },
	};
}

/** What `signInMagicLink` is given besides the address: how to say it in the reader's language. */
export type LinkMetadata = { letter: (token: string) => Letter };

function links(db: Database) {
	return magicLink({
		expiresIn: linkMinutes * 60,
		storeToken: 'hashed',
		sendMagicLink: async ({ email, token, metadata }) => {
			const { letter } = metadata as LinkMetadata;
			await db.transaction((tx) => writeMail(tx, { recipient: email, ...letter(token) }));
		},
	});
}

function secondStep() {
	const plugin = twoFactor({
		issuer: 'Porchlight',
		allowPasswordless: true,
		twoFactorCookieMaxAge: secondStepMinutes * 60,
		accountLockout: { enabled: true, maxFailedAttempts: 10, durationSeconds: 15 * 60 },
	});
	// better-auth asks for the second factor after a password only; whoever can read the mail is not yet the person either.
	const [afterSignIn] = plugin.hooks.after;
	const matcher = (context: { path?: string }) =>
		['/sign-in/email', '/magic-link/verify'].includes(context.path ?? '');
	return { ...plugin, hooks: { after: [{ ...afterSignIn!, matcher }] } };
}
