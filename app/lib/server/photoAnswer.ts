// A photo as an answer: a picture and nothing else, kept on the way only where everybody may see it.

/** @param isPublic whether everybody may see it: then it may be kept for a day, no longer, because it can be taken away again */
export function photoAnswer({ bytes, isPublic }: { bytes: Uint8Array; isPublic: boolean }): Response {
	return new Response(Uint8Array.from(bytes), {
		headers: {
			'content-type': 'image/webp',
			'content-length': String(bytes.byteLength),
			'content-disposition': 'inline; filename="photo.webp"',
			'x-content-type-options': 'nosniff',
			// Opened by itself it is a picture and nothing else, whatever a browser may think of its bytes.
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
			'cache-control': isPublic ? 'public, max-age=86400, immutable' : 'private, no-store',
		},
	});
}
