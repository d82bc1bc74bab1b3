// Gives a browser its guest identity, the first time it enters a hall.
import type { RequestEvent } from '@sveltejs/kit';
import { guestCookieName, isSecure, makeGuest } from '#db/guest.ts';
import { shared } from './database.ts';

const yearSeconds = 365 * 24 * 3600;

/** Makes sure that whoever asks for the page can take part: sets the guest cookie when there is none of ours. */
export function ensureGuest(event: RequestEvent): void {
	if (event.locals.actor.guest) return;
	const { config } = shared();
	const { guest, value } = makeGuest(config);
	event.locals.actor = { ...event.locals.actor, guest: guest.secret, guestSince: guest.since };
	event.cookies.set(guestCookieName(config), value, {
		path: '/',
		httpOnly: true,
		secure: isSecure(config),
		sameSite: 'lax',
		maxAge: yearSeconds,
	});
}
