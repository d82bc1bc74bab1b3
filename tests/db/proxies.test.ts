// For those who are not online: questions from the room, by phone and on paper; and one queue for the microphone in the room and the hands from home.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readHall } from '#db/hall.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, goLive, publishMeeting, setSwitches } from '#db/meetings.ts';
import { enterQuestion, ownEntries, withdrawEntry } from '#db/proxies.ts';
import { correctSupport, countSupport, ownSupports } from '#db/proxyVotes.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { mergeQuestions, unmergeQuestion } from '#db/questionMerges.ts';
import { publicQuestions, withdrawQuestion } from '#db/questions.ts';
import { checkIn } from '#db/room.ts';
import { audit, questions } from '#db/schema/index.ts';
import { addAtMicrophone, moveSpeaker, raiseHand, speakersOf, stageOf } from '#db/stage.ts';
import { freezeVotes } from '#db/suspectVotes.ts';
import { voteForQuestion } from '#db/votes.ts';
import { inOrder } from '#domain/questions.ts';
import type { Switches } from '#domain/meetings.ts';
import { anEvening, dana, guest, maria, noor, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	await settle(db, [noor]);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });

async function evening(
	switches: Partial<Switches> = {},
	placeKind: 'hybrid' | 'online' = 'hybrid',
): Promise<{ id: string; slug: string }> {
	const meeting = await createMeeting(db, dana, { ...anEvening, placeKind });
	await publishMeeting(db, dana, { meetingId: meeting.id });
	await goLive(db, dana, { meetingId: meeting.id });
	await setSwitches(db, dana, { meetingId: meeting.id, vetting: true, stageOpen: true, ...switches });
	return meeting;
}
const paper = (meetingId: string, text = 'Who sweeps the school yard?') => ({
	meetingId,
	text,
	channel: 'paper' as const,
});

describe('a question entered for somebody', () => {
	test('by staff is vetted like others and says how it came; by a moderator it is published at once', async () => {
		const { id, slug } = await evening();
		const card = await enterQuestion(db, sam, paper(id));
		expect(card).toMatchObject({ state: 'submitted', channel: 'paper', number: 1 });
		expect(card.claim.en.split(' ')).toHaveLength(4);
		await enterQuestion(db, dana, {
			...paper(id, 'When is the park lit?'),
			channel: 'phone',
			name: 'Mrs. Hill',
		});
		expect(await publicQuestions(db, { id, totalsHidden: false })).toMatchObject([
			{ number: 2, channel: 'phone', askedBy: 'Mrs. Hill' },
		]);
		await actOnQuestions(db, dana, { act: 'publish', questionIds: [card.id] });
		await voteForQuestion(db, maria, { questionId: card.id, on: true });
		const { questions: shown, own } = await readHall(db, sam, slug);
		expect(shown.find(({ number }) => number === 1)).toMatchObject({
			votes: 1,
			askedBy: null,
			channel: 'paper',
		});
		// It is not Sam's own: he may support it like anybody.
		expect(own).toEqual([]);
		await voteForQuestion(db, sam, { questionId: card.id, on: true });
	});

	test('the same press twice is one question', async () => {
		const { id } = await evening();
		const both = await Promise.all([
			enterQuestion(db, sam, paper(id), 'one-press-on-a-slow-line'),
			enterQuestion(db, sam, paper(id), 'one-press-on-a-slow-line'),
		]);
		expect(both[0]).toEqual(both[1]);
		expect(await db.$count(questions, eq(questions.meetingId, id))).toBe(1);
	});

	test('is taken back by who entered it alone, with both in the audit', async () => {
		const { id } = await evening();
		const { id: questionId } = await enterQuestion(db, sam, paper(id));
		await expect(withdrawEntry(db, dana, { questionId })).rejects.toEqual(refused('not-found'));
		await expect(withdrawQuestion(db, sam, { questionId })).rejects.toEqual(refused('not-found'));
		await withdrawEntry(db, sam, { questionId });
		await withdrawEntry(db, sam, { questionId });
		expect(await ownEntries(db, sam, id)).toMatchObject([{ state: 'withdrawn' }]);
		expect(await ownEntries(db, dana, id)).toEqual([]);
		const notes = await db
			.select({ verb: audit.verb, personId: audit.personId })
			.from(audit)
			.where(eq(audit.subject, `question:${questionId}`));
		expect(notes).toEqual([
			{ verb: 'proxy:question', personId: 'sam' },
			{ verb: 'proxy:withdraw', personId: 'sam' },
		]);
	});

	test('not while it is on air, not after the end, and not by a resident', async () => {
		const { id } = await evening();
		const { id: questionId } = await enterQuestion(db, dana, paper(id));
		await actOnQuestions(db, dana, { act: 'put-on-air', questionIds: [questionId] });
		await expect(withdrawEntry(db, dana, { questionId })).rejects.toEqual(refused('question-state'));
		await expect(enterQuestion(db, maria, paper(id))).rejects.toEqual(refused('forbidden'));
		await setSwitches(db, dana, { meetingId: id, questionsOpen: false });
		await expect(enterQuestion(db, sam, paper(id))).rejects.toEqual(refused('questions-closed'));
		await endMeeting(db, dana, { meetingId: id });
		await expect(enterQuestion(db, sam, paper(id))).rejects.toEqual(refused('meeting-not-live'));
	});

	test('the database keeps what came by a browser apart from what was entered', async () => {
		const { id } = await evening();
		const { id: questionId } = await enterQuestion(db, sam, paper(id));
		const set = (columns: Partial<typeof questions.$inferInsert>) =>
			db.update(questions).set(columns).where(eq(questions.id, questionId));
		await expect(set({ channel: 'online' })).rejects.toThrow();
		await expect(set({ enteredById: null })).rejects.toThrow();
	});
});

