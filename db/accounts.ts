// What a person does with their own account: name, password, the browsers they are signed in on.
import { and, desc, eq, gt, ne, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { Config } from '#config';
import { Refusal } from '#domain/errors.ts';
import { nameChangeInput, newPasswordInput, passwordLength, type Actor } from '#domain/people.ts';
import { authFor } from './auth.ts';
import { readSigned } from './authCookies.ts';
import type { Database, Reader } from './client.ts';
import { checked, command, work } from './command.ts';
import { credentials, people, sessions } from './schema/index.ts';

/** For so long after signing in, a password may be set without the present one: so a forgotten one is replaced by way of a link. */
export const freshMinutes = 15;

/** Gives the account another name. It is shown with what is asked by name from now on; what was asked keeps the old one. */
export const changeName = command(nameChangeInput, async ({ tx, actor }, { name }) => {
	await tx
		.update(people)
		.set({ name, updatedAt: new Date() })
		.where(eq(people.id, ownId(actor)));
});

const passwordChange = v.object({
	newPassword: newPasswordInput,
	password: v.optional(v.pipe(v.string(), v.maxLength(passwordLength.most))),
});

/**
 * Sets or replaces the password and ends the person's other sessions.
 * @throws Refusal password-wrong when the present one is asked for (see `asksPassword`) and not right
 */
export async function changePassword(
	db: Database,
	config: Config,
	actor: Actor,
	cookieHeader: string | undefined,
	raw: v.InferInput<typeof passwordChange>,
): Promise<void> {
	const input = checked(passwordChange, raw);
	const personId = ownId(actor);
	const hashing = (await authFor(db, config).$context).password;
	const own = await readAccount(db, config, actor, cookieHeader);
	if (
		own.asksPassword &&
		!(await hashing.verify({ hash: own.passwordHash ?? '', password: input.password ?? '' }))
	)
		throw new Refusal('password-wrong', 'password');
	const password = await hashing.hash(input.newPassword);
	await work(db, actor, async ({ tx }) => {
		const changed = await tx
			.update(credentials)
			.set({ password, updatedAt: new Date() })
			.where(and(eq(credentials.userId, personId), eq(credentials.providerId, 'credential')))
			.returning();
		if (changed.length === 0) await tx.insert(credentials).values(credentialOf(personId, password));
		await tx.delete(sessions).where(and(eq(sessions.userId, personId), ne(sessions.id, own.sessionId)));
	});
}

/** The row that lets somebody sign in with a password, in better-auth's form. */
export function credentialOf(personId: string, passwordHash: string): typeof credentials.$inferInsert {
	return {
		id: crypto.randomUUID(),
		accountId: personId,
		userId: personId,
		providerId: 'credential',
		password: passwordHash,
	};
}

/**
 * What the account page shows of the account besides the actor.
 * @throws Refusal sign-in-needed
 */
export async function readAccount(
	db: Reader,
	config: Config,
	actor: Actor,
	cookieHeader: string | undefined,
) {
	const personId = ownId(actor);
	const [session] = await db
		.select({
			id: sessions.id,
			isFresh: sql<boolean>`${sessions.createdAt} > now() - ${freshMinutes} * interval '1 minute'`,
		})
		.from(sessions)
		.where(
			and(
				eq(sessions.token, readSigned(config, cookieHeader, 'session') ?? ''),
				eq(sessions.userId, personId),
			),
		);
	if (!session) throw new Refusal('sign-in-needed');
	const [credential] = await db
		.select({ password: credentials.password })
		.from(credentials)
		.where(and(eq(credentials.userId, personId), eq(credentials.providerId, 'credential')));
	const passwordHash = credential?.password ?? null;
	return { sessionId: session.id, passwordHash, asksPassword: passwordHash !== null && !session.isFresh };
}

/** Where the person is signed in: when it began, and whether it is this browser. Nothing else is known of a session. */
export async function listSessions(db: Reader, actor: Actor, sessionId: string) {
	const rows = await db
		.select({ id: sessions.id, since: sessions.createdAt, until: sessions.expiresAt })
		.from(sessions)
		.where(and(eq(sessions.userId, ownId(actor)), gt(sessions.expiresAt, sql`now()`)))
		.orderBy(desc(sessions.createdAt));
	return rows.map((row) => ({ ...row, isThisOne: row.id === sessionId }));
}

/** Ends one of the person's own sessions; somebody else's is left alone. */
export const endSession = command(
	v.object({ sessionId: v.string() }),
	async ({ tx, actor }, { sessionId }) => {
		await tx.delete(sessions).where(and(eq(sessions.id, sessionId), eq(sessions.userId, ownId(actor))));
	},
);

/** Signs the person out everywhere, here too. */
export const endAllSessions = command(v.object({}), async ({ tx, actor }) => {
	await tx.delete(sessions).where(eq(sessions.userId, ownId(actor)));
});

function ownId(actor: Actor): string {
	if (!actor.account) throw new Refusal('sign-in-needed');
	return actor.account.id;
}
