// Units of the city, which own follow-ups: an admin names them.
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { nameInput } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { Refusal } from '#domain/errors.ts';
import { command } from './command.ts';
import { followups, units } from './schema/index.ts';

/** Adds a unit; one of that name that is there is given back. */
export const addUnit = command(
	v.object({ name: nameInput }),
	async (work, { name }): Promise<{ id: string }> => {
		authorize(work.actor, 'unit:change');
		const [added] = await work.tx.insert(units).values({ name }).onConflictDoNothing().returning();
		if (added) work.note('unit:add', `unit:${added.id}`, { name });
		const [there] = added ? [added] : await work.tx.select().from(units).where(eq(units.name, name));
		return { id: there!.id };
	},
);

const unitId = v.pipe(v.string(), v.uuid());
/** Gives a unit another name. @throws Refusal not-found, unit-taken */
export const renameUnit = command(v.object({ unitId, name: nameInput }), async (work, { unitId, name }) => {
	authorize(work.actor, 'unit:change');
	const { tx } = work;
	const [other] = await tx.select().from(units).where(eq(units.name, name));
	if (other && other.id !== unitId) throw new Refusal('unit-taken', 'name');
	const renamed = await tx.update(units).set({ name }).where(eq(units.id, unitId)).returning();
	if (renamed.length === 0) throw new Refusal('not-found');
	work.note('unit:rename', `unit:${unitId}`, { name });
});

/** Takes a unit away that owns nothing; a second time changes nothing. @throws Refusal unit-in-use */
export const removeUnit = command(v.object({ unitId }), async (work, { unitId }) => {
	authorize(work.actor, 'unit:change');
	const { tx } = work;
	if ((await tx.$count(followups, eq(followups.unitId, unitId))) > 0) throw new Refusal('unit-in-use');
	const gone = await tx.delete(units).where(eq(units.id, unitId)).returning();
	if (gone[0]) work.note('unit:remove', `unit:${unitId}`, { name: gone[0].name });
});
