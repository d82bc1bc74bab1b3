// Signing in and out: by a link in the mail or a password, then a code where a second factor is set up.
import { isAPIError } from 'better-auth/api';
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Config } from '#config';
import { Refusal, type RefusalCode } from '#domain/errors.ts';
import { codeInput, linkInput, passwordSignInInput } from '#domain/people.ts';
import { authFor } from './auth.ts';
import { authCookieName, forget, newCookies, readSigned, type NewCookie } from './authCookies.ts';
import type { Database } from './client.ts';
import { checked } from './command.ts';
import type { Letter } from './mail.ts';
import { sessions, usedCodes, verifications } from './schema/index.ts';

/** How far signing in has come, and the cookies that the browser is given for it. */
export type SignIn = { step: 'done' | 'second-factor'; cookies: NewCookie[] };

/**
 * Mails a sign-in link. Known and unknown addresses get the same; an unknown one becomes an account when the link is used.
 * @param letter says it in the reader's language
 */
export async function mailSignInLink(
	db: Database,
	config: Config,
	raw: { email: string },
	letter: (token: string) => Letter,
): Promise<void> {
	const { email } = checked(linkInput, raw);
	await refusing(
		authFor(db, config).api.signInMagicLink({
			body: { email, metadata: { letter } },
			headers: new Headers(),
		}),
	);
}

/** Uses a sign-in link. @throws Refusal link-gone when it was used before or is too old */
export async function signInByLink(
	db: Database,
	config: Config,
	token: string,
	cookieHeader?: string,
): Promise<SignIn> {
	const answer = await refusing(
		authFor(db, config).api.magicLinkVerify({
			query: { token },
			headers: new Headers(),
			returnHeaders: true,
		}),
	);
	return signedIn(db, config, answer, cookieHeader);
}

/** @throws Refusal sign-in-wrong, the same for a wrong password, an unknown address and an account without a password */
export async function signInByPassword(
	db: Database,
	config: Config,
	raw: { email: string; password: string },
	cookieHeader?: string,
): Promise<SignIn> {
	const body = checked(passwordSignInInput, raw);
	const answer = await refusing(
		authFor(db, config).api.signInEmail({ body, headers: new Headers(), returnHeaders: true }),
	);
	return signedIn(db, config, answer, cookieHeader);
}

/**
 * The second step: a code of the authenticator app, or one of the backup codes.
 * @throws Refusal code-wrong | sign-in-expired (ten minutes, or five wrong codes) | too-fast (ten wrong in a row: a pause of 15 minutes)
 */
export async function signInByCode(
	db: Database,
	config: Config,
	raw: { code: string },
	cookieHeader: string | undefined,
): Promise<SignIn> {
	const code = checked(codeInput, raw.code);
	const headers = onlyCookie(config, cookieHeader, 'second-step');
	const { api } = authFor(db, config);
	const isAppCode = /^\d{6}$/.test(code);
	if (isAppCode) await useCode(db, await personOfSecondStep(db, config, cookieHeader), code);
	const answer = await refusing(
		isAppCode
			? api.verifyTOTP({ body: { code }, headers, returnHeaders: true })
			: api.verifyBackupCode({ body: { code }, headers, returnHeaders: true }),
	);
	return signedIn(db, config, answer, cookieHeader);
}

/** Ends this browser's session. A second time changes nothing. */
export async function signOut(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
): Promise<NewCookie[]> {
	await endSession(db, config, cookieHeader);
	return [forget(config, 'session'), forget(config, 'second-step')];
}

/**
 * Notes that a code was given. It stays valid for 90 seconds at most, but counts once.
 * @throws Refusal code-wrong when it was given before
 */
export async function useCode(db: Database, personId: string, code: string): Promise<void> {
	const noted = await db
		.insert(usedCodes)
		.values({ personId, code })
		.onConflictDoUpdate({
			target: [usedCodes.personId, usedCodes.code],
			set: { usedAt: sql`now()` },
			setWhere: sql`${usedCodes.usedAt} < now() - interval '5 minutes'`,
		})
		.returning();
	if (noted.length === 0) throw new Refusal('code-wrong', 'code');
}

/** The cookie header with one of our cookies alone: better-auth sees nothing else of the request. */
export function onlyCookie(
	config: Config,
	cookieHeader: string | undefined,
	kind: Parameters<typeof authCookieName>[1],
): Headers {
	const name = authCookieName(config, kind);
	const found = (cookieHeader ?? '').split(/; */).find((pair) => pair.startsWith(`${name}=`));
	return new Headers(found ? { cookie: found } : {});
}

/**
 * Waits for better-auth and turns what it refuses into our words.
 * @throws Refusal
 */
export async function refusing<T>(call: Promise<T>): Promise<T> {
	try {
		return await call;
	} catch (error) {
		const code = isAPIError(error) ? refusalOf(error) : undefined;
		throw code ? new Refusal(code) : error;
	}
}

const codes: Record<string, RefusalCode> = {
	INVALID_EMAIL_OR_PASSWORD: 'sign-in-wrong',
	INVALID_EMAIL: 'sign-in-wrong',
	INVALID_PASSWORD: 'password-wrong',
	INVALID_CODE: 'code-wrong',
	INVALID_BACKUP_CODE: 'code-wrong',
	INVALID_TWO_FACTOR_COOKIE: 'sign-in-expired',
	TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'sign-in-expired',
	ACCOUNT_TEMPORARILY_LOCKED: 'too-fast',
	UNAUTHORIZED: 'sign-in-needed',
};

function refusalOf(error: {
	status?: unknown;
	body?: { code?: string };
	headers?: unknown;
}): RefusalCode | undefined {
	// A link that is no good answers with a redirect.
	if (error.status === 'FOUND' || error.status === 302) return 'link-gone';
	return codes[error.body?.code ?? ''];
}

async function signedIn(
	db: Database,
	config: Config,
	{ headers, response }: { headers: Headers; response: unknown },
	cookieHeader: string | undefined,
): Promise<SignIn> {
	const asksForMore = typeof response === 'object' && response !== null && 'twoFactorRedirect' in response;
	// Whoever used this browser before is signed out: a new sign-in never shares or inherits a session.
	await endSession(db, config, cookieHeader);
	const cookies = newCookies(headers);
	if (asksForMore) return { step: 'second-factor', cookies };
	return { step: 'done', cookies };
}

async function endSession(db: Database, config: Config, cookieHeader: string | undefined): Promise<void> {
	const token = readSigned(config, cookieHeader, 'session');
	if (token) await db.delete(sessions).where(eq(sessions.token, token));
}

/** @throws Refusal sign-in-expired */
async function personOfSecondStep(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
): Promise<string> {
	const identifier = readSigned(config, cookieHeader, 'second-step');
	if (!identifier) throw new Refusal('sign-in-expired');
	const [row] = await db
		.select({ personId: verifications.value })
		.from(verifications)
		.where(and(eq(verifications.identifier, identifier), gt(verifications.expiresAt, sql`now()`)));
	if (!row) throw new Refusal('sign-in-expired');
	return row.personId;
}
