import { readUnits } from '#db/inbox.ts';
import { addUnit, removeUnit, renameUnit } from '#db/units.ts';
import { authorize } from '#domain/policy.ts';
import { database } from '#lib/server/database.ts';
import { said } from '#lib/server/officeForms.ts';
import { answering } from '#lib/server/refusals.ts';

export const load = async ({ locals }) => {
	authorize(locals.actor, 'unit:change');
	return { units: await readUnits(database()) };
};

export const actions = {
	add: async ({ request, locals }) => {
		const form = await request.formData();
		return answering('add', form, () => addUnit(database(), locals.actor, { name: said(form, 'name') }));
	},
	rename: async ({ request, locals }) => {
		const form = await request.formData();
		const unitId = said(form, 'unitId');
		return answering(unitId, form, () =>
			renameUnit(database(), locals.actor, { unitId, name: said(form, 'name') }),
		);
	},
	remove: async ({ request, locals }) => {
		const form = await request.formData();
		const unitId = said(form, 'unitId');
		return answering(unitId, form, () => removeUnit(database(), locals.actor, { unitId }));
	},
};
