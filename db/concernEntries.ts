// A concern that somebody told the city at the counter, by phone or on the way: staff write it down, without a name.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { enterConcernInput } from '#domain/concerns.ts';
import { Refusal } from '#domain/errors.ts';
import { authorize } from '#domain/policy.ts';
import { command } from './command.ts';
import { newConcern } from './concerns.ts';
import { addSource } from './concernSources.ts';
import { areas, concerns } from './schema/index.ts';

/**
 * Makes a numbered concern of what somebody has told the city; it waits in the inbox as every other does.
 * @returns its number, e.g. `PL-2026-00123`
 * @throws Refusal bad-input (an area that there is not), sign-in-needed, forbidden
 */
export const enterConcern = command(
	enterConcernInput,
	async (work, { title, words, topic, areaId }): Promise<{ number: string }> => {
		authorize(work.actor, 'concern:capture');
		const { tx } = work;
		if (areaId !== null && (await tx.$count(areas, eq(areas.id, areaId))) === 0)
			throw new Refusal('bad-input', 'areaId');
		const { id, number } = await newConcern(tx, { title, meetingId: null });
		await tx.update(concerns).set({ topic, areaId }).where(eq(concerns.id, id));
		await addSource(tx, id, { kind: 'staff', sourceId: randomUUID(), words });
		work.note('concern:capture', `concern:${number}`, { by: 'entry' });
		return { number };
	},
);
