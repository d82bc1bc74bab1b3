// Invitations: how somebody comes to work here. A link by e-mail, good for seven days and for one use.
import { and, desc, eq, gt, isNull, sql, type SQL } from 'drizzle-orm';
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Config } from '#config';
import { Refusal } from '#domain/errors.ts';
import { acceptInput, invitationInput, withdrawInput, type Actor, type Role } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { credentialOf } from './accounts.ts';
import { authFor } from './auth.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { checked, command, work } from './command.ts';
import { writeMail, type Letter } from './mail.ts';
import { addRole, findOrAddPerson } from './people.ts';
import { credentials, invitations } from './schema/index.ts';

export const invitationDays = 7;

/**
 * Invites somebody; an earlier invitation that is still open is withdrawn.
 * @param letter says it in a language the reader is likely to speak
 */
export async function invite(
	db: Database,
	actor: Actor,
	raw: { email: string; roles: Role[] },
	letter: (token: string) => Letter,
): Promise<void> {
	const input = checked(invitationInput, raw);
	await work(db, actor, async ({ tx, note }) => {
		authorize(actor, 'person:invite');
		await withdrawOpen(tx, eq(invitations.email, input.email));
		const token = randomBytes(24).toString('base64url');
		const [made] = await tx
			.insert(invitations)
			.values({
				...input,
				tokenDigest: digestOf(token),
				invitedBy: actor.account?.id ?? null,
				expiresAt: sql`now() + ${invitationDays} * interval '1 day'`,
			})
			.returning({ id: invitations.id });
		await writeMail(tx, { recipient: input.email, ...letter(token) });
		note('person:invite', `invitation:${made!.id}`, { roles: input.roles });
	});
}

/** Withdraws an invitation. One that was used, withdrawn or is too old stays as it is. */
export const withdrawInvitation = command(withdrawInput, async ({ tx, actor, note }, { invitationId }) => {
	authorize(actor, 'person:invite');
	const withdrawn = await withdrawOpen(tx, eq(invitations.id, invitationId));
	if (withdrawn > 0) note('person:withdraw-invitation', `invitation:${invitationId}`);
});

/** Invitations nobody has used yet. */
export async function listInvitations(db: Reader, actor: Actor) {
	authorize(actor, 'person:list');
	return db
		.select({
			id: invitations.id,
			email: invitations.email,
			roles: invitations.roles,
			expiresAt: invitations.expiresAt,
		})
		.from(invitations)
		.where(isOpen)
		.orderBy(desc(invitations.invitedAt));
}

/**
 * What the link leads to. `isKnown`: the address has an account already, which only gets the roles.
 * @throws Refusal invitation-gone
 */
export async function readInvitation(db: Reader, token: string) {
	const [found] = await db
		.select({
			email: invitations.email,
			roles: invitations.roles,
			expiresAt: invitations.expiresAt,
			// Written out: drizzle would leave the tables' names away, and compare a column with itself.
			isKnown: sql<boolean>`exists (select from people known where known.email = invitations.email)`,
		})
		.from(invitations)
		.where(and(eq(invitations.tokenDigest, digestOf(token)), isOpen));
	if (!found) throw new Refusal('invitation-gone');
	return found;
}

/**
 * Accepts an invitation: a new account with a name and a password, or the roles for the account that is there. The roles come
 * into force with the second factor. An account that exists keeps its name and password: an invitation is no way into it.
 * @throws Refusal invitation-gone
 */
export async function acceptInvitation(
	db: Database,
	config: Config,
	actor: Actor,
	raw: { token: string; name?: string; password?: string },
): Promise<void> {
	const { token } = checked(v.object({ token: v.string() }), raw);
	const { isKnown } = await readInvitation(db, token);
	const wanted = isKnown ? undefined : checked(acceptInput, raw);
	const hash = wanted && (await (await authFor(db, config).$context).password.hash(wanted.password));
	await work(db, { ...actor, account: null }, async ({ tx, note }) => {
		const [accepted] = await tx
			.update(invitations)
			.set({ acceptedAt: sql`now()` })
			.where(and(eq(invitations.tokenDigest, digestOf(token)), isOpen))
			.returning();
		if (!accepted) throw new Refusal('invitation-gone');
		const { id: personId, isNew } = await findOrAddPerson(tx, {
			email: accepted.email,
			name: wanted?.name ?? '',
		});
		if (hash && isNew) await tx.insert(credentials).values(credentialOf(personId, hash));
		await tx.update(invitations).set({ acceptedBy: personId }).where(eq(invitations.id, accepted.id));
		for (const role of accepted.roles) await addRole(tx, personId, role, accepted.invitedBy);
		note('person:accept-invitation', `person:${personId}`, {
			invitation: accepted.id,
			roles: accepted.roles,
			invitedBy: accepted.invitedBy,
		});
	});
}

const isOpen = and(
	isNull(invitations.acceptedAt),
	isNull(invitations.withdrawnAt),
	gt(invitations.expiresAt, sql`now()`),
);

async function withdrawOpen(tx: Transaction, which: SQL): Promise<number> {
	const withdrawn = await tx
		.update(invitations)
		.set({ withdrawnAt: sql`now()` })
		.where(and(which, isOpen))
		.returning();
	return withdrawn.length;
}

function digestOf(token: string): string {
	return createHash('sha256').update(token).digest('base64url');
}
