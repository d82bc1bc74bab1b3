// Feedback: one answer per person who was there, nothing shown of few or before the end, and a dump that joins nobody to what they said.
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteAttendance } from '#db/attendance.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { closeFeedback, giveFeedback, ownFeedback } from '#db/feedback.ts';
import { feedbackOf, feedbackWordsOf, vetFeedback } from '#db/feedbackReads.ts';
import { pseudonymsIn } from '#db/identity.ts';
import { endMeeting, findMeeting } from '#db/meetings.ts';
import { readMeetingReport } from '#db/meetingReports.ts';
import { reportMeeting } from '#db/reports.ts';
import { checkIn } from '#db/room.ts';
import { feedbackBoxes, feedbackCounts, feedbackWords, meetings } from '#db/schema/index.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const rowOf = async (slug: string) => (await findMeeting(db, slug))!;
/** Had the hall open, as realtime/presence.ts notes it. */
const attend = (meetingId: string, people: Actor[]) =>
	noteAttendance(
		db,
		meetingId,
		new Map(
			people.map((actor) => {
				const { account, guest } = pseudonymsIn(meetingId, actor, 'attend');
				return [account ?? guest!, 60];
			}),
		),
		people.length,
	);
const crowd = (n: number) => Array.from({ length: n }, (_, i) => guest(`one of many ${i}`));
/** Ended on a Saturday evening in Chicago, eight days before its clocks are put back. */
async function end(id: string): Promise<void> {
	await endMeeting(db, dana, { meetingId: id });
	await db
		.update(meetings)
		.set({ endedAt: new Date('2026-10-25T01:30:00Z') })
		.where(eq(meetings.id, id));
}
const onTheLastDay = new Date('2026-11-08T05:59:59Z');
const afterIt = new Date('2026-11-08T06:00:00Z');

test('whoever was there answers, in the hall or at the door; whoever was not, cannot; two tabs are one answer', async () => {
	const { id: meetingId, slug } = await liveMeeting(db);
	const [ann, ben] = [guest('ann'), guest('ben')];
	await attend(meetingId, [ann, maria]);
	await giveFeedback(db, ann, { meetingId, heard: 2 });
	await expect(giveFeedback(db, ben, { meetingId, heard: 2 })).rejects.toEqual(refused('feedback-not-there'));
	await expect(giveFeedback(db, nobody, { meetingId, heard: 2 })).rejects.toEqual(refused('sign-in-needed'));
	for (const wrong of [0, 6, 2.5])
		await expect(giveFeedback(db, ann, { meetingId, heard: wrong as 1 })).rejects.toEqual(
			refused('bad-input'),
		);
	await expect(giveFeedback(db, ann, { meetingId, words: 'x'.repeat(601) })).rejects.toEqual(
		refused('bad-input'),
	);
	await end(meetingId);
	// Two tabs press at once, a third later: one answer, the last.
	await Promise.all([
		giveFeedback(db, ann, { meetingId, heard: 1 }, onTheLastDay),
		giveFeedback(db, ann, { meetingId, heard: 3, words: 'Too quiet.' }, onTheLastDay),
	]);
	await giveFeedback(db, ann, { meetingId, heard: 4, clear: 5, words: 'Louder, please.' }, onTheLastDay);
	const row = await rowOf(slug);
	expect(await ownFeedback(db, row, ann, onTheLastDay)).toEqual({
		mayAnswer: true,
		answer: { heard: 4, clear: 5, words: 'Louder, please.' },
	});
	const [box] = await db.select().from(feedbackBoxes).where(eq(feedbackBoxes.meetingId, meetingId));
	expect(Object.values(box!.answers)).toEqual([{ heard: 4, clear: 5 }]);
	expect(Object.values(box!.words)).toEqual(['Louder, please.']);
	// Nothing said takes it back.
	await giveFeedback(db, ann, { meetingId }, onTheLastDay);
	const [empty] = await db.select().from(feedbackBoxes).where(eq(feedbackBoxes.meetingId, meetingId));
	expect([empty!.answers, empty!.words]).toEqual([{}, {}]);
	expect(await ownFeedback(db, row, ben, onTheLastDay)).toEqual({ mayAnswer: false, answer: null });
});

