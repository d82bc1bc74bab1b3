import type { RequestEvent } from '@sveltejs/kit';
import { feedbackOf, feedbackWordsOf, vetFeedback } from '#db/feedbackReads.ts';
import { readMeeting } from '#db/meetings.ts';
import { authorize, can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

type Event = RequestEvent<{ slug: string }>;

export const load = async ({ locals, params }) => {
	authorize(locals.actor, 'feedback:read');
	const db = database();
	const { row, meeting } = await readMeeting(db, locals.actor, params.slug);
	return {
		...{ meeting, feedback: await feedbackOf(db, row) },
		words: await feedbackWordsOf(db, locals.actor, row.id),
		mayVet: can(locals.actor, 'feedback:vet'),
	};
};

const vet = (state: 'published' | 'kept') => async (event: Event) => {
	const form = await event.request.formData();
	const wordsId = said(form, 'wordsId');
	return answering(wordsId, form, async () => {
		await vetFeedback(database(), event.locals.actor, { wordsId, state });
		return { saved: state };
	});
};

export const actions = { publish: vet('published'), keep: vet('kept') };
