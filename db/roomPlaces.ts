// The places of a room: who gets one that is free, and who stands where when a meeting gets or loses its room. The meeting is locked.
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import {
	livingStates,
	offerEnds,
	placeStates,
	usualReminders,
	waysTo,
	type RegistrationWay,
} from '#domain/registrations.ts';
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

/** Places that whoever comes now can have, null without a limit. None while others wait: nobody passes them. */
export async function freePlaces(
	db: Reader,
	{ meetingId, places }: Pick<SetUpRow, 'meetingId' | 'places'>,
): Promise<number | null> {
	if (places === null) return null;
	const isWaiting = and(eq(registrations.meetingId, meetingId), eq(registrations.state, 'waiting'));
	if ((await db.$count(registrations, isWaiting)) > 0) return 0;
	return Math.max(0, places - (await placesTaken(db, meetingId)));
}

/**
 * Puts those who have registered where one can come to the meeting now. Without a room all take part online. Without online they come to the
 * room: in the order they came they have what is free, or stand behind those who wait for it already.
 */
export async function fitWays(tx: Transaction, { id: meetingId, placeKind }: MeetingRow): Promise<void> {
	const ways = waysTo(placeKind);
	const living = (way: RegistrationWay) =>
		and(
			eq(registrations.meetingId, meetingId),
			eq(registrations.way, way),
			inArray(registrations.state, [...livingStates]),
		);
	if (!ways.includes('room'))
		await tx
			.update(registrations)
			.set({ way: 'online', state: 'confirmed', offerEndsAt: null })
			.where(living('room'));
	if (ways.includes('online')) return;
	const setUp = await readSetUp(tx, meetingId);
	const free = setUp ? await freePlaces(tx, setUp) : null;
	const coming = await tx
		.select({ id: registrations.id })
		.from(registrations)
		.where(living('online'))
		.orderBy(asc(registrations.place));
	const ids = coming.map(({ id }) => id);
	const placed = ids.slice(0, free ?? ids.length);
	await tx.update(registrations).set({ way: 'room' }).where(inArray(registrations.id, placed));
	for (const id of ids.slice(placed.length))
		await tx.execute(
			sql`update registrations set way = 'room', state = 'waiting', place = default where id = ${id}`,
		);
}

/** Sets up the registration of a copied meeting as that of the other is. */
export async function copySetUp(tx: Transaction, from: string, to: string): Promise<void> {
	await tx.execute(sql`
		insert into registration_set_ups (meeting_id, is_open, places, asks, reminders)
		select ${to}, is_open, places, asks, reminders from registration_set_ups where meeting_id = ${from}`);
}

/** Places of the room that are taken, or held for somebody. */
async function placesTaken(db: Reader, meetingId: string): Promise<number> {
	return db.$count(
		registrations,
		and(
			eq(registrations.meetingId, meetingId),
			eq(registrations.way, 'room'),
			inArray(registrations.state, [...placeStates]),
		),
	);
}
