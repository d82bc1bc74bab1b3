// Sending the report of a meeting: once, to each address once, to nobody who has given none, until its reader wants no more.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAudit } from '#db/audit.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { confirmFollow, followByEmail, followSomething, setPeriod } from '#db/followers.ts';
import { endMeeting } from '#db/meetings.ts';
import { readReportSending, sendReport, stopReports, writeReportLetters } from '#db/reportLetters.ts';
import { reportMeeting } from '#db/reports.ts';
import { mails, registrations, reportLetters, reportSendings } from '#db/schema/index.ts';
import type { FollowedKind } from '#domain/following.ts';
import { nobody } from '#domain/people.ts';
import type { RegistrationState } from '#domain/registrations.ts';
import { ada, dana, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { fullEvening } from '#tests/fullEvening.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const register = async (meetingId: string, email: string, state: RegistrationState = 'confirmed') =>
	(
		await db
			.insert(registrations)
			.values({
				...{ meetingId, email, state, locale: 'es', way: 'room' },
				offerEndsAt: state === 'offered' ? new Date() : null,
			})
			.returning()
	)[0]!.id;
async function follow(email: string, kind: FollowedKind, subject: string, isConfirmed = true) {
	let token = '';
	const letter = { subject: 's', text: 't', html: 'h' };
	await followByEmail(db, { email, kind, subject }, (given) => ((token = given), letter));
	if (isConfirmed) await confirmFollow(db, nobody, { token });
}
const write = () =>
	writeReportLetters(db, ({ locale, report, stop }) => ({
		subject: report.meeting.title,
		text: `${locale} ${report.questions.length} ${stop}`,
		html: 'h',
	}));
const sentTo = async (title: string) =>
	(await db.select().from(mails).where(eq(mails.subject, title))).map(({ recipient }) => recipient).sort();

test('each who has registered or follows is written to once, however often and by how many it is sent', async () => {
	const { id: meetingId, number, promise } = await fullEvening(db);
	await register(meetingId, 'came@example.org');
	await register(meetingId, 'waited@example.org', 'waiting');
	await register(meetingId, 'cancelled@example.org', 'cancelled');
	await follow('came@example.org', 'everything', '');
	await follow('concern@example.org', 'concern', number);
	await follow('promise@example.org', 'followup', promise);
	await follow('unconfirmed@example.org', 'concern', number, false);
	const other = await fullEvening(db);
	await follow('other@example.org', 'concern', other.number);
	// An account that follows is written to; one that wants no letters is not.
	await followSomething(db, maria, { kind: 'concern', subject: number });
	await followSomething(db, tom, { kind: 'concern', subject: number });
	await setPeriod(db, tom, { period: 'none' });

	expect(await readReportSending(db, dana, meetingId)).toEqual({ readers: 5, sentAt: null });
	const answers = await Promise.all(Array.from({ length: 4 }, () => sendReport(db, dana, { meetingId })));
	expect(answers).toEqual(Array(4).fill({ letters: 5 }));
	expect(await sendReport(db, dana, { meetingId })).toEqual({ letters: 5 });
	expect(await readReportSending(db, dana, meetingId)).toEqual({
		readers: 5,
		sentAt: expect.any(String),
	});
	// Nothing of an address is in the outbox.
	expect(JSON.stringify(await db.select().from(reportLetters))).not.toContain('@');

	const written = await Promise.all([write(), write(), write()]);
	expect(written.reduce((sum, one) => sum + one)).toBe(5);
	expect(await write()).toBe(0);
	const expected = ['came', 'concern', 'maria', 'promise', 'waited'].map((name) => `${name}@example.org`);
	expect(await sentTo('Town hall on Elm Street')).toEqual(expected);
	const acts = (await readAudit(db, ada)).acts.filter(({ verb }) => verb === 'report:send');
	expect(acts).toHaveLength(1);
});

test('whoever wants no more reports gets none, of no meeting; other letters are not touched', async () => {
	await db.delete(mails);
	const { id: meetingId } = await fullEvening(db);
	await register(meetingId, 'enough@example.org');
	await register(meetingId, 'late@example.org');
	const before = await readReportSending(db, dana, meetingId);
	await sendReport(db, dana, { meetingId });
	await write();
	const [mail] = await db.select().from(mails).where(eq(mails.recipient, 'enough@example.org'));
	expect(mail!.text).toMatch(/^es 3 /);
	expect(mail!.unsubscribe).toMatch(/\/following\/no-reports\?token=/);
	const token = new URL(mail!.unsubscribe!).searchParams.get('token')!;
	expect(Buffer.from(token.split('.')[0]!, 'base64url').toString()).not.toContain('enough');
	await stopReports(db, nobody, { token });
	await stopReports(db, nobody, { token });
	await expect(stopReports(db, nobody, { token: `${token}x` })).rejects.toEqual(refused('link-gone'));
	const next = await fullEvening(db);
	await register(next.id, 'enough@example.org');
	await register(next.id, 'late@example.org');
	const { readers } = await readReportSending(db, dana, next.id);
	expect(readers).toBe(before.readers - 1);
	// One who says so, or cancels, between the press and the letter.
	await sendReport(db, dana, { meetingId: next.id });
	await db
		.update(registrations)
		.set({ state: 'cancelled' })
		.where(eq(registrations.email, 'late@example.org'));
	await db.delete(mails);
	expect(await write()).toBe(readers - 1);
	expect(await sentTo('Town hall on Elm Street')).not.toContain('late@example.org');
});

test('nobody but a moderator sends it, and not before the books are closed', async () => {
	const { id: meetingId } = await liveMeeting(db);
	for (const actor of [nobody, maria, sam, ada])
		for (const act of [
			() => sendReport(db, actor, { meetingId }),
			() => readReportSending(db, actor, meetingId),
		])
			await expect(act()).rejects.toMatchObject({ name: 'Refusal' });
	await expect(sendReport(db, dana, { meetingId })).rejects.toEqual(refused('meeting-state'));
	await endMeeting(db, dana, { meetingId });
	await expect(sendReport(db, dana, { meetingId })).rejects.toEqual(refused('meeting-state'));
	expect(await db.select().from(reportSendings).where(eq(reportSendings.meetingId, meetingId))).toEqual([]);
	await reportMeeting(db, dana, { meetingId });
	await sendReport(db, dana, { meetingId });
});
