// Signing in: a link by mail, or a password. Known and unknown addresses are answered alike.
import { redirect } from '@sveltejs/kit';
import { listDemoPeople, demoPassword } from '#db/people.ts';
import { isMailShown } from '#db/mail.ts';
import { mailSignInLink, signInByPassword } from '#db/signIn.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { shared } from '#lib/server/database.ts';
import { signInLetter } from '#lib/server/letters.ts';
import { addressOf, forgiveTries, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';
import { goOn, nextQuery, wantedPage } from '#lib/server/signIn.ts';

export const load = async (event) => {
	if (event.locals.actor.account) redirect(303, wantedPage(event));
	const { db, config } = shared();
	const demo = await listDemoPeople(db, config);
	return { query: nextQuery(event), demo, demoPassword: demo.length > 0 ? demoPassword : '' };
};

export const actions = {
	link: async (event) => {
		const form = await event.request.formData();
		return answering('link', form, async () => {
			const { db, config } = shared();
			const email = String(form.get('email') ?? '');
			await withinLimit('mailsFromHere', addressOf(event));
			await withinLimit('mailsToPerson', email);
			const locale = getLocale();
			await mailSignInLink(db, config, { email }, (token) =>
				signInLetter(config, locale, token, wantedPage(event)),
			);
			return { sentTo: email, isMailShown: isMailShown(config) };
		});
	},
	password: async (event) => {
		const form = await event.request.formData();
		return answering('password', form, async () => {
			const { db, config } = shared();
			const email = String(form.get('email') ?? '');
			await withinLimit('signInsFromHere', addressOf(event));
			await withinLimit('signInsOfPerson', email);
			const password = String(form.get('password') ?? '');
			const cookie = event.request.headers.get('cookie') ?? undefined;
			const signIn = await signInByPassword(db, config, { email, password }, cookie);
			await forgiveTries('signInsOfPerson', email);
			goOn(event, signIn);
		});
	},
};
