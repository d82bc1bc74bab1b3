// The photo of an answer to "is it fixed?": for people of the city, and kept nowhere on the way.
import { readAnswerPhoto } from '#db/followupAnswerReads.ts';
import { database } from '#lib/server/database.ts';

export const GET = async ({ locals, params }) => {
	const bytes = await readAnswerPhoto(database(), locals.actor, params.id);
	return new Response(Uint8Array.from(bytes), {
		headers: {
			'content-type': 'image/webp',
			'content-length': String(bytes.byteLength),
			'content-disposition': 'inline; filename="photo.webp"',
			'x-content-type-options': 'nosniff',
			// Opened by itself it is a picture and nothing else, whatever a browser may think of its bytes.
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
			'cache-control': 'private, no-store',
		},
	});
};
