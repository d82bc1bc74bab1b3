// Where the letter leads that asks. Opening it changes nothing: mail programs look at links before people do. The button confirms.
import { confirmFollow, readAsked } from '#db/followers.ts';
import { nobody } from '#domain/people.ts';
import type { Period } from '#domain/following.ts';
import { database } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';

// The action has said so already for the page that answers it.
export const load = async ({ url, request, setHeaders }) => {
	if (request.method !== 'POST') setHeaders({ 'cache-control': 'no-store' });
	const token = url.searchParams.get('token') ?? '';
	return { token, asked: await readAsked(database(), token) };
};

export const actions = {
	confirm: async (event) => {
		event.setHeaders({ 'cache-control': 'no-store' });
		const form = await event.request.formData();
		return answering('confirm', form, async () => {
			await withinLimit('claimsFromHere', addressOf(event));
			const period = String(form.get('period') ?? '') as Period;
			await confirmFollow(database(), nobody, { token: String(form.get('token') ?? ''), period });
			return { confirmed: true };
		});
	},
};
