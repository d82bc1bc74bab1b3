// The report of a meeting, as it is read for all its outputs.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteAttendance, ownArea, tellArea } from '#db/attendance.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { captureQuestion, disposeOfConcern, readConcern } from '#db/concerns.ts';
import { followupsOf } from '#db/followupReads.ts';
import { readMeetingReport } from '#db/meetingReports.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, endMeeting, publishMeeting, setSwitches } from '#db/meetings.ts';
import { actOnQuestions, disposeOfQuestion } from '#db/questionActs.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import { readReport, reportMeeting } from '#db/reports.ts';
import { areas, areaSums, attendance as visits, recordings } from '#db/schema/index.ts';
import { castVotes } from '#db/votes.ts';
import type { FollowupState } from '#domain/followups.ts';
import { nobody } from '#domain/people.ts';
import { anEvening, dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { fullEvening } from '#tests/fullEvening.ts';
import { move, proposed, wayTo } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = expect.objectContaining({ name: 'Refusal', code: 'not-found' });
const ask = async (meetingId: string, text: string) =>
	(await askQuestion(db, guest(text), { meetingId, text, anonymous: true })).id;

/** Three published questions (one merged), one of them answered and one captured and promised, one declined; two came. */
async function evening(switches = {}) {
	const { id, slug } = await liveMeeting(db);
	const first = await ask(id, 'Who mends the light at Elm?');
	const second = await ask(id, 'Is there a crossing at the school?');
	const third = await ask(id, 'Who mends that light?');
	const declined = await ask(id, 'Something quite off topic?');
	await mergeQuestions(db, dana, { questionIds: [third], into: first });
	await castVotes(
		db,
		[maria, tom].map((actor) => ({ actor, questionId: second, on: true })),
	);
	await actOnQuestions(db, dana, { questionIds: [declined], act: 'decline', reason: 'off-topic' });
	await actOnQuestions(db, dana, { questionIds: [second], act: 'put-on-air' });
	await actOnQuestions(db, dana, { questionIds: [second], act: 'answer-live' });
	const { number } = await captureQuestion(db, dana, { questionId: first });
	await acknowledgeConcern(db, sam, { number, text: 'We are looking at it.' });
	await noteAttendance(db, id, new Map([['a', 60], ['b', 120]]), 2); // prettier-ignore
	await setSwitches(db, dana, { meetingId: id, ...switches });
	await endMeeting(db, dana, { meetingId: id });
	return { id, slug, first, second, number };
}

test('it holds what was asked, captured and promised, and how many came', async () => {
	const { id, slug, first, number } = await evening();
	const promise = await proposed(db, [number]);
	await move(db, promise, 'committed');
	const before = await readMeetingReport(db, nobody, slug);
	expect(before).toMatchObject({
		reportedAt: null,
		questions: [
			{ text: 'Is there a crossing at the school?', votes: 2, outcome: 'answered', alsoAsked: [] },
			{
				text: 'Who mends the light at Elm?',
				outcome: null,
				concern: number,
				alsoAsked: ['Who mends that light?'],
			},
		],
		concerns: [{ number, outcome: null }],
		promises: [{ number: promise, state: 'committed', isLate: false }],
		polls: [],
		attendance: { online: { peak: 2, visitors: 2 }, room: 0, phone: 0, byArea: null },
		recordings: [],
	});
	expect(JSON.stringify(before)).not.toContain('off topic');
	await disposeOfQuestion(db, dana, { questionId: first, disposition: 'follow-up', note: 'In spring.' });
	await disposeOfConcern(db, dana, { number, disposition: 'follow-up' });
	// What is decided and not published yet is in no report.
	expect(await readMeetingReport(db, nobody, slug)).toEqual(before);
	await reportMeeting(db, dana, { meetingId: id });
	const after = await readMeetingReport(db, nobody, slug);
	expect(after.reportedAt).not.toBeNull();
	expect(after.questions[1]).toMatchObject({ outcome: 'follow-up', outcomeNote: 'In spring.' });
	expect(after.attendance).toEqual(before.attendance);
	// Promises stand as they stand now.
	await move(db, promise, 'in-progress');
	expect((await readMeetingReport(db, nobody, slug)).promises[0]!.state).toBe('in-progress');
});

test('what was only proposed or rejected is no promise; what was promised and dropped still is one', async () => {
	const { slug, number } = await evening();
	const one = async (to: FollowupState) => {
		const promise = await proposed(db, [number], { title: to });
		for (const step of wayTo[to]) await move(db, promise, step);
	};
	for (const to of ['proposed', 'rejected', 'committed', 'dropped', 'done'] as const) await one(to);
	const { promises } = await readMeetingReport(db, nobody, slug);
	expect(promises.map(({ state }) => state)).toEqual(['done', 'dropped', 'committed']);
	// Its concern tells all of them.
	const { id } = await readConcern(db, number);
	expect(await followupsOf(db, { concernIds: [id] })).toHaveLength(5);
});

test('promises that are internal, and hidden totals with their order, are in it for nobody', async () => {
	const { slug, number } = await evening({ totalsHidden: true });
	const internal = await proposed(db, [number], { visibility: 'internal', title: 'Only for the city' });
	await move(db, internal, 'committed');
	for (const actor of [nobody, maria, dana]) {
		const { questions, promises } = await readMeetingReport(db, actor, slug);
		expect(questions.map(({ votes }) => votes)).toEqual([null, null]);
		expect(questions.map(({ number }) => number)).toEqual([1, 2]);
		expect(promises).toEqual([]);
	}
});

test('a question that was on air leads to its second of the film, while there is one', async () => {
	const { id, slug, second } = await evening();
	await db.$client.query(`update meetings set went_live_at = now() - interval '60 minutes' where id = $1`, [
		id,
	]);
	await db.$client.query(`update questions set on_air_at = now() - interval '40 minutes' where id = $1`, [
		second,
	]);
	const startedAt = new Date(Date.now() - 50 * 60_000);
	const film = { meetingId: id, startedAt, state: 'ready' as const, seconds: 1_800, bytes: 9 };
	await db.insert(recordings).values({ ...film, keepUntil: '2100-01-01' });
	const { questions, recordings: films } = await readMeetingReport(db, nobody, slug);
	expect(questions[0]!.moment).toMatch(new RegExp(`^/meetings/${slug}\\?at=(1199|1200|1201)#recordings$`));
	expect(films).toMatchObject([{ seconds: 1_800, keepUntil: '2100-01-01' }]);
	await db.update(recordings).set({ state: 'removed', removedAt: new Date() });
	const after = await readMeetingReport(db, nobody, slug);
	expect([after.recordings, after.questions[0]!.moment]).toEqual([[], null]);
});

test('a draft, a meeting to come, a live one and one that was called off have no report, for moderators neither', async () => {
	const draft = await createMeeting(db, dana, anEvening);
	const scheduled = await createMeeting(db, dana, anEvening);
	const cancelled = await createMeeting(db, dana, anEvening);
	for (const { id } of [scheduled, cancelled]) await publishMeeting(db, dana, { meetingId: id });
	await cancelMeeting(db, dana, { meetingId: cancelled.id, reason: 'A storm' });
	const live = await liveMeeting(db);
	for (const { slug } of [draft, scheduled, cancelled, live, { slug: 'no-such-meeting' }])
		for (const actor of [nobody, dana])
			await expect(readMeetingReport(db, actor, slug)).rejects.toEqual(refused);
});

test('parts of the city are told when the books are closed, where ten or more came from; smaller numbers are kept nowhere', async () => {
	const { id, slug } = await fullEvening(db, { isReported: false });
	const attendance = async () => (await readMeetingReport(db, nobody, slug)).attendance;
	const sums = { online: { peak: 29, visitors: 32 }, room: 7, phone: 2 };
	// Two reports, before and after one more has come, would tell where that one is from.
	expect(await attendance()).toEqual({ ...sums, byArea: null });
	for (const { questions, concerns } of [await readReport(db, dana, slug)]) {
		for (const { id: questionId, disposition } of questions)
			if (!disposition) await disposeOfQuestion(db, dana, { questionId, disposition: 'carried-over' });
		for (const { number } of concerns)
			await disposeOfConcern(db, dana, { number, disposition: 'carried-over' });
	}
	await reportMeeting(db, dana, { meetingId: id });
	const byArea = {
		shown: [
			{ name: 'Elm Park', count: 13 },
			{ name: 'Lake Side', count: 11 },
		],
		others: 11,
	};
	expect(await attendance()).toEqual({ ...sums, byArea });
	expect(await db.select().from(visits).where(eq(visits.meetingId, id))).toEqual([]);
	expect(await db.select().from(areaSums).where(eq(areaSums.meetingId, id))).toEqual([
		{ meetingId: id, ...byArea },
	]);
	// Also when the city draws its parts anew.
	await db.delete(areas).where(eq(areas.name, 'Mill Hill'));
	expect((await attendance()).byArea).toEqual(byArea);
});

test('where somebody comes from is said once per browser, changed and taken back, and only while the meeting is live', async () => {
	const { id: meetingId } = await liveMeeting(db);
	const shape = { type: 'Polygon' as const, coordinates: [] };
	const [area] = await db.insert(areas).values({ name: 'West', shape }).returning();
	const told = { meetingId, areaId: area!.id };
	await Promise.all(Array.from({ length: 5 }, () => tellArea(db, maria, told)));
	expect(await ownArea(db, maria, meetingId)).toBe(area!.id);
	expect(await ownArea(db, tom, meetingId)).toBeNull();
	expect(await db.select().from(visits).where(eq(visits.meetingId, meetingId))).toHaveLength(1);
	await tellArea(db, maria, { meetingId, areaId: null });
	expect(await ownArea(db, maria, meetingId)).toBeNull();
	const code = (wanted: string) => expect.objectContaining({ name: 'Refusal', code: wanted });
	await expect(tellArea(db, nobody, told)).rejects.toEqual(code('sign-in-needed'));
	await expect(tellArea(db, maria, { meetingId, areaId: meetingId })).rejects.toEqual(code('not-found'));
	await endMeeting(db, dana, { meetingId });
	await expect(tellArea(db, maria, told)).rejects.toEqual(code('meeting-not-live'));
});

test('polls are in it as everybody may see them: what was not shown stays hidden, drafts are not there', async () => {
	const { slug, fromPoll } = await fullEvening(db);
	for (const actor of [nobody, dana]) {
		const { polls } = await readMeetingReport(db, actor, slug);
		expect(polls.map(({ number, kind, voted }) => [number, kind, voted])).toEqual([
			[1, 'single', 4],
			[2, 'ranked', 5],
			[3, 'scale', 3],
			[4, 'single', 1],
			[5, 'words', 3],
			[6, 'multiple', 2],
		]);
		expect(polls[0]).toMatchObject({ concern: fromPoll, result: { votes: [3, 1, 0] } });
		expect(polls[1]).toMatchObject({
			result: { rounds: [{ votes: [2, 2, 1], out: 2 }, { votes: [2, 3, null] }], winner: 1 },
		});
		expect(polls[3]).toMatchObject({ question: 'Something kept back?', result: null });
		expect(polls[4]!.result).toMatchObject({ withheld: 1 });
		expect(JSON.stringify(polls)).not.toContain('rude');
	}
});
