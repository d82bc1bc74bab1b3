// The way to the stage: every step from every state by every kind of person, the order of hands, and the end of it.
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { blockAsker, blockSpeaker, unblockSpeaker } from '#db/blocks.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { lookAtDesk } from '#db/desk.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import { askQuestion } from '#db/questions.ts';
import { meetings, speakers } from '#db/schema/index.ts';
import { moveSpeaker, raiseHand, sendAllBack, speakersOf, stageOf, takeStage } from '#db/stage.ts';
import type { Actor } from '#domain/people.ts';
import {
	tilesFor,
	isHeardBy,
	speakerMoves,
	speakerStates,
	speakingTime,
	type SpeakerMove,
	type SpeakerState,
} from '#domain/stage.ts';
import { dana, guest, liveMeeting, maria, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	return () => closeDatabase(db);
});

const openHall = () => liveMeeting(db, { stageOpen: true });
const hand = (meetingId: string, actor: Actor, name = 'Ann') => raiseHand(db, actor, { meetingId, name });
const stateOf = async (id: string) =>
	(await db.query.speakers.findFirst({ where: eq(speakers.id, id) }))!.state;

describe.each(speakerStates)('from %s', (state: SpeakerState) => {
	test.each(Object.keys(speakerMoves) as SpeakerMove[])('%s', async (move) => {
		const { id: meetingId } = await openHall();
		const { id: speakerId } = await hand(meetingId, maria);
		// A call is for the microphone in the room.
		await db.update(meetings).set({ placeKind: 'hybrid' }).where(eq(meetings.id, meetingId));
		const channel = move === 'call' ? 'room' : 'online';
		await db.update(speakers).set({ state, channel }).where(eq(speakers.id, speakerId));
		const { from, to, by } = speakerMoves[move];
		const right = by === 'moderator' ? dana : maria;
		for (const wrong of [tom, sam, guest('bo'), ...(by === 'moderator' ? [maria] : [dana])]) {
			await expect(moveSpeaker(db, wrong, { speakerId, move })).rejects.toMatchObject({ name: 'Refusal' });
			expect(await stateOf(speakerId)).toBe(state);
		}
		const isPossible = state === to || (from as readonly string[]).includes(state);
		const moving = moveSpeaker(db, right, { speakerId, move });
		if (isPossible) await moving;
		else await expect(moving).rejects.toMatchObject({ code: 'speaker-state' });
		expect(await stateOf(speakerId)).toBe(isPossible ? to : state);
		// A second time changes nothing.
		if (isPossible) await moveSpeaker(db, right, { speakerId, move });
	});
});

test('hands keep the order in which they were raised, one each, and everybody knows their place', async () => {
	const { id: meetingId, slug } = await openHall();
	await hand(meetingId, maria, 'Maria');
	await Promise.all([hand(meetingId, tom, 'Tom'), hand(meetingId, tom, 'Tom'), hand(meetingId, tom, 'Tom')]);
	await hand(meetingId, guest('ann'));
	expect((await speakersOf(db, meetingId)).map(({ name }) => name)).toEqual([
		'Maria Ortega',
		'Tom Becker',
		'Ann',
	]);
	const [first] = await speakersOf(db, meetingId);
	await moveSpeaker(db, maria, { speakerId: first!.id, move: 'leave' });
	expect((await readHall(db, guest('ann'), slug)).speaker).toMatchObject({ state: 'waiting', place: 2 });
	// Who left and comes again is at the end.
	await hand(meetingId, maria, 'Maria');
	expect((await readHall(db, maria, slug)).speaker).toMatchObject({ place: 3 });
});

test('names of those who wait are for moderators; everybody else is told how many they are', async () => {
	const { id: meetingId, slug } = await openHall();
	await hand(meetingId, maria, 'Maria Ortega');
	const { stage, speakers: queue } = await readHall(db, tom, slug);
	expect({ stage, queue }).toEqual({
		stage: { onAir: [], waiting: 1, next: { channel: 'online', name: null } },
		queue: null,
	});
	expect((await readHall(db, dana, slug)).speakers).toMatchObject([{ name: 'Maria Ortega' }]);
});

