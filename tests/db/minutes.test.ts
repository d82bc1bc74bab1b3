// Publishing the minutes: versions that stay, who may, and where they are read.
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { changeDocument } from '#db/documents.ts';
import { eventsAfter } from '#db/events.ts';
import { readMeetingReport } from '#db/meetingReports.ts';
import { minutesVersionsOf, publishMinutes, readPublishedMinutes } from '#db/minutes.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, endMeeting, publishMeeting } from '#db/meetings.ts';
import { audit, meetings, minutesVersions, recordings } from '#db/schema/index.ts';
import { hallRoom } from '#domain/events.ts';
import { addItem, itemText, removeItem, setMoment } from '#domain/minutes.ts';
import { nobody } from '#domain/people.ts';
import { reportJson } from '#lib/server/exports.ts';
import { ada, anEvening, dana, guest, liveMeeting, maria, noor, rosa, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	await settle(db, [noor]);
});
afterAll(() => closeDatabase(db));

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
type Doc = Parameters<Parameters<typeof changeDocument>[2]>[0];
const type = (meetingId: string, change: (doc: Doc) => void) =>
	db.transaction((tx) => changeDocument(tx, { kind: 'minutes', id: meetingId }, change));
const publish = (meetingId: string, note = '', actor = dana) =>
	publishMinutes(db, actor, { meetingId, note });
const read = (slug: string, number: number | null = null) => readPublishedMinutes(db, nobody, slug, number);

/** A meeting that is over, with one item typed. */
async function typed() {
	const meeting = await liveMeeting(db);
	await type(meeting.id, (doc) => {
		addItem(doc, 'one', 'Welcome');
		itemText(doc, 'one', 'text')!.insert(0, 'Dana opened the evening.');
		setMoment(doc, 'one', 65);
	});
	await endMeeting(db, dana, { meetingId: meeting.id });
	return meeting;
}

test('what a moderator publishes is read by everybody, and is told and noted once', async () => {
	const { id, slug } = await typed();
	await expect(read(slug)).rejects.toEqual(refused('not-found'));
	expect(await publish(id)).toMatchObject({ number: 1, note: '' });
	const { minutes, versions } = await read(slug);
	expect(minutes.items).toEqual([
		{ title: 'Welcome', text: 'Dana opened the evening.', at: 65, moment: null },
	]);
	expect(versions).toHaveLength(1);

	// A second press of the button, by somebody else too, and both at the same time.
	const again = await Promise.all([publish(id), publish(id, '', noor), publish(id)]);
	expect(again.map(({ number }) => number)).toEqual([1, 1, 1]);
	const noted = await db
		.select()
		.from(audit)
		.where(eq(audit.subject, `meeting:${id}`));
	expect(noted.filter(({ verb }) => verb === 'minutes:publish')).toMatchObject([
		{ personId: 'dana', detail: { number: 1 } },
	]);
	const told = (await eventsAfter(db, hallRoom(id), 0)).filter(({ type }) => type === 'minutes:published');
	expect(told.map(({ payload }) => payload)).toEqual([{ version: versions[0] }]);
});

test('two who publish a new text at the same time make one version', async () => {
	const { id } = await typed();
	const made = await Promise.all([publish(id), publish(id, '', noor)]);
	expect(made.map(({ number }) => number)).toEqual([1, 1]);
});

test('corrections are a new version; the one before stays as it was', async () => {
	const { id, slug } = await typed();
	await publish(id);
	await type(id, (doc) => itemText(doc, 'one', 'text')!.insert(0, 'At half past six '));
	expect(await publish(id, ' The time was missing. ')).toMatchObject({
		number: 2,
		note: 'The time was missing.',
	});
	expect((await read(slug)).minutes.items[0]!.text).toBe('At half past six Dana opened the evening.');
	expect((await read(slug, 1)).minutes.items[0]!.text).toBe('Dana opened the evening.');
	expect((await minutesVersionsOf(db, id)).map(({ number }) => number)).toEqual([2, 1]);
	for (const number of [0, 3, 99_999]) await expect(read(slug, number)).rejects.toEqual(refused('not-found'));
});

