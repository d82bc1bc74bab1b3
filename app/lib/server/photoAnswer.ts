// A photo as an answer: a picture and nothing else, kept on the way only where everybody may see it.
import { tagOf } from './files.ts';

/**
 * @param isPublic whether everybody may see it: then it is kept on the way for a minute, and asked for again after that, because it can
 * be taken away; whoever has it already gets a 304 without the picture
 */
export function photoAnswer(
	request: Request,
	{ bytes, isPublic }: { bytes: Uint8Array; isPublic: boolean },
): Response {
	const headers = new Headers({
		'x-content-type-options': 'nosniff',
		// Opened by itself it is a picture and nothing else, whatever a browser may think of its bytes.
		'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
		'cache-control': isPublic ? 'public, max-age=60, must-revalidate' : 'private, no-store',
	});
	if (isPublic) {
		const { etag, isKnown } = tagOf(request, bytes);
		headers.set('etag', etag);
		if (isKnown) return new Response(null, { status: 304, headers });
	}
	headers.set('content-type', 'image/webp');
	headers.set('content-length', String(bytes.byteLength));
	headers.set('content-disposition', 'inline; filename="photo.webp"');
	return new Response(Uint8Array.from(bytes), { headers });
}
