// Sending a report: once for each meeting, to those who have registered and to those who follow what it tells of. Nobody else has given an
// address. What is to be sent is a row in the transaction of the act; the words are the pages' (docs/decisions/0020).
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { readConfig } from '#config';
import { Refusal } from '#domain/errors.ts';
import { stopInput } from '#domain/following.ts';
import type { MeetingReport, ReportSending } from '#domain/meetingReports.ts';
import { nobody, system, type Actor } from '#domain/people.ts';
import { authorize } from '#domain/policy.ts';
import { livingStates } from '#domain/registrations.ts';
import type { Database, Reader, Transaction } from './client.ts';
import { command, work } from './command.ts';
import { isOfMeeting } from './followupReads.ts';
import { noReportsMark, reportMark } from './identity.ts';
import { noReportsToken, readNoReportsToken } from './letterTokens.ts';
import { writeMail, type Letter } from './mail.ts';
import { readMeetingReport } from './meetingReports.ts';
import { lockMeeting } from './meetings.ts';
import { meetings, reportLetters, reportSendings, reportStops } from './schema/index.ts';

/** One letter's worth. `stop`: the address that ends such letters. */
export type ReportLetter = { locale: string; report: MeetingReport; stop: string };

/** @throws Refusal for who may not send it */
export async function readReportSending(db: Reader, actor: Actor, meetingId: string): Promise<ReportSending> {
	authorize(actor, 'meeting:report');
	const [done] = await db.select().from(reportSendings).where(eq(reportSendings.meetingId, meetingId));
	if (done) return { readers: done.letters, sentAt: done.sentAt.toISOString() };
	return { readers: (await readersOf(db, meetingId)).length, sentAt: null };
}

/**
 * Sends the report of a meeting whose books are closed. A second time, by whomever, nothing is sent.
 * @returns how many letters it was
 * @throws Refusal forbidden, not-found, meeting-state
 */
export const sendReport = command(
	v.object({ meetingId: v.pipe(v.string(), v.uuid()) }),
	async ({ tx, actor, note }, { meetingId }) => {
		authorize(actor, 'meeting:report');
		const { state } = await lockMeeting(tx, meetingId);
		if (state !== 'reported') throw new Refusal('meeting-state');
		const [done] = await tx.select().from(reportSendings).where(eq(reportSendings.meetingId, meetingId));
		if (done) return { letters: done.letters };
		const readers = await readersOf(tx, meetingId);
		await tx.insert(reportSendings).values({ meetingId, letters: readers.length });
		const letters = readers.map(({ mark, registrationId, followerId }) => ({
			...{ meetingId, mark, registrationId, followerId },
		}));
		for (let at = 0; at < letters.length; at += 1_000)
			await tx.insert(reportLetters).values(letters.slice(at, at + 1_000));
		await tx.execute(sql`select pg_notify('news', '')`);
		note('report:send', `meeting:${meetingId}`, { letters: readers.length });
		return { letters: readers.length };
	},
);

/** Ends letters with reports to whoever got the token in one; a second time changes nothing. @throws Refusal link-gone */
export const stopReports = command(stopInput, async ({ tx }, { token }) => {
	const mark = readNoReportsToken(token);
	if (mark === null) throw new Refusal('link-gone');
	await tx.insert(reportStops).values({ mark }).onConflictDoNothing();
});

/**
 * Makes mails of the letters that were asked for, each in one transaction with the note that it was made.
 * @param write puts one into words
 * @returns how many were written
 */
export async function writeReportLetters(
	db: Database,
	write: (letter: ReportLetter) => Letter,
): Promise<number> {
	const waiting = await db
		.select({ meetingId: reportLetters.meetingId, mark: reportLetters.mark, slug: meetings.slug })
		.from(reportLetters)
		.innerJoin(meetings, eq(meetings.id, reportLetters.meetingId))
		.where(isNull(reportLetters.doneAt))
		.orderBy(asc(reportLetters.meetingId))
		.limit(5_000);
	const reports = new Map<string, MeetingReport>();
	let written = 0;
	for (const asked of waiting) {
		const report = reports.get(asked.slug) ?? (await readMeetingReport(db, nobody, asked.slug));
		reports.set(asked.slug, report);
		written += Number(await writeOne(db, asked, report, write));
	}
	return written;
}

