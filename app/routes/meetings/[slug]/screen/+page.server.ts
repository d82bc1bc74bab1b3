import { encode } from 'uqr';
import { readHall } from '#db/hall.ts';
import { database, shared } from '#lib/server/database.ts';

export const load = async ({ locals, params }) => {
	const hall = await readHall(database(), locals.actor, params.slug);
	// Where there is a room, the screen hangs in it: its code leads to the check-in, and from there on to the hall.
	const here = hall.meeting.placeKind === 'online' ? '' : '/here';
	const link = `${shared().config.publicUrl}/m/${hall.meeting.code}${here}`;
	return { frame: 'bare', hall, link, code: squaresOf(link) };
};

/** A QR code as one path of squares, in a box of `size` units; made here, so that no browser needs the means to. */
function squaresOf(text: string): { size: number; path: string } {
	const { data, size } = encode(text, { ecc: 'M', border: 2 });
	const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')));
	return { size, path: squares.join('') };
}
