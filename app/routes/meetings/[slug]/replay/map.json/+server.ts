// The map as everybody saw it at `?at=`, seconds since the meeting went live.
import { documentFile, keptJson, secondIn } from '#lib/server/replays.ts';

export const GET = async ({ request, locals, params, url }) =>
	keptJson(request, await documentFile('map', locals.actor, params.slug, secondIn(url) ?? 0));
