import { redirect } from '@sveltejs/kit';
import { mergeConcerns, unmergeConcern } from '#db/concernMerges.ts';
import { readConcern } from '#db/concerns.ts';
import { followupsOf } from '#db/followupReads.ts';
import { concernsWithin, journeyOf } from '#db/journeys.ts';
import { today } from '#db/numbers.ts';
import { can } from '#domain/policy.ts';
import { database, shared } from '#lib/server/database.ts';
import { followActions, followOf } from '#lib/server/followForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ params, locals }) => {
	const db = database();
	const concern = await readConcern(db, params.number.toUpperCase());
	const concernIds = await concernsWithin(db, concern.id);
	const followups = await followupsOf(db, { concernIds });
	return {
		...{ concern, followups, today: today(), zone: shared().config.TIME_ZONE },
		steps: await journeyOf(
			db,
			concernIds,
			followups.map(({ id }) => id),
		),
		follow: await followOf(locals.actor, 'concern', concern.number),
		mayMerge: can(locals.actor, 'concern:merge'),
		mayAnswer: can(locals.actor, 'concern:answer'),
	};
};

export const actions = {
	...followActions('concern', 'number'),
	merge: async ({ request, locals, params }) => {
		const form = await request.formData();
		return answering('merge', form, async () => {
			const into = String(form.get('into') ?? '');
			await mergeConcerns(database(), locals.actor, { number: params.number, into });
			redirect(303, `/concerns/${params.number}`);
		});
	},
	unmerge: async ({ request, locals, params }) => {
		const form = await request.formData();
		return answering('unmerge', form, async () => {
			await unmergeConcern(database(), locals.actor, { number: params.number });
			redirect(303, `/concerns/${params.number}`);
		});
	},
};
