import type { RequestEvent } from '@sveltejs/kit';
import { readMeeting } from '#db/meetings.ts';
import { registeringOf, registrationsForDesk } from '#db/registrationReads.ts';
import { cancelForSomebody, setRegistration } from '#db/registrations.ts';
import { isEditable } from '#domain/meetings.ts';
import { authorize } from '#domain/policy.ts';
import type { RegistrationAsk } from '#domain/registrations.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

type Event = RequestEvent<{ slug: string }>;

export const load = async ({ locals, params }) => {
	authorize(locals.actor, 'registration:read');
	const db = database();
	const { meeting } = await readMeeting(db, locals.actor, params.slug);
	return {
		...{ meeting, isEditable: isEditable(meeting), setUp: await registeringOf(db, meeting.id) },
		...(await registrationsForDesk(db, locals.actor, meeting.id)),
	};
};

const form = (at: string, act: (event: Event, form: FormData) => Promise<void>) => async (event: Event) => {
	const sent = await event.request.formData();
	return answering(at, sent, async () => {
		await act(event, sent);
		return { saved: at };
	});
};

export const actions = {
	setUp: form('setUp', async ({ locals, params }, sent) => {
		const { meeting } = await readMeeting(database(), locals.actor, params.slug);
		await setRegistration(database(), locals.actor, {
			...{ meetingId: meeting.id, isOpen: sent.has('isOpen') },
			places: said(sent, 'places') ? Number(said(sent, 'places')) : null,
			asks: sent.getAll('asks').map(String) as RegistrationAsk[],
			reminders: sent.getAll('reminders').map(Number),
		});
	}),
	cancel: form('cancel', ({ locals }, sent) =>
		cancelForSomebody(database(), locals.actor, { registrationId: said(sent, 'registrationId') }),
	),
};
