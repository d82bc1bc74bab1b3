// The moderators' desk at the database: every act in every state, several moderators at once, and the way back.
import { and, eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockAsker, unblockAsker } from '#db/blocks.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { captureQuestion, listConcerns } from '#db/concerns.ts';
import { lookAtDesk } from '#db/desk.ts';
import { eventsAfter } from '#db/events.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting } from '#db/meetings.ts';
import * as acts from '#db/questionActs.ts';
import { mergeQuestions, unmergeQuestion } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import { undoLastAct } from '#db/questionUndo.ts';
import { audit, questionActs, questions, votes } from '#db/schema/index.ts';
import { flagBurst, freezeVotes, setVotesAside } from '#db/suspectVotes.ts';
import { voteForQuestion } from '#db/votes.ts';
import { deskRoom, hallRoom } from '#domain/events.ts';
import { applyEvent } from '#domain/hall.ts';
import type { Actor } from '#domain/people.ts';
import {
	actMoves,
	actsAfterTheEnd,
	claimLastsMs,
	deskActs,
	questionStates,
	type DeskAct,
	type QuestionState,
} from '#domain/questions.ts';
import { dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

/** A second moderator. */
const noor: Actor = {
	guest: 'guest-secret-of-noor',
	account: { id: 'noor', name: 'Noor Haddad', email: 'noor@example.org', roles: ['moderator'] },
};

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

let asked = 0;
const ask = async (actor: Actor, meetingId: string, text = `Question number ${++asked} of this evening?`) =>
	(await askQuestion(db, actor, { meetingId, text, anonymous: true })).id;
const row = async (id: string) => (await db.select().from(questions).where(eq(questions.id, id)))[0]!;
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const act = (actor: Actor, name: DeskAct, ...questionIds: string[]) =>
	acts.actOnQuestions(db, actor, {
		questionIds,
		act: name,
		reason: 'off-topic',
		answer: name === 'answer-in-writing' ? 'The work starts in May.' : undefined,
		due: '2026-12-24',
	});
const put = async (id: string, state: QuestionState, into: string) =>
	db
		.update(questions)
		.set({
			state,
			mergedInto: state === 'merged' ? into : null,
			declineReason: state === 'declined' ? 'other' : null,
		})
		.where(eq(questions.id, id));
const actsOn = async (id: string) =>
	(await db.select().from(questionActs).where(eq(questionActs.questionId, id))).map(({ act: name }) => name);

describe('every act in every state', () => {
	const pairs = deskActs.flatMap((name) => questionStates.map((state) => [name, state] as const));

	test.each(pairs)('%s from %s', async (name, state) => {
		const { id } = await meeting();
		const other = await ask(tom, id);
		const questionId = await ask(tom, id);
		await put(questionId, state, other);
		const { from, to } = actMoves[name];
		const isThere = state === to && name !== 'answer-in-writing';
		const done = act(dana, name, questionId);
		if (!from.includes(state) && !isThere) {
			await expect(done).rejects.toEqual(refused('question-state'));
			expect((await row(questionId)).state).toBe(state);
			return;
		}
		await done;
		expect((await row(questionId)).state).toBe(to);
		expect(await actsOn(questionId)).toEqual(isThere ? [] : [name]);
	});

	// One meeting serves all pairs: each has questions of its own.
	let made: ReturnType<typeof liveMeeting> | undefined;
	const meeting = () => (made ??= liveMeeting(db));

	test.each(deskActs)('%s after the end only where it gives an outcome', async (name) => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await endMeeting(db, dana, { meetingId: id });
		await put(questionId, actMoves[name].from[0]!, questionId);
		const done = act(dana, name, questionId);
		if (actsAfterTheEnd.includes(name)) return done;
		await expect(done).rejects.toEqual(refused('meeting-state'));
	});
});

