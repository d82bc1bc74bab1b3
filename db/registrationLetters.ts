// Letters to those who have registered. What is to be written is a row in the transaction of the change; the words are the pages', which
// the jobs do not import: they are handed over (docs/decisions/0020). A letter is made once, and sent at least once (db/mail.ts).
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { isEditable } from '#domain/meetings.ts';
import { system } from '#domain/people.ts';
import {
	isInTime,
	livingStates,
	quietUntil,
	reminderDue,
	usualReminders,
	type RegistrationLetterKind,
	type RegistrationState,
	type RegistrationWay,
} from '#domain/registrations.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { work } from './command.ts';
import { writeMail, type Letter } from './mail.ts';
import { registrationToken } from './letterTokens.ts';
import { keptDays } from './retention.ts';
import { meetings, registrationLetters, registrations, registrationSetUps } from './schema/index.ts';

/** What one letter says: of which meeting, and how its reader stands. `own`: the page where they change that. */
export type RegistrationLetter = {
	kind: RegistrationLetterKind;
	locale: string;
	meeting: typeof meetings.$inferSelect;
	state: RegistrationState;
	way: RegistrationWay;
	offerEndsAt: Date | null;
	/** How many wait before them, and they themselves; null when they do not wait. */
	waitingPlace: number | null;
	/** They waited, and were given a place that came free when there was no time left to ask them. */
	cameFree: boolean;
	own: string;
	/** So many days after the meeting the address is forgotten. */
	keptDays: number;
};

/** The key of the letter to somebody who waited and has a place now, without having been asked. */
export const cameFree = 'came free';

/** Asks for a letter; a second time, with the same key, nothing happens. Whoever writes letters is woken when the transaction commits. */
export async function askLetter(
	tx: Transaction,
	registrationId: string,
	kind: RegistrationLetterKind,
	key: string,
): Promise<void> {
	await tx.insert(registrationLetters).values({ registrationId, kind, key }).onConflictDoNothing();
	await tx.execute(sql`select pg_notify('news', '')`);
}

/** Asks for a letter to everybody who has a place or waits for one: the meeting was moved, or called off. */
export async function askAllLetters(
	tx: Transaction,
	meetingId: string,
	kind: Extract<RegistrationLetterKind, 'moved' | 'called-off'>,
	key: string,
): Promise<void> {
	await tx.execute(sql`
		insert into registration_letters (registration_id, kind, key)
		select id, ${kind}, ${key} from registrations
		where meeting_id = ${meetingId} and state = any (${sql.param([...livingStates])}::text[])
		on conflict do nothing`);
	await tx.execute(sql`select pg_notify('news', '')`);
}

/**
 * Asks for the reminders that are due: each once, only those of the start as it is planned now, and of several that became due while
 * nobody asked the last alone. Who registers, or gets a place, after a reminder was due gets the next one. What is caught up with at night
 * waits for the morning, unless that would be too late.
 */
export async function remindRegistered(db: Database, now = new Date()): Promise<void> {
	for (const { meeting, reminders } of await toBeReminded(db, now)) {
		const due = lastDue(meeting.startsAt, reminders, now);
		if (!due || mayWait(meeting.startsAt, now)) continue;
		await db.execute(sql`
			insert into registration_letters (registration_id, kind, key)
			select r.id, 'reminder', ${reminderKey(meeting.startsAt, due)} from registrations r
			where r.meeting_id = ${meeting.id} and r.state = 'confirmed' and r.registered_at < ${due.toISOString()}::timestamptz
				-- Whoever was written to since that it was moved, or that they have a place, knows when it is.
				and not exists (select from registration_letters l where l.registration_id = r.id and l.kind in ('moved', 'confirmed')
					and l.asked_at >= ${due.toISOString()}::timestamptz)
			on conflict do nothing`);
	}
}

function mayWait(startsAt: Date, now: Date): boolean {
	const quiet = quietUntil(now, readConfig().TIME_ZONE);
	return quiet !== null && isInTime(startsAt, quiet);
}

/** Meetings to come, each with the minutes before its start at which it is reminded of. */
export async function toBeReminded(
	db: Reader,
	now: Date,
): Promise<{ meeting: typeof meetings.$inferSelect; reminders: readonly number[] }[]> {
	const isToCome = sql`${meetings.startsAt} > ${now.toISOString()}::timestamptz`;
	const rows = await db
		.select({ meeting: meetings, reminders: registrationSetUps.reminders })
		.from(meetings)
		.leftJoin(registrationSetUps, eq(meetings.id, registrationSetUps.meetingId))
		.where(and(eq(meetings.state, 'scheduled'), isToCome));
	return rows.map(({ meeting, reminders }) => ({ meeting, reminders: reminders ?? usualReminders }));
}

