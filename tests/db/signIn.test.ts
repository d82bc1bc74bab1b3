// Signing in on a real database: links, passwords, codes; what is kept of it, and what is not.
import { count, desc, eq, sql } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changePassword } from '#db/accounts.ts';
import type { NewCookie } from '#db/authCookies.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { makeGuest } from '#db/guest.ts';
import { mails, people, personRoles, sessions, verifications } from '#db/schema/index.ts';
import { confirmSecondFactor, removeSecondFactor, startSecondFactor } from '#db/secondFactor.ts';
import { identify } from '#db/sessions.ts';
import { mailSignInLink, signInByCode, signInByLink, signInByPassword, signOut } from '#db/signIn.ts';
import { testConfig } from '#tests/signedIn.ts';
import { testDatabase } from '#tests/setup/database.ts';

const config = testConfig();
let db: Database;

beforeAll(async () => {
	db = openDatabase(await testDatabase());
});
afterAll(() => closeDatabase(db));

const password = 'a long enough password';
const letter = (token: string) => ({ subject: 'Sign in', text: token, html: token });

/** What a browser sends back after it was given these cookies. */
function headerOf(cookies: NewCookie[]): string {
	const kept = new Map(cookies.map(({ name, value }) => [name, value]));
	return [...kept]
		.flatMap(([name, value]) => (value ? `${name}=${encodeURIComponent(value)}` : []))
		.join('; ');
}

async function linkTo(email: string): Promise<string> {
	await mailSignInLink(db, config, { email }, letter);
	const [mail] = await db
		.select()
		.from(mails)
		.where(eq(mails.recipient, email))
		.orderBy(desc(mails.writtenAt))
		.limit(1);
	return mail!.text;
}

/** Somebody who has just come by a link, with a password. */
async function newcomer(name: string) {
	const email = `${name}@example.org`;
	const cookie = headerOf((await signInByLink(db, config, await linkTo(email))).cookies);
	const actor = await identify(db, config, cookie);
	await changePassword(db, config, actor, cookie, { newPassword: password });
	return { email, cookie, id: actor.account!.id };
}

/** The same with a role and an authenticator app. */
async function withSecondFactor(name: string) {
	const person = await newcomer(name);
	await db.insert(personRoles).values({ personId: person.id, role: 'moderator' });
	const { uri, backupCodes } = await startSecondFactor(db, config, person.cookie, { password });
	const secret = Secret.fromBase32(new URL(uri).searchParams.get('secret')!);
	// Codes of neighbouring half minutes are all accepted now; each test takes one it has not used.
	const code = (step: -1 | 0 | 1) => new TOTP({ secret }).generate({ timestamp: Date.now() + step * 30_000 });
	const cookies = await confirmSecondFactor(db, config, person.cookie, { code: code(-1) });
	return { ...person, before: person.cookie, cookie: headerOf(cookies), code, backupCodes };
}

