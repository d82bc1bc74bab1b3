// People and their roles: who they are, who may do what, and how the first ones come to be.
import { and, asc, eq, ilike, or, sql } from 'drizzle-orm';
import type { Config } from '#config';
import { Refusal } from '#domain/errors.ts';
import { emailInput, personInput, roleInput, system, type Actor, type Role } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { credentialOf } from './accounts.ts';
import { authFor } from './auth.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { checked, command, work } from './command.ts';
import { credentials, people, personRoles, secondFactors, sessions } from './schema/index.ts';
import { isDemoTown } from './sessions.ts';

export const peoplePerPage = 50;

/** The roles a person holds, whether they are in force or not. */
const heldRoles = sql<
	Role[]
>`array(select role from ${personRoles} where ${personRoles.personId} = ${people.id} order by role)`;

/** One page of the people with an account whose name or address contains `search`, those with roles first. */
export async function listPeople(
	db: Reader,
	actor: Actor,
	{ search = '', page = 1 }: { search?: string; page?: number },
) {
	authorize(actor, 'person:list');
	const like = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
	const rows = await db
		.select({
			id: people.id,
			name: people.name,
			email: people.email,
			since: people.createdAt,
			roles: heldRoles,
			hasSecondFactor: people.twoFactorEnabled,
			sessions: sql<number>`(select count(*)::int from ${sessions} where ${sessions.userId} = ${people.id} and ${sessions.expiresAt} > now())`,
		})
		.from(people)
		.where(search.trim() ? or(ilike(people.name, like), ilike(people.email, like)) : undefined)
		.orderBy(sql`cardinality(${heldRoles}) = 0`, asc(people.name), asc(people.id))
		.limit(peoplePerPage + 1)
		.offset((page - 1) * peoplePerPage);
	return { people: rows.slice(0, peoplePerPage), hasMore: rows.length > peoplePerPage };
}

/** Gives a role. Whoever has it already keeps it. */
export const grantRole = command(roleInput, async ({ tx, actor, note }, { personId, role }) => {
	authorize(actor, 'person:change');
	await lockPerson(tx, personId);
	if (await addRole(tx, personId, role, actor.account?.id ?? null))
		note('person:grant', `person:${personId}`, { role });
});

/** Takes a role away. @throws Refusal last-admin */
export const revokeRole = command(roleInput, async ({ tx, actor, note }, { personId, role }) => {
	authorize(actor, 'person:change');
	await lockPerson(tx, personId);
	if (role === 'admin') await refuseLastAdmin(tx, personId);
	const taken = await tx
		.delete(personRoles)
		.where(and(eq(personRoles.personId, personId), eq(personRoles.role, role)))
		.returning();
	if (taken.length > 0) note('person:revoke', `person:${personId}`, { role });
});

/** Signs somebody out everywhere. */
export const endSessionsOf = command(personInput, async ({ tx, actor, note }, { personId }) => {
	authorize(actor, 'person:change');
	await lockPerson(tx, personId);
	const ended = await tx.delete(sessions).where(eq(sessions.userId, personId)).returning();
	if (ended.length > 0) note('person:sign-out', `person:${personId}`, { sessions: ended.length });
});

/** For a lost phone: takes the second factor away and signs the person out. Their roles wait until they set up a new one. */
export const resetSecondFactor = command(personInput, async ({ tx, actor, note }, { personId }) => {
	authorize(actor, 'person:change');
	await lockPerson(tx, personId);
	const reset = await tx.delete(secondFactors).where(eq(secondFactors.userId, personId)).returning();
	if (reset.length === 0) return;
	await tx
		.update(people)
		.set({ twoFactorEnabled: false, updatedAt: new Date() })
		.where(eq(people.id, personId));
	await tx.delete(sessions).where(eq(sessions.userId, personId));
	note('person:reset-second-factor', `person:${personId}`);
});

