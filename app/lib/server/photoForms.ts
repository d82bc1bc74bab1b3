// Photos in forms, as app/lib/map/PhotoField.svelte sends them and as a browser without script does.
import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { addPhoto } from '#db/pinPhotos.ts';
import { isRefusal, Refusal } from '#domain/errors.ts';
import { mostPictureBytes } from '#domain/pictures.ts';
import { database } from './database.ts';
import { addressOf, withinLimit } from './limits.ts';
import { sentenceOf } from './refusals.ts';

/** What became of the photos of a form: how many were added, and why others were not. */
export type PhotosAdded = { added: number; refused: { name: string; message: string }[] };

/**
 * Adds the photos of a form (field `photos`) to a pin, one after the other. One that is refused keeps no other from being added, and
 * undoes nothing: the answer says which and why.
 */
export async function addPhotos(
	event: Pick<RequestEvent, 'locals' | 'getClientAddress'>,
	pinId: string,
	form: FormData,
): Promise<PhotosAdded> {
	const files = form.getAll('photos').filter((file): file is File => file instanceof File && file.size > 0);
	const ids = form.getAll('photoId');
	const answer: PhotosAdded = { added: 0, refused: [] };
	for (const [i, file] of files.entries())
		try {
			await withinLimit('photosFromHere', addressOf(event));
			if (file.size > mostPictureBytes) throw new Refusal('too-large');
			// Made in the browser where there is script: sent twice it is one photo.
			const id = typeof ids[i] === 'string' ? ids[i] : randomUUID();
			await addPhoto(database(), event.locals.actor, { pinId, id, sent: await file.bytes() });
			answer.added++;
		} catch (error) {
			if (!isRefusal(error)) throw error;
			answer.refused.push({ name: file.name, message: sentenceOf(error.code) });
		}
	return answer;
}
