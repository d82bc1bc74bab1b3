// Everything that plays along with the films of a meeting, for its page and for programs.
import { keptJson, replayFile } from '#lib/server/replays.ts';

export const GET = async ({ request, locals, params }) =>
	keptJson(request, await replayFile(locals.actor, params.slug));
