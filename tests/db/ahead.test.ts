// Questions in advance against a real database: asked days before, vetted, supported, and in the queue when it goes live.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockAsker } from '#db/blocks.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readHall } from '#db/hall.ts';
import { currentMeetings } from '#db/meetingLists.ts';
import { copyMeeting, createMeeting, editMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { actOnQuestions, pinQuestion } from '#db/questionActs.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { askQuestion, publicQuestions, similarQuestions, withdrawQuestion } from '#db/questions.ts';
import { meetings } from '#db/schema/index.ts';
import { voteForQuestion } from '#db/votes.ts';
import { instantOf, wallClock, type MeetingInput } from '#domain/meetings.ts';
import type { Actor } from '#domain/people.ts';
import { anEvening, dana, guest, maria, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = (code: string, field?: string) =>
	expect.objectContaining({ name: 'Refusal', code, ...(field && { field }) });
const zone = 'America/Chicago';
const day = 86_400_000;
const local = (away: number) => wallClock(new Date(Date.now() + away), zone);
/** An evening some days from now, with questions taken since an hour. */
const soon = (more: Partial<MeetingInput> = {}): MeetingInput => ({
	...anEvening,
	startsAtLocal: local(3 * day),
	endsAtLocal: local(3 * day + 5_400_000),
	questionsFromLocal: local(-3_600_000),
	...more,
});

async function planned(more: Partial<MeetingInput> = {}, vetting = false) {
	const meeting = await createMeeting(db, dana, soon(more));
	await publishMeeting(db, dana, { meetingId: meeting.id });
	await setSwitches(db, dana, { meetingId: meeting.id, vetting });
	return meeting;
}
const ask = (actor: Actor, meetingId: string, text: string) =>
	askQuestion(db, actor, { meetingId, text, anonymous: true });
const rowOf = async (id: string) => (await db.select().from(meetings).where(eq(meetings.id, id)))[0]!;

describe('asking before the evening', () => {
	test('vetted by the desk, supported by others, and on top of the queue when it goes live', async () => {
		const { id, slug } = await planned({}, true);
		const asked = await ask(maria, id, 'When is the crossing on Elm Street built?');
		expect(asked.state).toBe('submitted');
		const later = await ask(tom, id, 'May the library stay open longer?');
		await actOnQuestions(db, dana, { act: 'publish', questionIds: [asked.id, later.id] });
		await voteForQuestion(db, tom, { questionId: asked.id, on: true });
		await voteForQuestion(db, guest('ann'), { questionId: asked.id, on: true });
		await goLive(db, dana, { meetingId: id });
		const { meeting, questions, own } = await readHall(db, maria, slug);
		expect(meeting.state).toBe('live');
		expect(questions.map(({ number, votes }) => [number, votes])).toEqual([
			[1, 2],
			[2, 0],
		]);
		expect(own).toMatchObject([{ id: asked.id, state: 'published' }]);
	});

	test('too early, in a draft, closed, cancelled: refused; nobody loses what was asked', async () => {
		const early = await planned({ questionsFromLocal: local(day) });
		await expect(ask(maria, early.id, 'Is it time already?')).rejects.toEqual(refused('meeting-not-live'));
		const never = await planned({ questionsFromLocal: null });
		await expect(ask(maria, never.id, 'Is it time already?')).rejects.toEqual(refused('meeting-not-live'));
		const draft = await createMeeting(db, dana, soon());
		await expect(ask(maria, draft.id, 'Is it time already?')).rejects.toEqual(refused('not-found'));

		const { id } = await planned();
		const asked = await ask(maria, id, 'When is the park lit?');
		await setSwitches(db, dana, { meetingId: id, questionsOpen: false });
		await expect(ask(tom, id, 'And the school yard?')).rejects.toEqual(refused('questions-closed'));
		await voteForQuestion(db, tom, { questionId: asked.id, on: true });
		await cancelMeeting(db, dana, { meetingId: id, reason: 'The hall is flooded.' });
		await expect(voteForQuestion(db, guest('ann'), { questionId: asked.id, on: true })).rejects.toEqual(
			refused('meeting-not-live'),
		);
		expect(await publicQuestions(db, { id, totalsHidden: false })).toMatchObject([{ votes: 1 }]);
	});

	test('slow mode, blocks, rude words, own questions and taking back hold as in the hall', async () => {
		const { id } = await planned();
		const asked = await ask(maria, id, 'When is the crossing on Elm Street built?');
		await expect(voteForQuestion(db, maria, { questionId: asked.id, on: true })).rejects.toEqual(
			refused('own-question'),
		);
		const similar = await similarQuestions(db, tom, { meetingId: id, text: 'crossing on Elm Street' });
		expect(similar.map(({ id }) => id)).toEqual([asked.id]);
		await setSwitches(db, dana, { meetingId: id, slowModeSeconds: 600 });
		await expect(ask(maria, id, 'And the second question?')).rejects.toEqual(refused('slow-mode'));
		const rude = await ask(tom, id, 'Why is this shit still not fixed?');
		expect(rude.state).toBe('held');
		await blockAsker(db, dana, { questionId: rude.id, reason: 'insults' });
		await expect(voteForQuestion(db, tom, { questionId: asked.id, on: true })).rejects.toEqual(
			refused('blocked'),
		);
		await withdrawQuestion(db, maria, { questionId: asked.id });
		expect(await publicQuestions(db, { id, totalsHidden: false })).toEqual([]);
	});

	test('the desk declines, merges, pins, answers in writing and undoes; nothing goes on air yet', async () => {
		const { id } = await planned();
		const [one, two, three] = [
			await ask(maria, id, 'When is the crossing on Elm Street built?'),
			await ask(tom, id, 'When do we get the Elm crossing?'),
			await ask(guest('ann'), id, 'Who sweeps the school yard?'),
		];
		await mergeQuestions(db, dana, { questionIds: [two.id], into: one.id });
		await pinQuestion(db, dana, { questionId: one.id, pinned: true });
		await expect(actOnQuestions(db, dana, { act: 'put-on-air', questionIds: [one.id] })).rejects.toEqual(
			refused('meeting-not-live'),
		);
		await actOnQuestions(db, dana, {
			act: 'answer-in-writing',
			questionIds: [three.id],
			answer: 'The city does.',
		});
		await actOnQuestions(db, dana, { act: 'decline', questionIds: [one.id], reason: 'off-topic' });
		await undoLastAct(db, dana, { meetingId: id });
		expect(
			(await publicQuestions(db, { id, totalsHidden: false })).map(({ state, pinned }) => [state, pinned]),
		).toEqual([
			['published', true],
			['merged', false],
			['answered', false],
		]);
	});
});

describe('the moment', () => {
	test('has to be before the start, also for whoever writes past the command', async () => {
		const late = soon({ questionsFromLocal: local(3 * day) });
		await expect(createMeeting(db, dana, late)).rejects.toEqual(
			refused('questions-from-late', 'questionsFromLocal'),
		);
		const { id } = await planned();
		await expect(
			db
				.update(meetings)
				.set({ questionsFrom: new Date(Date.now() + 9 * day) })
				.where(eq(meetings.id, id)),
		).rejects.toThrow();
	});

	test('moves along with a moved meeting while it is still to come, at the same hour', async () => {
		const { id } = await planned({ questionsFromLocal: local(day) });
		const before = await rowOf(id);
		const start = wallClock(before.startsAt, zone);
		const weekLater = (time: string) =>
			new Date(Date.parse(`${time}:00Z`) + 7 * day).toISOString().slice(0, 16);
		await editMeeting(db, dana, {
			meetingId: id,
			meeting: {
				...soon({ questionsFromLocal: wallClock(before.questionsFrom!, zone) }),
				startsAtLocal: weekLater(start),
				endsAtLocal: weekLater(wallClock(before.endsAt, zone)),
			},
		});
		expect((await rowOf(id)).questionsFrom).toEqual(
			instantOf(weekLater(wallClock(before.questionsFrom!, zone)), zone),
		);
	});

	test('stays when it has come: a moved meeting goes on taking questions', async () => {
		const { id } = await planned();
		const { questionsFrom } = await rowOf(id);
		await editMeeting(db, dana, {
			meetingId: id,
			meeting: soon({
				startsAtLocal: local(10 * day),
				endsAtLocal: local(10 * day + 5_400_000),
				questionsFromLocal: undefined,
			}),
		});
		expect((await rowOf(id)).questionsFrom).toEqual(questionsFrom);
		expect((await ask(maria, id, 'Is it still taken?')).state).toBe('published');
	});

	test('can be set anew and taken away', async () => {
		const { id } = await planned({ questionsFromLocal: null });
		await editMeeting(db, dana, { meetingId: id, meeting: soon() });
		await ask(maria, id, 'Is it open now?');
		await editMeeting(db, dana, { meetingId: id, meeting: soon({ questionsFromLocal: null }) });
		await expect(ask(maria, id, 'And now?')).rejects.toEqual(refused('meeting-not-live'));
	});

	test('comes along with a copy, as far before it, and the list knows it', async () => {
		const { id } = await planned();
		const { id: copy } = await copyMeeting(db, dana, { meetingId: id, daysLater: 28 });
		const [first, next] = [await rowOf(id), await rowOf(copy)];
		expect(wallClock(next.questionsFrom!, zone).slice(11)).toBe(
			wallClock(first.questionsFrom!, zone).slice(11),
		);
		expect(next.questionsFrom!.getTime() - first.questionsFrom!.getTime()).toBeGreaterThan(27 * day);
		const { upcoming } = await currentMeetings(db);
		expect(upcoming.find((meeting) => meeting.id === id)).toMatchObject({
			questionsFrom: first.questionsFrom!.toISOString(),
			questionsOpen: true,
		});
	});
});
