import type { RequestEvent } from '@sveltejs/kit';
import { isMailShown } from '#db/mail.ts';
import { readMeeting } from '#db/meetings.ts';
import { registeringOf } from '#db/registrationReads.ts';
import { register } from '#db/registrations.ts';
import { keptDays } from '#db/retention.ts';
import { takesRegistrations, type RegistrationWay, type Travel } from '#domain/registrations.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { shared } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

type Event = RequestEvent<{ slug: string }>;

export const load = async ({ locals, params }) => {
	const { db } = shared();
	const { meeting } = await readMeeting(db, locals.actor, params.slug);
	const registering = await registeringOf(db, meeting.id);
	return {
		...{ meeting, registering, isTaken: takesRegistrations(meeting, registering, Date.now()) },
		keptDays: (await keptDays(db)).registrations,
		email: locals.actor.account?.email ?? '',
	};
};

export const actions = {
	register: async (event: Event) => {
		const form = await event.request.formData();
		return answering('register', form, async () => {
			const { db, config } = shared();
			const { meeting } = await readMeeting(db, event.locals.actor, event.params.slug);
			const email = said(form, 'email');
			await withinLimit('registrationsFromHere', addressOf(event));
			await withinLimit('mailsToPerson', email);
			await register(db, event.locals.actor, {
				...{ meetingId: meeting.id, email, locale: getLocale() },
				way: said(form, 'way') as RegistrationWay,
				answers: answersIn(form),
			});
			return { askedAt: email, isMailShown: isMailShown(config) };
		});
	},
};

function answersIn(form: FormData) {
	const children = said(form, 'childcare');
	return {
		language: said(form, 'language') || undefined,
		interpreter: form.has('interpreter') || undefined,
		access: said(form, 'access') || undefined,
		childcare: children ? Number(children) : undefined,
		travel: (said(form, 'travel') || undefined) as Travel | undefined,
	};
}
