// "Is it fixed?": who is asked and counted once, what the answers make of a claim and of its concern, and that they lead to nobody.
import { eq, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptCard, supportCard } from '#db/cards.ts';
import { claimOf } from '#db/claims.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { mergeConcerns } from '#db/concernMerges.ts';
import { acknowledgeConcern } from '#db/concernMoves.ts';
import { readConcern } from '#db/concerns.ts';
import { copyIntoRows } from '#db/documentCopies.ts';
import { rightsOnBoard } from '#db/documentRights.ts';
import { changeDocument } from '#db/documents.ts';
import { answerFollowup } from '#db/followupAnswers.ts';
import { answersForStaff, answersOf, whatIsAsked } from '#db/followupAnswerReads.ts';
import { readFollowupPhoto, writeUpdate } from '#db/followupUpdates.ts';
import { readFollowup } from '#db/followupReads.ts';
import { linkFollowup } from '#db/followupLinks.ts';
import { notFixedAfterAll } from '#db/inbox.ts';
import { supportPin } from '#db/pinActs.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import {
	concernEvents,
	followupAnswers,
	followupEvents,
	followupPhotos,
	followups,
	news,
} from '#db/schema/index.ts';
import { setVotesAside } from '#db/suspectVotes.ts';
import { castVotes } from '#db/votes.ts';
import { addCard } from '#domain/board.ts';
import type { Answer, FollowupState } from '#domain/followups.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { middle, openMap, pinOf } from '#tests/maps.ts';
import { plainPhoto } from '#tests/pictureFiles.ts';
import { concernOf, move, proposed, wayTo } from '#tests/promises.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const ann = guest('ann');
const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const read = async (number: string) => (await readFollowup(db, sam, number)).followup;
const stateOf = async (concern: string) => (await readConcern(db, concern)).state;
const answer = (actor: Actor, number: string, what: Answer, more: { text?: string; words?: string } = {}) =>
	answerFollowup(db, actor, { number, answer: what, ...more });
const countsOf = async (number: string) => (await answersOf(db, (await read(number)).id)).now;
const wordsOf = (questionId: string) => claimOf(`question:${questionId}`, 'en');
const vote = (questionId: string, ...voters: Actor[]) =>
	castVotes(
		db,
		voters.map((actor) => ({ actor, questionId, on: true })),
	);
/** As many as open it again unless a city sets another number. */
const crowd = (name: string, size = 3) => Array.from({ length: size }, (_, i) => guest(`${name}-${i}`));

/** A concern of a question of ann's and a follow-up in a state, claimed by sam where it is claimed. */
async function claimed(
	state: FollowupState = 'done',
	{ supporters = [] as Actor[], ...more }: Parameters<typeof concernOf>[1] & { supporters?: Actor[] } = {},
): Promise<{ number: string; concern: string; questionId: string; meetingId: string }> {
	const { number: concern, ...question } = await concernOf(db, more);
	await vote(question.questionId, ...supporters);
	const number = await proposed(db, [concern]);
	for (const to of wayTo[state]) await move(db, number, to);
	return { number, concern, ...question };
}

