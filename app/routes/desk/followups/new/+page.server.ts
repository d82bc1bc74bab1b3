import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { heldMeetings } from '#db/followupMeetings.ts';
import { proposeFollowup } from '#db/followups.ts';
import { officeChoices } from '#db/inbox.ts';
import { today } from '#db/numbers.ts';
import { database } from '#lib/server/database.ts';
import { fieldsIn, numbersIn, said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';

export const load = async ({ locals, url }) => {
	assertDesk(locals.actor, 'followup:board');
	return {
		choices: await officeChoices(database(), locals.actor),
		meetings: await heldMeetings(database()),
		today: today(),
		once: randomUUID(),
		concerns: url.searchParams.get('concern') ?? '',
	};
};

export const actions = {
	propose: async ({ request, locals }) => {
		const sent = await request.formData();
		return answering('propose', sent, async () => {
			const { number } = await proposeFollowup(
				database(),
				locals.actor,
				{
					...{ ...fieldsIn(sent), concerns: numbersIn(said(sent, 'concerns')) },
					...{ text: said(sent, 'text'), dueOn: said(sent, 'dueOn') || null },
					meetingId: said(sent, 'meetingId') || null,
				},
				said(sent, 'once') || undefined,
			);
			redirect(303, `/desk/followups/${number}`);
		});
	},
};
