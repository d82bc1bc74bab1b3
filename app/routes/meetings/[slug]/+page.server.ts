import { concernsOf } from '#db/concerns.ts';
import { readMeeting } from '#db/meetings.ts';
import { questionsWithOutcomes } from '#db/reports.ts';
import { can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';

export const load = async ({ locals, params }) => {
	const db = database();
	const { row, meeting } = await readMeeting(db, locals.actor, params.slug);
	const isOver = row.state === 'ended' || row.state === 'reported';
	return {
		meeting,
		now: Date.now(),
		isModerator: can(locals.actor, 'meeting:edit'),
		questions: isOver ? await questionsWithOutcomes(db, row) : null,
		concerns: isOver ? await concernsOf(db, row.id) : [],
	};
};
