// Meetings through the database's door: every act works, works no second time, and is not for everybody.
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetVisits, noteAttendance, readAttendance } from '#db/attendance.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { eventsAfter } from '#db/events.ts';
import { copyMeeting, createMeeting, discardDraft, editMeeting } from '#db/meetingPlans.ts';
import * as acts from '#db/meetings.ts';
import { setRegistration } from '#db/registrations.ts';
import { reportMeeting } from '#db/reports.ts';
import { checkIn } from '#db/room.ts';
import { readSetUp } from '#db/roomPlaces.ts';
import { attendance, audit, meetings, roomCheckIns } from '#db/schema/index.ts';
import { hallRoom } from '#domain/events.ts';
import {
	meetingMoves,
	meetingStates,
	wallClock,
	type MeetingInput,
	type MeetingState,
} from '#domain/meetings.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { anEvening, ada, dana, guest, maria, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

const refused = (code: string, field?: string) =>
	expect.objectContaining({ name: 'Refusal', code, ...(field && { field }) });
const rowOf = async (id: string) => (await db.select().from(meetings).where(eq(meetings.id, id)))[0]!;
const draft = (more: Partial<MeetingInput> = {}) => createMeeting(db, dana, { ...anEvening, ...more });
const published = async (more: Partial<MeetingInput> = {}) => {
	const { id, slug } = await draft(more);
	await acts.publishMeeting(db, dana, { meetingId: id });
	return { id, slug };
};
const auditsOf = (id: string) =>
	db
		.select({ verb: audit.verb })
		.from(audit)
		.where(eq(audit.subject, `meeting:${id}`));

/** Each move by the command that makes it. */
const moves: Partial<Record<MeetingState, (actor: Actor, meetingId: string) => Promise<unknown>>> = {
	scheduled: (actor, meetingId) => acts.publishMeeting(db, actor, { meetingId }),
	live: (actor, meetingId) => acts.goLive(db, actor, { meetingId }),
	ended: (actor, meetingId) => acts.endMeeting(db, actor, { meetingId }),
	reported: (actor, meetingId) => reportMeeting(db, actor, { meetingId }),
	cancelled: (actor, meetingId) =>
		acts.cancelMeeting(db, actor, { meetingId, reason: 'The hall is closed.' }),
};
const ways: Record<MeetingState, MeetingState[]> = {
	draft: [],
	scheduled: ['scheduled'],
	live: ['scheduled', 'live'],
	ended: ['scheduled', 'live', 'ended'],
	reported: ['scheduled', 'live', 'ended', 'reported'],
	cancelled: ['scheduled', 'cancelled'],
};
async function meetingIn(state: MeetingState): Promise<string> {
	const { id } = await draft();
	for (const step of ways[state]) await moves[step]!(dana, id);
	return id;
}