describe('who first asked', () => {
	test('says that it is fixed: it is verified, its concern confirmed, by nobody', async () => {
		const { number, concern } = await claimed();
		expect(await stateOf(concern)).toBe('resolved');
		await answer(ann, number, 'fixed');
		const { id, state } = await read(number);
		expect([state, await stateOf(concern)]).toEqual(['verified', 'confirmed']);
		const events = await db.select().from(followupEvents).where(eq(followupEvents.followupId, id));
		expect(events.find(({ to }) => to === 'verified')).toMatchObject({ personId: null, text: '' });
		const confirmed = await db.select().from(concernEvents).where(eq(concernEvents.to, 'confirmed'));
		expect(confirmed.every(({ personId }) => personId === null)).toBe(true);
		const [told] = await db
			.select()
			.from(news)
			.where(sql`followup_id = ${id} and detail ->> 'to' = 'verified'`);
		expect(told).toBeDefined();
	});

	test('says that it is not: it is opened again, and asked anew when it is claimed again', async () => {
		const { number, concern } = await claimed();
		await answer(ann, number, 'not-fixed', { text: 'Still dark.' });
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['reopened', 'reopened']);
		await expect(answer(ann, number, 'fixed')).rejects.toEqual(refused('followup-state'));
		await move(db, number, 'in-progress');
		await move(db, number, 'done');
		expect(await whatIsAsked(db, ann, number)).toEqual({ asked: true, isAsker: true, answer: null });
		await answer(ann, number, 'fixed');
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['verified', 'confirmed']);
		const { now, earlier } = await answersOf(db, (await read(number)).id);
		expect([now.fixed, earlier]).toEqual([1, [{ fixed: 0, 'not-fixed': 1, 'cannot-tell': 0 }]]);
	});

	test('cannot tell, then can: the last word counts, and one row is kept', async () => {
		const { number } = await claimed();
		await answer(ann, number, 'cannot-tell', { text: 'I am away.' });
		expect((await read(number)).state).toBe('done');
		expect(await whatIsAsked(db, ann, number)).toEqual({
			asked: true,
			isAsker: true,
			answer: { answer: 'cannot-tell', text: 'I am away.', hasPhoto: false },
		});
		await answer(ann, number, 'fixed');
		expect(await countsOf(number)).toEqual({ fixed: 1, 'not-fixed': 0, 'cannot-tell': 0 });
	});

	test('answers with the words alone, from any browser, and is the same person as in their own', async () => {
		const { number, questionId } = await claimed();
		const words = wordsOf(questionId);
		await answer(nobody, number, 'cannot-tell', { words });
		await answer(ann, number, 'cannot-tell', { text: 'Twice' });
		await answer(tom, number, 'cannot-tell', {
			words: claimOf(`question:${questionId}`, 'es').toUpperCase(),
		});
		expect(await countsOf(number)).toEqual({ fixed: 0, 'not-fixed': 0, 'cannot-tell': 1 });
		expect((await whatIsAsked(db, nobody, number, words)).answer?.answer).toBe('cannot-tell');
		expect((await whatIsAsked(db, nobody, number)).asked).toBe(false);
	});

	test('of two questions in one meeting is one person, whichever words they use', async () => {
		const { number, questionId, meetingId } = await claimed('in-progress');
		const other = await concernOf(db, { meeting: { id: meetingId }, text: 'And the one at Oak Street?' });
		await linkFollowup(db, sam, { number, kind: 'concern', id: other.number });
		await move(db, number, 'done');
		for (const words of [wordsOf(other.questionId), wordsOf(questionId), undefined])
			await answer(ann, number, 'cannot-tell', { ...(words && { words }), text: words ?? '' });
		expect((await countsOf(number))['cannot-tell']).toBe(1);
	});

	test('by name, with an account, is known in another browser too', async () => {
		const { number, questionId } = await claimed('done', { asker: maria });
		expect(questionId).toBeTruthy();
		await answer(maria, number, 'fixed');
		expect((await read(number)).state).toBe('verified');
	});

	test('of a question that was merged into it, and of a concern that was merged into it, is asked as well', async () => {
		const { number, concern, questionId, meetingId } = await claimed('in-progress');
		const bob = guest('bob');
		const twin = await askQuestion(db, bob, { meetingId, text: 'Is Elm Street lit again?', anonymous: true });
		await mergeQuestions(db, dana, { questionIds: [twin.id], into: questionId });
		const cleo = guest('cleo');
		const other = await concernOf(db, { asker: cleo, text: 'It is dark at Elm and 5th.' });
		await mergeConcerns(db, dana, { number: other.number, into: concern });
		await move(db, number, 'done');
		for (const one of [bob, cleo])
			expect(await whatIsAsked(db, one, number)).toMatchObject({ asked: true, isAsker: true });
		await answer(cleo, number, 'not-fixed');
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['reopened', 'reopened']);
	});
});

