import { redirect } from '@sveltejs/kit';
import { createMeeting } from '#db/meetingPlans.ts';
import { publishMeeting } from '#db/meetings.ts';
import { authorize } from '#domain/policy.ts';
import { emptyForm, inputOf } from '#lib/meetings/form.ts';
import { database, shared } from '#lib/server/database.ts';
import { arranged, saving, timeZones } from '#lib/server/meetingForms.ts';

export const load = ({ locals }) => {
	authorize(locals.actor, 'meeting:create');
	const zone = shared().config.TIME_ZONE;
	// The id makes a form that was sent twice one meeting.
	return { values: emptyForm(zone), zones: timeZones(zone), id: crypto.randomUUID() };
};

export const actions = {
	arrange: async ({ request }) => arranged(await request.formData()),
	save: async ({ request, locals }) => {
		const form = await request.formData();
		return saving(form, async (values) => {
			const made = await createMeeting(database(), locals.actor, inputOf(values), String(form.get('id')));
			if (form.has('publish')) await publishMeeting(database(), locals.actor, { meetingId: made.id });
			redirect(303, `/desk/meetings/${made.slug}?done=${form.has('publish') ? 'published' : 'created'}`);
		});
	},
};
