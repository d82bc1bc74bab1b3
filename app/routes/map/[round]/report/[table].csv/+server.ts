// The tables of a round's report as files: pins, activities, places.
import { readMapReport } from '#db/mapReports.ts';
import { Refusal } from '#domain/errors.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';
import { reportTables } from '#lib/server/reportTables.ts';

export const GET = async ({ request, locals, params }) => {
	const table = Object.hasOwn(reportTables, params.table)
		? reportTables[params.table as keyof typeof reportTables]
		: undefined;
	if (!table) throw new Refusal('not-found');
	const report = await readMapReport(database(), locals.actor, params.round, shared().config.TIME_ZONE);
	return textFile(request, table(report), {
		type: 'text/csv',
		name: `map-${report.round.slug}-${params.table}.csv`,
	});
};
