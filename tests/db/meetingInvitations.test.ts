// Invitations to a meeting: the followers of its areas, once each, when they want letters; and on their devices.
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { cleanUp } from '#db/cleaning.ts';
import { gatherLetters } from '#db/digests.ts';
import { confirmFollow, followByEmail, followSomething, setPeriod, unfollow } from '#db/followers.ts';
import { readInvitations, setInvitations } from '#db/meetingInvitations.ts';
import { copyMeeting, createMeeting, editMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, publishMeeting } from '#db/meetings.ts';
import { ownNews } from '#db/newsReads.ts';
import { setPush } from '#db/push.ts';
import { pushPublicKey, sendPushes } from '#db/pushMessages.ts';
import { gatherPushes } from '#db/pushNews.ts';
import {
	areas,
	followers,
	mails,
	meetings,
	news,
	notices,
	pushDevices,
	pushMessages,
} from '#db/schema/index.ts';
import type { Period } from '#domain/following.ts';
import { nobody } from '#domain/people.ts';
import { letterWriters } from '#lib/server/newsLetters.ts';
import { anEvening, dana, maria, sam, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { startPushService } from '#tests/setup/pushService.ts';
import { testConfig } from '#tests/signedIn.ts';

const config = { ...testConfig(), NODE_ENV: 'test' as const };
process.env.SECRET = config.SECRET;
const writers = letterWriters(config);
let db: Database;
let elm: string;
let harbour: string;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	const shape = [
		[0, 0],
		[0, 1],
		[1, 1],
	] as unknown as (typeof areas.$inferInsert)['shape'];
	const made = await db
		.insert(areas)
		.values([
			{ name: 'Elm Hill', shape },
			{ name: 'Harbour', shape },
		])
		.returning();
	[elm, harbour] = made.map(({ id }) => id) as [string, string];
});
afterAll(() => closeDatabase(db));
beforeEach(async () => {
	await db.delete(followers);
	await db.delete(news);
	await db.delete(mails);
	await db.delete(pushDevices);
});

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const dayMs = 86_400_000;
const soon = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
const evening = (days = 30, more = {}) => ({
	...anEvening,
	...{ startsAtLocal: `${soon(days)}T18:30`, endsAtLocal: `${soon(days)}T20:00`, ...more },
});
const aDraft = async (days = 30) => (await createMeeting(db, dana, evening(days))).id;
const invite = (meetingId: string, areaIds: string[], more = {}) =>
	setInvitations(db, dana, { meetingId, areaIds, isOn: true, isEverywhere: false, ...more });
const publish = (meetingId: string) => publishMeeting(db, dana, { meetingId });

async function follower(name: string, subject: string, period: Period = 'at-once'): Promise<void> {
	let token = '';
	const kind = subject === '' ? ('everything' as const) : ('area' as const);
	await followByEmail(db, { email: `${name}@example.org`, kind, subject }, (given) => {
		token = given;
		return { subject: 's', text: 't', html: 'h' };
	});
	await confirmFollow(db, nobody, { token, period });
	await db.delete(mails);
}
/** Whoever got a letter by a moment, with what it says. */
async function letters(now = new Date()): Promise<Record<string, string>> {
	await gatherLetters(db, writers.news, now);
	const written = await db.select().from(mails);
	await db.delete(mails);
	return Object.fromEntries(written.map(({ recipient, text }) => [recipient.split('@')[0]!, text]));
}
const names = async (now?: Date) => Object.keys(await letters(now)).sort();

test('followers of the area and of everything are invited when it is published, with when and where it is; others are not', async () => {
	await follower('ann', elm);
	await follower('bea', harbour);
	await follower('cora', '');
	const id = await aDraft();
	await invite(id, [elm]);
	expect(await names()).toEqual([]);
	expect(await readInvitations(db, dana, id)).toMatchObject({
		...{ followers: 2, written: 0, waiting: 0 },
		areas: [
			{ name: 'Elm Hill', isChosen: true, followers: 1 },
			{ name: 'Harbour', isChosen: false, followers: 1 },
		],
	});
	await publish(id);
	expect(await readInvitations(db, dana, id)).toMatchObject({ written: 0, waiting: 2 });
	const told = await letters();
	expect(Object.keys(told).sort()).toEqual(['ann', 'cora']);
	expect(told['ann']).toMatch(
		/Town hall on Elm Street\nYou are invited: a meeting begins \w+day, .+ at 6:30 PM C[SD]T\.\n/,
	);
	expect(told['ann']).toMatch(/\/meetings\/town-hall-on-elm-street-/);
	expect(await readInvitations(db, dana, id)).toMatchObject({ written: 2, waiting: 0 });
});

test('nobody is invited twice: not by publishing again, by editing, by saving the invitations, nor after the old notices are cleaned', async () => {
	await follower('ann', elm);
	const id = await aDraft(120);
	await invite(id, [elm]);
	await Promise.allSettled([publish(id), publish(id), publish(id)]);
	expect(await names()).toEqual(['ann']);
	await editMeeting(db, dana, { meetingId: id, meeting: evening(121, { title: 'Another title' }) });
	await invite(id, [elm]);
	await db.execute(sql`update notices set done_at = now() - interval '100 days'`);
	await cleanUp(db);
	await invite(id, [elm]);
	// Whoever is added is, and those who were have theirs already.
	await follower('bea', harbour);
	await invite(id, [elm, harbour]);
	await invite(id, [], { isEverywhere: true });
	expect(await names()).toEqual(['bea']);
	expect(await names()).toEqual([]);
});