describe('the states', () => {
	const pairs = meetingStates.flatMap((from) =>
		meetingStates.filter((to) => to !== 'draft').map((to) => [from, to] as const),
	);

	test.each(pairs)(
		'from %s to %s: as the table says, and a second time nothing happens',
		async (from, to) => {
			const id = await meetingIn(from);
			const act = () => moves[to]!(dana, id);
			if (meetingMoves[from].includes(to)) {
				await act();
				const [after, audits] = [await rowOf(id), await auditsOf(id)];
				expect(after.state).toBe(to);
				await act();
				expect(await rowOf(id)).toEqual(after);
				expect(await auditsOf(id)).toEqual(audits);
				return;
			}
			const before = await rowOf(id);
			if (from === to) await act();
			else await expect(act()).rejects.toEqual(refused('meeting-state'));
			expect(await rowOf(id)).toEqual(before);
		},
	);

	test.each(Object.keys(moves) as MeetingState[])('to %s only moderators take it', async (to) => {
		const from = meetingStates.find((state) => meetingMoves[state].includes(to))!;
		const id = await meetingIn(from);
		for (const actor of [maria, sam, ada])
			await expect(moves[to]!(actor, id)).rejects.toEqual(refused('forbidden'));
		for (const actor of [nobody, guest('ann')])
			await expect(moves[to]!(actor, id)).rejects.toEqual(refused('sign-in-needed'));
		expect((await rowOf(id)).state).toBe(from);
	});

	test('two moderators at once: one goes live, one cancels, exactly one wins and the hall hears of one', async () => {
		const { id } = await published();
		const seen = (await eventsAfter(db, hallRoom(id), 0)).length;
		const both = [acts.goLive(db, dana, { meetingId: id }), moves.cancelled!(dana, id)];
		const results = await Promise.allSettled(both);
		expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
			reason: refused('meeting-state'),
		});
		expect((await eventsAfter(db, hallRoom(id), 0)).length).toBe(seen + 1);
	});

	test('a meeting that is not there is not found', async () => {
		const nowhere = '00000000-0000-4000-8000-000000000000';
		for (const move of Object.values(moves))
			await expect(move(dana, nowhere)).rejects.toEqual(refused('not-found'));
	});

	test('a cancellation needs a reason, keeps the first one, and raises the sequence once', async () => {
		const { id } = await published();
		const cancel = (reason: string) => acts.cancelMeeting(db, dana, { meetingId: id, reason });
		await expect(cancel('  ')).rejects.toEqual(refused('bad-input', 'reason'));
		await cancel('Storm warning.');
		await cancel('Another reason.');
		expect(await rowOf(id)).toMatchObject({
			state: 'cancelled',
			cancelReason: 'Storm warning.',
			sequence: 1,
		});
	});
});

describe('a draft', () => {
	test('is there for moderators only, and nothing of it can be read back later', async () => {
		const { id, slug } = await draft({ title: 'Secret working title' });
		await editMeeting(db, dana, { meetingId: id, meeting: { ...anEvening, title: 'Still secret' } });
		for (const actor of [nobody, guest('ann'), maria, sam, ada])
			await expect(acts.readMeeting(db, actor, slug)).rejects.toEqual(refused('not-found'));
		const { code } = await rowOf(id);
		await expect(acts.slugOfCode(db, maria, code)).rejects.toEqual(refused('not-found'));
		expect((await acts.readMeeting(db, dana, slug)).meeting.title).toBe('Still secret');
		await acts.publishMeeting(db, dana, { meetingId: id });
		expect(JSON.stringify(await eventsAfter(db, hallRoom(id), 0))).not.toContain('Secret working title');
		expect((await acts.readMeeting(db, nobody, slug)).meeting.state).toBe('scheduled');
	});

	test('sent twice with the same number is one meeting', async () => {
		const once = () => createMeeting(db, dana, { ...anEvening, title: 'Sent twice' }, 'one-form');
		expect(await once()).toEqual(await once());
		expect(await db.$count(meetings, eq(meetings.title, 'Sent twice'))).toBe(1);
	});

	test('can be thrown away, once or twice, but never what was announced', async () => {
		const { id } = await draft();
		await expect(discardDraft(db, maria, { meetingId: id })).rejects.toEqual(refused('forbidden'));
		await discardDraft(db, dana, { meetingId: id });
		await discardDraft(db, dana, { meetingId: id });
		expect(await rowOf(id)).toBeUndefined();
		const { id: announced } = await published();
		await expect(discardDraft(db, dana, { meetingId: announced })).rejects.toEqual(refused('meeting-state'));
	});

	test('is made by moderators only', async () => {
		for (const actor of [maria, sam, ada])
			await expect(createMeeting(db, actor, anEvening)).rejects.toEqual(refused('forbidden'));
		await expect(createMeeting(db, guest('ann'), anEvening)).rejects.toEqual(refused('sign-in-needed'));
	});

	test('two moderators who plan the same evening at once get two addresses', async () => {
		const made = await Promise.all(Array.from({ length: 4 }, () => draft({ title: 'At once' })));
		expect(new Set(made.map(({ slug }) => slug)).size).toBe(4);
	});

	test.each<[string, Partial<MeetingInput>, string, string]>([
		['without a title', { title: ' \r\n ' }, 'bad-input', 'title'],
		['that ends before it starts', { endsAtLocal: '2026-12-03T18:00' }, 'meeting-times', 'endsAtLocal'],
		['on a day that is none', { startsAtLocal: '2026-02-30T18:00' }, 'bad-input', 'startsAtLocal'],
		['at 24:00', { endsAtLocal: '2026-12-03T24:00' }, 'bad-input', 'endsAtLocal'],
		['in no zone', { timeZone: 'Mars/Olympus' }, 'bad-input', 'timeZone'],
		['in an offset', { timeZone: '+05:00' }, 'bad-input', 'timeZone'],
		['in no language', { languages: [] }, 'bad-input', 'languages'],
		['with a point of no minutes', { agenda: [{ title: 'A', minutes: 0 }] }, 'bad-input', 'agenda.0.minutes'],
		['at a wild address', { slug: 'A b' }, 'bad-input', 'slug'],
		['at the address of the form itself', { slug: 'new' }, 'slug-taken', 'slug'],
	])('%s is refused with the field to blame', async (_, wrong, code, field) => {
		await expect(draft(wrong)).rejects.toEqual(refused(code, field));
	});

	test('line breaks and control characters do not get into a title', async () => {
		const { id } = await draft({
			title: ' A\r\nBEGIN:VEVENT\u0000\u2028B ',
			description: 'one\r\n\r\ntwo\u0007',
		});
		expect(await rowOf(id)).toMatchObject({ title: 'A BEGIN:VEVENT B', description: 'one\n\ntwo' });
	});
});