describe('what an act leaves behind', () => {
	test('in bulk nothing is done when one of them cannot be, and one undo takes all back', async () => {
		const { id } = await liveMeeting(db, { vetting: true });
		const [first, second] = [await ask(tom, id), await ask(maria, id)];
		await put(second, 'withdrawn', first);
		await expect(act(dana, 'publish', first, second)).rejects.toEqual(refused('question-state'));
		expect((await row(first)).state).toBe('submitted');
		await put(second, 'submitted', first);
		await act(dana, 'publish', first, second);
		await undoLastAct(db, dana, { meetingId: id });
		expect([(await row(first)).state, (await row(second)).state]).toEqual(['submitted', 'submitted']);
	});

	test('questions of two meetings are not acted on together', async () => {
		const [here, there] = [await liveMeeting(db), await liveMeeting(db)];
		const ids = [await ask(tom, here.id), await ask(tom, there.id)];
		await expect(act(dana, 'hold', ...ids)).rejects.toEqual(refused('not-found'));
	});

	test('a deferred question that is published again has no date any more', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await act(dana, 'defer', questionId);
		expect((await row(questionId)).deferredDue).toBe('2026-12-24');
		await act(dana, 'publish', questionId);
		expect(await row(questionId)).toMatchObject({ state: 'published', deferredDue: null });
	});

	test('only what can be voted for is pinned, and acts without an effect leave no trace', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await acts.pinQuestion(db, dana, { questionId, pinned: false });
		await acts.labelQuestion(db, dana, { questionId, labels: [] });
		expect(await actsOn(questionId)).toEqual([]);
		await acts.pinQuestion(db, dana, { questionId, pinned: true });
		await acts.labelQuestion(db, dana, { questionId, labels: ['Lights', 'Lights', 'Elm'] });
		expect(await row(questionId)).toMatchObject({ pinned: true, labels: ['Lights', 'Elm'] });
		await act(dana, 'decline', questionId);
		await expect(acts.pinQuestion(db, dana, { questionId, pinned: true })).rejects.toEqual(
			refused('question-state'),
		);
	});

	test('each act of office is in the audit', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await acts.labelQuestion(db, dana, { questionId, labels: ['Elm'] });
		await acts.pinQuestion(db, dana, { questionId, pinned: true });
		await freezeVotes(db, dana, { questionId, frozen: true });
		await act(dana, 'put-on-air', questionId);
		await act(dana, 'answer-live', questionId);
		await captureQuestion(db, dana, { questionId });
		await blockAsker(db, dana, { questionId, reason: 'spam' });
		await unblockAsker(db, dana, { questionId });
		const rows = await db
			.select()
			.from(audit)
			.where(and(eq(audit.personId, 'dana'), like(audit.subject, `%${questionId}%`)))
			.orderBy(audit.id);
		expect(rows.map(({ verb }) => verb)).toEqual([
			'question:label',
			'question:pin',
			'question:freeze',
			'question:put-on-air',
			'question:answer-live',
			'question:block',
			'question:unblock',
		]);
	});
});

