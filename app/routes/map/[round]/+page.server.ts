import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { readConfig } from '#config';
import { readMap, pinsOn, talkOn } from '#db/maps.ts';
import { commentPin, markPin, supportPin, vetPin } from '#db/pinActs.ts';
import { acceptPin, releasePin } from '#db/pinConcerns.ts';
import { editPin, withdrawPin } from '#db/pins.ts';
import type { Database } from '#db/client.ts';
import { wallClock } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { filtered, filterOf, type PinState } from '#domain/pins.ts';
import { database } from '#lib/server/database.ts';
import { ensureGuest } from '#lib/server/guest.ts';
import { aroundMap } from '#lib/server/maps.ts';
import { pageNumber } from '#lib/server/pages.ts';
import { readPlace } from '#lib/server/pinForms.ts';
import { answering } from '#lib/server/refusals.ts';
import { pinsPerPage } from '#lib/map/pages.ts';

export const load = async (event) => {
	await ensureGuest(event);
	const { locals, params, url, isDataRequest } = event;
	const db = database();
	const view = await readMap(db, locals.actor, params.round);
	const { TIME_ZONE } = readConfig();
	const selected = url.searchParams.get('pin');
	// A browser in which the page runs has all pins already.
	const all = isDataRequest ? null : await pinsOn(db, locals.actor, params.round);
	const dayOf = (iso: string) => wallClock(new Date(iso), TIME_ZONE).slice(0, 10);
	const shown = all && filtered(all, filterOf(url.searchParams), dayOf).toReversed();
	const found = all?.find(({ id }) => id === selected) ?? null;
	const page = pageNumber(url);
	return {
		view,
		timeZone: TIME_ZONE,
		...(await aroundMap(db, view)),
		first: shown && {
			pins: shown.slice((page - 1) * pinsPerPage, page * pinsPerPage),
			count: shown.length,
			selected: found,
			talk: found ? await talkOn(db, locals.actor, params.round, found.id) : [],
		},
	};
};

/** A form about one pin: `act` does what it says, with what the form holds. */
const aboutPin =
	(act: (db: Database, actor: Actor, pinId: string, form: FormData) => Promise<unknown>, at: string) =>
	async (event: RequestEvent) => {
		await ensureGuest(event);
		const form = await event.request.formData();
		const pinId = String(form.get('pinId'));
		return answering(at, form, async () => {
			await act(database(), event.locals.actor, pinId, form);
			return { at, pinId };
		});
	};
const of = (form: FormData, name: string) => String(form.get(name) ?? '');

export const actions = {
	support: aboutPin(
		(db, actor, pinId, form) => supportPin(db, actor, { pinId, on: of(form, 'on') === 'true' }),
		'support',
	),
	comment: aboutPin(
		(db, actor, pinId, form) =>
			commentPin(db, actor, { pinId, id: of(form, 'id') || randomUUID(), text: of(form, 'text') }),
		'comment',
	),
	withdraw: aboutPin((db, actor, pinId) => withdrawPin(db, actor, { pinId }), 'withdraw'),
	edit: aboutPin(
		(db, actor, pinId, form) =>
			editPin(db, actor, {
				pinId,
				category: of(form, 'category'),
				note: of(form, 'note'),
				...(form.has('where') || form.has('lat') ? { at: readPlace(form) } : {}),
			}),
		'edit',
	),
	accept: aboutPin((db, actor, pinId) => acceptPin(db, actor, { pinId }), 'accept'),
	release: aboutPin((db, actor, pinId) => releasePin(db, actor, { pinId }), 'release'),
	mark: aboutPin(
		(db, actor, pinId, form) => markPin(db, actor, { pinId, state: of(form, 'state') as PinState }),
		'mark',
	),
	remove: aboutPin(
		(db, actor, pinId, form) =>
			vetPin(db, actor, { pinId, act: 'remove', reason: of(form, 'reason') as 'insult' }),
		'remove',
	),
};
