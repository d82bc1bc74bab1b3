// Reporting back: nothing published is left without an outcome, and nothing is decided twice or by strangers.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { captureQuestion, concernsOf, disposeOfConcern, listConcerns, readConcern } from '#db/concerns.ts';
import { endMeeting, readMeeting, setSwitches } from '#db/meetings.ts';
import { actOnQuestions, disposeOfQuestion } from '#db/questionActs.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { questionsWithOutcomes, readReport, reportMeeting } from '#db/reports.ts';
import { meetings, questionActs } from '#db/schema/index.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, maria, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = (code: string, field?: string) =>
	expect.objectContaining({ name: 'Refusal', code, ...(field && { field }) });
const ask = async (meetingId: string, text: string) =>
	(await askQuestion(db, guest(text), { meetingId, text, anonymous: true })).id;
const act = (questionId: string, name: 'answer-live' | 'carry-over' | 'decline') =>
	actOnQuestions(db, dana, {
		questionIds: [questionId],
		act: name,
		...(name === 'decline' && { reason: 'off-topic' }),
	});
const publicOutcomes = async (slug: string) => {
	const { row } = await readMeeting(db, nobody, slug);
	return (await questionsWithOutcomes(db, row)).map(({ disposition }) => disposition);
};

/** A meeting with one question open, one answered, one merged, one declined, and a concern. */
async function evening() {
	const { id, slug } = await liveMeeting(db);
	const open = await ask(id, 'Who answers this one?');
	const answered = await ask(id, 'Is this one answered?');
	const merged = await ask(id, 'Is this the same as the first?');
	const declined = await ask(id, 'Is this off topic?');
	await act(answered, 'answer-live');
	await mergeQuestions(db, dana, { questionIds: [merged], into: open });
	await act(declined, 'decline');
	const { number } = await captureQuestion(db, dana, { questionId: open });
	return { id, slug, open, answered, merged, declined, number };
}

test('a meeting is reported when every question and every concern has its outcome, not before', async () => {
	const { id, slug, open, number } = await evening();
	await endMeeting(db, dana, { meetingId: id });
	const report = () => reportMeeting(db, dana, { meetingId: id });
	expect(await readReport(db, dana, slug)).toMatchObject({ open: 2 });
	await expect(report()).rejects.toEqual(refused('report-incomplete'));
	await disposeOfQuestion(db, dana, { questionId: open, disposition: 'follow-up', note: 'Next month.' });
	await expect(report()).rejects.toEqual(refused('report-incomplete'));
	await disposeOfConcern(db, dana, { number, disposition: 'referred' });
	expect(await readReport(db, dana, slug)).toMatchObject({ open: 0 });
	expect(await publicOutcomes(slug)).toEqual([null, null, null]);
	await report();
	await report();
	expect(await publicOutcomes(slug)).toEqual(['follow-up', 'answered', null]);
	expect(await readConcern(db, number)).toMatchObject({ disposition: 'referred', question: { id: open } });
});

