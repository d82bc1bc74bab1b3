// What owners of follow-ups are reminded of: a day that comes near, one that has passed, and on Mondays all that is in their hands.
import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import { readConfig } from '#config';
import { isOverdue, isSilent, promisedStates, type FollowupState } from '#domain/followups.ts';
import { instantOf, wallClock } from '#domain/meetings.ts';
import { system } from '#domain/people.ts';
import type { PushWords } from '#domain/push.ts';
import type { Database, Reader } from './client.ts';
import { work } from './command.ts';
import { stopAddress, type Digest } from './digests.ts';
import { writeMail, type Letter } from './mail.ts';
import { letterHour, tell } from './news.ts';
import type { PushMessage } from './pushMessages.ts';
import type { RegistrationLetter } from './registrationLetters.ts';
import type { ReportLetter } from './reportLetters.ts';
import { doneCommands, followups, marks } from './schema/index.ts';

/** So many days before its day an owner is reminded. */
const soonDays = 3;

/** What is in somebody's hands, most urgent first. `isSilent`: it waits for a public word. */
export type Owned = {
	number: string;
	title: string;
	state: FollowupState;
	dueOn: string | null;
	isLate: boolean;
	isSilent: boolean;
};
export type OwnedDigest = { locale: string; owned: Owned[]; stop: string };

/** What puts letters into words. Words are the pages', which the jobs do not import: they are handed over (docs/decisions/0020). */
export type LetterWriters = {
	news(digest: Digest): Letter;
	owned(digest: OwnedDigest): Letter;
	registered(letter: RegistrationLetter): Letter;
	reported(letter: ReportLetter): Letter;
	push(message: PushMessage): PushWords;
};

/**
 * Tells owners of promises that are due within three days, and of late ones: on the first day, then each Monday. Asked again, at any
 * time and by any process, it tells nothing twice; a day on which it was not asked is caught up with. Weekly letters would come after the
 * day: it is written at the next letter hour to whoever does not get it earlier.
 */
export async function remindOwners(db: Database, now = new Date()): Promise<void> {
	const today = dayOf(now);
	const rows = await db
		.select()
		.from(followups)
		.where(
			and(
				inArray(followups.state, [...promisedStates]),
				isNotNull(followups.ownerId),
				lte(followups.dueOn, daysAfter(today, soonDays)),
			),
		);
	for (const row of rows) {
		const dueOn = row.dueOn!;
		const isLate = isOverdue(row, today);
		const once = isLate
			? `overdue:${row.number}:${latest(daysAfter(dueOn, 1), mondayOf(today))}`
			: `due-soon:${row.number}:${dueOn}`;
		await work(db, system, (the) =>
			tell(the, {
				...{ kind: isLate ? 'overdue' : 'due-soon', followup: row, isInternal: true, once, now },
				...{ people: [row.ownerId], detail: { dueOn }, neededBy: nextLetterHour(now) },
			}),
		);
	}
}

/**
 * Each week, on Monday from the letter hour on: one letter to each owner with all that is in their hands, once however often it is
 * asked. Where it was not asked all Monday, it is caught up with on the day after.
 * @returns how many letters were written
 */
export async function writeOwnerLetters(
	db: Database,
	write: (digest: OwnedDigest) => Letter,
	now = new Date(),
): Promise<number> {
	const week = letterWeekOf(now);
	const [last] = await db.select().from(marks).where(eq(marks.name, lastOwnerLetters));
	if (last && letterWeekOf(last.at) >= week) return 0;
	// Who is given something on a Wednesday hears of it by itself: the first week of a new city begins on a Monday, too.
	const written = last ? await writeToOwners(db, write, week, now) : 0;
	await db
		.insert(marks)
		.values({ name: lastOwnerLetters, at: now })
		.onConflictDoUpdate({ target: marks.name, set: { at: now } });
	return written;
}

const lastOwnerLetters = 'owner letters';

async function writeToOwners(
	db: Database,
	write: (digest: OwnedDigest) => Letter,
	week: string,
	now: Date,
): Promise<number> {
	const { rows } = await db.execute<{ id: string; personId: string; locale: string; email: string }>(sql`
		select f.id, p.id as "personId", f.locale, p.email from followers f join people p on p.id = f.person_id
		where f.confirmed_at is not null
			and exists (select from person_roles r where r.person_id = p.id and r.role in ('staff', 'moderator'))
			and exists (
			select from followups u where u.owner_id = p.id and u.state = any (${sql.param([...promisedStates])}::text[]))`);
	let written = 0;
	for (const { id, personId, locale, email } of rows)
		written += await work(db, system, async ({ tx }) => {
			// Kept for a day: of two processes that write at once, and of one that is begun again, each owner gets one letter.
			const key = `owner letter ${personId} ${week}`;
			const first = await tx.insert(doneCommands).values({ key }).onConflictDoNothing().returning();
			if (first.length === 0) return 0;
			const stop = stopAddress(id);
			const letter = write({ locale, owned: await ownedBy(tx, personId, now), stop });
			await writeMail(tx, { ...letter, recipient: email, unsubscribe: stop });
			return 1;
		});
	return written;
}

async function ownedBy(db: Reader, personId: string, now: Date): Promise<Owned[]> {
	const rows = await db
		.select()
		.from(followups)
		.where(and(eq(followups.ownerId, personId), inArray(followups.state, [...promisedStates])))
		.orderBy(sql`${followups.dueOn} asc nulls last`, followups.number);
	return rows.map(({ number, title, state, dueOn, visibility, toldAt }) => ({
		...{ number, title, state, dueOn },
		isLate: isOverdue({ state, dueOn }, dayOf(now)),
		isSilent: isSilent({ state, visibility, toldAt }, now),
	}));
}

const dayOf = (moment: Date) => wallClock(moment, readConfig().TIME_ZONE).slice(0, 10);
const latest = (one: string, other: string) => (one > other ? one : other);

function daysAfter(day: string, days: number): string {
	const moment = new Date(`${day}T12:00:00Z`);
	moment.setUTCDate(moment.getUTCDate() + days);
	return moment.toISOString().slice(0, 10);
}

function nextLetterHour(now: Date): Date {
	const zone = readConfig().TIME_ZONE;
	const at = (day: string) => instantOf(`${day}T${String(letterHour).padStart(2, '0')}:00`, zone);
	const today = dayOf(now);
	return at(today) > now ? at(today) : at(daysAfter(today, 1));
}

/** The Monday of the last letter hour. */
function letterWeekOf(moment: Date): string {
	const today = dayOf(moment);
	const hour = Number(wallClock(moment, readConfig().TIME_ZONE).slice(11, 13));
	return mondayOf(today) === today && hour < letterHour ? daysAfter(today, -7) : mondayOf(today);
}

/** The Monday of a day's week. */
function mondayOf(day: string): string {
	return daysAfter(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7));
}
