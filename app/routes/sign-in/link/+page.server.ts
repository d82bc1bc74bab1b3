// Where a sign-in link leads. Opening it changes nothing: mail programs look at links before people do. The button signs in.
import { signInByLink } from '#db/signIn.ts';
import { shared } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';
import { goOn, nextQuery } from '#lib/server/signIn.ts';

export const load = (event) => {
	event.setHeaders({ 'cache-control': 'no-store' });
	return { token: event.url.searchParams.get('token') ?? '', query: nextQuery(event) };
};

export const actions = {
	use: async (event) => {
		const form = await event.request.formData();
		return answering('use', form, async () => {
			const { db, config } = shared();
			await withinLimit('signInsFromHere', addressOf(event));
			const cookie = event.request.headers.get('cookie') ?? undefined;
			goOn(event, await signInByLink(db, config, String(form.get('token') ?? ''), cookie));
		});
	},
};
