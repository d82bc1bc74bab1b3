// Following from the page of a concern, a follow-up or an area: what its box shows, and the two actions that the page takes over with `...`.
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
export const followActions = <Name extends string>(kind: FollowedKind, name: Name) =>
	actionsOf(kind, ({ params }: Numbered<Name>) => params[name].toUpperCase());

/** The same of a page whose address says an area: `?area=`. */
export const followAreaActions = actionsOf('area', ({ url }) => url.searchParams.get('area') ?? '');

type Numbered<Name extends string> = RequestEvent<Record<Name, string>>;
type Asked = Pick<RequestEvent, 'request' | 'locals' | 'url' | 'getClientAddress'>;

/** @param subjectOf what the page that is asked is about */
function actionsOf<Event extends Asked>(kind: FollowedKind, subjectOf: (event: Event) => string) {
	return {
		follow: async (event: Event) => {
			const form = await event.request.formData();
			const subject = subjectOf(event);
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
		unfollow: async (event: Event) =>
			answering('unfollow', await event.request.formData(), async () => {
				await unfollow(shared().db, event.locals.actor, { kind, subject: subjectOf(event) });
				return {};
			}),
	};
}
