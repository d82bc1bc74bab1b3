import type { RequestEvent } from '@sveltejs/kit';
import { readMeeting } from '#db/meetings.ts';
import { readInvitations, setInvitations } from '#db/meetingInvitations.ts';
import { readArrivals } from '#db/outreach.ts';
import { authorize } from '#domain/policy.ts';
import { database, shared } from '#lib/server/database.ts';
import { postsFor } from '#lib/server/invitations.ts';
import { answering } from '#lib/server/refusals.ts';
import { locales } from '#lib/paraglide/runtime.js';

export const load = async ({ locals, params }) => {
	authorize(locals.actor, 'meeting:edit');
	const { config } = shared();
	const { row, meeting } = await readMeeting(database(), locals.actor, params.slug);
	return {
		meeting,
		arrivals: await readArrivals(database(), locals.actor, row.id),
		invitations: await readInvitations(database(), locals.actor, row.id),
		posts: locales.map((locale) => ({ locale, ...postsFor(meeting, config, locale) })),
	};
};

export const actions = {
	invitations: async ({ locals, params, request }: RequestEvent<{ slug: string }>) => {
		const form = await request.formData();
		return answering('invitations', form, async () => {
			const { row } = await readMeeting(database(), locals.actor, params.slug);
			await setInvitations(database(), locals.actor, {
				...{ meetingId: row.id, isOn: form.has('isOn'), isEverywhere: form.has('isEverywhere') },
				areaIds: form.getAll('areaIds').map(String),
			});
			return { saved: 'invitations' as const };
		});
	},
};
