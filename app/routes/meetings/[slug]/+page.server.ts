import type { RequestEvent } from '@sveltejs/kit';
import { captionLanguages } from '#db/captions.ts';
import { concernsOf } from '#db/concerns.ts';
import { ownFeedback } from '#db/feedback.ts';
import { feedbackOf } from '#db/feedbackReads.ts';
import { followupsOf, promisesSince } from '#db/followupReads.ts';
import { lastEnd } from '#db/meetingLists.ts';
import { readMeeting } from '#db/meetings.ts';
import { minutesVersionsOf } from '#db/minutes.ts';
import { today } from '#db/numbers.ts';
import { publicPolls } from '#db/pollReads.ts';
import { recordingsOf, removeRecording } from '#db/recordings.ts';
import { registeringOf } from '#db/registrationReads.ts';
import { questionsWithOutcomes } from '#db/reports.ts';
import { keptOf } from '#db/retention.ts';
import { can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

/** `?at=754`: a moment of the meeting, seconds since it went live. */
const secondOf = (url: URL) => {
	const wanted = url.searchParams.get('at') ?? '';
	return /^\d{1,6}$/.test(wanted) ? Number(wanted) : null;
};

export const load = async ({ locals, params, url }) => {
	const second = secondOf(url);
	const db = database();
	const { row, meeting } = await readMeeting(db, locals.actor, params.slug);
	const isOver = row.state === 'ended' || row.state === 'reported';
	return {
		meeting,
		at: second !== null && row.wentLiveAt ? row.wentLiveAt.getTime() + second * 1_000 : null,
		now: Date.now(),
		isModerator: can(locals.actor, 'meeting:edit'),
		isAtRoom: row.placeKind !== 'online' && can(locals.actor, 'room:count'),
		mayWriteMinutes: can(locals.actor, 'minutes:write', row),
		minutes: isOver ? (await minutesVersionsOf(db, row.id))[0] : undefined,
		questions: isOver ? await questionsWithOutcomes(db, row) : null,
		registering: await registeringOf(db, row.id),
		polls: isOver ? await publicPolls(db, row.id) : [],
		recordings: await recordingsOf(db, row.id),
		captionLanguages: await captionLanguages(db, row.id),
		mayRemoveRecordings: can(locals.actor, 'recording:remove'),
		concerns: isOver ? await concernsOf(db, row.id) : [],
		promises: isOver ? await followupsOf(db, { meetingId: row.id }) : [],
		before:
			isOver || row.state === 'cancelled' ? null : await promisesSince(db, await lastEnd(db, row.startsAt)),
		today: today(),
		kept: isOver ? await keptOf(db, row.id) : [],
		feedback: isOver ? await feedbackOf(db, row) : null,
		readsFeedback: can(locals.actor, 'feedback:read'),
		ownFeedback: await ownFeedbackOf(db, row, locals.actor),
	};
};

/** What the page needs of it: the answer itself stays on its own page. */
async function ownFeedbackOf(...asked: Parameters<typeof ownFeedback>) {
	const { mayAnswer, answer } = await ownFeedback(...asked);
	return { mayAnswer, hasAnswered: answer !== null };
}

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
