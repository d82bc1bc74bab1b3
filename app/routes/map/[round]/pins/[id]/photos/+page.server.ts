import { readPhotosOf, takeAwayPhoto, vetPhoto } from '#db/pinPhotos.ts';
import { database } from '#lib/server/database.ts';
import { addPhotos } from '#lib/server/photoForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals, params }) => ({
	round: params.round,
	pin: await readPhotosOf(database(), locals.actor, params.round, params.id),
});

export const actions = {
	add: async (event) => {
		const { locals, params, request } = event;
		// Whose pin this is not, or which is on no map of this address, is not read for photos.
		await readPhotosOf(database(), locals.actor, params.round, params.id);
		return addPhotos(event, params.id, await request.formData());
	},
	vet: async ({ locals, request }) => {
		const form = await request.formData();
		return answering('vet', form, async () => {
			const { photoId, act, reason } = Object.fromEntries(form) as Parameters<typeof vetPhoto>[2];
			await vetPhoto(database(), locals.actor, { photoId, act, ...(reason && { reason }) });
			return { vetted: true };
		});
	},
	takeAway: async ({ locals, request }) => {
		const form = await request.formData();
		return answering('takeAway', form, async () => {
			await takeAwayPhoto(database(), locals.actor, { photoId: String(form.get('photoId')) });
			return { takenAway: true };
		});
	},
};
