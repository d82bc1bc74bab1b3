// Where an invitation leads: name and password for a new account, or one button for an account that is there already.
import { redirect } from '@sveltejs/kit';
import { acceptInvitation, readInvitation } from '#db/invitations.ts';
import { signInByPassword } from '#db/signIn.ts';
import { shared } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';
import { goOn } from '#lib/server/signIn.ts';

export const load = async (event) => {
	event.setHeaders({ 'cache-control': 'no-store' });
	await withinLimit('invitationsFromHere', addressOf(event));
	const { db, config } = shared();
	return { invitation: await readInvitation(db, event.params.token), zone: config.TIME_ZONE };
};

export const actions = {
	accept: async (event) => {
		const form = await event.request.formData();
		return answering('accept', form, async () => {
			const { db, config } = shared();
			await withinLimit('invitationsFromHere', addressOf(event));
			const { token } = event.params;
			const { email, isKnown } = await readInvitation(db, token);
			const password = String(form.get('password') ?? '');
			await acceptInvitation(db, config, event.locals.actor, {
				token,
				name: String(form.get('name') ?? ''),
				password,
			});
			if (isKnown) redirect(303, '/sign-in?next=/account');
			const cookie = event.request.headers.get('cookie') ?? undefined;
			event.url.searchParams.set('next', '/account/second-factor');
			goOn(event, await signInByPassword(db, config, { email, password }, cookie));
		});
	},
};