describe('those who support it', () => {
	test('open it again when three say so, and not before', async () => {
		const voters = crowd('against');
		const { number, concern } = await claimed('done', { supporters: voters });
		for (const voter of voters) {
			expect((await read(number)).state).toBe('done');
			await answer(voter, number, 'not-fixed');
		}
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['reopened', 'reopened']);
		expect((await countsOf(number))['not-fixed']).toBe(3);
	});

	test('verify it when three agree; one who says otherwise does not stop them', async () => {
		const voters = crowd('for', 4);
		const { number, concern } = await claimed('done', { supporters: voters });
		await answer(voters[3]!, number, 'not-fixed');
		for (const voter of voters.slice(0, 3)) await answer(voter, number, 'fixed');
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['verified', 'confirmed']);
	});

	test('are one person before and after signing in', async () => {
		const signedOut: Actor = { guest: tom.guest, account: null };
		const { number } = await claimed('done', { supporters: [signedOut] });
		await answer(signedOut, number, 'not-fixed');
		await answer(tom, number, 'not-fixed', { text: 'Still me' });
		expect((await countsOf(number))['not-fixed']).toBe(1);
	});

	test('whose vote was set aside, and who took it back, are not asked', async () => {
		const { number, questionId } = await claimed('in-progress');
		const [fresh, gone] = crowd('aside', 2);
		await castVotes(db, [{ actor: { ...fresh!, guestSince: Date.now() }, questionId, on: true }]);
		await vote(questionId, gone!);
		await move(db, number, 'done');
		await castVotes(db, [{ actor: gone!, questionId, on: false }]);
		await setVotesAside(db, dana, { questionId, aside: true });
		for (const one of [fresh!, gone!])
			await expect(answer(one, number, 'not-fixed')).rejects.toEqual(refused('not-asked'));
	});
});

describe('whoever joins after it was claimed', () => {
	test('is not asked of this claim, however many they are, and is of the next', async () => {
		const { number, questionId } = await claimed();
		const fresh = crowd('fresh', 5);
		await vote(questionId, ...fresh);
		for (const one of fresh) {
			await expect(answer(one, number, 'not-fixed')).rejects.toEqual(refused('not-asked'));
			expect((await whatIsAsked(db, one, number)).asked).toBe(false);
		}
		await answer(ann, number, 'not-fixed');
		await move(db, number, 'in-progress');
		await move(db, number, 'done');
		for (const one of fresh) await answer(one, number, 'fixed');
		expect((await read(number)).state).toBe('verified');
	});

	test('by a question of their own that is merged into it', async () => {
		const { number, questionId, meetingId } = await claimed();
		const bea = guest('bea');
		const { id } = await askQuestion(db, bea, { meetingId, text: 'The lamp, again?', anonymous: true });
		await mergeQuestions(db, dana, { questionIds: [id], into: questionId });
		await expect(answer(bea, number, 'not-fixed')).rejects.toEqual(refused('not-asked'));
		await expect(answer(nobody, number, 'not-fixed', { words: wordsOf(id) })).rejects.toEqual(
			refused('not-asked'),
		);
	});

	test('with more of their own than before is still one person', async () => {
		const { number, questionId, meetingId } = await claimed();
		const earlier = await concernOf(db, { meeting: { id: meetingId }, text: 'And the one at Oak Street?' });
		await answer(ann, number, 'cannot-tell');
		await linkFollowup(db, sam, { number, kind: 'concern', id: earlier.number });
		for (const words of [wordsOf(questionId), undefined])
			await answer(ann, number, 'cannot-tell', { ...(words && { words }), text: words ?? 'by browser' });
		await expect(
			answer(nobody, number, 'cannot-tell', { words: wordsOf(earlier.questionId) }),
		).rejects.toEqual(refused('not-asked'));
		expect((await countsOf(number))['cannot-tell']).toBe(1);
	});
});

