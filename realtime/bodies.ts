// How much may be posted where: little everywhere, photos where photos are taken, and of those a few at a time.
import type { Request, RequestHandler, Response } from 'express';
import { refusals, type RefusalCode } from '#domain/errors.ts';
import { mostPictureBytes } from '#domain/pictures.ts';
import { mostPhotos } from '#domain/pins.ts';

const mostBytes = 512 * 1024;
/** Three photos as a camera has made them, and the form around them. A page with script sends a tenth of that. */
export const mostBytesWithPhotos = mostPhotos * mostPictureBytes + mostBytes;
/** Of all forms with photos together: each is in memory until it is whole. */
const mostBytesAtOnce = 4 * mostBytesWithPhotos;

/** Where photos are taken: the form of a new pin, the page of a pin's photos, where residents say whether it is fixed, and staff what they did. */
const takesPhotos = (path: string) =>
	/^\/map\/[\w-]+\/(?:new|pins\/[\w-]+\/photos)$|^\/claim$|^(?:\/desk)?\/followups\/[\w-]+$/.test(path);

/**
 * Refuses bodies that are too large for where they are posted, before anything of them is read: 413, or 429 where too many large ones
 * are being read already. SvelteKit itself has one limit for all, `mostBytesWithPhotos`.
 */
export function limitBodies(): RequestHandler {
	let reading = 0;
	return (request, response, next) => {
		const isOpenEnded = request.headers['transfer-encoding'] !== undefined;
		const isForPhotos = request.method === 'POST' && takesPhotos(request.path);
		const most = isForPhotos ? mostBytesWithPhotos : mostBytes;
		const length = isOpenEnded ? most : Number(request.headers['content-length'] ?? 0);
		if (length > most) return refuse(response, 'too-large');
		if (isOpenEnded) endAt(most, request, response);
		if (length <= mostBytes) return next();
		if (reading + length > mostBytesAtOnce) return refuse(response, 'too-fast');
		reading += length;
		response.once('close', () => (reading -= length));
		next();
	};
}

/** Counts what comes where no length was said before, beside whoever reads it. */
function endAt(most: number, request: Request, response: Response): void {
	let bytes = 0;
	// Paused, it begins to come only when it is read: nothing passes by before.
	request.pause().on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes <= most) return;
		if (response.headersSent) return void request.destroy();
		response.once('finish', () => request.destroy());
		refuse(response, 'too-large');
	});
}

function refuse(response: Response, code: RefusalCode): void {
	const [status, sentence] = refusals[code];
	response.status(status).set('connection', 'close').type('text').send(sentence);
}