describe('editing', () => {
	test('a stale form does not overwrite what somebody else has saved', async () => {
		const { id } = await published();
		const updatedAt = (await rowOf(id)).updatedAt.toISOString();
		const edit = (title: string) =>
			editMeeting(db, dana, { meetingId: id, meeting: { ...anEvening, title }, updatedAt });
		await edit('The first to save');
		await expect(edit('The second, without having seen it')).rejects.toEqual(refused('changed-since'));
		expect((await rowOf(id)).title).toBe('The first to save');
		const again = (await rowOf(id)).updatedAt.toISOString();
		await editMeeting(db, dana, {
			meetingId: id,
			meeting: { ...anEvening, title: 'Seen' },
			updatedAt: again,
		});
		expect((await rowOf(id)).title).toBe('Seen');
	});

	test('of two who save at the same time from the same form, one is told', async () => {
		const { id } = await published();
		const updatedAt = (await rowOf(id)).updatedAt.toISOString();
		const results = await Promise.allSettled(
			['One', 'Two'].map((title) =>
				editMeeting(db, dana, { meetingId: id, meeting: { ...anEvening, title }, updatedAt }),
			),
		);
		expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});

	test('a switch that is flipped meanwhile is no conflict', async () => {
		const { id } = await published();
		const updatedAt = (await rowOf(id)).updatedAt.toISOString();
		await acts.setSwitches(db, dana, { meetingId: id, vetting: false });
		await editMeeting(db, dana, { meetingId: id, meeting: anEvening, updatedAt });
		expect(await rowOf(id)).toMatchObject({ vetting: false });
	});

	test('what a calendar shows raises the sequence of an announced meeting, the agenda does not', async () => {
		const { id } = await published({ place: 'Room 1', placeKind: 'hybrid' });
		const now: MeetingInput = { ...anEvening, place: 'Room 1', placeKind: 'hybrid' };
		const sequenceAfter = async (more: Partial<MeetingInput>) => {
			await editMeeting(db, dana, { meetingId: id, meeting: Object.assign(now, more) });
			return (await rowOf(id)).sequence;
		};
		expect(await sequenceAfter({})).toBe(0);
		expect(await sequenceAfter({ agenda: [{ title: 'Other', minutes: 5 }] })).toBe(0);
		expect(await sequenceAfter({ place: 'Room 2' })).toBe(1);
		expect(await sequenceAfter({ startsAtLocal: '2026-12-03T18:00' })).toBe(2);
		expect(await sequenceAfter({ title: 'Other' })).toBe(3);
		expect(await sequenceAfter({ description: 'Other' })).toBe(4);
	});

	test('a draft moves without a sequence and may change its address, an announced one keeps it', async () => {
		const { id } = await draft();
		await editMeeting(db, dana, {
			meetingId: id,
			meeting: { ...anEvening, title: 'Moved', slug: 'my-own-address' },
		});
		expect(await rowOf(id)).toMatchObject({ slug: 'my-own-address', sequence: 0 });
		await acts.publishMeeting(db, dana, { meetingId: id });
		const move = editMeeting(db, dana, { meetingId: id, meeting: { ...anEvening, slug: 'another' } });
		await expect(move).rejects.toEqual(refused('meeting-state', 'slug'));
	});

	test('an address that another meeting has is refused', async () => {
		const { slug } = await draft();
		const { id } = await draft();
		const take = editMeeting(db, dana, { meetingId: id, meeting: { ...anEvening, slug } });
		await expect(take).rejects.toEqual(refused('slug-taken', 'slug'));
	});

	test.each(['ended', 'reported', 'cancelled'] as const)(
		'a meeting that is %s stays as it was',
		async (state) => {
			const id = await meetingIn(state);
			await expect(editMeeting(db, dana, { meetingId: id, meeting: anEvening })).rejects.toEqual(
				refused('meeting-state'),
			);
		},
	);

	test('is not for others', async () => {
		const { id } = await published();
		const edit = (actor: Actor) => editMeeting(db, actor, { meetingId: id, meeting: anEvening });
		await expect(edit(sam)).rejects.toEqual(refused('forbidden'));
		await expect(edit(nobody)).rejects.toEqual(refused('sign-in-needed'));
	});
});

