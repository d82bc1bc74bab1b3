// A pin becomes a numbered concern, and can be taken back while nobody has worked with that.
import { eq } from 'drizzle-orm';
import { documentName } from '#domain/documents.ts';
import { Refusal } from '#domain/errors.ts';
import { pinInput } from '#domain/pins.ts';
import { authorize } from '#domain/policy.ts';
import { categoryOf } from '#domain/rounds.ts';
import { command, type Work } from './command.ts';
import { forgetConcern, newConcern } from './concerns.ts';
import { addSource, concernMadeOf } from './concernSources.ts';
import { announce, lockPin } from './pins.ts';
import { pins } from './schema/index.ts';

/**
 * Makes a numbered concern of a published pin; of one that a card was made of already, the card's. A second time gives the same.
 * @throws Refusal not-found
 */
export const acceptPin = command(pinInput, async (work, { pinId }): Promise<{ number: string }> => {
	const { tx, actor } = work;
	authorize(actor, 'concern:capture');
	const { pin, round } = await lockPin(tx, actor, pinId);
	if (pin.vetting !== 'published') throw new Refusal('not-found');
	if (pin.concern) return { number: pin.concern };
	const title =
		pin.note || categoryOf(round, pin.category)?.label.en || documentName({ kind: 'map', id: round.id });
	const concern =
		(await concernMadeOf(tx, 'pin', pinId)) ?? (await newConcern(tx, { title, meetingId: null }));
	await addSource(tx, concern.id, { kind: 'pin', sourceId: pinId, words: pin.note });
	await setConcern(work, pinId, concern.number);
	work.note('concern:capture', `concern:${concern.number}`, { pin: pinId });
	return { number: concern.number };
});

/** Takes that back, while nobody has worked with the concern; its number is not given again. @throws Refusal not-found, nothing-to-undo */
export const releasePin = command(pinInput, async (work, { pinId }) => {
	const { tx, actor } = work;
	authorize(actor, 'concern:capture');
	const { pin } = await lockPin(tx, actor, pinId);
	if (!pin.concern) throw new Refusal('nothing-to-undo');
	await setConcern(work, pinId, null);
	await forgetConcern(work, pin.concern);
});

/** Notes at a pin which concern it belongs to, and tells the map. */
export async function setConcern(work: Work, pinId: string, number: string | null): Promise<void> {
	const [after] = await work.tx.update(pins).set({ concern: number }).where(eq(pins.id, pinId)).returning();
	if (after) await announce(work, after);
}
