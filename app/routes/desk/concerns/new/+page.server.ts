import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { enterConcern } from '#db/concernEntries.ts';
import { officeChoices } from '#db/inbox.ts';
import type { Topic } from '#domain/concerns.ts';
import { database } from '#lib/server/database.ts';
import { assertDesk } from '#lib/server/desk.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals }) => {
	assertDesk(locals.actor, 'concern:capture');
	const { areas } = await officeChoices(database(), locals.actor);
	return { areas, once: randomUUID() };
};

export const actions = {
	enter: async ({ request, locals }) => {
		const sent = await request.formData();
		return answering('enter', sent, async () => {
			const { number } = await enterConcern(
				database(),
				locals.actor,
				{
					...{ title: said(sent, 'title'), words: said(sent, 'words') },
					...{ topic: (said(sent, 'topic') || null) as Topic | null, areaId: said(sent, 'areaId') || null },
				},
				said(sent, 'once') || undefined,
			);
			redirect(303, `/desk/concerns/${number}`);
		});
	},
};
