import type { RequestEvent } from '@sveltejs/kit';
import { correctCaption, versionedCaptions } from '#db/captionVersions.ts';
import { readMeeting } from '#db/meetings.ts';
import { authorize, can } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

const perPage = 50;

export const load = async ({ locals, params, url }) => {
	authorize(locals.actor, 'caption:versions');
	const db = database();
	const { meeting } = await readMeeting(db, locals.actor, params.slug);
	const words = (url.searchParams.get('search') ?? '').trim().slice(0, 100);
	const wanted = url.searchParams.get('page') ?? '1';
	const page = /^\d{1,4}$/.test(wanted) ? Math.max(1, Number(wanted)) : 1;
	return {
		...{ meeting, words, page, mayCorrect: can(locals.actor, 'caption:correct') },
		...(await versionedCaptions(db, locals.actor, { meetingId: meeting.id, words, page, perPage })),
	};
};

export const actions = {
	correct: async ({ locals, request }: RequestEvent) => {
		const form = await request.formData();
		const captionId = said(form, 'captionId');
		return answering(captionId, form, async () => {
			await correctCaption(database(), locals.actor, {
				...{ captionId, version: Number(said(form, 'version')) },
				text: said(form, 'text'),
			});
			return { corrected: captionId };
		});
	},
};