/** The last of the reminders that are due by now: of several that nobody asked for in time it alone goes out. */
export function lastDue(startsAt: Date, reminders: readonly number[], now: Date): Date | undefined {
	const zone = readConfig().TIME_ZONE;
	return reminders
		.map((minutes) => reminderDue(startsAt, minutes, zone))
		.filter((moment) => moment <= now)
		.sort((a, b) => b.getTime() - a.getTime())[0];
}

/** Of a start and a moment: a meeting that is moved has other reminders. */
export const reminderKey = (startsAt: Date, due: Date) => `${startsAt.toISOString()} ${due.toISOString()}`;
export const startIn = (key: string) => key.split(' ')[0];

/**
 * Makes mails of the letters that were asked for, each in one transaction with the note that it was made.
 * @param write puts one into words
 * @returns how many were written
 */
export async function writeRegistrationLetters(
	db: Database,
	write: (letter: RegistrationLetter) => Letter,
): Promise<number> {
	const waiting = await db
		.select()
		.from(registrationLetters)
		.where(isNull(registrationLetters.doneAt))
		.orderBy(asc(registrationLetters.askedAt))
		.limit(500);
	let written = 0;
	for (const asked of waiting) written += Number(await writeOne(db, asked, write));
	return written;
}

type Row = typeof registrationLetters.$inferSelect;

async function writeOne(
	db: Database,
	{ registrationId, kind, key }: Row,
	write: (letter: RegistrationLetter) => Letter,
): Promise<boolean> {
	return work(db, system, async ({ tx }) => {
		const isIt = and(
			eq(registrationLetters.registrationId, registrationId),
			eq(registrationLetters.kind, kind),
			eq(registrationLetters.key, key),
			isNull(registrationLetters.doneAt),
		);
		// Another process has it.
		const [mine] = await tx
			.select()
			.from(registrationLetters)
			.where(isIt)
			.for('update', { skipLocked: true });
		if (!mine) return false;
		await tx.update(registrationLetters).set({ doneAt: new Date() }).where(isIt);
		const [found] = await tx
			.select({ registration: registrations, meeting: meetings })
			.from(registrations)
			.innerJoin(meetings, eq(meetings.id, registrations.meetingId))
			.where(eq(registrations.id, registrationId));
		if (!found || (await isPast(tx, mine, found))) return false;
		const { registration, meeting } = found;
		const { state, way, locale, offerEndsAt } = registration;
		const letter = write({
			...{ kind, locale, meeting, state, way, offerEndsAt },
			waitingPlace: state === 'waiting' ? await waitingPlaceOf(tx, registration) : null,
			cameFree: kind === 'confirmed' && key === cameFree,
			own: ownPage(meeting.slug, registrationId),
			keptDays: (await keptDays(tx)).registrations,
		});
		await writeMail(tx, { ...letter, recipient: registration.email });
		return true;
	});
}

type Found = { registration: typeof registrations.$inferSelect; meeting: typeof meetings.$inferSelect };

/** What a letter was to say is so no more: a newer one says how it is. */
async function isPast(
	tx: Transaction,
	{ kind, key, registrationId }: Row,
	{ registration: { state }, meeting }: Found,
): Promise<boolean> {
	if (kind === 'called-off') return false;
	// Of a meeting that is called off or over there is nothing to keep, to take or to come to.
	if (!isEditable(meeting)) return true;
	if (kind === 'reminder')
		return (
			state !== 'confirmed' ||
			meeting.state !== 'scheduled' ||
			startIn(key) !== meeting.startsAt.toISOString()
		);
	if (kind === 'moved') {
		// It was moved once more: the letter of that says where to. What else was changed since has no letter of its own.
		const later = sql`registration_id = ${registrationId} and kind = 'moved' and key::int > ${Number(key)}`;
		return (await tx.$count(registrationLetters, later)) > 0;
	}
	if (kind === 'again') return false;
	return kind !== state;
}

/** How many wait before somebody, and they themselves. */
export async function waitingPlaceOf(
	db: Reader,
	{ meetingId, place }: Found['registration'],
): Promise<number> {
	return db.$count(
		registrations,
		and(
			eq(registrations.meetingId, meetingId),
			inArray(registrations.state, ['waiting']),
			sql`${registrations.place} <= ${place}::bigint`,
		),
	);
}

const ownPage = (slug: string, registrationId: string) =>
	`${readConfig().publicUrl}/meetings/${slug}/registration?token=${registrationToken(registrationId)}`;