test('the stage is taken by moderators alone, and left when it closes or the meeting ends', async () => {
	const { id: meetingId } = await openHall();
	for (const actor of [maria, sam, guest('ann')])
		await expect(takeStage(db, actor, { meetingId })).rejects.toMatchObject({ name: 'Refusal' });
	await takeStage(db, dana, { meetingId });
	expect((await stageOf(db, meetingId)).onAir).toMatchObject([{ name: 'Dana Reyes', isModerator: true }]);
	await setSwitches(db, dana, { meetingId, stageOpen: false });
	expect((await stageOf(db, meetingId)).onAir).toEqual([]);
	await expect(takeStage(db, dana, { meetingId })).rejects.toMatchObject({ code: 'stage-closed' });
	await setSwitches(db, dana, { meetingId, stageOpen: true });
	await hand(meetingId, maria);
	await endMeeting(db, dana, { meetingId });
	expect(await speakersOf(db, meetingId)).toEqual([]);
	await expect(hand(meetingId, tom)).rejects.toMatchObject({ code: 'meeting-not-live' });
});

test('nobody has two tiles, in whatever order the rooms tell of a step', () => {
	const onAirSince = '2026-12-03T18:30:00.000Z';
	const maria = {
		id: 'm',
		name: 'Maria',
		channel: 'online',
		isModerator: false,
		isInterpreter: false,
		onAirSince,
	} as const;
	const dana = {
		id: 'd',
		name: 'Dana',
		channel: 'online',
		isModerator: true,
		isInterpreter: false,
		onAirSince,
	} as const;
	const stage = { onAir: [dana, maria], waiting: 0, next: null };
	const queue = [{ ...maria, state: 'green-room', raisedAt: '', isFirstTime: true } as const];
	const own = { id: 'm', name: 'Maria', channel: 'online', state: 'green-room', place: null } as const;
	for (const [speakers, self] of [
		[queue, null],
		[null, own],
		[queue, own],
	] as const)
		expect(tilesFor(stage, speakers, self)).toEqual([
			{ ...dana, isOnAir: true },
			{ ...maria, isOnAir: true },
		]);
	const before = { onAir: [dana], waiting: 0, next: null };
	expect(tilesFor(before, queue, own).map(({ id, isOnAir }) => [id, isOnAir])).toEqual([
		['d', true],
		['m', false],
	]);
	expect(tilesFor(before, null, null)).toHaveLength(1);
});

test('who is heard by whom: on air by all, in the green room by moderators, under a hold moderators alone', () => {
	const heard = (state: SpeakerState, isModerator: boolean, byModerator: boolean, stageHeld: boolean) =>
		isHeardBy({ state, isModerator, channel: 'online' }, { isModerator: byModerator }, { stageHeld });
	expect(heard('on-air', false, false, false)).toBe(true);
	expect(heard('green-room', false, false, false)).toBe(false);
	expect(heard('green-room', false, true, false)).toBe(true);
	expect(heard('on-air', false, true, true)).toBe(false);
	expect(heard('on-air', true, false, true)).toBe(true);
	for (const state of ['waiting', 'invited', 'left'] as const)
		expect(heard(state, true, true, false)).toBe(false);
	// Nothing is sent from the microphone in the room by way of a browser.
	const room = { state: 'on-air', isModerator: false, channel: 'room' } as const;
	expect(isHeardBy(room, { isModerator: true }, { stageHeld: false })).toBe(false);
});

test('who speaks for the first time is marked, and comes first where the moderators want it; places say so', async () => {
	const { id: meetingId, slug } = await openHall();
	const { id: before } = await hand(meetingId, maria);
	for (const [actor, move] of [
		[dana, 'invite'],
		[maria, 'accept'],
		[dana, 'admit'],
	] as const)
		await moveSpeaker(db, actor, { speakerId: before, move });
	// On air it is still their first time; with the next hand it is not.
	expect(await speakersOf(db, meetingId)).toMatchObject([
		{ isFirstTime: true, onAirSince: expect.any(String) },
	]);
	await moveSpeaker(db, dana, { speakerId: before, move: 'dismiss' });
	await hand(meetingId, maria);
	await hand(meetingId, tom);
	await hand(meetingId, guest('ann'));
	const marks = async () =>
		(await speakersOf(db, meetingId)).map(({ name, isFirstTime }) => [name, isFirstTime]);
	const placeOf = async (actor: Actor) => (await readHall(db, actor, slug)).speaker?.place;
	expect(await marks()).toEqual([
		['Maria Ortega', false],
		['Tom Becker', true],
		['Ann', true],
	]);
	await setSwitches(db, dana, { meetingId, firstTimeFirst: true });
	expect(await marks()).toEqual([
		['Tom Becker', true],
		['Ann', true],
		['Maria Ortega', false],
	]);
	expect([await placeOf(maria), await placeOf(tom), await placeOf(guest('ann'))]).toEqual([3, 1, 2]);
	await setSwitches(db, dana, { meetingId, firstTimeFirst: false });
	expect(await placeOf(maria)).toBe(1);
	// In another meeting it is everybody's first time.
	const other = await openHall();
	await hand(other.id, maria);
	expect(await speakersOf(db, other.id)).toMatchObject([{ isFirstTime: true }]);
});

