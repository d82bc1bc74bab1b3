import type { RequestEvent } from '@sveltejs/kit';
import { captionLanguages } from '#db/captions.ts';
import { concernsOf } from '#db/concerns.ts';
import { readMeeting } from '#db/meetings.ts';
import { recordingsOf, removeRecording } from '#db/recordings.ts';
import { questionsWithOutcomes } from '#db/reports.ts';
import { can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, params }) => {
	const db = database();
	const { row, meeting } = await readMeeting(db, locals.actor, params.slug);
	const isOver = row.state === 'ended' || row.state === 'reported';
	return {
		meeting,
		now: Date.now(),
		isModerator: can(locals.actor, 'meeting:edit'),
		questions: isOver ? await questionsWithOutcomes(db, row) : null,
		recordings: await recordingsOf(db, row.id),
		captionLanguages: await captionLanguages(db, row.id),
		mayRemoveRecordings: can(locals.actor, 'recording:remove'),
		concerns: isOver ? await concernsOf(db, row.id) : [],
	};
};

export const actions = {
	removeRecording: async ({ locals, request }: RequestEvent) => {
		const form = await request.formData();
		const recordingId = String(form.get('recordingId'));
		return answering(recordingId, form, async () => {
			await removeRecording(database(), locals.actor, {
				recordingId,
				reason: String(form.get('reason') ?? ''),
			});
			return { removed: recordingId };
		});
	},
};
