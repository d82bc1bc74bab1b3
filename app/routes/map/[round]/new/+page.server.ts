import type { RequestEvent } from '@sveltejs/kit';
import { claimOf } from '#db/claims.ts';
import { readMap } from '#db/maps.ts';
import { baseMapOf } from '#domain/baseMap.ts';
import { can } from '#domain/policy.ts';
import { placePin } from '#db/pins.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { database, shared } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { addPhotos } from '#lib/server/photoForms.ts';
import { readPin } from '#lib/server/pinForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async (event) => {
	await ensureGuest(event);
	const { locals, params } = event;
	const db = database();
	return {
		view: await readMap(db, locals.actor, params.round),
		base: baseMapOf(shared().config),
		mayEnter: can(locals.actor, 'proxy:enter'),
		isSignedIn: locals.actor.account !== null,
	};
};

export const actions = {
	default: async (event: RequestEvent<{ round: string }>) => {
		await ensureGuest(event);
		const form = await event.request.formData();
		const db = database();
		return answering('place', form, async () => {
			await withinLimit('pinsFromHere', addressOf(event));
			const { round } = await readMap(db, event.locals.actor, event.params.round);
			const pin = await placePin(db, event.locals.actor, readPin(form, round.id));
			// The pin is placed, whatever its photos are: what was no picture is told, and loses nothing else.
			const photos = await addPhotos(event, pin.id, form);
			return { placed: pin, claim: claimOf(`pin:${pin.id}`, getLocale()), photos };
		});
	},
};