describe('support that is counted by hand', () => {
	const shown = async (id: string) =>
		(await publicQuestions(db, { id, totalsHidden: false })).map(({ number, votes, votesElsewhere }) => [
			number,
			votes,
			votesElsewhere?.room,
			votesElsewhere?.paper,
		]);
	const asked = async (meetingId: string, text: string) =>
		(await enterQuestion(db, dana, { ...paper(meetingId), text })).id;

	test('is told apart from votes of browsers, and summed in the order; each press counts once', async () => {
		const { id, slug } = await evening();
		const [one, two] = [await asked(id, 'When is the park lit?'), await asked(id, 'Who sweeps the yard?')];
		await voteForQuestion(db, maria, { questionId: one, on: true });
		const hands = { questionId: two, channel: 'room' as const, count: 12 };
		await Promise.all([
			countSupport(db, sam, hands, 'hands-counted-with-one-press'),
			countSupport(db, sam, hands, 'hands-counted-with-one-press'),
		]);
		await countSupport(db, dana, { questionId: two, channel: 'paper', count: 3 });
		expect(await shown(id)).toEqual([
			[1, 1, 0, 0],
			[2, 0, 12, 3],
		]);
		const { questions: all } = await readHall(db, tom, slug);
		expect(inOrder(all, 'top', Date.now()).map(({ number }) => number)).toEqual([2, 1]);
		await setSwitches(db, dana, { meetingId: id, totalsHidden: true });
		expect((await readHall(db, tom, slug)).questions.map(({ votesElsewhere }) => votesElsewhere)).toEqual([
			null,
			null,
		]);
	});

	test('several tablets at once lose nothing', async () => {
		const { id } = await evening();
		const questionId = await asked(id, 'When is the park lit?');
		await Promise.all(
			Array.from({ length: 6 }, () => countSupport(db, sam, { questionId, channel: 'room', count: 2 })),
		);
		expect(await shown(id)).toEqual([[1, 0, 12, 0]]);
	});

	test('is put right by who counted it alone, with the number before in the audit', async () => {
		const { id } = await evening();
		const questionId = await asked(id, 'When is the park lit?');
		await countSupport(db, sam, { questionId, channel: 'room', count: 21 });
		const [entry] = await ownSupports(db, sam, id);
		expect(entry).toMatchObject({ number: 1, channel: 'room', count: 21 });
		await expect(correctSupport(db, dana, { entryId: entry!.id, count: 12 })).rejects.toEqual(
			refused('not-found'),
		);
		await correctSupport(db, sam, { entryId: entry!.id, count: 12 });
		await correctSupport(db, sam, { entryId: entry!.id, count: 12 });
		expect(await shown(id)).toEqual([[1, 0, 12, 0]]);
		const notes = await db.select().from(audit).where(eq(audit.verb, 'proxy:correct'));
		expect(notes.filter(({ detail }) => (detail as { entry: string }).entry === entry!.id)).toMatchObject([
			{ personId: 'sam', detail: { from: 21, to: 12 } },
		]);
		await correctSupport(db, sam, { entryId: entry!.id, count: 0 });
		expect(await ownSupports(db, sam, id)).toEqual([]);
		expect(await shown(id)).toEqual([[1, 0, 0, 0]]);
	});

	test('goes along with a merge and comes back, also when it is corrected meanwhile', async () => {
		const { id } = await evening();
		const [one, two] = [await asked(id, 'When is the park lit?'), await asked(id, 'Is the park lit?')];
		await countSupport(db, sam, { questionId: one, channel: 'room', count: 5 });
		await countSupport(db, sam, { questionId: two, channel: 'room', count: 7 });
		await mergeQuestions(db, dana, { questionIds: [two], into: one });
		expect((await shown(id))[0]).toEqual([1, 0, 12, 0]);
		const entry = (await ownSupports(db, sam, id)).find(({ number }) => number === 2)!;
		await correctSupport(db, sam, { entryId: entry.id, count: 8 });
		expect((await shown(id))[0]).toEqual([1, 0, 13, 0]);
		await unmergeQuestion(db, dana, { questionId: two });
		expect(await shown(id)).toEqual([
			[1, 0, 5, 0],
			[2, 0, 8, 0],
		]);
	});

	test('not by residents, not where it cannot be supported, not under a frozen count', async () => {
		const { id } = await evening();
		const questionId = await asked(id, 'When is the park lit?');
		const hands = { questionId, channel: 'room' as const, count: 2 };
		await expect(countSupport(db, maria, hands)).rejects.toEqual(refused('forbidden'));
		await freezeVotes(db, dana, { questionId, frozen: true });
		await expect(countSupport(db, sam, hands)).rejects.toEqual(refused('votes-frozen'));
		const held = await enterQuestion(db, sam, paper(id));
		await expect(countSupport(db, sam, { ...hands, questionId: held.id })).rejects.toEqual(
			refused('question-state'),
		);
		await endMeeting(db, dana, { meetingId: id });
		await expect(countSupport(db, sam, hands)).rejects.toEqual(refused('meeting-not-live'));
	});
});

