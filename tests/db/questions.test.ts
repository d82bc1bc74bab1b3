import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockAsker, unblockAsker } from '#db/blocks.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { captureQuestion, listConcerns } from '#db/concerns.ts';
import { eventsAfter } from '#db/events.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import * as acts from '#db/questionActs.ts';
import { mergeQuestions, unmergeQuestion } from '#db/questionMerges.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { askQuestion, publicQuestions, similarQuestions, withdrawQuestion } from '#db/questions.ts';
import { meetings, questions } from '#db/schema/index.ts';
import { announceTallies, castVotes, voteForQuestion } from '#db/votes.ts';
import { applyEvent } from '#domain/hall.ts';
import { hallRoom } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, maria, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const ask = (actor: Actor, meetingId: string, text: string, anonymous = true) =>
	askQuestion(db, actor, { meetingId, text, anonymous });
const votesOf = async (id: string) => (await db.select().from(questions).where(eq(questions.id, id)))[0]!;
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });

describe('asking', () => {
	test('a guest asks without a name and everybody sees it', async () => {
		const { id } = await liveMeeting(db);
		await ask(guest('ann'), id, 'When is the crossing on Elm Street built?');
		const [question] = await publicQuestions(db, { id, totalsHidden: false });
		expect(question).toMatchObject({ number: 1, state: 'published', askedBy: null, votes: 0 });
	});

	test('asked anonymously while signed in, no row leads to the account', async () => {
		const { id } = await liveMeeting(db);
		const asked = await ask(maria, id, 'Who answers for the broken cameras?');
		const row = await votesOf(asked.id);
		expect(row.askedById).toBeNull();
		expect(JSON.stringify(row)).not.toContain('maria');
	});

	test('without a guest identity nothing is asked anonymously, least of all under the account', async () => {
		const { id } = await liveMeeting(db);
		await expect(ask({ ...maria, guest: null }, id, 'Is this signed by my account?')).rejects.toEqual(
			refused('no-guest'),
		);
	});

	test('asked by name, the name is shown', async () => {
		const { id } = await liveMeeting(db);
		await ask(maria, id, 'May we have a second patrol at night?', false);
		expect((await publicQuestions(db, { id, totalsHidden: false }))[0]).toMatchObject({
			askedBy: 'Maria Ortega',
		});
	});

	test('the same command sent twice asks once', async () => {
		const { id } = await liveMeeting(db);
		const once = { meetingId: id, text: 'Is the park lit at night?', anonymous: true };
		const first = await askQuestion(db, maria, once, 'the-same-id-sent-twice');
		const second = await askQuestion(db, maria, once, 'the-same-id-sent-twice');
		expect(second).toEqual(first);
		expect(await publicQuestions(db, { id, totalsHidden: false })).toHaveLength(1);
	});

	test('rude wording is held for a moderator, never thrown away', async () => {
		const { id } = await liveMeeting(db);
		const asked = await ask(tom, id, 'Why is this shit still not fixed?');
		expect(asked.state).toBe('held');
		expect(await publicQuestions(db, { id, totalsHidden: false })).toEqual([]);
	});

	test('nobody without a cookie, and nobody in a meeting that is not live, asks', async () => {
		const { id } = await liveMeeting(db);
		await expect(ask(nobody, id, 'May I ask without a cookie?')).rejects.toEqual(refused('sign-in-needed'));
		await endMeeting(db, dana, { meetingId: id });
		await expect(ask(maria, id, 'Is it too late to ask?')).rejects.toEqual(refused('meeting-not-live'));
	});

	test('slow mode lets a person ask once in its time', async () => {
		const { id } = await liveMeeting(db, { slowModeSeconds: 60 });
		await ask(tom, id, 'The first question of tom?');
		await expect(ask(tom, id, 'The second question of tom?')).rejects.toEqual(refused('slow-mode'));
		await ask(maria, id, 'The first question of maria?');
	});

	test('similar questions are offered by what they say', async () => {
		const { id } = await liveMeeting(db);
		await ask(maria, id, 'When will the street lights on Elm Street be repaired?');
		await ask(tom, id, 'How many officers work at night?');
		const offered = await similarQuestions(db, guest('ann'), {
			meetingId: id,
			text: 'street lights elm street repaired when',
		});
		expect(offered.map(({ text }) => text)).toEqual([
			'When will the street lights on Elm Street be repaired?',
		]);
	});

	test('the asker withdraws a question, others cannot', async () => {
		const { id } = await liveMeeting(db);
		const { id: questionId } = await ask(maria, id, 'A question that maria regrets?');
		await expect(withdrawQuestion(db, tom, { questionId })).rejects.toEqual(refused('not-found'));
		await withdrawQuestion(db, maria, { questionId });
		await withdrawQuestion(db, maria, { questionId });
		expect(await publicQuestions(db, { id, totalsHidden: false })).toEqual([]);
	});
});

