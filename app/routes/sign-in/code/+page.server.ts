// The second step of signing in: a code of the authenticator app, or a backup code.
import { signInByCode } from '#db/signIn.ts';
import { shared } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';
import { goOn, nextQuery } from '#lib/server/signIn.ts';

export const load = (event) => ({ query: nextQuery(event) });

export const actions = {
	code: async (event) => {
		const form = await event.request.formData();
		return answering('code', form, async () => {
			const { db, config } = shared();
			await withinLimit('signInsFromHere', addressOf(event));
			const cookie = event.request.headers.get('cookie') ?? undefined;
			goOn(event, await signInByCode(db, config, { code: String(form.get('code') ?? '') }, cookie));
		});
	},
};