test('all are sent back at once but the moderators; hands stay up', async () => {
	const { id: meetingId } = await openHall();
	await takeStage(db, dana, { meetingId });
	const { id: speakerId } = await hand(meetingId, maria);
	await hand(meetingId, tom);
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	await moveSpeaker(db, maria, { speakerId, move: 'accept' });
	await expect(sendAllBack(db, maria, { meetingId })).rejects.toMatchObject({ code: 'forbidden' });
	for (let time = 1; time <= 2; time++) {
		await sendAllBack(db, dana, { meetingId });
		expect(await speakersOf(db, meetingId)).toMatchObject([
			{ name: 'Dana Reyes', state: 'on-air' },
			{ name: 'Tom Becker', state: 'waiting' },
		]);
	}
});

test('time on air counts up, and down where there is a limit; moderators’ is not counted', () => {
	const onAirSince = '2026-12-03T18:30:00.000Z';
	const at = (seconds: number) => Date.parse(onAirSince) + seconds * 1000;
	const one = { onAirSince, isModerator: false, isInterpreter: false };
	expect(speakingTime(one, 0, at(75.9))).toEqual({ spoken: 75, left: null, phase: 'speaking' });
	expect(speakingTime(one, 2, at(75))).toEqual({ spoken: 75, left: 45, phase: 'speaking' });
	expect(speakingTime(one, 2, at(90))).toEqual({ spoken: 90, left: 30, phase: 'soon-over' });
	expect(speakingTime(one, 2, at(200))).toEqual({ spoken: 200, left: 0, phase: 'over' });
	// A clock that is behind does not count backwards.
	expect(speakingTime(one, 2, at(-5))).toMatchObject({ spoken: 0, left: 120 });
	expect(speakingTime({ ...one, isModerator: true }, 2, at(75))).toBeNull();
	expect(speakingTime({ ...one, isInterpreter: true }, 2, at(75))).toBeNull();
	expect(speakingTime({ ...one, onAirSince: null }, 2, at(75))).toBeNull();
});

test('who is removed is off the stage and takes no part, until the block is lifted; moderators are not removed', async () => {
	const { id: meetingId, slug } = await openHall();
	const { id: speakerId } = await hand(meetingId, guest('bo'), 'Bo');
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	await expect(blockSpeaker(db, sam, { speakerId, reason: 'insults' })).rejects.toMatchObject({
		code: 'forbidden',
	});
	for (let time = 1; time <= 2; time++) await blockSpeaker(db, dana, { speakerId, reason: 'insults' });
	expect(await speakersOf(db, meetingId)).toEqual([]);
	expect(await readHall(db, guest('bo'), slug)).toMatchObject({ blocked: true, speaker: null });
	await expect(hand(meetingId, guest('bo'))).rejects.toMatchObject({ code: 'blocked' });
	// The desk knows them by the name they gave, and lets them in again.
	expect((await lookAtDesk(db, dana, { meetingId })).blocks).toMatchObject([
		{ speakerId, questionId: null, text: 'Bo', reason: 'insults', by: 'Dana Reyes' },
	]);
	await unblockSpeaker(db, dana, { speakerId });
	await hand(meetingId, guest('bo'));
	const own = await takeStage(db, dana, { meetingId });
	await expect(blockSpeaker(db, dana, { speakerId: own.id, reason: 'other' })).rejects.toMatchObject({
		code: 'forbidden',
	});
});

test('who is blocked for a question leaves the stage as well', async () => {
	const { id: meetingId } = await openHall();
	const asked = await askQuestion(db, guest('cy'), { meetingId, text: 'Is this thing on?', anonymous: true });
	await hand(meetingId, guest('cy'));
	await blockAsker(db, dana, { questionId: asked.id, reason: 'spam' });
	expect(await speakersOf(db, meetingId)).toEqual([]);
	expect((await lookAtDesk(db, dana, { meetingId })).blocks).toMatchObject([
		{ questionId: asked.id, speakerId: null },
	]);
});
