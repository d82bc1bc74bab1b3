import type { RequestEvent } from '@sveltejs/kit';
import type { InferInput } from 'valibot';
import { giveFeedback, ownFeedback } from '#db/feedback.ts';
import { feedbackOf } from '#db/feedbackReads.ts';
import { readMeeting } from '#db/meetings.ts';
import { Refusal } from '#domain/errors.ts';
import { feedbackQuestions, type feedbackInput } from '#domain/feedback.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

type Event = RequestEvent<{ slug: string }>;

export const load = async ({ locals, params }) => {
	const db = database();
	const { row, meeting } = await readMeeting(db, locals.actor, params.slug);
	if (!['live', 'ended', 'reported'].includes(row.state)) throw new Refusal('not-found');
	const own = await ownFeedback(db, row, locals.actor);
	return {
		...{ meeting, own, feedback: await feedbackOf(db, row) },
		// Whoever leaves a live hall is known to have been there a few seconds later: the form may be filled in meanwhile.
		isForm: own.mayAnswer || (row.state === 'live' && locals.actor.guest !== null),
	};
};

export const actions = {
	give: async (event: Event) => {
		const form = await event.request.formData();
		return answering('give', form, async () => {
			const { row } = await readMeeting(database(), event.locals.actor, event.params.slug);
			const answers = feedbackQuestions.map((name) => [name, Number(said(form, name)) || null]);
			await giveFeedback(database(), event.locals.actor, {
				...(Object.fromEntries(answers) as Omit<InferInput<typeof feedbackInput>, 'meetingId'>),
				...{ meetingId: row.id, words: said(form, 'words') },
			});
			return { saved: true };
		});
	},
};