test('nobody but a moderator publishes, and only when the meeting is over', async () => {
	const { id, slug } = await typed();
	for (const [actor, code] of [
		[nobody, 'sign-in-needed'],
		[guest('ann'), 'sign-in-needed'],
		[maria, 'forbidden'],
		[sam, 'forbidden'],
		[ada, 'forbidden'],
		[rosa, 'forbidden'],
	] as const)
		await expect(publish(id, '', actor)).rejects.toEqual(refused(code));
	expect(await minutesVersionsOf(db, id)).toEqual([]);
	await expect(read(slug)).rejects.toEqual(refused('not-found'));

	const live = await liveMeeting(db);
	await type(live.id, (doc) => addItem(doc, 'one', 'Early'));
	await expect(publish(live.id)).rejects.toEqual(refused('meeting-state'));
	const off = await createMeeting(db, dana, { ...anEvening, title: 'Called off' });
	await publishMeeting(db, dana, { meetingId: off.id });
	await cancelMeeting(db, dana, { meetingId: off.id, reason: 'Snow.' });
	await expect(publish(off.id)).rejects.toEqual(refused('meeting-state'));
	await expect(publish('00000000-0000-4000-8000-000000000000')).rejects.toEqual(refused('not-found'));
});

test('minutes in which nothing stands are not published', async () => {
	const { id } = await typed();
	await type(id, (doc) => {
		removeItem(doc, 'one');
		addItem(doc, 'two', 'Only a title');
	});
	await expect(publish(id)).rejects.toEqual(refused('minutes-empty'));
	await expect(publish(id, 'x'.repeat(301))).rejects.toEqual(refused('bad-input'));
});

test('the report has the minutes that were published last, with the moment in the film', async () => {
	const { id, slug } = await typed();
	expect((await readMeetingReport(db, nobody, slug)).minutes).toBe(null);
	await publish(id);
	await type(id, (doc) => itemText(doc, 'one', 'text')!.insert(0, 'Not published yet. '));
	const [meeting] = await db.select().from(meetings).where(eq(meetings.id, id));
	await db.insert(recordings).values({
		...{ meetingId: id, state: 'ready', startedAt: meeting!.wentLiveAt!, seconds: 120, bytes: 1 },
		keepUntil: '2099-01-01',
	});
	const report = await readMeetingReport(db, nobody, slug);
	expect(report.minutes).toMatchObject({
		number: 1,
		items: [{ text: 'Dana opened the evening.', moment: `/meetings/${slug}?at=65#recordings` }],
	});
	expect(await readMeetingReport(db, dana, slug)).toEqual(report);
	const json = JSON.parse(reportJson(report, 'https://city.example')) as { minutes: unknown };
	expect(json.minutes).toMatchObject({
		url: `https://city.example/meetings/${slug}/minutes?version=1`,
		items: [{ moment: `https://city.example/meetings/${slug}?at=65#recordings` }],
	});
});

test('PostgreSQL keeps versions as they were and their numbers apart; they go with their meeting alone', async () => {
	const { id } = await typed();
	await publish(id);
	const twice = { meetingId: id, number: 1, items: [] };
	await expect(db.insert(minutesVersions).values(twice)).rejects.toThrow();
	await expect(db.insert(minutesVersions).values({ ...twice, number: 0 })).rejects.toThrow();
	const those = eq(minutesVersions.meetingId, id);
	await expect(db.update(minutesVersions).set({ items: [] }).where(those)).rejects.toThrow();
	await expect(db.delete(minutesVersions).where(those)).rejects.toThrow();
	expect(await minutesVersionsOf(db, id)).toHaveLength(1);
	await db.delete(meetings).where(eq(meetings.id, id));
	expect(await minutesVersionsOf(db, id)).toEqual([]);
});
