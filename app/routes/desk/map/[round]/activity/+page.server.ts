import { redirect, type RequestEvent } from '@sveltejs/kit';
import { activitiesOf, changeActivity, recordActivity, removeActivity } from '#db/activities.ts';
import { publishedPins } from '#db/pinReads.ts';
import { findRound } from '#db/rounds.ts';
import { answerable } from '#domain/activities.ts';
import { baseMapOf } from '#domain/baseMap.ts';
import { Refusal } from '#domain/errors.ts';
import { wallClock } from '#domain/meetings.ts';
import { findPlace } from '#lib/map/addresses.ts';
import { placesOf, readDone, readWhereabouts, searchOfWhereabouts } from '#lib/rounds/activityForm.ts';
import { database, shared } from '#lib/server/database.ts';
import { activityLetter } from '#lib/server/activityLetter.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';

type Event = RequestEvent<{ round: string }>;
/** Pins offered in the list of places to choose from. */
const mostOffered = 200;

/** What the address says of an activity that is being recorded or changed. */
async function draftOf({ locals, params, url }: Pick<Event, 'locals' | 'params' | 'url'>) {
	assertDesk(locals.actor, 'activity:record');
	const round = await findRound(database(), locals.actor, params.round);
	const activities = await activitiesOf(database(), round.id);
	const pins = await publishedPins(database(), round.id);
	const edit = url.searchParams.get('edit');
	const edited = activities.find(({ id }) => id === edit);
	if (edit && !edited) throw new Refusal('not-found');
	const whereabouts = readWhereabouts(url.searchParams, edited);
	return {
		round,
		activities,
		pins,
		edited,
		whereabouts,
		places: placesOf(
			whereabouts,
			pins,
			(typed) => findPlace(typed, baseMapOf(shared().config))[0]?.at ?? null,
		),
	};
}

export const load = async (event) => {
	const { round, activities, pins, edited, whereabouts, places } = await draftOf(event);
	const { at, stretch, wrong } = places;
	const chosen = pins.filter(({ id }) => id === whereabouts.pin || edited?.pins.includes(id));
	const near = at ? answerable(pins, { kind: whereabouts.kind, at, stretch }) : [];
	const proposed = [
		...chosen
			.filter(({ id }) => !near.some(({ pin }) => pin.id === id))
			.map((pin) => ({ pin, metres: null, fits: true })),
		...near,
	].map(({ pin: { id, category, note, state, supports }, metres, fits }) => ({
		...{ id, category, note, state, supports, metres },
		isAnswered: edited ? edited.pins.includes(id) : id === whereabouts.pin || (fits && state !== 'acted-on'),
	}));
	return {
		...{ round, activities, edited, whereabouts, at, wrong, proposed },
		search: searchOfWhereabouts(whereabouts),
		offered: pins
			.filter(({ state }) => state === 'open' || state === 'looking-into')
			.sort((a, b) => b.supports - a.supports)
			.slice(0, mostOffered)
			.map(({ id, category, note }) => ({ id, category, note })),
		today: wallClock(new Date(), shared().config.TIME_ZONE).slice(0, 10),
		id: crypto.randomUUID(),
		done: event.url.searchParams.get('done'),
	};
};

export const actions = {
	record: async (event: Event) => {
		const form = await event.request.formData();
		return answering('record', form, async () => {
			const { round, edited, whereabouts, places } = await draftOf(event);
			if (!places.at) throw new Refusal('bad-input', 'at');
			const { config } = shared();
			const said = { kind: whereabouts.kind, at: places.at, stretch: places.stretch, ...readDone(form) };
			const letter = activityLetter(config);
			const { actor } = event.locals;
			if (edited) await changeActivity(database(), actor, { activityId: edited.id, ...said }, letter);
			else
				await recordActivity(
					database(),
					actor,
					{ roundId: round.id, ...said },
					letter,
					String(form.get('id')),
				);
			redirect(303, `/desk/map/${round.slug}/activity?done=${edited ? 'changed' : 'recorded'}`);
		});
	},
	remove: async (event: Event) => {
		const form = await event.request.formData();
		return answering('remove', form, async () => {
			await removeActivity(database(), event.locals.actor, { activityId: String(form.get('activityId')) });
			redirect(303, `/desk/map/${event.params.round}/activity?done=removed`);
		});
	},
};