describe('one queue for the room and for home', () => {
	const names = async (id: string) =>
		(await speakersOf(db, id)).map(({ name, channel, state }) => [name, channel, state]);

	test('stands in the order in which hands came; the next is called, in the room or at home', async () => {
		const { id, slug } = await evening();
		await checkIn(db, guest('ann'), { meetingId: id });
		await raiseHand(db, tom, { meetingId: id, name: 'Tom' });
		await addAtMicrophone(db, sam, { meetingId: id, name: 'Row 3' });
		await raiseHand(db, guest('ann'), { meetingId: id, name: '' });
		await raiseHand(db, maria, { meetingId: id, name: 'Maria' });
		expect(await names(id)).toEqual([
			['Tom Becker', 'online', 'waiting'],
			['Row 3', 'room', 'waiting'],
			['', 'room', 'waiting'],
			['Maria Ortega', 'online', 'waiting'],
		]);
		// Whoever waits at home is not named beforehand; the room is called by name.
		expect((await stageOf(db, id)).next).toEqual({ channel: 'online', name: null });
		const [first, second, third] = await speakersOf(db, id);
		await moveSpeaker(db, dana, { speakerId: first!.id, move: 'invite' });
		expect((await stageOf(db, id)).next).toEqual({ channel: 'room', name: 'Row 3' });
		await moveSpeaker(db, dana, { speakerId: second!.id, move: 'call' });
		expect((await stageOf(db, id)).onAir).toMatchObject([{ name: 'Row 3', channel: 'room' }]);
		expect((await readHall(db, guest('ann'), slug)).speaker).toMatchObject({ channel: 'room', place: 1 });
		// There is one microphone in the room: whoever is called next takes it.
		await moveSpeaker(db, noor, { speakerId: third!.id, move: 'call' });
		await moveSpeaker(db, dana, { speakerId: third!.id, move: 'call' });
		expect((await stageOf(db, id)).onAir).toMatchObject([{ name: '', channel: 'room' }]);
		await moveSpeaker(db, guest('ann'), { speakerId: third!.id, move: 'leave' });
		expect((await stageOf(db, id)).onAir).toEqual([]);
	});

	test('a browser is not called to the microphone, and the room has no green room', async () => {
		const { id } = await evening();
		await raiseHand(db, tom, { meetingId: id, name: 'Tom' });
		await addAtMicrophone(db, sam, { meetingId: id, name: '' });
		const [online, room] = await speakersOf(db, id);
		await expect(moveSpeaker(db, dana, { speakerId: online!.id, move: 'call' })).rejects.toEqual(
			refused('speaker-state'),
		);
		await expect(moveSpeaker(db, dana, { speakerId: room!.id, move: 'invite' })).rejects.toEqual(
			refused('speaker-state'),
		);
		await expect(moveSpeaker(db, sam, { speakerId: room!.id, move: 'call' })).rejects.toEqual(
			refused('forbidden'),
		);
		// Staff may take out whom staff have brought in, and nobody from home.
		await expect(moveSpeaker(db, sam, { speakerId: online!.id, move: 'dismiss' })).rejects.toEqual(
			refused('forbidden'),
		);
		await moveSpeaker(db, sam, { speakerId: room!.id, move: 'dismiss' });
		expect(await names(id)).toEqual([['Tom Becker', 'online', 'waiting']]);
	});

	test('the room’s queue is there without a stage, and stays when the stage closes; online there is none', async () => {
		const { id } = await evening();
		await raiseHand(db, tom, { meetingId: id, name: 'Tom' });
		await addAtMicrophone(db, dana, { meetingId: id, name: 'Ana' }, 'the-same-press-sent-twice');
		await addAtMicrophone(db, dana, { meetingId: id, name: 'Ana' }, 'the-same-press-sent-twice');
		await setSwitches(db, dana, { meetingId: id, stageOpen: false });
		expect(await names(id)).toEqual([['Ana', 'room', 'waiting']]);
		await expect(raiseHand(db, tom, { meetingId: id, name: 'Tom' })).rejects.toEqual(refused('stage-closed'));
		await endMeeting(db, dana, { meetingId: id });
		expect(await names(id)).toEqual([]);
		await expect(addAtMicrophone(db, sam, { meetingId: id, name: '' })).rejects.toEqual(
			refused('meeting-not-live'),
		);
		const online = await evening({}, 'online');
		await expect(addAtMicrophone(db, sam, { meetingId: online.id, name: '' })).rejects.toEqual(
			refused('no-room'),
		);
		await expect(addAtMicrophone(db, maria, { meetingId: id, name: '' })).rejects.toEqual(
			refused('forbidden'),
		);
	});

	test('from home a name is needed, in the room it is not', async () => {
		const { id } = await evening();
		await expect(raiseHand(db, guest('bob'), { meetingId: id, name: ' ' })).rejects.toEqual(
			refused('bad-input'),
		);
		await checkIn(db, guest('bob'), { meetingId: id });
		expect(await raiseHand(db, guest('bob'), { meetingId: id, name: ' ' })).toMatchObject({
			channel: 'room',
			place: 1,
		});
	});
});