describe('pins and cards', () => {
	test('whoever placed the pin is asked by browser and by words, whoever supports it as supporter', async () => {
		const round = await openMap(db);
		const bob = guest('bob');
		const pin = await pinOf(db, bob, round.id, { at: middle });
		const [fan] = crowd('pin-fan', 1);
		await supportPin(db, fan!, { pinId: pin.id, on: true });
		const number = await proposed(db);
		await linkFollowup(db, sam, { number, kind: 'pin', id: pin.id });
		for (const to of wayTo.done) await move(db, number, to);
		expect(await whatIsAsked(db, bob, number)).toMatchObject({ asked: true, isAsker: true });
		expect(await whatIsAsked(db, fan!, number)).toMatchObject({ asked: true, isAsker: false });
		await answer(bob, number, 'cannot-tell');
		await answer(fan!, number, 'fixed');
		await answer(nobody, number, 'fixed', { words: claimOf(`pin:${pin.id}`, 'en') });
		expect(await countsOf(number)).toEqual({ fixed: 2, 'not-fixed': 0, 'cannot-tell': 0 });
		expect((await read(number)).state).toBe('verified');
	});

	test('a pin of the city has no asker: nobody confirms their own work', async () => {
		const round = await openMap(db);
		const pin = await pinOf(db, sam, round.id, { at: middle });
		const number = await proposed(db);
		await linkFollowup(db, sam, { number, kind: 'pin', id: pin.id });
		for (const to of wayTo.done) await move(db, number, to);
		await expect(answer(sam, number, 'fixed')).rejects.toEqual(refused('not-asked'));
	});

	test('whoever wrote the card is asked by browser and by words, whoever supports it as supporter', async () => {
		const meeting = await liveMeeting(db, { boardOpen: true });
		const place = { kind: 'board', id: meeting.id } as const;
		const { author } = rightsOnBoard(
			{ meetingId: meeting.id, state: 'live', boardOpen: true, blocked: [] },
			maria,
		);
		const key = await db.transaction((tx) =>
			changeDocument(tx, place, (doc) =>
				addCard(doc, author!, randomUUID(), { text: 'Dark crossing', column: 'heard', kind: 'resident' }),
			),
		);
		await copyIntoRows(db, place);
		const [fan] = crowd('card-fan', 1);
		await supportCard(db, fan!, { meetingId: meeting.id, key, on: true });
		const { number: concern } = await acceptCard(db, dana, { meetingId: meeting.id, key });
		await acknowledgeConcern(db, sam, { number: concern, text: 'We look at it.' });
		const number = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, number, to);
		await answer(fan!, number, 'not-fixed');
		await answer(nobody, number, 'cannot-tell', { words: claimOf(`card:${meeting.id}:${key}`, 'en') });
		await answer(maria, number, 'not-fixed');
		expect(await countsOf(number)).toEqual({ fixed: 0, 'not-fixed': 2, 'cannot-tell': 0 });
		expect((await read(number)).state).toBe('reopened');
	});
});

describe('a concern of several follow-ups', () => {
	test('is confirmed when residents have confirmed the last of them', async () => {
		const { number, concern } = await claimed('in-progress');
		const second = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, second, to);
		await move(db, number, 'done');
		await answer(ann, second, 'fixed');
		expect(await stateOf(concern)).toBe('resolved');
		await answer(ann, number, 'fixed');
		expect(await stateOf(concern)).toBe('confirmed');
	});

	test('is not confirmed while one was only looked at by the city', async () => {
		const { number, concern } = await claimed('in-progress');
		const second = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, second, to);
		await move(db, number, 'done');
		await db
			.update(followups)
			.set({ claimedAt: sql`now() - interval '40 days'` })
			.where(eq(followups.number, second));
		await move(db, second, 'verified', {}, dana);
		await answer(ann, number, 'fixed');
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['verified', 'resolved']);
		// The residents' own word on that one, too.
		await answer(ann, second, 'fixed');
		expect(await stateOf(concern)).toBe('confirmed');
	});

	test('is opened again by the asker when all of it was verified already; what is verified stays', async () => {
		const { number, concern } = await claimed();
		await answer(ann, number, 'fixed');
		await answer(ann, number, 'not-fixed', { text: 'It is broken again.' });
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['verified', 'reopened']);
		// A new promise mends it, and the word from before does not stand in its way.
		const second = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, second, to);
		expect(await stateOf(concern)).toBe('resolved');
		await answer(ann, second, 'fixed');
		expect(await stateOf(concern)).toBe('confirmed');
	});

	test('is opened again by three who support it, when all of it was verified already', async () => {
		const voters = crowd('late');
		const { number, concern } = await claimed('done', { supporters: voters });
		await answer(ann, number, 'fixed');
		for (const voter of voters) {
			expect(await stateOf(concern)).toBe('confirmed');
			await answer(voter, number, 'not-fixed');
		}
		expect(await stateOf(concern)).toBe('reopened');
	});
});

