// In the room: checking in once per browser, walk-ins and callers counted by several tablets, and what the report keeps.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteAttendance, onlineAmong, readAttendance } from '#db/attendance.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readHall } from '#db/hall.ts';
import { pseudonymsIn } from '#db/identity.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { endMeeting, goLive, publishMeeting } from '#db/meetings.ts';
import { reportMeeting } from '#db/reports.ts';
import { checkIn, countHeads, isInRoom, readHeads } from '#db/room.ts';
import { headcounts, roomCheckIns } from '#db/schema/index.ts';
import type { MeetingInput } from '#domain/meetings.ts';
import { nobody } from '#domain/people.ts';
import { anEvening, dana, guest, maria, sam, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });

async function evening(
	more: Partial<MeetingInput> = {},
	isLive = true,
): Promise<{ id: string; slug: string }> {
	const hybrid = { placeKind: 'hybrid' as const, place: 'Library, 210 Elm Street' };
	const meeting = await createMeeting(db, dana, { ...anEvening, ...hybrid, ...more });
	await publishMeeting(db, dana, { meetingId: meeting.id });
	if (isLive) await goLive(db, dana, { meetingId: meeting.id });
	return meeting;
}

describe('checking in', () => {
	test('counts a browser once, also after its person has signed in, and says so in the hall', async () => {
		const { id: meetingId, slug } = await evening();
		const ann = guest('ann');
		await checkIn(db, ann, { meetingId });
		await checkIn(db, ann, { meetingId });
		await checkIn(db, { ...maria, guest: ann.guest }, { meetingId });
		await checkIn(db, tom, { meetingId });
		expect(await readHeads(db, meetingId)).toEqual({ checkedIn: 2, walkIns: 0, callers: 0 });
		expect((await readHall(db, ann, slug)).inRoom).toBe(true);
		expect(await readHall(db, guest('bob'), slug)).toMatchObject({ inRoom: false, heads: null });
		expect((await readHall(db, sam, slug)).heads).toEqual({ checkedIn: 2, walkIns: 0, callers: 0 });
	});

	test('all presses of one browser at once are one', async () => {
		const { id: meetingId } = await evening();
		await Promise.all(Array.from({ length: 8 }, () => checkIn(db, guest('ann'), { meetingId })));
		expect((await readHeads(db, meetingId)).checkedIn).toBe(1);
	});

	test('is refused online, before the door opens, after the end, and without a browser of one’s own', async () => {
		const online = await evening({ placeKind: 'online' });
		const later = await evening({}, false);
		const over = await evening();
		await endMeeting(db, dana, { meetingId: over.id });
		for (const { id: meetingId } of [online, later, over])
			await expect(checkIn(db, tom, { meetingId })).rejects.toEqual(refused('check-in-closed'));
		const { id: meetingId } = await evening();
		await expect(checkIn(db, nobody, { meetingId })).rejects.toEqual(refused('sign-in-needed'));
	});

	test('is signed by a pseudonym that is found nowhere else', async () => {
		const { id: meetingId } = await evening();
		await checkIn(db, guest('ann'), { meetingId });
		const [row] = await db
			.select()
			.from(roomCheckIns)
			.where(sql`meeting_id = ${meetingId}`);
		for (const purpose of ['take-part', 'attend', 'board', 'map'] as const)
			expect(pseudonymsIn(meetingId, guest('ann'), purpose).all).not.toContain(row!.visitor);
		expect(await isInRoom(db, meetingId, guest('ann'))).toBe(true);
	});
});

describe('counting by hand', () => {
	test('several tablets at once lose no press, and one that is sent twice counts once', async () => {
		const { id: meetingId } = await evening();
		const press = (by: 1 | -1, id?: string) => countHeads(db, sam, { meetingId, kind: 'walk-in', by }, id);
		await Promise.all([...Array.from({ length: 12 }, () => press(1)), press(1, 'the-same-press-sent-twice')]);
		await press(1, 'the-same-press-sent-twice');
		expect((await readHeads(db, meetingId)).walkIns).toBe(13);
		await Promise.all(Array.from({ length: 3 }, () => press(-1)));
		expect((await readHeads(db, meetingId)).walkIns).toBe(10);
	});

	test('never goes below zero, whoever writes', async () => {
		const { id: meetingId } = await evening();
		const less = () => countHeads(db, dana, { meetingId, kind: 'caller', by: -1 });
		await Promise.all([less(), less()]);
		await countHeads(db, dana, { meetingId, kind: 'caller', by: 1 });
		await Promise.all([less(), less(), less()]);
		expect((await readHeads(db, meetingId)).callers).toBe(0);
		await expect(db.insert(headcounts).values({ meetingId, kind: 'walk-in', count: -1 })).rejects.toThrow();
	});

	test('is the city’s: a resident cannot, and nobody learns of the numbers by it', async () => {
		const { id: meetingId } = await evening();
		await expect(countHeads(db, maria, { meetingId, kind: 'walk-in', by: 1 })).rejects.toEqual(
			refused('forbidden'),
		);
	});
});

test('who came is told apart: online, in the room, by phone; and stays as sums when the books are closed', async () => {
	const { id: meetingId } = await evening();
	await checkIn(db, guest('ann'), { meetingId });
	await countHeads(db, sam, { meetingId, kind: 'walk-in', by: 1 });
	await countHeads(db, sam, { meetingId, kind: 'caller', by: 1 });
	// Ann has the hall open on her phone in the room; Bob at home.
	const minutes = new Map(
		['ann', 'bob'].map((name) => [pseudonymsIn(meetingId, guest(name), 'attend').guest!, 60] as const),
	);
	const online = await onlineAmong(db, meetingId, [...minutes.keys()]);
	await noteAttendance(db, meetingId, minutes, online);
	const sums = { peak: 1, visitors: 1, minutes: 2, room: 2, phone: 1 };
	expect(await readAttendance(db, dana, meetingId)).toEqual(sums);
	await endMeeting(db, dana, { meetingId });
	await reportMeeting(db, dana, { meetingId });
	expect(await readAttendance(db, dana, meetingId)).toEqual(sums);
	await expect(countHeads(db, sam, { meetingId, kind: 'caller', by: 1 })).rejects.toEqual(
		refused('check-in-closed'),
	);
	expect(await db.$count(roomCheckIns, sql`meeting_id = ${meetingId}`)).toBe(0);
});
