import { readPhoto } from '#db/pinPhotos.ts';
import { database } from '#lib/server/database.ts';
import { photoAnswer } from '#lib/server/photoAnswer.ts';

export const GET = async ({ request, locals, params }) =>
	photoAnswer(request, await readPhoto(database(), locals.actor, params.round, params.id));
