// People and roles, for admins.
import { endSessionsOf, grantRole, listPeople, resetSecondFactor, revokeRole } from '#db/people.ts';
import { invite, listInvitations, withdrawInvitation } from '#db/invitations.ts';
import type { Role } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { shared } from '#lib/server/database.ts';
import { invitationLetter } from '#lib/server/letters.ts';
import { withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, url }) => {
	const { db, config } = shared();
	const search = url.searchParams.get('search') ?? '';
	const page = Math.max(1, Math.trunc(Number(url.searchParams.get('page'))) || 1);
	const found = await listPeople(db, locals.actor, { search, page });
	const invitations = await listInvitations(db, locals.actor);
	return { ...found, search, page, invitations, zone: config.TIME_ZONE };
};

type Event = { request: Request; locals: App.Locals };
type Act = (form: FormData, event: Event) => Promise<unknown>;

/** A form action that says what was done, for the notice on the page. */
const action = (at: string, act: Act) => async (event: Event) => {
	const form = await event.request.formData();
	return answering(at, form, async () => {
		await act(form, event);
		return { done: at };
	});
};

const person = (form: FormData) => ({ personId: String(form.get('person') ?? '') });
const personAndRole = (form: FormData) => ({ ...person(form), role: form.get('role') as Role });

export const actions = {
	grant: action('grant', (form, { locals }) => grantRole(shared().db, locals.actor, personAndRole(form))),
	revoke: action('revoke', (form, { locals }) => revokeRole(shared().db, locals.actor, personAndRole(form))),
	signOut: action('signOut', (form, { locals }) => endSessionsOf(shared().db, locals.actor, person(form))),
	reset: action('reset', (form, { locals }) => resetSecondFactor(shared().db, locals.actor, person(form))),
	withdraw: action('withdraw', (form, { locals }) =>
		withdrawInvitation(shared().db, locals.actor, { invitationId: String(form.get('invitation') ?? '') }),
	),
	invite: action('invite', async (form, { locals }) => {
		const { db, config } = shared();
		authorize(locals.actor, 'person:invite');
		const input = { email: String(form.get('email') ?? ''), roles: form.getAll('roles') as Role[] };
		await withinLimit('mailsToPerson', input.email);
		const inviter = locals.actor.account?.name ?? '';
		const locale = getLocale();
		await invite(db, locals.actor, input, (token) => invitationLetter(config, locale, token, inviter));
	}),
};
