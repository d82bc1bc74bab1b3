// The short link as a QR code, black on white in every theme: that is what cameras read.
import { renderSVG } from 'uqr';
import { readMeeting } from '#db/meetings.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request, locals, params }) => {
	const { row } = await readMeeting(database(), locals.actor, params.slug);
	const svg = renderSVG(`${shared().config.publicUrl}/m/${row.code}`, { ecc: 'M', border: 4 });
	return textFile(request, svg, { type: 'image/svg+xml' });
};
