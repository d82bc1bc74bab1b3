// Answers that are no pages: calendars, feeds, exports. Asked again, a reader that has the newest gets a 304 instead of the text.
import { createHash } from 'node:crypto';

/** Answers with a text. It is checked for news every time, because a cancellation must not wait for a cache. */
export function textFile(
	request: Request,
	text: string,
	{ type, name }: { type: string; name?: string },
): Response {
	const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
	const headers = new Headers({
		etag,
		'cache-control': 'private, no-cache',
		vary: 'accept-language, cookie',
	});
	const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? [];
	if (known.some((tag) => tag.replace(/^W\//, '') === etag))
		return new Response(null, { status: 304, headers });
	headers.set('content-type', `${type}; charset=utf-8`);
	// Phones open a calendar file right away unless it is called an attachment.
	const how = type.startsWith('text/calendar') ? 'inline' : 'attachment';
	if (name) headers.set('content-disposition', `${how}; filename="${name}"`);
	return new Response(text, { headers });
}