describe('several moderators', () => {
	test('acting at the same moment, they do it once', async () => {
		const { id } = await liveMeeting(db, { vetting: true });
		const questionId = await ask(tom, id);
		await Promise.all([act(dana, 'publish', questionId), act(noor, 'publish', questionId)]);
		expect(await actsOn(questionId)).toEqual(['publish']);
		const numbers = await Promise.all([
			captureQuestion(db, dana, { questionId }),
			captureQuestion(db, noor, { questionId }),
		]);
		expect(numbers[0]).toEqual(numbers[1]);
		await Promise.all([
			blockAsker(db, dana, { questionId, reason: 'spam' }),
			blockAsker(db, noor, { questionId, reason: 'insults' }),
		]);
		expect((await lookAtDesk(db, dana, { meetingId: id })).blocks).toHaveLength(1);
	});

	test('deciding differently at the same moment, one of them is told', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		const outcomes = await Promise.allSettled([
			act(dana, 'answer-live', questionId),
			act(noor, 'decline', questionId),
		]);
		expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
			reason: { code: 'question-state' },
		});
	});

	test('putting two questions on air at the same moment leaves one there', async () => {
		const { id } = await liveMeeting(db);
		const ids = [await ask(tom, id), await ask(maria, id), await ask(guest('ann'), id)];
		await Promise.all(ids.map((one, at) => act(at === 1 ? noor : dana, 'put-on-air', one)));
		const states = await Promise.all(ids.map(async (one) => (await row(one)).state));
		expect(states.sort()).toEqual(['on-air', 'published', 'published']);
	});

	test('a claim is shown with its end, holds off others, and lapses by itself', async () => {
		const { id, slug } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await acts.claimQuestion(db, dana, { questionId, claimed: true });
		const claimed = (await readHall(db, noor, slug)).desk!.find((one) => one.id === questionId)!;
		expect(claimed.claimedBy).toBe('Dana Reyes');
		expect(Date.parse(claimed.claimedUntil!)).toBe(
			(await row(questionId)).claimedAt!.getTime() + claimLastsMs,
		);
		await expect(acts.claimQuestion(db, noor, { questionId, claimed: true })).rejects.toEqual(
			refused('claimed-by-other'),
		);
		await acts.claimQuestion(db, noor, { questionId, claimed: false });
		expect((await row(questionId)).claimedByName).toBe('Dana Reyes');
		const lapsed = new Date(Date.now() - claimLastsMs);
		await db.update(questions).set({ claimedAt: lapsed }).where(eq(questions.id, questionId));
		await acts.claimQuestion(db, noor, { questionId, claimed: true });
		expect((await row(questionId)).claimedByName).toBe('Noor Haddad');
		await act(dana, 'put-on-air', questionId);
		expect((await row(questionId)).claimedByName).toBeNull();
	});

	test('undo takes back only one’s own, and not what another has changed since', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await act(dana, 'put-on-air', questionId);
		await expect(undoLastAct(db, noor, { meetingId: id })).rejects.toEqual(refused('nothing-to-undo'));
		await act(noor, 'answer-live', questionId);
		await expect(undoLastAct(db, dana, { meetingId: id })).rejects.toEqual(refused('nothing-to-undo'));
		expect((await row(questionId)).state).toBe('answered');
	});
});

describe('undo', () => {
	test('a question does not come back on air when another is there by now', async () => {
		const { id } = await liveMeeting(db);
		const [first, second] = [await ask(tom, id), await ask(maria, id)];
		await act(dana, 'put-on-air', first);
		await act(dana, 'answer-live', first);
		await act(noor, 'put-on-air', second);
		await expect(undoLastAct(db, dana, { meetingId: id })).rejects.toEqual(refused('nothing-to-undo'));
		await act(noor, 'take-off-air', second);
		await undoLastAct(db, dana, { meetingId: id });
		expect((await row(first)).state).toBe('on-air');
	});

	test('putting the next one on air is undone with what it took off', async () => {
		const { id } = await liveMeeting(db);
		const [first, second] = [await ask(tom, id), await ask(maria, id)];
		await act(dana, 'put-on-air', first);
		await act(dana, 'put-on-air', second);
		await undoLastAct(db, dana, { meetingId: id });
		expect([(await row(first)).state, (await row(second)).state]).toEqual(['on-air', 'published']);
	});

	test('captures, blocks and votes set aside are taken back one by one, the last one first', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await voteForQuestion(db, fresh('one'), { questionId, on: true });
		const { number } = await captureQuestion(db, dana, { questionId });
		await blockAsker(db, dana, { questionId, reason: 'threats' });
		await setVotesAside(db, dana, { questionId, aside: true });
		expect(await row(questionId)).toMatchObject({ votes: 0, votesAside: 1 });

		const undo = async () => (await undoLastAct(db, dana, { meetingId: id })).act;
		expect(await undo()).toBe('set-aside');
		expect(await row(questionId)).toMatchObject({ votes: 1, votesAside: 0 });
		expect(await undo()).toBe('block');
		expect((await lookAtDesk(db, dana, { meetingId: id })).blocks).toEqual([]);
		expect(await undo()).toBe('capture');
		expect((await row(questionId)).concern).toBeNull();
		expect((await listConcerns(db)).concerns.map((concern) => concern.number)).not.toContain(number);
	});

	test('lifting a block is taken back, with its reason', async () => {
		const { id } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		await blockAsker(db, dana, { questionId, reason: 'threats', note: 'Twice.' });
		await unblockAsker(db, dana, { questionId });
		expect(await undoLastAct(db, dana, { meetingId: id })).toMatchObject({ act: 'unblock' });
		expect((await lookAtDesk(db, dana, { meetingId: id })).blocks).toMatchObject([
			{ questionId, reason: 'threats', note: 'Twice.', by: 'Dana Reyes' },
		]);
	});

	test('what was done before the meeting ended stays', async () => {
		const { id } = await liveMeeting(db);
		const [first, second] = [await ask(tom, id), await ask(maria, id)];
		await act(dana, 'put-on-air', first);
		await act(dana, 'answer-live', first);
		await endMeeting(db, dana, { meetingId: id });
		await expect(undoLastAct(db, dana, { meetingId: id })).rejects.toEqual(refused('nothing-to-undo'));
		await act(dana, 'carry-over', second);
		await undoLastAct(db, dana, { meetingId: id });
		expect((await row(second)).state).toBe('published');
	});
});

