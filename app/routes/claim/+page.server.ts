// Coming back to a pin with four words. They stand in no address and no cache; wrong and unknown ones get the same answer.
import { readClaimed } from '#db/claimed.ts';
import { database } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = ({ setHeaders }) => setHeaders({ 'cache-control': 'no-store' });

export const actions = {
	look: async (event) => {
		const form = await event.request.formData();
		return answering('look', form, async () => {
			await withinLimit('claimsFromHere', addressOf(event));
			return { claimed: await readClaimed(database(), String(form.get('words') ?? '').slice(0, 200)) };
		});
	},
};