test('a browser and its account are one person, also after signing out', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const browser: Actor = { ...maria, account: null };
	await attend(meetingId, [browser, maria]);
	await giveFeedback(db, browser, { meetingId, heard: 1, words: 'As a guest.' });
	await giveFeedback(db, maria, { meetingId, heard: 5 });
	await expect(giveFeedback(db, browser, { meetingId, heard: 1 })).rejects.toEqual(
		refused('feedback-with-account'),
	);
	const [box] = await db.select().from(feedbackBoxes).where(eq(feedbackBoxes.meetingId, meetingId));
	expect(Object.values(box!.answers).filter(Boolean)).toEqual([{ heard: 5 }]);
	expect(box!.words).toEqual({});
});

test('somebody in the room who said so counts as there', async () => {
	const { id: meetingId } = await liveMeeting(db);
	await db
		.update(meetings)
		.set({
			placeKind: 'hybrid',
			startsAt: new Date(Date.now() - 60_000),
			endsAt: new Date(Date.now() + 3_600_000),
		})
		.where(eq(meetings.id, meetingId));
	await checkIn(db, tom, { meetingId });
	await expect(giveFeedback(db, tom, { meetingId, again: 5 })).resolves.toBeUndefined();
});

test('nothing is shown while it is open; at the end numbers from ten on, of fewer nothing, also in the tables', async () => {
	const { id: meetingId, slug } = await liveMeeting(db);
	const people = crowd(12);
	await attend(meetingId, people);
	await end(meetingId);
	// Twelve say whether they heard, nine whether it was clear.
	for (const [i, actor] of people.entries())
		await giveFeedback(
			db,
			actor,
			{ meetingId, heard: i < 8 ? 5 : 3, clear: i < 9 ? 4 : null, words: i === 3 ? 'A fan hummed.' : '' },
			onTheLastDay,
		);
	await closeFeedback(db, onTheLastDay);
	const row = await rowOf(slug);
	expect(await feedbackOf(db, row, onTheLastDay)).toEqual({ state: 'open', lastDay: '2026-11-07' });
	expect(await feedbackWordsOf(db, dana, meetingId)).toEqual([]);
	await closeFeedback(db, afterIt);
	await closeFeedback(db, afterIt);
	expect(await feedbackOf(db, row, afterIt)).toEqual({
		state: 'closed',
		closedAt: afterIt.toISOString(),
		numbers: [
			{ question: 'heard', counts: [0, 0, 4, 0, 8] },
			{ question: 'clear', counts: null },
			{ question: 'again', counts: null },
		],
		words: [],
	});
	const counts = await db.select().from(feedbackCounts).where(eq(feedbackCounts.meetingId, meetingId));
	expect(counts.map(({ question }) => question)).toEqual(['heard', 'heard']);
	expect(await db.$count(feedbackBoxes, eq(feedbackBoxes.meetingId, meetingId))).toBe(0);
	await expect(giveFeedback(db, people[0]!, { meetingId, heard: 1 }, afterIt)).rejects.toEqual(
		refused('feedback-closed'),
	);
	// Nor for somebody whose clock is behind: the box is gone.
	await expect(giveFeedback(db, people[0]!, { meetingId, heard: 1 }, onTheLastDay)).rejects.toEqual(
		refused('feedback-closed'),
	);
	expect(await db.$count(feedbackBoxes, eq(feedbackBoxes.meetingId, meetingId))).toBe(0);
});

test('free words are read by the city and published by moderators; the report says the same', async () => {
	const { id: meetingId, slug } = await liveMeeting(db);
	await attend(meetingId, [maria]);
	await giveFeedback(db, maria, { meetingId, heard: 5, words: 'Thank you for the interpreter.' });
	await end(meetingId);
	await closeFeedback(db, afterIt);
	for (const actor of [nobody, maria]) await expect(feedbackWordsOf(db, actor, meetingId)).rejects.toThrow();
	const [words] = await feedbackWordsOf(db, sam, meetingId);
	expect(words).toMatchObject({ text: 'Thank you for the interpreter.', state: 'new' });
	const vet = (by: Actor, state: 'published' | 'kept') => vetFeedback(db, by, { wordsId: words!.id, state });
	await expect(vet(sam, 'published')).rejects.toEqual(refused('forbidden'));
	await expect(vet(maria, 'published')).rejects.toEqual(refused('forbidden'));
	const shown = async () => {
		const { feedback } = await readMeetingReport(db, nobody, slug);
		return feedback?.state === 'closed' ? feedback.words : feedback;
	};
	expect(await shown()).toEqual([]);
	await vet(dana, 'published');
	expect(await shown()).toEqual(['Thank you for the interpreter.']);
	await vet(dana, 'kept');
	expect(await shown()).toEqual([]);
});

