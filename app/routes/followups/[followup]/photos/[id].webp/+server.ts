import { readFollowupPhoto } from '#db/followupUpdates.ts';
import { database } from '#lib/server/database.ts';
import { photoAnswer } from '#lib/server/photoAnswer.ts';

export const GET = async ({ request, locals, params }) =>
	photoAnswer(request, await readFollowupPhoto(database(), locals.actor, params.followup, params.id));
