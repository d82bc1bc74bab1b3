import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAudit } from '#db/audit.ts';
import { noteAttendance } from '#db/attendance.ts';
import { blockAsker } from '#db/blocks.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readConcern } from '#db/concerns.ts';
import { eventsAfter } from '#db/events.ts';
import { readHall } from '#db/hall.ts';
import { journeyOf } from '#db/journeys.ts';
import { copyMeeting, createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, publishMeeting } from '#db/meetings.ts';
import { deskPolls, publicPolls, wordsToVet } from '#db/pollReads.ts';
import {
	capturePoll,
	closePoll,
	discardPoll,
	editPoll,
	makePoll,
	openPoll,
	setPollOnScreen,
	showPoll,
	vetWords,
} from '#db/polls.ts';
import { announceProgress, castPollBallots, voteInPoll } from '#db/pollVotes.ts';
import { askQuestion } from '#db/questions.ts';
import { pollBoxes, pollCounts, polls } from '#db/schema/index.ts';
import { hallRoom } from '#domain/events.ts';
import { nobody, type Actor } from '#domain/people.ts';
import type { Choice, PollFormInput } from '#domain/polls.ts';
import { ada, anEvening, dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
let meeting: { id: string; slug: string };
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
beforeEach(async () => {
	meeting = await liveMeeting(db);
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const bob = guest('bob');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const streets: PollFormInput = {
	kind: 'ranked',
	question: 'Which street first?',
	options: ['Oak', 'Elm', 'Ash'],
};
const wish: PollFormInput = { kind: 'words', question: 'One word for tonight?', most: 2 };
const make = async (poll: PollFormInput = streets) =>
	(await makePoll(db, dana, { meetingId: meeting.id, poll })).pollId;
const opened = async (poll?: PollFormInput) => {
	const pollId = await make(poll);
	await openPoll(db, dana, { pollId });
	return pollId;
};
const vote = (actor: Actor, pollId: string, choice: Choice | null) =>
	voteInPoll(db, actor, { pollId, choice });
const closed = async (poll: PollFormInput, ballots: [Actor, Choice][], show = true) => {
	const pollId = await opened(poll);
	for (const [actor, choice] of ballots) await vote(actor, pollId, choice);
	await closePoll(db, dana, { pollId, show });
	return pollId;
};
const seenBy = async (actor: Actor) => readHall(db, actor, meeting.slug);
const shown = async (pollId: string) => (await publicPolls(db, meeting.id)).find(({ id }) => id === pollId);
const atDesk = async (pollId: string) => (await deskPolls(db, meeting.id)).find(({ id }) => id === pollId);
const told = async (type: string) =>
	(await eventsAfter(db, hallRoom(meeting.id), 0)).filter((event) => event.type === type);

describe('drafts', () => {
	test('go along when the meeting is copied; what was asked already does not', async () => {
		await closed({ kind: 'single', question: 'Asked tonight?', options: ['Yes', 'No'] }, [[ann, [0]]]);
		await make();
		await make({ kind: 'scale', question: 'How safe?', to: 5, low: 'not', high: 'very' });
		const { count } = await copyMeeting(db, dana, { meetingId: meeting.id, daysLater: 7, times: 2 });
		expect(count).toBe(2);
		const { rows } = await db.execute<{ id: string }>(
			sql`select id from meetings where series_id = (select series_id from meetings where id = ${meeting.id}) and id <> ${meeting.id}`,
		);
		for (const { id } of rows)
			expect(await deskPolls(db, id)).toMatchObject([
				{
					number: 1,
					state: 'draft',
					kind: 'ranked',
					options: ['Oak', 'Elm', 'Ash'],
					voted: 0,
					present: null,
				},
				{ number: 2, state: 'draft', kind: 'scale', scale: { to: 5, low: 'not', high: 'very' } },
			]);
		expect(rows).toHaveLength(2);
	});

	test('are made before the meeting, numbered, and seen by the desk alone', async () => {
		const { id, slug } = await createMeeting(db, dana, anEvening);
		await publishMeeting(db, dana, { meetingId: id });
		meeting = { id, slug };
		await make();
		await make(wish);
		expect((await seenBy(dana)).deskPolls).toMatchObject([
			{ number: 1, state: 'draft', kind: 'ranked', options: ['Oak', 'Elm', 'Ash'] },
			{ number: 2, state: 'draft', kind: 'words', most: 2, options: [] },
		]);
		expect((await seenBy(maria)).polls).toEqual([]);
		expect((await seenBy(maria)).deskPolls).toBeNull();
		await expect(openPoll(db, dana, { pollId: (await deskPolls(db, id))[0]!.id })).rejects.toEqual(
			refused('meeting-not-live'),
		);
		expect(await told('poll:changed')).toEqual([]);
	});

	test('can be changed until they are opened, and only then', async () => {
		const pollId = await make();
		await editPoll(db, dana, { pollId, poll: { ...streets, question: 'Which street last?' } });
		await editPoll(db, dana, { pollId, poll: { ...streets, question: 'Which street last?' } });
		expect(await atDesk(pollId)).toMatchObject({ question: 'Which street last?' });
		await openPoll(db, dana, { pollId });
		await expect(editPoll(db, dana, { pollId, poll: streets })).rejects.toEqual(refused('poll-state'));
	});

	test('can be thrown away, twice too; what was open once cannot', async () => {
		const pollId = await make();
		await discardPoll(db, dana, { pollId });
		await discardPoll(db, dana, { pollId });
		expect(await atDesk(pollId)).toBeUndefined();
		const open = await opened();
		await expect(discardPoll(db, dana, { pollId: open })).rejects.toEqual(refused('poll-state'));
	});

	test('the same command sent twice makes one', async () => {
		const input = { meetingId: meeting.id, poll: streets };
		const id = 'a-command-of-the-form';
		expect(await makePoll(db, dana, input, id)).toEqual(await makePoll(db, dana, input, id));
		expect(await deskPolls(db, meeting.id)).toHaveLength(1);
	});
});

test.each([
	['a resident', maria],
	['a guest', ann],
	['staff', sam],
	['an admin', ada],
	['nobody', nobody],
])('%s cannot run a poll', async (_, actor) => {
	const pollId = await make();
	const no = { message: expect.any(String), name: 'Refusal' };
	await expect(makePoll(db, actor, { meetingId: meeting.id, poll: streets })).rejects.toMatchObject(no);
	await expect(editPoll(db, actor, { pollId, poll: streets })).rejects.toMatchObject(no);
	await expect(openPoll(db, actor, { pollId })).rejects.toMatchObject(no);
	await expect(discardPoll(db, actor, { pollId })).rejects.toMatchObject(no);
	await openPoll(db, dana, { pollId });
	await expect(closePoll(db, actor, { pollId, show: true })).rejects.toMatchObject(no);
	await expect(setPollOnScreen(db, actor, { pollId, on: false })).rejects.toMatchObject(no);
	await closePoll(db, dana, { pollId, show: false });
	await expect(showPoll(db, actor, { pollId })).rejects.toMatchObject(no);
	await expect(vetWords(db, actor, { pollId, words: [] })).rejects.toMatchObject(no);
	await expect(wordsToVet(db, actor, meeting.id)).rejects.toMatchObject(no);
	expect(await atDesk(pollId)).toMatchObject({ state: 'closed', isShown: false, onScreen: true });
});

describe('an open poll', () => {
	test('is there for everybody, on the screen, without a result', async () => {
		const pollId = await opened();
		await openPoll(db, dana, { pollId });
		expect(await shown(pollId)).toMatchObject({ state: 'open', onScreen: true, result: null, voted: 0 });
		expect(await told('poll:opened')).toHaveLength(1);
	});

	test('is the only one: another waits', async () => {
		const second = await make();
		await opened();
		await expect(openPoll(db, dana, { pollId: second })).rejects.toEqual(refused('poll-open-already'));
	});

	test('of two that are opened at once one is', async () => {
		const ids = [await make(), await make()];
		const done = await Promise.allSettled(ids.map((pollId) => openPoll(db, dana, { pollId })));
		expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
	});

	test('takes one ballot of each, changed as often as they like; nobody sees a count of answers', async () => {
		const pollId = await opened();
		await vote(ann, pollId, [0]);
		await vote(ann, pollId, [0]);
		await vote(ann, pollId, [2, 1]);
		await vote(bob, pollId, [1]);
		expect((await seenBy(ann)).ballots).toEqual({ [pollId]: [2, 1] });
		expect((await seenBy(tom)).ballots).toEqual({});
		await announceProgress(db);
		await announceProgress(db);
		expect((await told('poll:progress')).map(({ payload }) => payload)).toEqual([{ pollId, voted: 2 }]);
		expect((await seenBy(dana)).deskPolls).toMatchObject([{ voted: 2, result: null }]);
		await closePoll(db, dana, { pollId, show: true });
		expect(await shown(pollId)).toMatchObject({
			result: { ballots: 2, rounds: [{ votes: [0, 1, 1] }, {}, {}] },
		});
	});

	test('gives a ballot back, and then it is not counted', async () => {
		const pollId = await opened();
		await vote(ann, pollId, [0]);
		await vote(ann, pollId, null);
		await vote(ann, pollId, null);
		expect((await seenBy(ann)).ballots).toEqual({});
		await closePoll(db, dana, { pollId, show: true });
		expect(await shown(pollId)).toMatchObject({ voted: 0, result: { ballots: 0, winner: null } });
	});

	test('knows a person before and after signing in, and after signing out', async () => {
		const pollId = await opened();
		const before = { ...maria, account: null };
		await vote(before, pollId, [0]);
		expect((await seenBy(maria)).ballots).toEqual({ [pollId]: [0] });
		await vote(maria, pollId, [1]);
		// Signed out again: the same browser has no second ballot, and does not learn what the account voted.
		await expect(vote(before, pollId, [2])).rejects.toEqual(refused('poll-voted-with-account'));
		await expect(vote(before, pollId, null)).rejects.toEqual(refused('poll-voted-with-account'));
		expect((await seenBy(before)).ballots).toEqual({});
		// The next at the same computer has an account of their own.
		await vote({ ...tom, guest: maria.guest }, pollId, [2]);
		// The account on another device is the same person.
		await vote({ ...maria, guest: 'guest-secret-of-a-phone' }, pollId, [1, 2]);
		await closePoll(db, dana, { pollId, show: true });
		expect(await shown(pollId)).toMatchObject({
			voted: 2,
			result: { rounds: [{ votes: [0, 1, 1] }, {}, {}] },
		});
	});

	test('an account that takes its ballot back leaves its browser as it was', async () => {
		const pollId = await opened();
		const before = { ...maria, account: null };
		await vote(maria, pollId, [1]);
		await vote(maria, pollId, null);
		await vote(before, pollId, [2]);
		await closePoll(db, dana, { pollId, show: true });
		expect(await shown(pollId)).toMatchObject({ voted: 1 });
	});

	test('refuses who is blocked, who is nobody, and what is no answer', async () => {
		const pollId = await opened();
		const { id } = await askQuestion(db, bob, { meetingId: meeting.id, text: 'Stupid?', anonymous: true });
		await blockAsker(db, dana, { questionId: id, reason: 'insults' });
		await expect(vote(bob, pollId, [0])).rejects.toEqual(refused('blocked'));
		await expect(vote(nobody, pollId, [0])).rejects.toEqual(refused('sign-in-needed'));
		await expect(vote(ann, pollId, [3])).rejects.toEqual(refused('bad-input'));
		await expect(vote(ann, pollId, ['Oak'])).rejects.toEqual(refused('bad-input'));
		await expect(vote(ann, 'x', [0])).rejects.toEqual(refused('bad-input'));
		const [row] = await db.select().from(pollBoxes).where(eq(pollBoxes.pollId, pollId));
		expect(row!.box).toEqual({});
	});

	test('in a group each is answered for itself', async () => {
		const [pollId, draft] = [await opened(), await make()];
		expect(
			await castPollBallots(db, [
				{ actor: ann, pollId, choice: [0] },
				{ actor: bob, pollId, choice: [9] },
				{ actor: ann, pollId, choice: [1] },
				{ actor: ann, pollId: draft, choice: [1] },
				{ actor: ann, pollId: crypto.randomUUID(), choice: [1] },
			]),
		).toEqual([null, 'bad-input', null, 'not-found', 'not-found']);
		expect((await seenBy(ann)).ballots).toEqual({ [pollId]: [1] });
	});

	test('is closed with the meeting, and its result waits for a moderator', async () => {
		const pollId = await opened();
		await vote(ann, pollId, [0]);
		await endMeeting(db, dana, { meetingId: meeting.id });
		expect(await shown(pollId)).toMatchObject({ state: 'closed', voted: 1, result: null });
		await showPoll(db, dana, { pollId });
		expect(await shown(pollId)).toMatchObject({ result: { winner: 0 } });
	});
});

describe('a closed poll', () => {
	test('takes no ballots, keeps no key and no box, and says how many did not answer', async () => {
		const pollId = await opened();
		await vote(ann, pollId, [0]);
		await noteAttendance(db, meeting.id, new Map([...'abcde'].map((one) => [one, 60])), 3);
		await closePoll(db, dana, { pollId, show: true });
		await closePoll(db, dana, { pollId, show: false });
		await expect(vote(bob, pollId, [0])).rejects.toEqual(refused('poll-closed'));
		expect(await db.select().from(pollBoxes).where(eq(pollBoxes.pollId, pollId))).toEqual([]);
		expect(await shown(pollId)).toMatchObject({ voted: 1, present: 5, result: { winner: 0 } });
	});

	test('a ballot cast while it closes is counted or refused, never lost', async () => {
		const pollId = await opened();
		const crowd = Array.from({ length: 40 }, (_, n) => guest(`one of a crowd ${n}`));
		const votes = crowd.map((actor) =>
			vote(actor, pollId, [1]).then(
				() => 1,
				(error: { code: string }) => (expect(error.code).toBe('poll-closed'), 0),
			),
		);
		const [counts] = await Promise.all([Promise.all(votes), closePoll(db, dana, { pollId, show: true })]);
		const counted = counts.reduce<number>((sum, one) => sum + one, 0);
		expect(await shown(pollId)).toMatchObject({ voted: counted });
	});

	test('is shown when a moderator says so; until then nothing of it is told to the hall', async () => {
		const pollId = await closed(streets, [[ann, [0]]], false);
		expect(await shown(pollId)).toMatchObject({ result: null });
		expect(await atDesk(pollId)).toMatchObject({ isShown: false, result: { winner: 0 } });
		const before = JSON.stringify(await eventsAfter(db, hallRoom(meeting.id), 0));
		expect(before).not.toContain('winner');
		await showPoll(db, dana, { pollId });
		await showPoll(db, dana, { pollId });
		expect(await told('poll:results')).toHaveLength(1);
		const open = await opened();
		await expect(showPoll(db, dana, { pollId: open })).rejects.toEqual(refused('poll-state'));
	});

	test('leaves one row for equal ballots', async () => {
		const pollId = await closed(streets, [
			[ann, [2, 1]],
			[bob, [2, 1]],
			[tom, [0]],
		]);
		expect(await db.select().from(pollCounts).where(eq(pollCounts.pollId, pollId))).toEqual([
			{ pollId, choice: [0], ballots: 1 },
			{ pollId, choice: [2, 1], ballots: 2 },
		]);
	});

	test('goes on the screen and off it; only one is there', async () => {
		const first = await closed(streets, []);
		const second = await opened();
		expect(await atDesk(first)).toMatchObject({ onScreen: false });
		await setPollOnScreen(db, dana, { pollId: first, on: true });
		await setPollOnScreen(db, dana, { pollId: first, on: true });
		expect((await deskPolls(db, meeting.id)).filter(({ onScreen }) => onScreen)).toMatchObject([
			{ id: first },
		]);
		await setPollOnScreen(db, dana, { pollId: first, on: false });
		expect(await atDesk(second)).toMatchObject({ onScreen: false });
		const draft = await make();
		await expect(setPollOnScreen(db, dana, { pollId: draft, on: true })).rejects.toEqual(
			refused('poll-state'),
		);
	});
});

describe('open words', () => {
	test('are shown after vetting only, and what is withheld is numbered', async () => {
		const pollId = await closed(wish, [
			[ann, ['Light', 'hope']],
			[bob, [' LIGHT ']],
			[tom, ['idiots']],
		]);
		expect(await shown(pollId)).toMatchObject({ result: null, voted: 3 });
		expect(await atDesk(pollId)).toMatchObject({ unvetted: 3 });
		await expect(showPoll(db, dana, { pollId })).rejects.toEqual(refused('poll-state'));
		await expect(capturePoll(db, dana, { pollId })).rejects.toEqual(refused('poll-state'));
		expect((await wordsToVet(db, dana, meeting.id))[pollId]).toEqual([
			{ word: 'light', ballots: 2, isFine: false },
			{ word: 'hope', ballots: 1, isFine: false },
			{ word: 'idiots', ballots: 1, isFine: false },
		]);
		await vetWords(db, dana, { pollId, words: ['light', 'hope', 'never written'] });
		expect(await shown(pollId)).toMatchObject({ result: null });
		await showPoll(db, dana, { pollId });
		expect((await shown(pollId))?.result).toEqual({
			...{ kind: 'words', ballots: 3, withheld: 1 },
			words: [
				{ word: 'light', ballots: 2 },
				{ word: 'hope', ballots: 1 },
			],
		});
		await vetWords(db, dana, { pollId, words: ['hope'] });
		expect(await shown(pollId)).toMatchObject({ result: { words: [{ word: 'hope' }], withheld: 2 } });
	});

	test('of other polls there are none to vet', async () => {
		const pollId = await closed(streets, []);
		await expect(vetWords(db, dana, { pollId, words: [] })).rejects.toEqual(refused('poll-state'));
	});
});

describe('a poll as a concern', () => {
	test('is captured once, with its question and finding, and its journey begins there', async () => {
		const pollId = await closed(streets, [
			[ann, [0]],
			[bob, [0, 1]],
		]);
		const { number } = await capturePoll(db, dana, { pollId, title: 'Oak Street comes first' });
		expect(await capturePoll(db, sam, { pollId })).toEqual({ number });
		expect(await shown(pollId)).toMatchObject({ concern: number });
		expect(await readConcern(db, number)).toMatchObject({
			title: 'Oak Street comes first',
			meeting: { slug: meeting.slug },
			sources: [
				{
					kind: 'poll',
					id: pollId,
					words: 'Which street first?\nOak: 2 (100 %)\nElm: 0 (0 %)\nAsh: 0 (0 %)\nn = 2',
				},
			],
		});
		expect(await journeyOf(db, [(await readConcern(db, number)).id], [])).toMatchObject([
			{ kind: 'said', source: 'poll' },
			{ kind: 'captured' },
		]);
		// Ballots are secret: nobody who voted stands behind it.
		expect((await readConcern(db, number)).supporters).toBe(0);
	});

	test('not by residents, and not before its result is shown', async () => {
		const pollId = await closed(streets, [[ann, [0]]], false);
		await expect(capturePoll(db, dana, { pollId })).rejects.toEqual(refused('poll-state'));
		await showPoll(db, dana, { pollId });
		await expect(capturePoll(db, maria, { pollId })).rejects.toEqual(refused('forbidden'));
	});
});

test('acts of office are in the audit, ballots are not', async () => {
	const pollId = await closed(streets, [[maria, [0]]]);
	const acts = (await readAudit(db, ada)).acts.filter(({ subject }) => subject === `poll:${pollId}`);
	expect(acts.map(({ verb }) => verb).toSorted()).toEqual(['poll:close', 'poll:make', 'poll:open']);
	expect(await db.select().from(polls).where(eq(polls.id, pollId))).toHaveLength(1);
});
