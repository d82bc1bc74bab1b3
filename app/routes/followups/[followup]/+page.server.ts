import { answersOf, whatIsAsked } from '#db/followupAnswerReads.ts';
import { readFollowup, withoutOffice } from '#db/followupReads.ts';
import { concernsBehind, journeyOf } from '#db/journeys.ts';
import { today } from '#db/numbers.ts';
import { can } from '#domain/policy.ts';
import { answerActions } from '#lib/server/answerForms.ts';
import { database, shared } from '#lib/server/database.ts';
import { followActions, followOf } from '#lib/server/followForms.ts';

export const load = async ({ params, locals }) => {
	const db = database();
	const { followup, milestones } = await readFollowup(db, locals.actor, params.followup);
	return {
		followup: withoutOffice(followup),
		milestones,
		steps: await journeyOf(db, await concernsBehind(db, followup.id), [followup.id]),
		zone: shared().config.TIME_ZONE,
		today: today(),
		counts: await answersOf(db, followup.id),
		asked: await whatIsAsked(db, locals.actor, followup.number),
		follow: await followOf(locals.actor, 'followup', followup.number),
		mayWork: can(locals.actor, 'followup:change'),
	};
};

export const actions = { ...followActions('followup', 'followup'), ...answerActions };