describe('votes', () => {
	test('a second vote by the same resident changes nothing, taking back does', async () => {
		const { id } = await liveMeeting(db);
		const { id: questionId } = await ask(maria, id, 'How long is the waiting time?');
		await voteForQuestion(db, tom, { questionId, on: true });
		await voteForQuestion(db, tom, { questionId, on: true });
		expect(await votesOf(questionId)).toMatchObject({ votes: 1, votesWithAccount: 1 });
		await voteForQuestion(db, tom, { questionId, on: false });
		await voteForQuestion(db, tom, { questionId, on: false });
		expect(await votesOf(questionId)).toMatchObject({ votes: 0, votesWithAccount: 0 });
	});

	test('voting as a guest and again after signing in counts once', async () => {
		const { id } = await liveMeeting(db);
		const { id: questionId } = await ask(maria, id, 'Is the waiting time measured?');
		await voteForQuestion(db, { ...tom, account: null }, { questionId, on: true });
		await voteForQuestion(db, tom, { questionId, on: true });
		expect(await votesOf(questionId)).toMatchObject({ votes: 1 });
	});

	test('nobody votes for their own question, whichever of their faces asked it', async () => {
		const { id } = await liveMeeting(db);
		const { id: questionId } = await ask(maria, id, 'Can maria vote for this?');
		await expect(voteForQuestion(db, maria, { questionId, on: true })).rejects.toEqual(
			refused('own-question'),
		);
		await expect(voteForQuestion(db, { ...maria, account: null }, { questionId, on: true })).rejects.toEqual(
			refused('own-question'),
		);
	});

	test('a group of votes is counted by person, and each is answered for itself', async () => {
		const { id } = await liveMeeting(db);
		const { id: questionId } = await ask(maria, id, 'How many of you are there?');
		const many = Array.from({ length: 300 }, (_, i) => ({
			actor: guest(`voter-${i % 200}`),
			questionId,
			on: true,
		}));
		const answers = await castVotes(db, [...many, { actor: nobody, questionId, on: true }]);
		expect(answers.slice(0, 300).every((answer) => answer === null)).toBe(true);
		expect(answers.at(-1)).toBe('sign-in-needed');
		expect(await votesOf(questionId)).toMatchObject({ votes: 200, votesWithAccount: 0 });
	});

	test('hidden totals are hidden in lists and events, and shown to all when the moderator shows them', async () => {
		const { id } = await liveMeeting(db, { totalsHidden: true });
		const { id: questionId } = await ask(maria, id, 'Which street is first?');
		await voteForQuestion(db, tom, { questionId, on: true });
		await announceTallies(db, id);
		const hidden = await eventsAfter(db, hallRoom(id), 0);
		expect(JSON.stringify(hidden)).not.toMatch(/"votes":[0-9]/);
		await setSwitches(db, dana, { meetingId: id, totalsHidden: false });
		const [, counted] = (await eventsAfter(db, hallRoom(id), hidden.at(-1)!.seq)).map((event) => event);
		expect(counted).toMatchObject({
			type: 'question:counted',
			payload: { tallies: [{ id: questionId, votes: 1 }] },
		});
	});
});

