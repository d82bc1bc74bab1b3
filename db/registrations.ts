// Registering for a meeting, giving a place back, and who gets it then. Every change locks the meeting first: the places of a room are
// counted by one at a time, whatever arrives together.
import { and, eq, lte, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { Refusal } from '#domain/errors.ts';
import { isEditable } from '#domain/meetings.ts';
import { system } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import {
	livingStates,
	registerInput,
	registrationTokenInput,
	setRegistrationInput,
	takesRegistrations,
	waysTo,
	type RegistrationState,
} from '#domain/registrations.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, work, type Work } from './command.ts';
import { lockMeeting, type MeetingRow } from './meetings.ts';
import { askLetter } from './registrationLetters.ts';
import { readRegistrationToken } from './letterTokens.ts';
import { freePlaces, giveFreePlaces, readSetUp } from './roomPlaces.ts';
import { meetings, registrations, registrationSetUps } from './schema/index.ts';

export type RegistrationRow = typeof registrations.$inferSelect;

/**
 * Opens or closes the registration of a meeting, sets the places of the room and what is asked. More places are offered to those who
 * wait; with fewer nobody loses theirs.
 * @throws Refusal not-found, meeting-state, bad-input
 */
export const setRegistration = command(setRegistrationInput, async (work, { meetingId, ...setUp }) => {
	authorize(work.actor, 'meeting:edit');
	const meeting = await lockMeeting(work.tx, meetingId);
	if (!isEditable(meeting)) throw new Refusal('meeting-state');
	const set = { ...setUp, reminders: [...new Set(setUp.reminders)].sort((a, b) => b - a) };
	await work.tx
		.insert(registrationSetUps)
		.values({ meetingId, ...set })
		.onConflictDoUpdate({ target: registrationSetUps.meetingId, set });
	await giveFreePlaces(work.tx, meeting, new Date());
	work.note('registration:set-up', `meeting:${meetingId}`, set);
});

/**
 * Registers an address: it has a place at once, or stands on the waiting list, and is written which. An address that is registered
 * already is written how it stands, once an hour; whoever asks gets the same answer, so that nobody learns who has registered.
 * @throws Refusal not-found, registration-closed, bad-input
 */
export const register: typeof registerNow = (db, actor, input) =>
	inTurn(input.meetingId, () => registerNow(db, actor, input));

/** One after the other within a process: hundreds who wait for the lock of one meeting must not take all connections to the database. */
function inTurn<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
	const mine = (turns.get(name) ?? Promise.resolve()).then(run, run);
	turns.set(name, mine);
	const leave = () => void (turns.get(name) === mine && turns.delete(name));
	mine.then(leave, leave);
	return mine;
}
const turns = new Map<string, Promise<unknown>>();

const registerNow = command(registerInput, async ({ tx, actor }, { meetingId, email, way, ...said }) => {
	authorize(actor, 'registration:make');
	const meeting = await lockMeeting(tx, meetingId);
	const setUp = await readSetUp(tx, meetingId);
	if (!setUp || !takesRegistrations(meeting, setUp, Date.now())) throw new Refusal('registration-closed');
	if (!waysTo(meeting.placeKind).includes(way)) throw new Refusal('bad-input', 'way');
	const isOfAddress = and(eq(registrations.meetingId, meetingId), eq(registrations.email, email));
	const [before] = await tx.select().from(registrations).where(isOfAddress);
	if (before && isLiving(before.state)) {
		const hour = new Date().toISOString().slice(0, 13);
		await askLetter(tx, before.id, 'again', hour);
		return;
	}
	// Whoever comes back stands behind those who waited.
	if (before) await tx.delete(registrations).where(eq(registrations.id, before.id));
	const state = way === 'online' || (await freePlaces(tx, setUp)) !== 0 ? 'confirmed' : 'waiting';
	const asked = Object.fromEntries(
		Object.entries(said.answers).filter(([name]) => setUp.asks.some((one) => one === name)),
	);
	const [row] = await tx
		.insert(registrations)
		.values({ meetingId, email, way, locale: said.locale, state, answers: asked })
		.returning();
	await askLetter(tx, row!.id, state, '');
});

/** Gives a place, or a place in the waiting list, back; whoever waits longest is offered it. A second time changes nothing. @throws Refusal link-gone */
export const cancelRegistration = command(registrationTokenInput, async ({ tx }, { token }) => {
	const { row, meeting } = await lockByToken(tx, token);
	if (!isLiving(row.state)) return;
	await change(tx, row, 'cancelled');
	await askLetter(tx, row.id, 'cancelled', '');
	await giveFreePlaces(tx, meeting, new Date());
});

