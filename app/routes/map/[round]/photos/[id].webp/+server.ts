import { readPhoto } from '#db/pinPhotos.ts';
import { database } from '#lib/server/database.ts';

export const GET = async ({ locals, params }) => {
	const { bytes, isPublic } = await readPhoto(database(), locals.actor, params.round, params.id);
	return new Response(Uint8Array.from(bytes), {
		headers: {
			'content-type': 'image/webp',
			'content-length': String(bytes.byteLength),
			'content-disposition': 'inline; filename="photo.webp"',
			'x-content-type-options': 'nosniff',
			// Opened by itself it is a picture and nothing else, whatever a browser may think of its bytes.
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
			// It never changes; for a day only, because a moderator may take it off the map.
			'cache-control': isPublic ? 'public, max-age=86400, immutable' : 'private, no-store',
		},
	});
};