/**
 * Makes the first admin of a city's database; they sign in by a link in the mail.
 * @param isForced makes another one although there is one, for the day nobody can reach the admin page any more
 * @returns the person's id, or null when there is an admin already
 */
export async function makeFirstAdmin(
	db: Database,
	rawEmail: string,
	isForced = false,
): Promise<string | null> {
	const email = checked(emailInput, rawEmail);
	return work(db, system, async ({ tx, note }) => {
		// Two who start at the same time: the second waits and then sees the first's admin.
		await tx.execute(sql`select pg_advisory_xact_lock(hashtext('first-admin'))`);
		const admins = await tx
			.select({ id: personRoles.personId })
			.from(personRoles)
			.where(eq(personRoles.role, 'admin'));
		if (admins.length > 0 && !isForced) return null;
		const { id } = await findOrAddPerson(tx, { email, name: '' });
		if (await addRole(tx, id, 'admin', null)) note('person:first-admin', `person:${id}`, { isForced });
		return id;
	});
}

/** The password of everybody in the demo town: shown on its sign-in page. */
export const demoPassword = 'porchlight demo';

/** Who can be tried out on the sign-in page of the demo town; nobody elsewhere. */
export async function listDemoPeople(db: Reader, config: Config) {
	if (!isDemoTown(config)) return [];
	return db
		.select({ name: people.name, email: people.email, roles: heldRoles })
		.from(people)
		.where(eq(people.demo, true))
		.orderBy(people.name);
}

/** Somebody of the demo town, with a known password and without a second factor. @throws Error on a city's database */
export async function addDemoPerson(
	db: Database,
	config: Config,
	person: { name: string; email: string; roles: Role[] },
): Promise<string> {
	if (config.DATABASE_URL)
		throw new Error(
			'The people of the demo town live in the embedded database only, never in that of DATABASE_URL.',
		);
	const hash = await (await authFor(db, config).$context).password.hash(demoPassword);
	return work(db, system, async ({ tx }) => {
		const { id } = await findOrAddPerson(tx, person);
		await tx.update(people).set({ demo: true }).where(eq(people.id, id));
		await tx.insert(credentials).values(credentialOf(id, hash));
		for (const role of person.roles) await addRole(tx, id, role, null);
		return id;
	});
}

/** The person with the address, who is added when there is none. Whoever calls knows that the address is theirs, or mails it a link. */
export async function findOrAddPerson(
	tx: Transaction,
	{ email, name }: { email: string; name: string },
): Promise<{ id: string; isNew: boolean }> {
	const [added] = await tx
		.insert(people)
		.values({ id: crypto.randomUUID(), email, name, emailVerified: true })
		.onConflictDoNothing()
		.returning({ id: people.id });
	if (added) return { ...added, isNew: true };
	const [found] = await tx
		.select({ id: people.id })
		.from(people)
		.where(eq(people.email, email))
		.for('no key update');
	if (!found) throw new Error('a person vanished within a transaction');
	return { ...found, isNew: false };
}

/** Gives a role and says whether it is new. */
export async function addRole(
	tx: Transaction,
	personId: string,
	role: Role,
	grantedBy: string | null,
): Promise<boolean> {
	const added = await tx
		.insert(personRoles)
		.values({ personId, role, grantedBy })
		.onConflictDoNothing()
		.returning();
	return added.length > 0;
}

async function lockPerson(tx: Transaction, personId: string): Promise<void> {
	const [person] = await tx
		.select({ id: people.id })
		.from(people)
		.where(eq(people.id, personId))
		.for('no key update');
	if (!person) throw new Refusal('not-found');
}

// All admins are locked: of two who take the role from each other, the second finds one left.
async function refuseLastAdmin(tx: Transaction, personId: string): Promise<void> {
	const admins = await tx
		.select({ id: personRoles.personId })
		.from(personRoles)
		.where(eq(personRoles.role, 'admin'))
		.orderBy(personRoles.personId)
		.for('update');
	if (admins.length === 1 && admins[0]?.id === personId) throw new Refusal('last-admin');
}
