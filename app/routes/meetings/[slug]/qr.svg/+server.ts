// The short link as a QR code, black on white in every theme: that is what cameras read.
import { renderSVG } from 'uqr';
import { readMeeting } from '#db/meetings.ts';
import { database, shared } from '#lib/server/database.ts';
import { textFile } from '#lib/server/files.ts';

export const GET = async ({ request, locals, params, url }) => {
	const { row } = await readMeeting(database(), locals.actor, params.slug);
	// For a wall in the room: there one press says that one is here.
	const here = url.searchParams.get('for') === 'room' && row.placeKind !== 'online' ? '/here' : '';
	const svg = renderSVG(`${shared().config.publicUrl}/m/${row.code}${here}`, { ecc: 'M', border: 4 });
	return textFile(request, svg, { type: 'image/svg+xml' });
};
