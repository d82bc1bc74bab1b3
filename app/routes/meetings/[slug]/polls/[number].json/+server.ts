import { readMeeting } from '#db/meetings.ts';
import { shownPoll } from '#db/pollReads.ts';
import { Refusal } from '#domain/errors.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';
import { pollJson } from '#lib/server/pollTable.ts';

export const GET = async ({ request, locals, params }) => {
	if (!/^\d{1,6}$/.test(params.number)) throw new Refusal('not-found');
	const { row } = await readMeeting(database(), locals.actor, params.slug);
	const poll = await shownPoll(database(), row.id, Number(params.number));
	return textFile(request, pollJson(poll, row, shared().config.publicUrl), { type: 'application/json' });
};
