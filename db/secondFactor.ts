// The second factor of an account: an authenticator app, with backup codes for the day the phone is lost.
import { and, eq, isNull } from 'drizzle-orm';
import * as v from 'valibot';
import type { Config } from '#config';
import { Refusal } from '#domain/errors.ts';
import { codeInput } from '#domain/people.ts';
import { authFor } from './auth.ts';
import { newCookies, readSigned, type NewCookie } from './authCookies.ts';
import type { Database, Reader } from './client.ts';
import { checked } from './command.ts';
import { secondFactors, sessions } from './schema/index.ts';
import { onlyCookie, refusing, useCode } from './signIn.ts';

const passwordInput = v.object({ password: v.optional(v.pipe(v.string(), v.maxLength(128))) });
const appCodeInput = v.object({
	code: v.pipe(codeInput, v.regex(/^\d{6}$/)),
	password: passwordInput.entries.password,
});
type WithCode = v.InferInput<typeof appCodeInput>;

/** What an authenticator app is shown (`otpauth:` address) and the codes to keep; both are shown once. */
export type SecondFactorSetUp = { uri: string; backupCodes: string[] };

/** Whether an account has a second factor that works. */
export async function hasSecondFactor(db: Reader, personId: string): Promise<boolean> {
	const rows = await db
		.select({ id: secondFactors.id })
		.from(secondFactors)
		.where(and(eq(secondFactors.userId, personId), eq(secondFactors.verified, true)));
	return rows.length > 0;
}

/**
 * Begins the set-up; nothing is asked for at sign-in until the first code was right. Beginning again makes a new secret.
 * @param raw the password, where the account has one
 */
export async function startSecondFactor(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
	raw: { password?: string },
): Promise<SecondFactorSetUp> {
	const { password } = checked(passwordInput, raw);
	const headers = onlyCookie(config, cookieHeader, 'session');
	const made = await refusing(
		authFor(db, config).api.enableTwoFactor({ body: { method: 'totp', password }, headers }),
	);
	if (made.method !== 'totp')
		throw new Error('better-auth set up another second factor than it was asked to');
	return { uri: made.totpURI, backupCodes: made.backupCodes };
}

/**
 * Ends the set-up with the first code: this session has shown it, all others of the person end.
 * @returns the cookies of the session that takes this one's place
 */
export async function confirmSecondFactor(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
	raw: WithCode,
): Promise<NewCookie[]> {
	const { code } = checked(appCodeInput, raw);
	const personId = await personOfSession(db, config, cookieHeader);
	await useCode(db, personId, code);
	const headers = onlyCookie(config, cookieHeader, 'session');
	const answer = await refusing(
		authFor(db, config).api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
	);
	// The session of before was replaced by one that has shown the code; those of other browsers have not.
	await db.delete(sessions).where(and(eq(sessions.userId, personId), isNull(sessions.secondFactorAt)));
	return newCookies(answer.headers);
}

/** Removes the second factor; roles wait until there is a new one. */
export async function removeSecondFactor(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
	raw: WithCode,
): Promise<NewCookie[]> {
	const { password } = await showCode(db, config, cookieHeader, raw);
	const headers = onlyCookie(config, cookieHeader, 'session');
	const answer = await refusing(
		authFor(db, config).api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }),
	);
	return newCookies(answer.headers);
}

/** Makes new backup codes; the old ones are no good any more. */
export async function renewBackupCodes(
	db: Database,
	config: Config,
	cookieHeader: string | undefined,
	raw: WithCode,
): Promise<string[]> {
	const { password } = await showCode(db, config, cookieHeader, raw);
	const headers = onlyCookie(config, cookieHeader, 'session');
	const made = await refusing(authFor(db, config).api.generateBackupCodes({ body: { password }, headers }));
	return made.backupCodes;
}

/** The second factor is shown again before it is touched: an open browser alone is not enough. */
async function showCode(db: Database, config: Config, cookieHeader: string | undefined, raw: WithCode) {
	const input = checked(appCodeInput, raw);
	await useCode(db, await personOfSession(db, config, cookieHeader), input.code);
	const headers = onlyCookie(config, cookieHeader, 'session');
	await refusing(authFor(db, config).api.verifyTOTP({ body: { code: input.code }, headers }));
	return input;
}

/** @throws Refusal sign-in-needed */
async function personOfSession(
	db: Reader,
	config: Config,
	cookieHeader: string | undefined,
): Promise<string> {
	const token = readSigned(config, cookieHeader, 'session');
	const [row] = token
		? await db.select({ id: sessions.userId }).from(sessions).where(eq(sessions.token, token))
		: [];
	if (!row) throw new Refusal('sign-in-needed');
	return row.id;
}
