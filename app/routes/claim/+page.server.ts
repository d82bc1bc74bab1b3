// Coming back to a pin with four words. They stand in no address and no cache; wrong and unknown ones get the same answer.
import { readClaimed } from '#db/claimed.ts';
import { database } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';

const unkept = { 'cache-control': 'no-store' };

// The action has said so already for the page that answers it.
export const load = ({ request, setHeaders }) => {
	if (request.method !== 'POST') setHeaders(unkept);
};

export const actions = {
	look: async (event) => {
		event.setHeaders(unkept);
		const form = await event.request.formData();
		return answering('look', form, async () => {
			await withinLimit('claimsFromHere', addressOf(event));
			return { claimed: await readClaimed(database(), event.locals.actor, String(form.get('words') ?? '').slice(0, 200)) };
		});
	},
};