describe('merging', () => {
	test('a question that was never published parts again into the queue, not into the hall', async () => {
		const { id, slug } = await liveMeeting(db, { vetting: true });
		const [target, source] = [await ask(tom, id), await ask(maria, id)];
		await act(dana, 'publish', target);
		await mergeQuestions(db, dana, { questionIds: [source], into: target });
		await unmergeQuestion(db, dana, { questionId: source });
		expect(await row(source)).toMatchObject({ state: 'submitted', mergedInto: null, publishedAt: null });
		expect((await readHall(db, guest('ann'), slug)).questions.map((one) => one.id)).toEqual([target]);
	});

	test('who voted for two merged questions is counted until both have parted', async () => {
		const { id } = await liveMeeting(db);
		const [target, first, second] = [await ask(tom, id), await ask(tom, id), await ask(tom, id)];
		for (const questionId of [first, second]) await voteForQuestion(db, guest('a'), { questionId, on: true });
		await mergeQuestions(db, dana, { questionIds: [first, second], into: target });
		expect((await row(target)).votes).toBe(1);
		await unmergeQuestion(db, dana, { questionId: first });
		expect((await row(target)).votes).toBe(1);
		await unmergeQuestion(db, dana, { questionId: second });
		expect((await row(target)).votes).toBe(0);
	});

	test('what was merged into a question goes along when that is merged, and comes back by undo', async () => {
		const { id } = await liveMeeting(db);
		const [child, middle, target] = [await ask(tom, id), await ask(tom, id), await ask(tom, id)];
		await voteForQuestion(db, guest('a'), { questionId: child, on: true });
		await voteForQuestion(db, guest('b'), { questionId: middle, on: true });
		await mergeQuestions(db, dana, { questionIds: [child], into: middle });
		await mergeQuestions(db, dana, { questionIds: [middle], into: target });
		expect(await row(target)).toMatchObject({ votes: 2 });
		expect(await row(child)).toMatchObject({ state: 'merged', mergedInto: target });
		await undoLastAct(db, dana, { meetingId: id });
		expect(await row(target)).toMatchObject({ votes: 0 });
		expect(await row(middle)).toMatchObject({ state: 'published', votes: 2 });
		expect(await row(child)).toMatchObject({ state: 'merged', mergedInto: middle });
		await unmergeQuestion(db, dana, { questionId: child });
		expect(await row(middle)).toMatchObject({ votes: 1 });
	});

	test('nothing is merged or parted after the end', async () => {
		const { id } = await liveMeeting(db);
		const [source, target, third] = [await ask(tom, id), await ask(tom, id), await ask(tom, id)];
		await mergeQuestions(db, dana, { questionIds: [source], into: target });
		await endMeeting(db, dana, { meetingId: id });
		await expect(unmergeQuestion(db, dana, { questionId: source })).rejects.toEqual(refused('meeting-state'));
		await expect(mergeQuestions(db, dana, { questionIds: [third], into: target })).rejects.toEqual(
			refused('meeting-state'),
		);
	});
});

