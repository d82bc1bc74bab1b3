// Pictures that people send: what is taken, and how large it may be.

export const longestPictureSide = 1_600;
/** As it is sent; most phones stay below it. */
export const mostPictureBytes = 12 * 1024 * 1024;
export const mostPicturePixels = 50_000_000;
/** A panorama is ten times as wide as it is high; a strip of single dots is no photo. */
export const mostPictureRatio = 20;

/** For a file field's `accept`. HEIC is not among them: an iPhone then sends its photos as JPEG. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;
type PictureType = (typeof pictureTypes)[number];

/** What a file is by its first bytes, whatever it is called; null when it is none of what is taken. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
	const letters = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
	if (bytes[0] === 0xff && letters(1, 3) === '\xd8\xff') return 'image/jpeg';
	if (letters(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
	if (letters(0, 4) === 'RIFF' && letters(8, 12) === 'WEBP') return 'image/webp';
	if (letters(4, 8) === 'ftyp' && ['avif', 'avis'].includes(letters(8, 12))) return 'image/avif';
	return null;
}

/** Width and height of a picture that is to fit, never larger than it is. */
export function fittedSize(width: number, height: number): { width: number; height: number } {
	const by = Math.min(1, longestPictureSide / Math.max(width, height));
	return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) };
}
