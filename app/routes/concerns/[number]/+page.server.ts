import { redirect } from '@sveltejs/kit';
import { mergeConcerns, unmergeConcern } from '#db/concernMerges.ts';
import { readConcern } from '#db/concerns.ts';
import { can } from '#domain/policy.ts';
import { database, shared } from '#lib/server/database.ts';
import { followActions, followOf } from '#lib/server/followForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ params, locals }) => ({
	concern: await readConcern(database(), params.number.toUpperCase()),
	zone: shared().config.TIME_ZONE,
	follow: await followOf(locals.actor, 'concern', params.number.toUpperCase()),
	mayMerge: can(locals.actor, 'concern:merge'),
});

export const actions = {
	...followActions('concern'),
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
