import { readMeeting } from '#db/meetings.ts';
import { questionsWithOutcomes } from '#db/reports.ts';
import { database } from '#lib/server/database.ts';
import { questionsCsv } from '#lib/server/exports.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request, locals, params }) => {
	const { row } = await readMeeting(database(), locals.actor, params.slug);
	const questions = await questionsWithOutcomes(database(), row);
	return textFile(request, questionsCsv(questions), { type: 'text/csv', name: `${row.slug}.csv` });
};
