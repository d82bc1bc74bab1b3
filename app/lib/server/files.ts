// Answers that are no pages: calendars, feeds, exports, films. Asked again, a reader that has the newest gets a 304 instead of the text.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Refusal } from '#domain/errors.ts';

/** Answers with a text. It is checked for news every time, because a cancellation must not wait for a cache. */
export function textFile(
	request: Request,
	text: string,
	{ type, name }: { type: string; name?: string },
): Response {
	const { etag, isKnown } = tagOf(request, text);
	const headers = new Headers({
		etag,
		'cache-control': 'private, no-cache',
		vary: 'accept-language, cookie',
	});
	if (isKnown) return new Response(null, { status: 304, headers });
	headers.set('content-type', `${type}; charset=utf-8`);
	// Phones open a calendar file right away unless it is called an attachment.
	const how = type.startsWith('text/calendar') ? 'inline' : 'attachment';
	if (name) headers.set('content-disposition', `${how}; filename="${name}"`);
	return new Response(text, { headers });
}

/** What a content is told from others by (RFC 9110 §8.8.3), and whether whoever asks has it already. */
export function tagOf(request: Request, content: string | Uint8Array): { etag: string; isKnown: boolean } {
	const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
	const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? [];
	return { etag, isKnown: known.some((tag) => tag.replace(/^W\//, '') === etag) };
}

/**
 * Answers with a file or the part of it that is asked for, as players do to jump in a film (RFC 9110 §14).
 * @throws Refusal not-found where this machine does not have it
 */
export async function partOfFile(request: Request, file: string, type: string): Promise<Response> {
	const found = await stat(file).catch(() => null);
	if (!found) throw new Refusal('not-found');
	const headers = new Headers({
		'accept-ranges': 'bytes',
		'content-type': type,
		'cache-control': 'private, no-cache',
		'last-modified': found.mtime.toUTCString(),
	});
	const range = rangeOf(request.headers.get('range'), found.size);
	if (range === 'outside') {
		headers.set('content-range', `bytes */${found.size}`);
		return new Response(null, { status: 416, headers });
	}
	const { start, end } = range ?? { start: 0, end: found.size - 1 };
	headers.set('content-length', String(end - start + 1));
	if (range) headers.set('content-range', `bytes ${start}-${end}/${found.size}`);
	const body = Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream;
	return new Response(body, { status: range ? 206 : 200, headers });
}

/** The one range of a `Range` header, both ends included; null: the whole, as for several at once and for what is no range. */
export function rangeOf(
	header: string | null,
	size: number,
): { start: number; end: number } | null | 'outside' {
	const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
	if (!from && !to) return null;
	const start = from ? Number(from) : Math.max(0, size - Number(to));
	const end = from && to ? Math.min(Number(to), size - 1) : size - 1;
	return start > end ? 'outside' : { start, end };
}
