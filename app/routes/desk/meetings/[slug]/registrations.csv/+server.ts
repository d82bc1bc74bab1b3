import { readMeeting } from '#db/meetings.ts';
import { registrationsForDesk } from '#db/registrationReads.ts';
import { csvCell } from '#domain/formats.ts';
import { authorize } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';

const columns = ['email', 'way', 'state', 'registeredAt'] as const;
const asked = ['language', 'interpreter', 'access', 'childcare', 'travel'] as const;

export const GET = async ({ request, locals, params }) => {
	authorize(locals.actor, 'registration:read');
	const { row } = await readMeeting(database(), locals.actor, params.slug);
	const { registrations } = await registrationsForDesk(database(), locals.actor, row.id);
	const lines = registrations.map((one) => [
		...columns.map((name) => csvCell(one[name])),
		...asked.map((name) => csvCell(one.answers[name] ?? '')),
	]);
	const text = [[...columns, ...asked], ...lines].map((line) => line.join(',')).join('\r\n');
	// With a byte order mark, without which spreadsheets read UTF-8 as something else.
	return textFile(request, `\u{FEFF}${text}\r\n`, {
		type: 'text/csv',
		name: `${row.slug}-registrations.csv`,
	});
};
