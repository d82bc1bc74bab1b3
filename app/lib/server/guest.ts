// Gives a browser its guest identity, the first time it enters a hall.
import type { RequestEvent } from '@sveltejs/kit';
import { guestCookieName, isSecure, makeGuest } from '#db/guest.ts';
import { shared } from './database.ts';
import { addressOf, isWithinLimit } from './limits.ts';

const yearSeconds = 365 * 24 * 3600;

/**
 * Makes sure that whoever asks for the page can take part: sets the guest cookie when there is none of ours. One network address
 * gets only so many in ten minutes; whoever comes after that can watch.
 */
export async function ensureGuest(event: RequestEvent): Promise<void> {
	if (event.locals.actor.guest || !(await isWithinLimit('guestsFromHere', addressOf(event)))) return;
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