describe('a concern of which one part was verified and is not fixed after all', () => {
	/** One of two follow-ups is verified, the other as given; then ann says of the first that it is not fixed. */
	async function halfFixed(state: FollowupState) {
		const { number: second, concern } = await claimed('in-progress');
		const number = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, number, to);
		if (state === 'done') await move(db, second, 'done');
		await answer(ann, number, 'fixed');
		const before = await stateOf(concern);
		await answer(ann, number, 'not-fixed', { text: 'It is broken again.' });
		expect([(await read(number)).state, await stateOf(concern)]).toEqual(['verified', before]);
		return { second, concern };
	}

	test('is opened again when residents verify the other', async () => {
		const { second, concern } = await halfFixed('done');
		await answer(ann, second, 'fixed');
		expect([(await read(second)).state, await stateOf(concern)]).toEqual(['verified', 'reopened']);
		// What was heard by that stands in the way of nothing afterwards.
		const third = await proposed(db, [concern]);
		for (const to of wayTo.done) await move(db, third, to);
		await answer(ann, third, 'fixed');
		expect(await stateOf(concern)).toBe('confirmed');
	});

	test('is opened again when the city verifies the other', async () => {
		const { second, concern } = await halfFixed('done');
		await db
			.update(followups)
			.set({ claimedAt: sql`now() - interval '40 days'` })
			.where(eq(followups.number, second));
		await move(db, second, 'verified', {}, dana);
		expect(await stateOf(concern)).toBe('reopened');
	});

	test('is opened again when the city drops the other', async () => {
		const { second, concern } = await halfFixed('in-progress');
		await move(db, second, 'dropped');
		expect(await stateOf(concern)).toBe('reopened');
	});
});

test('of a follow-up without a concern, "not fixed" after it was verified is in the inbox until the city speaks of it', async () => {
	const round = await openMap(db);
	const bob = guest('bob');
	const [fan] = crowd('inbox-fan', 1);
	const pin = await pinOf(db, bob, round.id, { at: middle });
	await supportPin(db, fan!, { pinId: pin.id, on: true });
	const number = await proposed(db);
	await linkFollowup(db, sam, { number, kind: 'pin', id: pin.id });
	for (const to of wayTo.done) await move(db, number, to);
	await answer(bob, number, 'fixed');
	const inbox = async () => (await notFixedAfterAll(db, sam)).map((one) => one.number);
	await answer(fan!, number, 'not-fixed');
	// One who supports it does not decide.
	expect(await inbox()).not.toContain(number);
	await answer(bob, number, 'not-fixed');
	expect((await read(number)).state).toBe('verified');
	expect(await inbox()).toContain(number);
	await expect(notFixedAfterAll(db, maria)).rejects.toEqual(refused('forbidden'));
	const update = { id: randomUUID(), numbers: [number], text: 'We look at it anew.', isPublished: true };
	await writeUpdate(db, sam, { ...update, id: randomUUID(), isPublic: false });
	expect(await inbox()).toContain(number);
	await writeUpdate(db, sam, { ...update, isPublic: true });
	expect(await inbox()).not.toContain(number);
	await answer(bob, number, 'not-fixed', { text: 'Still not.' });
	expect(await inbox()).toContain(number);
});

test('a city can set how many decide', async () => {
	process.env.ANSWERS_THAT_COUNT = '2';
	try {
		const voters = crowd('two', 2);
		const { number } = await claimed('done', { supporters: voters });
		expect((await answersOf(db, (await read(number)).id)).needed).toBe(2);
		await answer(voters[0]!, number, 'not-fixed');
		expect((await read(number)).state).toBe('done');
		await answer(voters[1]!, number, 'not-fixed');
		expect((await read(number)).state).toBe('reopened');
	} finally {
		delete process.env.ANSWERS_THAT_COUNT;
	}
});

