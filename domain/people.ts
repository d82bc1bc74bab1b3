// Who is asking: nobody in particular, a guest's browser, or an account with roles.

/** Roles that a person with an account may hold; several at once. A resident is an account without any. */
export const roles = ['moderator', 'staff', 'admin'] as const;
export type Role = (typeof roles)[number];

/** A signed-in person as the rest of the code sees one. */
export type Account = {
	id: string;
	name: string;
	email: string;
	roles: Role[];
};

/**
 * Whoever asks for something. `guest` is the secret of this browser's guest cookie: it never leaves the server's memory and
 * is never stored; what is stored is a pseudonym made from it per meeting (`db/identity.ts`). An account's browser has a guest
 * secret too, so that a signed-in person can ask anonymously without any row that leads to the account.
 */
export type Actor = {
	guest: string | null;
	/** When the guest secret was made, milliseconds since 1970: bursts of fresh ones are shown to moderators. */
	guestSince?: number;
	account: Account | null;
	/** Set only for the server's own acts (jobs, seed), never from a request. */
	system?: true;
};

/** Somebody without a cookie and without an account: may read what is public. */
export const nobody: Actor = { guest: null, account: null };

/** The server itself: scheduled acts and the seed. */
export const system: Actor = { guest: null, account: null, system: true };

/** Whether the actor holds the role, or is the server itself. */
export function has(actor: Actor, role: Role): boolean {
	return actor.system === true || (actor.account?.roles.includes(role) ?? false);
}

/** Whether the actor works for the city in any role. */
export function isStaffMember(actor: Actor): boolean {
	return roles.some((role) => has(actor, role));
}
