import { vetComment, vetPin } from '#db/pinActs.ts';
import { vetPhoto } from '#db/pinPhotos.ts';
import { findPublished, readVetting } from '#db/roundDesk.ts';
import type { PinReason, vettingActs } from '#domain/pins.ts';
import { database, shared } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';
import { assertDesk } from '#lib/server/desk.ts';

/** Most published pins in the list to remove one from. */
const most = 50;

export const load = async ({ locals, params, url }) => {
	assertDesk(locals.actor, 'pin:vet');
	const words = url.searchParams.get('q');
	const vetting = await readVetting(database(), locals.actor, params.round);
	const search = { roundId: vetting.round.id, words: (words ?? '').trim().slice(0, 100), most };
	return {
		...vetting,
		words,
		found: words === null ? null : await findPublished(database(), locals.actor, search),
		zone: shared().config.TIME_ZONE,
	};
};

export const actions = {
	vet: async ({ request, locals }) => {
		const form = await request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const act = text('act') as (typeof vettingActs)[number];
		const decision = { act, ...(text('reason') && { reason: text('reason') as PinReason }) };
		return answering('vet', form, async () => {
			if (text('kind') === 'comment')
				await vetComment(database(), locals.actor, { commentId: text('id'), ...decision });
			else if (text('kind') === 'photo')
				await vetPhoto(database(), locals.actor, { photoId: text('id'), ...decision });
			else await vetPin(database(), locals.actor, { pinId: text('id'), ...decision });
			return { vetted: text('id') };
		});
	},
};