describe('the desk', () => {
	test('a question is vetted, put on air and answered, and each step is seen by the hall', async () => {
		const { id, slug } = await liveMeeting(db, { vetting: true });
		const before = await readHall(db, guest('ann'), slug);
		const { id: questionId } = await ask(tom, id, 'What about the school crossing?');
		for (const act of ['publish', 'put-on-air', 'answer-live'] as const)
			await acts.actOnQuestions(db, dana, { questionIds: [questionId], act });
		const events = await eventsAfter(db, hallRoom(id), before.seen[hallRoom(id)]!);
		expect(events.map((event) => event.type === 'question:changed' && event.payload.change)).toEqual([
			'published',
			'on-air',
			'answered',
		]);
		const after = events.reduce(applyEvent, before);
		expect(after.questions).toEqual((await readHall(db, guest('ann'), slug)).questions);
	});

	test('a declined question is gone for the hall, and its asker is told the rule', async () => {
		const { id, slug } = await liveMeeting(db);
		const { id: questionId } = await ask(tom, id, 'What is the address of officer Smith?');
		await expect(
			acts.actOnQuestions(db, dana, { questionIds: [questionId], act: 'decline' }),
		).rejects.toEqual(refused('reason-needed'));
		await acts.actOnQuestions(db, dana, {
			questionIds: [questionId],
			act: 'decline',
			reason: 'personal-data',
			note: 'We do not give addresses.',
		});
		const hall = await readHall(db, tom, slug);
		expect(hall.questions).toEqual([]);
		expect(hall.own).toMatchObject([
			{ state: 'declined', declineReason: 'personal-data', declineNote: 'We do not give addresses.' },
		]);
	});

	test('residents have no desk', async () => {
		const { id } = await liveMeeting(db);
		const { id: questionId } = await ask(tom, id, 'May maria put this on air?');
		for (const actor of [maria, guest('ann'), nobody])
			await expect(
				acts.actOnQuestions(db, actor, { questionIds: [questionId], act: 'put-on-air' }),
			).rejects.toMatchObject({ name: 'Refusal' });
		expect(
			(await readHall(db, maria, (await db.select().from(meetings).where(eq(meetings.id, id)))[0]!.slug))
				.desk,
		).toBeNull();
	});

	test('only one question is on air', async () => {
		const { id } = await liveMeeting(db);
		const first = await ask(tom, id, 'The first one on air?');
		const second = await ask(maria, id, 'The second one on air?');
		for (const { id: questionId } of [first, second])
			await acts.actOnQuestions(db, dana, { questionIds: [questionId], act: 'put-on-air' });
		expect((await publicQuestions(db, { id, totalsHidden: false })).map(({ state }) => state)).toEqual([
			'published',
			'on-air',
		]);
	});

	test('merged questions share their voters, each counted once, and part again as they were', async () => {
		const { id } = await liveMeeting(db);
		const { id: source } = await ask(tom, id, 'Street lights on Elm?');
		const { id: target } = await ask(tom, id, 'Lights on Elm Street, when?');
		await voteForQuestion(db, guest('a'), { questionId: source, on: true });
		await voteForQuestion(db, guest('b'), { questionId: source, on: true });
		await voteForQuestion(db, guest('b'), { questionId: target, on: true });
		await mergeQuestions(db, dana, { questionIds: [source], into: target });
		expect(await votesOf(target)).toMatchObject({ votes: 2 });
		expect(await votesOf(source)).toMatchObject({ state: 'merged', mergedInto: target });
		await unmergeQuestion(db, dana, { questionId: source });
		expect(await votesOf(target)).toMatchObject({ votes: 1 });
		expect(await votesOf(source)).toMatchObject({ state: 'published', votes: 2 });
	});

	test('the last act is undone, also a merge with its votes; a changed question is left alone', async () => {
		const { id } = await liveMeeting(db);
		const { id: source } = await ask(tom, id, 'One of two that are merged?');
		const { id: target } = await ask(tom, id, 'Two of two that are merged?');
		await voteForQuestion(db, guest('a'), { questionId: source, on: true });
		await mergeQuestions(db, dana, { questionIds: [source], into: target });
		await undoLastAct(db, dana, { meetingId: id });
		expect(await votesOf(source)).toMatchObject({ state: 'published', mergedInto: null });
		expect(await votesOf(target)).toMatchObject({ votes: 0 });
		await acts.actOnQuestions(db, dana, { questionIds: [source], act: 'put-on-air' });
		await endMeeting(db, dana, { meetingId: id });
		await expect(undoLastAct(db, dana, { meetingId: id })).rejects.toEqual(refused('nothing-to-undo'));
	});

	test('a blocked asker watches but takes no part, until the block is lifted', async () => {
		const { id, slug } = await liveMeeting(db);
		const { id: questionId } = await ask(tom, id, 'A question that is no question?');
		await blockAsker(db, dana, { questionId, reason: 'spam' });
		await blockAsker(db, dana, { questionId, reason: 'spam' });
		await expect(ask(tom, id, 'May I ask again?')).rejects.toEqual(refused('blocked'));
		expect(await readHall(db, tom, slug)).toMatchObject({ blocked: true });
		await unblockAsker(db, dana, { questionId });
		await ask(tom, id, 'May I ask again now?');
	});

	test('a question is captured as one concern with a number and a link back', async () => {
		const { id, slug } = await liveMeeting(db);
		const { id: questionId } = await ask(tom, id, 'The crossing at the school is dark?');
		const first = await captureQuestion(db, dana, { questionId });
		expect(await captureQuestion(db, dana, { questionId })).toEqual(first);
		expect(first.number).toMatch(/^PL-\d{4}-\d{5}$/);
		expect((await listConcerns(db)).concerns).toEqual([
			expect.objectContaining({ number: first.number, meeting: expect.objectContaining({ slug }) }),
		]);
	});
});
