// A picture as it was sent becomes a picture as it is kept: decoded and made anew, so that nothing but what is to be seen is left.
import sharp from 'sharp';
import { Refusal } from '#domain/errors.ts';
import {
	longestPictureSide,
	mostPictureBytes,
	mostPicturePixels,
	mostPictureRatio,
	pictureTypeOf,
} from '#domain/pictures.ts';

/** WebP without any word about camera, place or time; width and height in pixels. */
export type Picture = { bytes: Uint8Array; width: number; height: number };

const decodingAtOnce = 2;
const mostWaiting = 30;
const giveUpAfterSeconds = 20;

// What is not asked for is not even tried: of libvips' readers only these four, each from memory.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
	operation: ['Jpeg', 'Png', 'Webp', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
});
// One core per picture: the others are for the hall.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Makes the picture that is kept: WebP, upright, its longest side 1,600 pixels at the most. Works in threads beside the server's own.
 * @throws Refusal too-large (bytes or pixels) | not-a-picture (anything that is not whole, or none of JPEG, PNG, WebP, AVIF) | too-fast (too many are waiting)
 */
export async function keptPicture(sent: Uint8Array): Promise<Picture> {
	if (sent.byteLength > mostPictureBytes) throw new Refusal('too-large');
	if (!pictureTypeOf(sent)) throw new Refusal('not-a-picture');
	return inTurn(() => madeAnew(sent));
}

async function madeAnew(sent: Uint8Array): Promise<Picture> {
	await checkSize(sent);
	try {
		const { data, info } = await open(sent)
			.timeout({ seconds: giveUpAfterSeconds })
			.autoOrient()
			.resize(longestPictureSide, longestPictureSide, { fit: 'inside', withoutEnlargement: true })
			.webp({ quality: 80, effort: 3 })
			.toBuffer({ resolveWithObject: true });
		return { bytes: data, width: info.width, height: info.height };
	} catch {
		// Whatever the decoder says of a stranger's file, it is the file's fault.
		throw new Refusal('not-a-picture');
	}
}

/** Reads the head alone: what is too large is never decoded. */
async function checkSize(sent: Uint8Array): Promise<void> {
	// Without a limit here, because the size is to be told apart from what cannot be read; nothing is decoded yet.
	const head = await sharp(sent, { limitInputPixels: false })
		.metadata()
		.catch(() => {
			throw new Refusal('not-a-picture');
		});
	const { width, height } = head;
	if (width * height > mostPicturePixels) throw new Refusal('too-large');
	if (Math.max(width, height) / Math.min(width, height) > mostPictureRatio)
		throw new Refusal('not-a-picture');
}

/** The first frame only. What is cut off or broken fails; a mere warning, as many phones' files cause, does not. */
const open = (sent: Uint8Array) =>
	sharp(sent, { limitInputPixels: mostPicturePixels, failOn: 'error', pages: 1, sequentialRead: true });

const waiting: (() => void)[] = [];
let decoding = 0;

/** A few at a time, the others in their order. @throws Refusal too-fast */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (decoding >= decodingAtOnce) {
		if (waiting.length >= mostWaiting) throw new Refusal('too-fast');
		await new Promise<void>((goOn) => waiting.push(goOn));
	} else decoding++;
	try {
		return await work();
	} finally {
		const next = waiting.shift();
		if (next) next();
		else decoding--;
	}
}
