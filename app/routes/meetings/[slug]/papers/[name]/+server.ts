// Poster, flyer and card of a meeting, made when they are asked for.
import { readMeeting } from '#db/meetings.ts';
import { Refusal } from '#domain/errors.ts';
import { database, shared } from '#lib/server/database.ts';
import { limitPapers, madePaper, paperAnswer, paperOf, paperTypes } from '#lib/server/paper/papers.ts';

export const GET = async (event) => {
	const { request, locals, params } = event;
	const { meeting } = await readMeeting(database(), locals.actor, params.slug);
	const paper = paperOf(params.name);
	// What is called off is not advertised; the card of its link stays.
	if (!paper || (meeting.state === 'cancelled' && paper.kind !== 'card')) throw new Refusal('not-found');
	await limitPapers(event);
	const file = await madePaper(paper, meeting, shared().config);
	return paperAnswer(request, file, {
		type: paperTypes[paper.type],
		name: `${meeting.slug}-${params.name}`,
	});
};