describe('an outcome', () => {
	test('is given after the end, changed until the report, and the same again is no second act', async () => {
		const { id, open, number } = await evening();
		const question = (disposition: 'referred' | 'follow-up') =>
			disposeOfQuestion(db, dana, { questionId: open, disposition });
		const concern = () => disposeOfConcern(db, dana, { number, disposition: 'answered' });
		await expect(question('referred')).rejects.toEqual(refused('meeting-state'));
		await expect(concern()).rejects.toEqual(refused('meeting-state'));
		await endMeeting(db, dana, { meetingId: id });
		await question('referred');
		await question('follow-up');
		const acts = () => db.$count(questionActs, eq(questionActs.questionId, open));
		const before = await acts();
		await question('follow-up');
		expect(await acts()).toBe(before);
		await concern();
		await concern();
		await reportMeeting(db, dana, { meetingId: id });
		await expect(question('referred')).rejects.toEqual(refused('meeting-state'));
		await expect(concern()).rejects.toEqual(refused('meeting-state'));
	});

	test('“declined” says why', async () => {
		const { id, open, number } = await evening();
		await endMeeting(db, dana, { meetingId: id });
		const declined = { disposition: 'declined' as const, note: '  ' };
		await expect(disposeOfQuestion(db, dana, { questionId: open, ...declined })).rejects.toEqual(
			refused('reason-needed', 'note'),
		);
		await expect(disposeOfConcern(db, dana, { number, ...declined })).rejects.toEqual(
			refused('reason-needed', 'note'),
		);
	});

	test('is for what is public; a merged question shares that of the other', async () => {
		const { id, merged, declined } = await evening();
		await endMeeting(db, dana, { meetingId: id });
		for (const questionId of [merged, declined])
			await expect(disposeOfQuestion(db, dana, { questionId, disposition: 'answered' })).rejects.toEqual(
				refused('question-state'),
			);
	});

	test('is given by moderators only', async () => {
		const { id, slug, open, number } = await evening();
		await endMeeting(db, dana, { meetingId: id });
		const tries = (actor: Actor) => [
			() => disposeOfQuestion(db, actor, { questionId: open, disposition: 'referred' }),
			() => disposeOfConcern(db, actor, { number, disposition: 'referred' }),
			() => readReport(db, actor, slug),
		];
		for (const attempt of tries(sam)) await expect(attempt()).rejects.toEqual(refused('forbidden'));
		for (const attempt of tries(nobody)) await expect(attempt()).rejects.toEqual(refused('sign-in-needed'));
	});
});

test('a published report stays: nothing is captured, undone or reopened behind it', async () => {
	const { id, open, answered, number } = await evening();
	await endMeeting(db, dana, { meetingId: id });
	await disposeOfConcern(db, dana, { number, disposition: 'answered' });
	await disposeOfQuestion(db, dana, { questionId: open, disposition: 'referred' });
	await reportMeeting(db, dana, { meetingId: id });
	await expect(captureQuestion(db, dana, { questionId: answered })).rejects.toEqual(refused('meeting-state'));
	await expect(undoLastAct(db, dana, { meetingId: id })).rejects.toMatchObject({ name: 'Refusal' });
	await expect(act(open, 'carry-over')).rejects.toMatchObject({ name: 'Refusal' });
	expect((await db.select().from(meetings).where(eq(meetings.id, id)))[0]!.state).toBe('reported');
});

test('of a report and an outcome at the same moment, no question is left without one', async () => {
	const { id, slug, open, number } = await evening();
	await endMeeting(db, dana, { meetingId: id });
	await disposeOfConcern(db, dana, { number, disposition: 'answered' });
	await Promise.allSettled([
		reportMeeting(db, dana, { meetingId: id }),
		disposeOfQuestion(db, dana, { questionId: open, disposition: 'referred' }),
		captureQuestion(db, dana, { questionId: open }),
	]);
	const { meeting, open: missing } = await readReport(db, dana, slug);
	expect(meeting.state === 'reported' ? missing : 0).toBe(0);
});

test('hidden totals stay hidden in what is exported, until a moderator shows them', async () => {
	const { id, slug } = await evening();
	await setSwitches(db, dana, { meetingId: id, totalsHidden: true });
	await endMeeting(db, dana, { meetingId: id });
	const totals = async () => {
		const { row } = await readMeeting(db, maria, slug);
		return (await questionsWithOutcomes(db, row)).map(({ votes }) => votes);
	};
	expect(await totals()).toEqual([null, null, null]);
	await setSwitches(db, dana, { meetingId: id, totalsHidden: false });
	expect(await totals()).toEqual([0, 0, 0]);
});

test('concerns are listed by page, newest first, each with its meeting and question', async () => {
	const { id, slug, number } = await evening();
	const { concerns, page } = await listConcerns(db);
	expect(page).toBe(1);
	expect(concerns[0]).toMatchObject({ number, meeting: { slug }, disposition: null });
	expect((await concernsOf(db, id)).map((concern) => concern.number)).toEqual([number]);
	expect((await listConcerns(db, 999)).concerns).toEqual([]);
	await expect(readConcern(db, 'PL-1999-00001')).rejects.toEqual(refused('not-found'));
});