test('the report may be closed before the feedback: who was there is still known, and no visit is', async () => {
	const { id: meetingId, slug } = await liveMeeting(db);
	const [ann, ben] = [guest('ann'), guest('ben')];
	await attend(meetingId, [ann]);
	await endMeeting(db, dana, { meetingId });
	await reportMeeting(db, dana, { meetingId });
	const { rows } = await db.$client.query('select * from attendance where meeting_id = $1', [meetingId]);
	expect(rows).toEqual([]);
	expect((await ownFeedback(db, await rowOf(slug), ann)).mayAnswer).toBe(true);
	await giveFeedback(db, ann, { meetingId, heard: 5 });
	await expect(giveFeedback(db, ben, { meetingId, heard: 5 })).rejects.toEqual(refused('feedback-not-there'));
});

test('in a dump nothing of an answer stands beside anything of a person, while it is open and after', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const people = crowd(200);
	await attend(meetingId, people);
	for (const [i, actor] of people.entries())
		await giveFeedback(db, actor, {
			...{ meetingId, heard: ((i % 5) + 1) as 1 },
			words: i % 4 === 0 ? `Words of number ${String(i).padStart(3, '0')}` : '',
		});
	await end(meetingId);
	const dump = async () => {
		const { rows: tables } = await db.$client.query<{ name: string }>(
			`select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'feedback%'`,
		);
		let text = '';
		for (const { name } of tables) {
			const { rows } = await db.$client.query(`select to_jsonb(t)::text as text from "${name}" t`);
			text += rows.map((row: { text: string }) => row.text).join('\n');
		}
		return text;
	};
	const [box] = await db.select().from(feedbackBoxes).where(eq(feedbackBoxes.meetingId, meetingId));
	const marks = Object.keys(box!.answers);
	expect(marks).toHaveLength(200);
	const elsewhere = await dump();
	// No mark is found in any other table, nor is any pseudonym in the box.
	expect(marks.filter((mark) => elsewhere.includes(mark))).toEqual([]);
	const inBox = JSON.stringify(box);
	for (const purpose of ['take-part', 'attend', 'room', 'feedback'] as const)
		for (const actor of people)
			for (const pseudonym of pseudonymsIn(meetingId, actor, purpose).all)
				expect(inBox.includes(pseudonym)).toBe(false);
	// The order in the box says nothing of the order of arrival: no better than chance (200 places, in any run of ten).
	const arrival = Object.values(box!.words).map((text) => Number(text.slice(-3)));
	const inOrder = arrival.filter((n, i) => i > 0 && n > arrival[i - 1]!).length;
	expect(inOrder).toBeGreaterThan(8);
	expect(inOrder).toBeLessThan(41);
	await closeFeedback(db, afterIt);
	const { rows: after } = await db.$client.query<{ text: string; xmin: string }>(
		'select text, xmin::text from feedback_words where meeting_id = $1 order by ctid',
		[meetingId],
	);
	// Written at once, in the order of what they say, without any other column.
	expect(new Set(after.map(({ xmin }) => xmin)).size).toBe(1);
	expect(after.map(({ text }) => text)).toEqual(after.map(({ text }) => text).toSorted());
	const [one] = await db.select().from(feedbackWords).where(eq(feedbackWords.meetingId, meetingId));
	expect(Object.keys(one!).sort()).toEqual(['id', 'meetingId', 'state', 'text']);
	const left = await db.execute<{ people: number }>(
		sql`select people from feedback_counts where meeting_id = ${meetingId} order by answer`,
	);
	expect(left.rows.map(({ people }) => people)).toEqual([40, 40, 40, 40, 40]);
});
