import { readMeeting } from '#db/meetings.ts';
import { questionsWithOutcomes } from '#db/reports.ts';
import { database, shared } from '#lib/server/database.ts';
import { questionsJson } from '#lib/server/exports.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request, locals, params }) => {
	const { row, meeting } = await readMeeting(database(), locals.actor, params.slug);
	const questions = await questionsWithOutcomes(database(), row);
	const text = questionsJson(meeting, questions, shared().config.publicUrl);
	return textFile(request, text, { type: 'application/json', name: `${row.slug}.json` });
};
