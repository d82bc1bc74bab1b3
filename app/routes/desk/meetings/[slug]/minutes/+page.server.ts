// Where those of the city type the minutes of a meeting together, and moderators publish them.
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { readHall } from '#db/hall.ts';
import { minutesVersionsOf, publishMinutes } from '#db/minutes.ts';
import { authorize, can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, params, url }) => {
	const db = database();
	const hall = await readHall(db, locals.actor, params.slug);
	authorize(locals.actor, 'minutes:write', hall.meeting);
	return {
		hall,
		versions: await minutesVersionsOf(db, hall.meeting.id),
		mayPublish: can(locals.actor, 'minutes:publish'),
		mayRestore: can(locals.actor, 'document:restore'),
		name: locals.actor.account?.name || locals.actor.account?.email || '',
		now: Date.now(),
		isDone: url.searchParams.has('done'),
	};
};

export const actions = {
	publish: async ({ locals, request, params }: RequestEvent<{ slug: string }>) => {
		const form = await request.formData();
		return answering('publish', form, async () => {
			await publishMinutes(database(), locals.actor, {
				meetingId: String(form.get('meetingId')),
				note: String(form.get('note') ?? ''),
			});
			redirect(303, `/desk/meetings/${params.slug}/minutes?done`);
		});
	},
};
