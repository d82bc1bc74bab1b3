import { readFollowupPhoto } from '#db/followupUpdates.ts';
import { database } from '#lib/server/database.ts';
import { photoAnswer } from '#lib/server/photoAnswer.ts';

export const GET = async ({ locals, params }) =>
	photoAnswer(await readFollowupPhoto(database(), locals.actor, params.followup, params.id));
