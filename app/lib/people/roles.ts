// The names of the roles, in the reader's language.
import type { Role } from '#domain/people.ts';
import { m } from '#lib/paraglide/messages.js';

const names: Record<Role, () => string> = {
	moderator: m.people_role_moderator,
	staff: m.people_role_staff,
	admin: m.people_role_admin,
	captioner: m.people_role_captioner,
};

export function roleName(role: Role): string {
	return names[role]();
}