describe('refused', () => {
	test.each(['proposed', 'committed', 'in-progress', 'blocked', 'reopened', 'rejected', 'dropped'] as const)(
		'while it is %s: nothing is claimed',
		async (state) => {
			const { number } = await claimed(state);
			await expect(answer(ann, number, 'fixed')).rejects.toEqual(refused('followup-state'));
			expect((await whatIsAsked(db, ann, number)).asked).toBe(false);
		},
	);

	test('who has not asked, who has no browser of ours, wrong words, words of something else, what is not there', async () => {
		const { number } = await claimed();
		await expect(answer(guest('stranger'), number, 'fixed')).rejects.toEqual(refused('not-asked'));
		await expect(answer(nobody, number, 'fixed')).rejects.toEqual(refused('sign-in-needed'));
		await expect(answer(nobody, number, 'fixed', { words: 'no such words here' })).rejects.toEqual(
			refused('claim-unknown'),
		);
		const other = await concernOf(db);
		await expect(answer(nobody, number, 'fixed', { words: wordsOf(other.questionId) })).rejects.toEqual(
			refused('not-asked'),
		);
		await expect(answer(ann, 'FU-2026-99999', 'fixed')).rejects.toEqual(refused('not-found'));
		await expect(answer(ann, number, 'perhaps' as Answer)).rejects.toEqual(refused('bad-input'));
		expect(await countsOf(number)).toEqual({ fixed: 0, 'not-fixed': 0, 'cannot-tell': 0 });
	});

	test('whoever claimed it done does not confirm it, even where they have voted for it', async () => {
		const { number } = await claimed('done', { supporters: [sam] });
		await expect(answer(sam, number, 'fixed')).rejects.toEqual(refused('own-claim'));
		expect((await whatIsAsked(db, sam, number)).asked).toBe(false);
	});

	test('an internal one is not there', async () => {
		const { number: concern } = await concernOf(db);
		const number = await proposed(db, [concern], { visibility: 'internal' });
		for (const to of wayTo.done) await move(db, number, to);
		await expect(answer(ann, number, 'fixed')).rejects.toEqual(refused('not-found'));
		expect((await whatIsAsked(db, ann, number)).asked).toBe(false);
	});
});

test('two browsers of one person, and a hundred presses at once, are one answer', async () => {
	const { number, questionId } = await claimed();
	const words = wordsOf(questionId);
	await Promise.all(
		Array.from({ length: 24 }, (_, i) =>
			answer(i % 2 ? ann : nobody, number, 'cannot-tell', {
				text: `press ${i}`,
				...(i % 2 ? {} : { words }),
			}),
		),
	);
	expect((await countsOf(number))['cannot-tell']).toBe(1);
});

test('three at once open it once', async () => {
	const voters = crowd('at-once', 5);
	const { number, concern } = await claimed('done', { supporters: voters });
	const outcomes = await Promise.allSettled(voters.map((voter) => answer(voter, number, 'not-fixed')));
	expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
	expect([(await read(number)).state, await stateOf(concern)]).toEqual(['reopened', 'reopened']);
});