async function writeOne(
	db: Database,
	{ meetingId, mark }: { meetingId: string; mark: string },
	report: MeetingReport,
	write: (letter: ReportLetter) => Letter,
): Promise<boolean> {
	return work(db, system, async ({ tx }) => {
		const isIt = and(
			eq(reportLetters.meetingId, meetingId),
			eq(reportLetters.mark, mark),
			isNull(reportLetters.doneAt),
		);
		// Another process has it.
		const [mine] = await tx.select().from(reportLetters).where(isIt).for('update', { skipLocked: true });
		if (!mine) return false;
		await tx.update(reportLetters).set({ doneAt: new Date() }).where(isIt);
		const reader = await readerOf(tx, mine);
		if (!reader || (await wantNone(tx, [reader.email])).size > 0) return false;
		const stop = stopAddress(reader.email);
		const letter = write({ locale: reader.locale, report, stop });
		await writeMail(tx, { ...letter, recipient: reader.email, unsubscribe: stop });
		return true;
	});
}

/** Where letters with reports to an address are ended. */
const stopAddress = (email: string): string =>
	`${readConfig().publicUrl}/following/no-reports?token=${noReportsToken(noReportsMark(email))}`;

type Reached = { email: string; locale: string; registrationId: string | null; followerId: string | null };

/** Who gets the report of a meeting: each address once. */
async function readersOf(db: Reader, meetingId: string): Promise<(Reached & { mark: string })[]> {
	const { rows } = await db.execute<Reached>(sql`
		with told as (
			select number, area_id from concerns where meeting_id = ${meetingId}
		), promised as (
			select number, area_id from followups
			where visibility = 'public' and ${isOfMeeting(sql`${meetingId}::uuid`)}
		)
		select email, locale, id as "registrationId", null as "followerId" from registrations
		where meeting_id = ${meetingId} and state = any (${sql.param([...livingStates])}::text[])
		union all
		select lower(coalesce(f.email, p.email)), f.locale, null, f.id from followers f left join people p on p.id = f.person_id
		where f.confirmed_at is not null and exists (
			select from follows w where w.follower_id = f.id and (w.kind = 'everything'
				or w.kind = 'concern' and w.subject in (select number from told)
				or w.kind = 'followup' and w.subject in (select number from promised)
				or w.kind = 'area' and w.subject in (
					select area_id::text from told where area_id is not null
					union select area_id::text from promised where area_id is not null)))`);
	// Whoever has registered and follows, too, is written to as registered.
	const byAddress = new Map<string, Reached>();
	for (const row of rows) if (!byAddress.has(row.email)) byAddress.set(row.email, row);
	const stopped = await wantNone(db, [...byAddress.keys()]);
	return [...byAddress.values()]
		.filter(({ email }) => !stopped.has(email))
		.map((reader) => ({ ...reader, mark: reportMark(meetingId, reader.email) }));
}

/** Those of some addresses that want no reports. */
async function wantNone(db: Reader, emails: string[]): Promise<Set<string>> {
	const byMark = new Map(emails.map((email) => [noReportsMark(email), email]));
	if (byMark.size === 0) return new Set();
	const rows = await db
		.select({ mark: reportStops.mark })
		.from(reportStops)
		.where(inArray(reportStops.mark, [...byMark.keys()]));
	return new Set(rows.map(({ mark }) => byMark.get(mark)!));
}

/** As they are now: whoever has cancelled or ended their letters since gets none. */
async function readerOf(
	tx: Transaction,
	{ registrationId, followerId }: typeof reportLetters.$inferSelect,
): Promise<{ email: string; locale: string } | undefined> {
	const { rows } = await tx.execute<{ email: string; locale: string }>(sql`
		select email, locale from registrations
		where id = ${registrationId}::uuid and state = any (${sql.param([...livingStates])}::text[])
		union all
		select lower(coalesce(f.email, p.email)), f.locale from followers f left join people p on p.id = f.person_id
		where f.id = ${followerId}::uuid and f.confirmed_at is not null`);
	return rows[0];
}
