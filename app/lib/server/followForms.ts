// Following from the page of a concern or a follow-up: what its box shows, and the two actions that the page takes over with `...`.
import type { RequestEvent } from '@sveltejs/kit';
import { followByEmail, followSomething, isFollowed, unfollow } from '#db/followers.ts';
import { isMailShown } from '#db/mail.ts';
import type { FollowedKind } from '#domain/following.ts';
import type { Actor } from '#domain/people.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { shared } from './database.ts';
import { addressOf, withinLimit } from './limits.ts';
import { askLetter } from './newsLetters.ts';
import { answering } from './refusals.ts';

/** What `FollowBox` is given: `<FollowBox {...data.follow} answer={form} />`. */
export async function followOf(actor: Actor, kind: FollowedKind, subject: string) {
	return {
		isSignedIn: actor.account !== null,
		isFollowed: await isFollowed(shared().db, actor, kind, subject),
	};
}

/** `follow` and `unfollow` of a page of a concern or a follow-up. @param name of the address's part that is its number */
export const followActions = <Name extends string>(kind: FollowedKind, name: Name) => ({
	follow: async (event: Numbered<Name>) => {
		const form = await event.request.formData();
		const subject = numberIn(event.params[name]);
		return answering('follow', form, async () => {
			const { db, config } = shared();
			const locale = getLocale();
			if (event.locals.actor.account) {
				await followSomething(db, event.locals.actor, { kind, subject, locale });
				return { askedAt: null, isMailShown: false };
			}
			const email = String(form.get('email') ?? '');
			await withinLimit('mailsFromHere', addressOf(event));
			await withinLimit('mailsToPerson', email);
			await followByEmail(db, { kind, subject, email, locale }, (token, asked) =>
				askLetter(config, locale, token, asked),
			);
			return { askedAt: email, isMailShown: isMailShown(config) };
		});
	},
	unfollow: async ({ request, locals, params }: Numbered<Name>) =>
		answering('unfollow', await request.formData(), async () => {
			await unfollow(shared().db, locals.actor, { kind, subject: numberIn(params[name]) });
			return {};
		}),
});

type Numbered<Name extends string> = RequestEvent<Record<Name, string>>;
const numberIn = (part: string) => part.toUpperCase();
