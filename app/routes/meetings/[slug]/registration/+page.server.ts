// Where the letters to somebody who has registered lead. Opening it changes nothing; its buttons do.
import type { RequestEvent } from '@sveltejs/kit';
import { waitingPlaceOf } from '#db/registrationLetters.ts';
import { cancelRegistration, readRegistration, takeOffer } from '#db/registrations.ts';
import { Refusal } from '#domain/errors.ts';
import { isEditable } from '#domain/meetings.ts';
import { nobody } from '#domain/people.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

// The action has said so already for the page that answers it.
export const load = async ({ url, request, setHeaders }) => {
	if (request.method !== 'POST') setHeaders({ 'cache-control': 'no-store' });
	const token = url.searchParams.get('token') ?? '';
	const found = await readRegistration(database(), token);
	if (!found) throw new Refusal('link-gone');
	const { registration, meeting } = found;
	const { email, state, way, offerEndsAt } = registration;
	return {
		token,
		meeting: {
			...{ id: meeting.id, slug: meeting.slug, title: meeting.title, timeZone: meeting.timeZone },
			...{ state: meeting.state, cancelReason: meeting.cancelReason },
			...{ startsAt: meeting.startsAt.toISOString(), endsAt: meeting.endsAt.toISOString() },
		},
		isOver: !isEditable(meeting) || (meeting.state === 'scheduled' && meeting.endsAt <= new Date()),
		registration: { email, state, way, offerEndsAt: offerEndsAt?.toISOString() ?? null },
		waitingPlace: state === 'waiting' ? await waitingPlaceOf(database(), registration) : null,
	};
};

const act =
	(at: string, command: typeof takeOffer) =>
	async ({ request, setHeaders }: RequestEvent) => {
		setHeaders({ 'cache-control': 'no-store' });
		const form = await request.formData();
		return answering(at, form, async () => {
			await command(database(), nobody, { token: said(form, 'token') });
			return {};
		});
	};

export const actions = { take: act('take', takeOffer), cancel: act('cancel', cancelRegistration) };
