// Signing out: by a form, so that no link or picture on another site can do it.
import { redirect } from '@sveltejs/kit';
import { endPushNews } from '#db/push.ts';
import { signOut } from '#db/signIn.ts';
import { shared } from '#lib/server/database.ts';
import { giveCookies } from '#lib/server/signIn.ts';

export const load = ({ locals }) => {
	if (!locals.actor.account) redirect(303, '/');
};

export const actions = {
	default: async (event) => {
		const { db, config } = shared();
		await endPushNews(db, event.locals.actor);
		giveCookies(event, await signOut(db, config, event.request.headers.get('cookie') ?? undefined));
		redirect(303, '/');
	},
};
