// Photos of pins: who may add one and until when, and where they are found.
import * as v from 'valibot';
import { pinReasons, vettingActs, type PinVetting } from './pins.ts';

/** So long after it was placed a pin is new: whoever placed it may add photos. One that is held is new until it is looked at. */
const newForMinutes = 60;

/** Whether whoever placed a pin may add photos to it now. */
export function takesPhotos(pin: { vetting: PinVetting; placedAt: Date }, now = new Date()): boolean {
	if (pin.vetting === 'held') return true;
	return pin.vetting === 'published' && now.getTime() - pin.placedAt.getTime() < newForMinutes * 60_000;
}

/** The address of a photo; it answers those who may see it. */
export const photoPath = (roundSlug: string, photoId: string) => `/map/${roundSlug}/photos/${photoId}.webp`;

const uuid = v.pipe(v.string(), v.uuid());
/** A picture as db/pictures.ts has made it. */
export const keepPhotoInput = v.object({
	pinId: uuid,
	/** Made by whoever sends it: sent twice it is one photo. */
	id: uuid,
	picture: v.object({
		bytes: v.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array),
		width: v.number(),
		height: v.number(),
	}),
});
export const photoInput = v.object({ photoId: uuid });
export const vetPhotoInput = v.object({
	photoId: uuid,
	act: v.picklist(vettingActs),
	/** Needed to decline and to remove. */
	reason: v.optional(v.picklist(pinReasons)),
});