describe('a series', () => {
	test('is made of drafts at the same time of day, also over a change of clocks', async () => {
		const { id } = await published({ startsAtLocal: '2026-10-20T18:30', endsAtLocal: '2026-10-20T20:00' });
		const copy = await copyMeeting(db, dana, { meetingId: id, daysLater: 7, times: 3 });
		expect(copy.count).toBe(3);
		const { seriesId } = await rowOf(id);
		const rows = await db
			.select()
			.from(meetings)
			.where(eq(meetings.seriesId, seriesId!))
			.orderBy(meetings.startsAt);
		expect(rows.map((row) => wallClock(row.startsAt, row.timeZone))).toEqual([
			'2026-10-20T18:30',
			'2026-10-27T18:30',
			'2026-11-03T18:30',
			'2026-11-10T18:30',
		]);
		expect(rows.map(({ state }) => state)).toEqual(['scheduled', 'draft', 'draft', 'draft']);
		expect(new Set(rows.map(({ slug }) => slug)).size).toBe(4);
		expect((await acts.readMeeting(db, dana, copy.slug)).meeting.agenda).toMatchObject(anEvening.agenda);
	});

	test('takes registrations and reminds as the meeting that it was made from', async () => {
		const { id } = await published();
		const setUp = { isOpen: true, places: 40, asks: ['childcare' as const], reminders: [1440, 120] };
		await setRegistration(db, dana, { meetingId: id, ...setUp });
		const copy = await copyMeeting(db, dana, { meetingId: id, daysLater: 7 });
		expect(await readSetUp(db, copy.id)).toEqual({ meetingId: copy.id, ...setUp });
	});

	test('of a meeting that has ended begins with its questions open', async () => {
		const { slug } = await copyMeeting(db, dana, { meetingId: await meetingIn('ended'), daysLater: 14 });
		expect((await acts.readMeeting(db, dana, slug)).meeting.questionsOpen).toBe(true);
	});

	test('sent twice is one, and others make none', async () => {
		const { id } = await published();
		const make = (actor: Actor) => copyMeeting(db, actor, { meetingId: id, daysLater: 7 }, 'one-series');
		expect(await make(dana)).toEqual(await make(dana));
		await expect(make(sam)).rejects.toEqual(refused('forbidden'));
		await expect(copyMeeting(db, dana, { meetingId: id, daysLater: 0 })).rejects.toEqual(
			refused('bad-input', 'daysLater'),
		);
	});
});

