// Who is asking: nobody in particular, a guest's browser, or an account with roles.
import * as v from 'valibot';

/** Roles that a person with an account may hold; several at once. A resident is an account without any. */
export const roles = ['moderator', 'staff', 'admin', 'captioner'] as const;
export type Role = (typeof roles)[number];

/** A signed-in person as the rest of the code sees one. */
export type Account = {
	id: string;
	name: string;
	email: string;
	/** The roles in force for this session. */
	roles: Role[];
	/** Holds roles, which wait until this session has shown a second factor (set up at `/account`, asked for at sign-in). */
	needsSecondFactor?: true;
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

/** How long a password may be. Length is what makes one strong; no rule asks for odd characters. */
export const passwordLength = { least: 10, most: 128 };

export const emailInput = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(254), v.email());
export const nameInput = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));
export const newPasswordInput = v.pipe(
	v.string(),
	v.minLength(passwordLength.least),
	v.maxLength(passwordLength.most),
);
const rolesInput = v.pipe(v.array(v.picklist(roles)), v.minLength(1));

export const linkInput = v.object({ email: emailInput });
export const passwordSignInInput = v.object({
	email: emailInput,
	password: v.pipe(v.string(), v.minLength(1), v.maxLength(passwordLength.most)),
});
export const nameChangeInput = v.object({ name: nameInput });
export const roleInput = v.object({ personId: v.string(), role: v.picklist(roles) });
export const personInput = v.object({ personId: v.string() });
export const invitationInput = v.object({ email: emailInput, roles: rolesInput });
export const withdrawInput = v.object({ invitationId: v.pipe(v.string(), v.uuid()) });
export const acceptInput = v.object({ token: v.string(), name: nameInput, password: newPasswordInput });
/** Six digits of an authenticator app, or a backup code; spaces are how people read them out. */
export const codeInput = v.pipe(
	v.string(),
	v.transform((code) => code.replace(/\s/g, '')),
	v.regex(/^[A-Za-z0-9-]{6,20}$/),
);
