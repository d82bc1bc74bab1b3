// Where each letter leads that should be the last. Opening it changes nothing; the button does. Mail services that post here by
// themselves are answered before this page (realtime/oneClick.ts).
import { followedByToken, stopLetters, stopOne } from '#db/followers.ts';
import type { FollowedKind } from '#domain/following.ts';
import { nobody } from '#domain/people.ts';
import { database } from '#lib/server/database.ts';
import { answering } from '#lib/server/refusals.ts';

// The action has said so already for the page that answers it.
export const load = async ({ url, request, setHeaders }) => {
	if (request.method !== 'POST') setHeaders({ 'cache-control': 'no-store' });
	const token = url.searchParams.get('token') ?? '';
	return { token, followed: await followedByToken(database(), token) };
};

export const actions = {
	unfollow: async (event) => {
		event.setHeaders({ 'cache-control': 'no-store' });
		const form = await event.request.formData();
		const asked = (name: string) => String(form.get(name) ?? '');
		return answering('unfollow', form, async () => {
			const one = { kind: asked('kind') as FollowedKind, subject: asked('subject') };
			await stopOne(database(), nobody, { ...one, token: asked('token') });
			return { stoppedOne: true };
		});
	},
	stop: async (event) => {
		event.setHeaders({ 'cache-control': 'no-store' });
		const form = await event.request.formData();
		return answering('stop', form, async () => {
			await stopLetters(database(), nobody, { token: String(form.get('token') ?? '') });
			return { stopped: true };
		});
	},
};