test('switched off for a meeting nobody is; switched off before the letters are written, they are not', async () => {
	await follower('ann', elm);
	await follower('dora', elm, 'daily');
	const off = await aDraft();
	await invite(off, [elm], { isOn: false });
	await publish(off);
	expect(await readInvitations(db, dana, off)).toMatchObject({ followers: 0, waiting: 0 });
	const id = await aDraft();
	await invite(id, [elm]);
	await publish(id);
	expect(await names()).toEqual(['ann']);
	await invite(id, [elm], { isOn: false });
	expect(await names(new Date(Date.now() + 2 * dayMs))).toEqual([]);
	await invite(id, [elm]);
	expect(await names(new Date(Date.now() + 2 * dayMs))).toEqual(['dora']);
});

test('an invitation comes with the letters of the period, but not after the meeting; one that was called off meanwhile does not', async () => {
	await follower('ann', elm, 'weekly');
	const far = await aDraft(30);
	await invite(far, [elm]);
	await publish(far);
	expect(await names()).toEqual([]);
	expect(await names(new Date(Date.now() + 8 * dayMs))).toEqual(['ann']);

	const near = await aDraft(3);
	await invite(near, [elm]);
	await publish(near);
	const [row] = await db.select().from(meetings).where(eq(meetings.id, near));
	expect(await names(new Date(row!.startsAt.getTime() - dayMs + 60_000))).toEqual(['ann']);

	const gone = await aDraft(30);
	await invite(gone, [elm]);
	await publish(gone);
	await cancelMeeting(db, dana, { meetingId: gone, reason: 'The hall is closed.' });
	expect(await names(new Date(Date.now() + 8 * dayMs))).toEqual([]);
});

test('who unfollows the area before the letter is written is not invited; the list in the app keeps it', async () => {
	await followSomething(db, maria, { kind: 'area', subject: elm });
	const id = await aDraft();
	await invite(id, [elm]);
	await publish(id);
	expect((await ownNews(db, maria)).map(({ meeting }) => meeting?.title)).toEqual([
		'Town hall on Elm Street',
	]);
	await unfollow(db, maria, { kind: 'area', subject: elm });
	expect(await names(new Date(Date.now() + 2 * dayMs))).toEqual([]);
});

test('a copied meeting is for the same people, and is announced by itself; only moderators set and see it', async () => {
	await follower('ann', elm);
	const id = await aDraft();
	await invite(id, [elm]);
	await publish(id);
	await names();
	const copy = await copyMeeting(db, dana, { meetingId: id, daysLater: 7 });
	expect((await readInvitations(db, dana, copy.id)).followers).toBe(1);
	await publish(copy.id);
	expect(await names()).toEqual(['ann']);
	const set = { meetingId: copy.id, areaIds: [], isOn: true, isEverywhere: true };
	await expect(setInvitations(db, sam, set)).rejects.toEqual(refused('forbidden'));
	await expect(readInvitations(db, maria, copy.id)).rejects.toEqual(refused('forbidden'));
	await expect(invite(copy.id, [crypto.randomUUID()])).rejects.toEqual(refused('not-found'));
	await cancelMeeting(db, dana, { meetingId: copy.id, reason: 'The hall is closed.' });
	await expect(setInvitations(db, dana, set)).rejects.toEqual(refused('meeting-state'));
});

test('on a device of an account that wants it: one message with how much there is, by day, once', async () => {
	const service = await startPushService(pushPublicKey());
	const device = service.newDevice('laptop');
	await followSomething(db, maria, { kind: 'area', subject: elm });
	await setPeriod(db, maria, { period: 'at-once' });
	await setPush(db, maria, { subscription: device.subscription, about: 'news', isOn: true });
	for (let n = 0; n < 2; n++) {
		const id = await aDraft(30 + n);
		await invite(id, [elm]);
		await publish(id);
	}
	// Three in the morning, noon and an hour later in the city, on the day after tomorrow.
	const [night, noon, later] = ['08', '18', '19'].map((hour) => new Date(`${soon(2)}T${hour}:00:00Z`));
	const sendAt = async (now: Date) => {
		await Promise.all([gatherPushes(db, now), gatherPushes(db, now)]);
		await sendPushes(db, config, writers.push, now);
	};
	await sendAt(night!);
	expect(device.posts).toBe(0);
	await sendAt(noon!);
	await sendAt(later!);
	expect(device.received.map(({ body, path }) => [body, path])).toEqual([
		['There are 2 pieces of news of what you follow.', '/following'],
	]);
	expect(await db.$count(pushMessages)).toBe(1);
	expect(await db.$count(notices, eq(notices.channel, 'push'))).toBe(2);
	await service.close();
});