/**
 * Takes an offered place. A second time changes nothing.
 * @throws Refusal link-gone, meeting-state (it was called off, or is over), offer-gone (it was held too long, or given back)
 */
export const takeOffer = command(registrationTokenInput, async ({ tx }, { token }) => {
	const { row, meeting } = await lockByToken(tx, token);
	if (!isEditable(meeting)) throw new Refusal('meeting-state');
	if (row.state === 'confirmed') return;
	if (row.state !== 'offered' || row.offerEndsAt! <= new Date()) throw new Refusal('offer-gone');
	await change(tx, row, 'confirmed');
	await askLetter(tx, row.id, 'confirmed', row.offerEndsAt!.toISOString());
});

/** Cancels one at the desk: somebody has called. @throws Refusal not-found */
export const cancelForSomebody = command(
	v.object({ registrationId: v.pipe(v.string(), v.uuid()) }),
	async (work, { registrationId }) => {
		authorize(work.actor, 'registration:read');
		const { row, meeting } = await lockById(work.tx, registrationId);
		if (!isLiving(row.state)) return;
		await change(work.tx, row, 'cancelled');
		await askLetter(work.tx, row.id, 'cancelled', '');
		await giveFreePlaces(work.tx, meeting, new Date());
		work.note('registration:cancel', `meeting:${meeting.id}`);
	},
);

/**
 * Gives offered places on that nobody has taken in time, of meetings to come. Asked again, at any time and by any process, it does nothing
 * twice.
 */
export async function passOffersOn(db: Database, now = new Date()): Promise<void> {
	const late = await db
		.selectDistinct({ meetingId: registrations.meetingId })
		.from(registrations)
		.innerJoin(meetings, eq(meetings.id, registrations.meetingId))
		.where(
			and(
				eq(registrations.state, 'offered'),
				lte(registrations.offerEndsAt, now),
				eq(meetings.state, 'scheduled'),
			),
		);
	for (const { meetingId } of late)
		await work(db, system, async ({ tx }: Work) => {
			const meeting = await lockMeeting(tx, meetingId);
			if (meeting.state !== 'scheduled') return;
			const lapsed = await tx
				.update(registrations)
				.set({ state: 'lapsed', offerEndsAt: null })
				.where(
					and(
						eq(registrations.meetingId, meetingId),
						eq(registrations.state, 'offered'),
						lte(registrations.offerEndsAt, now),
					),
				)
				.returning({ id: registrations.id });
			for (const { id } of lapsed) await askLetter(tx, id, 'lapsed', '');
			await giveFreePlaces(tx, meeting, now);
		});
}

export const isLiving = (state: RegistrationState) => livingStates.some((one) => one === state);

async function change(tx: Transaction, { id }: RegistrationRow, state: RegistrationState): Promise<void> {
	await tx.update(registrations).set({ state, offerEndsAt: null }).where(eq(registrations.id, id));
}

/** @throws Refusal link-gone */
async function lockByToken(tx: Transaction, token: string) {
	const id = readRegistrationToken(token);
	if (id === null) throw new Refusal('link-gone');
	return lockById(tx, id).catch((error: unknown) => {
		throw error instanceof Refusal ? new Refusal('link-gone') : error;
	});
}

/** The meeting is locked before the row is read. @throws Refusal not-found */
async function lockById(tx: Transaction, id: string): Promise<{ row: RegistrationRow; meeting: MeetingRow }> {
	const [found] = await tx
		.select({ meetingId: registrations.meetingId })
		.from(registrations)
		.where(sql`${registrations.id}::text = ${id}`);
	if (!found) throw new Refusal('not-found');
	const meeting = await lockMeeting(tx, found.meetingId);
	const [row] = await tx.select().from(registrations).where(eq(registrations.id, id));
	if (!row) throw new Refusal('not-found');
	return { row, meeting };
}

/** The meeting of a registration, for the page that its letters lead to; null where the token is none of ours, or it is gone. */
export async function readRegistration(
	db: Reader,
	token: string,
): Promise<{ registration: RegistrationRow; meeting: MeetingRow } | null> {
	const id = readRegistrationToken(token);
	if (id === null) return null;
	const [found] = await db
		.select({ registration: registrations, meeting: meetings })
		.from(registrations)
		.innerJoin(meetings, eq(meetings.id, registrations.meetingId))
		.where(sql`${registrations.id}::text = ${id}`);
	return found ?? null;
}