/** A hall holds its questions in no order. */
const byNumber = <Q extends { number: number }>(list: Q[]) => list.toSorted((a, b) => a.number - b.number);

describe('what the desk is told', () => {
	test('its events lead to the same desk as a newly loaded page, also for blocked people and merged votes', async () => {
		const { id, slug } = await liveMeeting(db, { vetting: true });
		const [first, second, third] = [await ask(tom, id), await ask(tom, id), await ask(maria, id)];
		const before = await readHall(db, dana, slug);
		await blockAsker(db, dana, { questionId: first, reason: 'spam' });
		await act(noor, 'publish', first, second, third);
		await voteForQuestion(db, fresh('one'), { questionId: second, on: true });
		await mergeQuestions(db, noor, { questionIds: [second], into: first });
		await setVotesAside(db, dana, { questionId: first, aside: true });
		await freezeVotes(db, dana, { questionId: first, frozen: true });
		await acts.claimQuestion(db, dana, { questionId: third, claimed: true });
		await undoLastAct(db, dana, { meetingId: id });
		const after = await readHall(db, dana, slug);
		const events = [
			...(await eventsAfter(db, deskRoom(id), before.seen[deskRoom(id)]!)),
			...(await eventsAfter(db, hallRoom(id), before.seen[hallRoom(id)]!)),
		];
		const moved = events.reduce(applyEvent, before);
		expect(byNumber(moved.desk!)).toEqual(byNumber(after.desk!));
		expect(byNumber(moved.questions)).toEqual(byNumber(after.questions));
		expect(after.desk!.map(({ authorBlocked }) => authorBlocked)).toEqual([true, true, false]);
		expect(after.desk![0]).toMatchObject({ votes: 0, votesAside: 1, votesFrozen: false });
	});

	test('a burst is flagged once; how many were fresh is there for moderators alone', async () => {
		const { id, slug } = await liveMeeting(db);
		const questionId = await ask(tom, id);
		for (const name of ['one', 'two']) await voteForQuestion(db, fresh(name), { questionId, on: true });
		await voteForQuestion(db, maria, { questionId, on: true });
		const before = await readHall(db, dana, slug);
		await flagBurst(db, questionId, 2);
		await flagBurst(db, questionId, 2);
		const told = await eventsAfter(db, deskRoom(id), before.seen[deskRoom(id)]!);
		expect(told).toMatchObject([{ type: 'desk:flagged', payload: { questionId, freshVoters: 2 } }]);
		expect(await lookAtDesk(db, dana, { meetingId: id })).toMatchObject({
			freshVotes: [{ questionId, fresh: 2 }],
		});
		await setVotesAside(db, dana, { questionId, aside: true });
		await setVotesAside(db, dana, { questionId, aside: true });
		expect(await row(questionId)).toMatchObject({ votes: 1, votesWithAccount: 1, votesAside: 2 });
		expect(await actsOn(questionId)).toEqual(['set-aside']);
		expect(await db.select().from(votes).where(eq(votes.questionId, questionId))).toHaveLength(3);
	});

	test.each([
		['a resident', () => maria],
		['a guest', () => guest('ann')],
		['staff without the role', () => sam],
	])('%s is told nothing of attendance, blocks and suspect votes', async (_who, actor) => {
		const { id } = await liveMeeting(db);
		await expect(lookAtDesk(db, actor(), { meetingId: id })).rejects.toMatchObject({ name: 'Refusal' });
	});
});

/** A guest whose browser came just now. */
function fresh(name: string): Actor {
	return { guest: `guest-secret-of-fresh-${name}`, guestSince: Date.now(), account: null };
}