describe('a link', () => {
	test('signs somebody in, and makes their account the first time', async () => {
		const { cookies } = await signInByLink(db, config, await linkTo('maria@example.org'));
		expect((await identify(db, config, headerOf(cookies))).account).toMatchObject({
			email: 'maria@example.org',
			roles: [],
		});
	});

	test('works once', async () => {
		const token = await linkTo('tom@example.org');
		await signInByLink(db, config, token);
		await expect(signInByLink(db, config, token)).rejects.toMatchObject({ code: 'link-gone' });
	});

	test('works for one of two who use it at the same time', async () => {
		const token = await linkTo('tom@example.org');
		const both = await Promise.allSettled([signInByLink(db, config, token), signInByLink(db, config, token)]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});

	test('is no good when it is too old', async () => {
		const token = await linkTo('tom@example.org');
		await db.update(verifications).set({ expiresAt: new Date(Date.now() - 1_000) });
		await expect(signInByLink(db, config, token)).rejects.toMatchObject({ code: 'link-gone' });
	});

	test('is not in the database', async () => {
		const token = await linkTo('tom@example.org');
		await db.delete(mails);
		expect(await dump()).not.toContain(token);
	});

	test('that nobody sent is no good', async () => {
		await expect(signInByLink(db, config, 'x'.repeat(32))).rejects.toMatchObject({ code: 'link-gone' });
	});
});

describe('a password', () => {
	test('signs somebody in', async () => {
		const { email, id } = await newcomer('paula');
		const { cookies, step } = await signInByPassword(db, config, { email: ' Paula@Example.org', password });
		expect(step).toBe('done');
		expect((await identify(db, config, headerOf(cookies))).account).toMatchObject({ email, id });
	});

	test('that is wrong and an address that is unknown are told the same', async () => {
		const { email } = await newcomer('petra');
		const known = await signInByPassword(db, config, { email, password: 'not her password' }).catch(
			(error: unknown) => error,
		);
		const unknown = await signInByPassword(db, config, { email: 'nobody@example.org', password }).catch(
			(error: unknown) => error,
		);
		expect(known).toMatchObject({ code: 'sign-in-wrong' });
		expect(unknown).toEqual(known);
	});

	test('alone does not sign in whoever has a second factor', async () => {
		const { email } = await withSecondFactor('pia');
		const { cookies, step } = await signInByPassword(db, config, { email, password });
		expect(step).toBe('second-factor');
		expect((await identify(db, config, headerOf(cookies))).account).toBeNull();
	});

	test('gives no roles to whoever has none', async () => {
		const { email, id } = await newcomer('paul');
		await db.insert(personRoles).values({ personId: id, role: 'admin' });
		const { cookies } = await signInByPassword(db, config, { email, password });
		expect((await identify(db, config, headerOf(cookies))).account).toMatchObject({
			roles: [],
			needsSecondFactor: true,
		});
	});
});

describe('a second factor', () => {
	test('brings the roles, and ends the sessions that have not shown it', async () => {
		const { cookie, before } = await withSecondFactor('sara');
		expect((await identify(db, config, cookie)).account).toMatchObject({ roles: ['moderator'] });
		expect((await identify(db, config, before)).account).toBeNull();
	});

	test('is asked for after a link as well', async () => {
		const { email } = await withSecondFactor('sofia');
		const { cookies, step } = await signInByLink(db, config, await linkTo(email));
		expect(step).toBe('second-factor');
		expect((await identify(db, config, headerOf(cookies))).account).toBeNull();
	});

	test('signs in with its code, once', async () => {
		const { email, code } = await withSecondFactor('sven');
		const asked = headerOf((await signInByPassword(db, config, { email, password })).cookies);
		const given = code(0);
		const { cookies } = await signInByCode(db, config, { code: given }, asked);
		expect((await identify(db, config, headerOf(cookies))).account).toMatchObject({ roles: ['moderator'] });

		const askedAgain = headerOf((await signInByPassword(db, config, { email, password })).cookies);
		await expect(signInByCode(db, config, { code: given }, askedAgain)).rejects.toMatchObject({
			code: 'code-wrong',
		});
		await expect(signInByCode(db, config, { code: code(-1) }, askedAgain)).rejects.toMatchObject({
			code: 'code-wrong',
		});
		await expect(signInByCode(db, config, { code: code(1) }, askedAgain)).resolves.toMatchObject({
			step: 'done',
		});
	});

	test('signs in with a backup code, once', async () => {
		const { email, backupCodes } = await withSecondFactor('stella');
		const asked = async () => headerOf((await signInByPassword(db, config, { email, password })).cookies);
		await expect(signInByCode(db, config, { code: backupCodes[0]! }, await asked())).resolves.toMatchObject({
			step: 'done',
		});
		await expect(signInByCode(db, config, { code: backupCodes[0]! }, await asked())).rejects.toMatchObject({
			code: 'code-wrong',
		});
	});

	test('cannot be guessed: after five wrong codes one starts again, after ten one waits', async () => {
		const { email, code } = await withSecondFactor('simon');
		const refusalsOf = async (codes: string[]) => {
			const asked = headerOf((await signInByPassword(db, config, { email, password })).cookies);
			const answers: string[] = [];
			for (const code of codes)
				answers.push(
					await signInByCode(db, config, { code }, asked).then(
						() => 'signed in',
						(error) => error.code,
					),
				);
			return answers;
		};
		const wrong = (from: number) => Array.from({ length: 5 }, (_, i) => `00000${from + i}`);
		expect(await refusalsOf([...wrong(0), code(0)])).toEqual([
			...Array(5).fill('code-wrong'),
			'sign-in-expired',
		]);
		expect(await refusalsOf(wrong(5))).toEqual(Array(5).fill('code-wrong'));
		expect(await refusalsOf([code(1)])).toEqual(['too-fast']);
	});

	test('is not asked of a browser that never gave a password', async () => {
		const { code } = await withSecondFactor('silvia');
		await expect(signInByCode(db, config, { code: code(0) }, undefined)).rejects.toMatchObject({
			code: 'sign-in-expired',
		});
		await expect(
			signInByCode(db, config, { code: code(0) }, 'second-step=2fa-made-up.c2lnbmF0dXJl'),
		).rejects.toMatchObject({ code: 'sign-in-expired' });
	});

	test('goes only with a code, and the roles go with it', async () => {
		const { cookie, code } = await withSecondFactor('stefan');
		await expect(removeSecondFactor(db, config, cookie, { code: '000000', password })).rejects.toMatchObject({
			code: 'code-wrong',
		});
		const cookies = await removeSecondFactor(db, config, cookie, { code: code(0), password });
		expect((await identify(db, config, headerOf(cookies))).account).toMatchObject({
			roles: [],
			needsSecondFactor: true,
		});
	});
});

describe('a session', () => {
	test('is a new one at every sign-in, and the one before ends', async () => {
		const { email, cookie } = await newcomer('nina');
		const { cookies } = await signInByPassword(db, config, { email, password }, cookie);
		expect(headerOf(cookies)).not.toBe(cookie);
		expect((await identify(db, config, cookie)).account).toBeNull();
	});

	test('cannot be prepared by somebody else', async () => {
		const { email } = await newcomer('noah');
		const planted = 'session=planted.c2lnbmF0dXJl';
		const { cookies } = await signInByPassword(db, config, { email, password }, planted);
		expect(headerOf(cookies)).not.toContain('planted');
		expect((await identify(db, config, planted)).account).toBeNull();
	});

	test('ends with signing out, and a second time changes nothing', async () => {
		const { cookie } = await newcomer('nora');
		await signOut(db, config, cookie);
		await signOut(db, config, cookie);
		expect((await identify(db, config, cookie)).account).toBeNull();
	});

	test('ends by itself', async () => {
		const { cookie, id } = await newcomer('norbert');
		await db
			.update(sessions)
			.set({ expiresAt: new Date(Date.now() - 1_000) })
			.where(eq(sessions.userId, id));
		expect((await identify(db, config, cookie)).account).toBeNull();
	});

	test('has cookies that only this site reads, over https only where the site is https', async () => {
		const { email } = await newcomer('nils');
		const local = await signInByPassword(db, config, { email, password });
		expect(local.cookies.at(-1)).toMatchObject({
			name: 'session',
			httpOnly: true,
			sameSite: 'lax',
			path: '/',
		});
		const secure = testConfig({ PUBLIC_URL: 'https://hall.example.gov' });
		const other = openDatabase(db.$client.options.connectionString!);
		const { cookies } = await signInByPassword(other, secure, { email, password });
		await closeDatabase(other);
		expect(cookies.at(-1)).toMatchObject({
			name: '__Host-session',
			httpOnly: true,
			secure: true,
			sameSite: 'lax',
			path: '/',
		});
		expect(cookies.at(-1)!.domain).toBeUndefined();
	});

	test('keeps no address and no user agent, even if somebody tries', async () => {
		await newcomer('nadia');
		const [kept] = await db
			.select({ rows: count(), addresses: count(sessions.ipAddress), agents: count(sessions.userAgent) })
			.from(sessions);
		expect(kept).toMatchObject({ addresses: 0, agents: 0 });
		expect(kept!.rows).toBeGreaterThan(0);
		await expect(db.update(sessions).set({ ipAddress: '192.0.2.1' })).rejects.toThrow();
	});
});

test('signing in leaves nothing that leads from an account to the guest of the same browser', async () => {
	const { guest, value } = makeGuest(config);
	const { cookies } = await signInByLink(db, config, await linkTo('gina@example.org'), `guest=${value}`);
	const actor = await identify(db, config, `guest=${value}; ${headerOf(cookies)}`);
	expect(actor).toMatchObject({ guest: guest.secret, account: { email: 'gina@example.org' } });
	const everything = await dump();
	expect(everything).toContain('gina@example.org');
	expect(everything).not.toContain(guest.secret);
});

test('whose role or session was changed is told in the same transaction', async () => {
	const { id } = await newcomer('tina');
	const listener = await db.$client.connect();
	const told: (string | undefined)[] = [];
	listener.on('notification', ({ payload }) => told.push(payload));
	await listener.query('listen person');
	await db.transaction(async (tx) => {
		await tx.insert(personRoles).values({ personId: id, role: 'staff' });
		await listener.query('select 1');
		expect(told).toEqual([]);
	});
	await listener.query('select 1');
	expect(told).toEqual([id]);
	await db.delete(sessions).where(eq(sessions.userId, id));
	await listener.query('select 1');
	expect(told).toEqual([id, id]);
	await db.update(people).set({ name: 'Tina' }).where(eq(people.id, id));
	await listener.query('select 1');
	expect(told).toEqual([id, id, id]);
	listener.release(true);
});

/** Every row of every table, as text. */
async function dump(): Promise<string> {
	const { rows: tables } = await db.execute<{ name: string }>(
		sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
	);
	const parts = await Promise.all(
		tables.map(
			async ({ name }) =>
				(
					await db.execute<{ all: string | null }>(
						sql.raw(`select string_agg(t::text, E'\\n') as all from ${name} t`),
					)
				).rows[0]?.all,
		),
	);
	return parts.join('\n');
}