describe('switches', () => {
	test('are for moderators and for meetings that are not over, but hidden totals can be shown afterwards', async () => {
		const id = await meetingIn('live');
		const flip = (actor: Actor, switches: object) =>
			acts.setSwitches(db, actor, { meetingId: id, ...switches });
		await flip(dana, { totalsHidden: true, slowModeSeconds: 60 });
		await flip(dana, { totalsHidden: true, slowModeSeconds: 60 });
		await expect(flip(maria, { vetting: false })).rejects.toEqual(refused('forbidden'));
		await acts.endMeeting(db, dana, { meetingId: id });
		await expect(flip(dana, { questionsOpen: true })).rejects.toEqual(refused('meeting-state'));
		await flip(dana, { totalsHidden: false });
		expect(await rowOf(id)).toMatchObject({ totalsHidden: false, questionsOpen: false, slowModeSeconds: 60 });
	});
});

describe('attendance', () => {
	test('is counted while live, for moderators, and stays as sums when the visits are forgotten', async () => {
		const id = await meetingIn('live');
		await noteAttendance(
			db,
			id,
			new Map([
				['a', 60],
				['b', 90],
			]),
			2,
		);
		await noteAttendance(db, id, new Map([['a', 60]]), 1);
		const sums = { peak: 2, visitors: 2, minutes: 3, room: 0, phone: 0 };
		expect(await readAttendance(db, dana, id)).toEqual(sums);
		await expect(readAttendance(db, sam, id)).rejects.toEqual(refused('forbidden'));
		await acts.endMeeting(db, dana, { meetingId: id });
		await noteAttendance(db, id, new Map([['late', 600]]), 9);
		await reportMeeting(db, dana, { meetingId: id });
		expect(await readAttendance(db, dana, id)).toEqual(sums);
		const { rows } = await db.execute(
			sql`select count(*)::int as left from attendance where meeting_id = ${id}`,
		);
		expect(rows).toEqual([{ left: 0 }]);
	});

	test('is summed up, and the visits are forgotten, when nobody closes the books; a hold stops it; closing them later changes nothing', async () => {
		const id = await meetingIn('live');
		await db.update(meetings).set({ placeKind: 'hybrid' }).where(eq(meetings.id, id));
		await noteAttendance(db, id, new Map([['a', 60]]), 1); // prettier-ignore
		await checkIn(db, guest('ann'), { meetingId: id });
		const before = await readAttendance(db, dana, id);
		await forgetVisits(db, new Date('2099-01-01T12:00:00Z'));
		expect(await db.$count(attendance, sql`meeting_id = ${id}`)).toBe(2);
		await acts.endMeeting(db, dana, { meetingId: id });
		// Half past eight on the evening of 24 October in Chicago.
		await db.execute(sql`update meetings set ended_at = '2026-10-25T01:30:00Z' where id = ${id}`);
		await db.execute(sql`insert into retention_holds (meeting_id, reason) values (${id}, 'A court asks.')`);
		const dayIsOver = new Date('2026-11-24T06:00:00Z');
		await forgetVisits(db, dayIsOver);
		await db.execute(sql`delete from retention_holds where meeting_id = ${id}`);
		await forgetVisits(db, new Date(dayIsOver.getTime() - 1_000));
		expect(await db.$count(attendance, sql`meeting_id = ${id}`)).toBe(2);
		await Promise.all([forgetVisits(db, dayIsOver), forgetVisits(db, dayIsOver)]);
		expect(await db.$count(attendance, sql`meeting_id = ${id}`)).toBe(0);
		expect(await db.$count(roomCheckIns, sql`meeting_id = ${id}`)).toBe(0);
		expect(await readAttendance(db, dana, id)).toEqual(before);
		await reportMeeting(db, dana, { meetingId: id });
		expect(await readAttendance(db, dana, id)).toEqual(before);
	});
});
