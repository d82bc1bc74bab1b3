// Coming back with four words. They stand in no address that is sent and in no cache; wrong and unknown ones get the same answer.
import { fail } from '@sveltejs/kit';
import type { RequestEvent } from '@sveltejs/kit';
import { readClaimed } from '#db/claimed.ts';
import { answerFrom } from '#lib/server/answerForms.ts';
import { database, shared } from '#lib/server/database.ts';
import { addressOf, withinLimit } from '#lib/server/limits.ts';
import { answering } from '#lib/server/refusals.ts';

const unkept = { 'cache-control': 'no-store' };

// The action has said so already for the page that answers it.
export const load = ({ request, setHeaders }) => {
	if (request.method !== 'POST') setHeaders(unkept);
	return { zone: shared().config.TIME_ZONE };
};

export const actions = {
	look: async (event) => {
		event.setHeaders(unkept);
		const form = await event.request.formData();
		return answering('look', form, async () => {
			await withinLimit('claimsFromHere', addressOf(event));
			return looked(event, form);
		});
	},
	answer: async (event) => {
		event.setHeaders(unkept);
		const form = await event.request.formData();
		const answered = await answering('answer', form, () => answerFrom(event, form));
		// Nobody learns by answering what they may not look up that often.
		if ('data' in answered && answered.data.code === 'too-fast')
			return fail(answered.status, { ...answered.data, at: 'look' });
		const shown = await answering('look', form, () => looked(event, form));
		if ('data' in shown) return shown;
		// What was refused stands in its form, on the page as it was.
		if ('data' in answered) return fail(answered.status, { ...answered.data, ...shown });
		return { ...answered, ...shown };
	},
};

async function looked({ locals }: Pick<RequestEvent, 'locals'>, form: FormData) {
	const words = String(form.get('words') ?? '').slice(0, 200);
	return { words, claimed: await readClaimed(database(), locals.actor, words) };
}
