// The way to the stage: every step from every state by every kind of person, the order of hands, and the end of it.
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting, setSwitches } from '#db/meetings.ts';
import { speakers } from '#db/schema/index.ts';
import { moveSpeaker, raiseHand, speakersOf, stageOf, takeStage } from '#db/stage.ts';
import type { Actor } from '#domain/people.ts';
import {
	tilesFor,
	isHeardBy,
	speakerMoves,
	speakerStates,
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
		await db.update(speakers).set({ state }).where(eq(speakers.id, speakerId));
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
	expect({ stage, queue }).toEqual({ stage: { onAir: [], waiting: 1 }, queue: null });
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
	const maria = { id: 'm', name: 'Maria', isModerator: false };
	const dana = { id: 'd', name: 'Dana', isModerator: true };
	const stage = { onAir: [dana, maria], waiting: 0 };
	const queue = [{ ...maria, state: 'green-room', raisedAt: '' } as const];
	const own = { id: 'm', name: 'Maria', state: 'green-room', place: null } as const;
	for (const [speakers, self] of [
		[queue, null],
		[null, own],
		[queue, own],
	] as const)
		expect(tilesFor(stage, speakers, self)).toEqual([
			{ ...dana, isOnAir: true },
			{ ...maria, isOnAir: true },
		]);
	const before = { onAir: [dana], waiting: 0 };
	expect(tilesFor(before, queue, own).map(({ id, isOnAir }) => [id, isOnAir])).toEqual([
		['d', true],
		['m', false],
	]);
	expect(tilesFor(before, null, null)).toHaveLength(1);
});

test('who is heard by whom: on air by all, in the green room by moderators, under a hold moderators alone', () => {
	const heard = (state: SpeakerState, isModerator: boolean, byModerator: boolean, stageHeld: boolean) =>
		isHeardBy({ state, isModerator }, { isModerator: byModerator }, { stageHeld });
	expect(heard('on-air', false, false, false)).toBe(true);
	expect(heard('green-room', false, false, false)).toBe(false);
	expect(heard('green-room', false, true, false)).toBe(true);
	expect(heard('on-air', false, true, true)).toBe(false);
	expect(heard('on-air', true, false, true)).toBe(true);
	for (const state of ['waiting', 'invited', 'left'] as const)
		expect(heard(state, true, true, false)).toBe(false);
});