describe('text and photo', () => {
	test('are for staff alone; a newer photo takes the place of the one before', async () => {
		const { number, questionId } = await claimed();
		const words = wordsOf(questionId);
		const sent = new Uint8Array(await plainPhoto().png().toBuffer());
		for (const id of [randomUUID(), randomUUID()])
			await answerFollowup(db, nobody, {
				...{ number, words, answer: 'cannot-tell', text: 'See for yourself.' },
				photo: { id, sent },
			});
		const [said, ...more] = await answersForStaff(db, sam, number);
		expect(more).toEqual([]);
		expect(said).toMatchObject({ claim: 1, answer: 'cannot-tell', isAsker: true, text: 'See for yourself.' });
		const { bytes, isPublic } = await readFollowupPhoto(db, sam, number, said!.photos[0]!);
		expect(isPublic).toBe(false);
		expect(Buffer.from(bytes.subarray(8, 12)).toString()).toBe('WEBP');
		for (const who of [nobody, ann, maria]) {
			await expect(answersForStaff(db, who, number)).rejects.toThrow();
			await expect(readFollowupPhoto(db, who, number, said!.photos[0]!)).rejects.toThrow();
		}
		await expect(readFollowupPhoto(db, sam, number, randomUUID())).rejects.toEqual(refused('not-found'));
		expect((await whatIsAsked(db, ann, number)).answer).toMatchObject({ hasPhoto: true });
	});

	test('of two browsers that turn out to be one person are one answer with both photos', async () => {
		const [browser] = crowd('two-browsers', 1);
		const { number } = await claimed('done', { supporters: [browser!, maria] });
		const sent = new Uint8Array(await plainPhoto().png().toBuffer());
		const [first, second] = [randomUUID(), randomUUID()];
		const said = { number, answer: 'cannot-tell' } as const;
		await answerFollowup(db, browser!, { ...said, photo: { id: first, sent } });
		await answerFollowup(db, maria, { ...said, photo: { id: second, sent } });
		expect(await answersForStaff(db, sam, number)).toHaveLength(2);
		await answerFollowup(
			db,
			{ guest: browser!.guest, account: maria.account },
			{ ...said, text: 'It is me.' },
		);
		expect(await answersForStaff(db, sam, number)).toMatchObject([
			{ text: 'It is me.', photos: [second, first] },
		]);
	});

	test('of somebody who is not asked is not even decoded', async () => {
		const { number } = await claimed();
		const photo = { id: randomUUID(), sent: new Uint8Array([1, 2, 3]) };
		await expect(answerFollowup(db, guest('stranger'), { number, answer: 'fixed', photo })).rejects.toEqual(
			refused('not-asked'),
		);
		await expect(answerFollowup(db, ann, { number, answer: 'fixed', photo })).rejects.toEqual(
			refused('not-a-picture'),
		);
		expect(await countsOf(number)).toMatchObject({ fixed: 0 });
	});
});

test('what signs an answer is found nowhere else: in no column of any table, of no other claim and no other follow-up', async () => {
	const { number, questionId } = await claimed('in-progress');
	const second = await proposed(db, [(await read(number)).concerns[0]!.number]);
	const [fan] = crowd('sign', 1);
	await vote(questionId, fan!);
	for (const to of wayTo.done) await move(db, second, to);
	await move(db, number, 'done');
	for (const one of [number, second]) for (const who of [ann, fan!]) await answer(who, one, 'cannot-tell');
	await answer(ann, number, 'not-fixed');
	await move(db, number, 'in-progress');
	await move(db, number, 'done');
	await answer(ann, number, 'cannot-tell');
	const signed = (await db.select().from(followupAnswers)).map(({ answerer }) => answerer);
	expect(new Set(signed).size).toBe(signed.length);
	const photos = await db.select({ answerer: followupPhotos.answerer }).from(followupPhotos);
	expect(photos.every(({ answerer }) => answerer === null || signed.includes(answerer))).toBe(true);
	const { rows: tables } = await db.execute<{ name: string }>(
		sql`select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
			where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
				and table_name not in ('followup_answers', 'followup_asked', 'followup_photos')`,
	);
	for (const { name } of tables) {
		const { rows } = await db.execute<{ count: number }>(
			sql`select count(*)::int as count from ${sql.raw(name)} t, unnest(${sql.param(signed)}::text[]) as s(word)
				where strpos(t::text, s.word) > 0`,
		);
		expect([name, rows[0]!.count]).toEqual([name, 0]);
	}
});

test('an answer names nobody: no audit, no event and no news tells who gave it or what they wrote', async () => {
	const { number } = await claimed('done', { supporters: [tom] });
	await answer(ann, number, 'cannot-tell', { text: 'kanarienvogel-fixed' });
	await answer(tom, number, 'cannot-tell', { text: 'kanarienvogel-too' });
	await answer(ann, number, 'fixed', { text: 'kanarienvogel-three' });
	for (const table of ['events', 'audit', 'news', 'followup_events', 'concern_events', 'done_commands']) {
		const { rows } = await db.execute(
			sql`select from ${sql.raw(table)} t where strpos(t::text, 'kanarienvogel-') > 0`,
		);
		expect([table, rows.length]).toEqual([table, 0]);
	}
});
