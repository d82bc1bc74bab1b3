// The places of a room: who gets one that is free, and who stands where when a meeting gets or loses its room. The meeting is locked.
import { and, asc, eq, inArray } from 'drizzle-orm';
import { offerEnds, placeStates, usualReminders } from '#domain/registrations.ts';
import type { Reader, Transaction } from './client.ts';
import type { MeetingRow } from './meetings.ts';
import { askLetter, cameFree } from './registrationLetters.ts';
import { registrations, registrationSetUps } from './schema/index.ts';

export type SetUpRow = typeof registrationSetUps.$inferSelect;

/** How a meeting takes registrations; undefined where it takes none. */
export async function readSetUp(db: Reader, meetingId: string): Promise<SetUpRow | undefined> {
	const [row] = await db.select().from(registrationSetUps).where(eq(registrationSetUps.meetingId, meetingId));
	return row;
}

/** What a meeting has until somebody sets it. */
export const noSetUp = { isOpen: false, places: null, asks: [], reminders: usualReminders } as const;

/**
 * Offers what is free to those who wait longest. When it is too late to wait for an answer they have it: a place that is kept for nobody
 * stands empty while the room is called full.
 */
export async function giveFreePlaces(tx: Transaction, meeting: MeetingRow, now: Date): Promise<void> {
	const setUp = await readSetUp(tx, meeting.id);
	if (!setUp || meeting.state !== 'scheduled' || meeting.startsAt <= now) return;
	const free = setUp.places === null ? null : setUp.places - (await placesTaken(tx, meeting.id));
	if (free !== null && free <= 0) return;
	const endsAt = offerEnds(meeting.startsAt, now);
	const waiting = tx
		.select()
		.from(registrations)
		.where(and(eq(registrations.meetingId, meeting.id), eq(registrations.state, 'waiting')))
		.orderBy(asc(registrations.place));
	for (const { id } of await (free === null ? waiting : waiting.limit(free))) {
		const is = endsAt ? 'offered' : 'confirmed';
		await tx.update(registrations).set({ state: is, offerEndsAt: endsAt }).where(eq(registrations.id, id));
		await askLetter(tx, id, is, endsAt?.toISOString() ?? cameFree);
	}
}

/** Whether somebody who comes now has a place at once. */
export async function hasFreePlace(tx: Transaction, { meetingId, places }: SetUpRow): Promise<boolean> {
	if (places === null) return true;
	// Nobody passes those who wait.
	const isWaiting = and(eq(registrations.meetingId, meetingId), eq(registrations.state, 'waiting'));
	if ((await tx.$count(registrations, isWaiting)) > 0) return false;
	return (await placesTaken(tx, meetingId)) < places;
}

/** Places of the room that are taken, or held for somebody. */
export async function placesTaken(db: Reader, meetingId: string): Promise<number> {
	return db.$count(
		registrations,
		and(
			eq(registrations.meetingId, meetingId),
			eq(registrations.way, 'room'),
			inArray(registrations.state, [...placeStates]),
		),
	);
}
