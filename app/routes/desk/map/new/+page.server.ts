import { redirect } from '@sveltejs/kit';
import { createRound, listRounds } from '#db/rounds.ts';
import { wallClock } from '#domain/meetings.ts';
import { formForNew, monthAfter } from '#lib/rounds/form.ts';
import { database, shared } from '#lib/server/database.ts';
import { assertDesk } from '#lib/server/desk.ts';
import { knownBoundaries, savingRound } from '#lib/server/roundForms.ts';

export const load = async ({ locals }) => {
	assertDesk(locals.actor, 'map:run');
	const [newest] = await listRounds(database(), locals.actor);
	const today = wallClock(new Date(), shared().config.TIME_ZONE).slice(0, 10);
	return {
		values: formForNew(newest, monthAfter(today)),
		rounds: (await knownBoundaries(locals.actor)).map(({ slug, title }) => ({ slug, title })),
		// The id makes a form that was sent twice one round.
		id: crypto.randomUUID(),
	};
};

export const actions = {
	save: async ({ request, locals }) => {
		const form = await request.formData();
		return savingRound(locals.actor, form, async (input) => {
			const { slug } = await createRound(database(), locals.actor, input, String(form.get('id')));
			redirect(303, `/desk/map/${slug}?done=created`);
		});
	},
};
