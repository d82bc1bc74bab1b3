// What is on, what comes, what has been: each meeting in exactly one list, whatever its state and the time.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import {
	calendarMeetings,
	changedMeetings,
	currentMeetings,
	draftMeetings,
	pastMeetings,
} from '#db/meetingLists.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { endMeeting } from '#db/meetings.ts';
import { meetings } from '#db/schema/index.ts';
import { meetingStates, type MeetingState } from '#domain/meetings.ts';
import { anEvening, dana, guest, liveMeeting, maria, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const hour = 3_600_000;
const now = new Date('2027-01-15T12:00:00Z');

/** A meeting in a state that began some hours from now and lasts one. */
async function meeting(state: MeetingState, inHours: number): Promise<string> {
	const { id } = await createMeeting(db, dana, { ...anEvening, title: `${state} ${inHours}` });
	const startsAt = new Date(now.getTime() + inHours * hour);
	const cancelReason = state === 'cancelled' ? 'Storm' : null;
	await db
		.update(meetings)
		.set({ state, startsAt, endsAt: new Date(startsAt.getTime() + hour), cancelReason })
		.where(eq(meetings.id, id));
	return id;
}

test('every state at every time stands in exactly one list', async () => {
	for (const state of meetingStates)
		for (const inHours of [-48, -10, -2, 2, 48]) await meeting(state, inHours);
	const { live, upcoming } = await currentMeetings(db, now);
	const { meetings: past } = await pastMeetings(db, { now, size: 100 });
	const titles = (list: { title: string }[]) => list.map(({ title }) => title);
	expect(titles(live)).toEqual([-48, -10, -2, 2, 48].map((inHours) => `live ${inHours}`));
	const byName = (list: { title: string }[]) => titles(list).sort();
	expect(byName(upcoming)).toEqual([
		'cancelled 2',
		'cancelled 48',
		'scheduled -10',
		'scheduled -2',
		'scheduled 2',
		'scheduled 48',
	]);
	expect(titles(upcoming).slice(0, 2)).toEqual(['scheduled -10', 'scheduled -2']);
	expect(titles(past)).toHaveLength(2 * 5 + 1 + 3);
	expect(titles(past)).toContain('scheduled -48');
	const drafts = titles(await draftMeetings(db, dana));
	const all = [...titles(live), ...titles(upcoming), ...titles(past), ...drafts];
	expect(new Set(all).size).toBe(meetingStates.length * 5);
	expect(all).toHaveLength(meetingStates.length * 5);
});

test('drafts are listed for moderators only, and are in no calendar and no feed', async () => {
	await expect(draftMeetings(db, maria)).rejects.toMatchObject({ code: 'forbidden' });
	const shown = [...(await calendarMeetings(db, now)), ...(await changedMeetings(db))];
	expect(shown.length).toBeGreaterThan(0);
	expect(shown.filter(({ state }) => state === 'draft')).toEqual([]);
});

test('the past is shown by page, newest first, none twice', async () => {
	const pages = [];
	const { pages: count } = await pastMeetings(db, { now, size: 5 });
	for (let page = 1; page <= count; page++)
		pages.push(...(await pastMeetings(db, { now, size: 5, page })).meetings);
	const { meetings: all } = await pastMeetings(db, { now, size: 100 });
	expect(pages.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
	expect((await pastMeetings(db, { now, size: 5, page: count + 1 })).meetings).toEqual([]);
});

test('a past meeting says how many questions it had and how many were answered', async () => {
	const { id } = await liveMeeting(db);
	for (const text of ['First question?', 'Second question?'])
		await askQuestion(db, guest(text), { meetingId: id, text, anonymous: true }).then(({ id }) =>
			text.startsWith('First')
				? actOnQuestions(db, dana, { questionIds: [id], act: 'answer-live' })
				: undefined,
		);
	await endMeeting(db, dana, { meetingId: id });
	const { meetings: past } = await pastMeetings(db, { size: 100 });
	expect(past.find((meeting) => meeting.id === id)).toMatchObject({ questions: 2, answered: 1 });
});
