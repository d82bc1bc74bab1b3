// Short messages to devices: sealed, signed, each once; and that nobody makes us ask addresses of our own network.
import { createECDH } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { cleanUp } from '#db/cleaning.ts';
import { cancelMeeting, publishMeeting } from '#db/meetings.ts';
import { createMeeting, editMeeting } from '#db/meetingPlans.ts';
import { endPushNews, readPush, renewPush, setPush } from '#db/push.ts';
import { sealed } from '#db/pushEncryption.ts';
import { isEndpoint, isPublicAddress } from '#db/pushEndpoints.ts';
import { pushPublicKey, remindDevices, sendPushes } from '#db/pushMessages.ts';
import { pushDevices, pushMessages, pushWishes } from '#db/schema/index.ts';
import type { MeetingInput } from '#domain/meetings.ts';
import { nobody, type Actor } from '#domain/people.ts';
import { pushWords } from '#lib/server/pushWords.ts';
import { anEvening, dana, guest, maria, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { opened, startPushService, type PushDevice, type PushService } from '#tests/setup/pushService.ts';
import { testConfig } from '#tests/signedIn.ts';

const config = { ...testConfig(), NODE_ENV: 'test' as const };
process.env.SECRET = config.SECRET;
let db: Database;
let service: PushService;
let count = 0;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	service = await startPushService(pushPublicKey());
});
afterAll(async () => {
	await service.close();
	await closeDatabase(db);
});
beforeEach(async () => {
	await db.delete(pushDevices);
});

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
/** A Thursday in March; in that spring the clocks change on Sunday the 14th. */
const evening = {
	...{ ...anEvening, title: 'Lights on Elm Street' },
	...{ startsAtLocal: '2027-03-18T18:30', endsAtLocal: '2027-03-18T20:00' },
} satisfies MeetingInput;
const at = (text: string) => new Date(text);

async function aMeeting(more: Partial<MeetingInput> = {}): Promise<string> {
	const { id } = await createMeeting(db, dana, { ...evening, ...more });
	await publishMeeting(db, dana, { meetingId: id });
	return id;
}
async function deviceOf(who: Actor, about?: string): Promise<PushDevice> {
	const device = service.newDevice(`d${count++}`);
	if (about) await setPush(db, who, { subscription: device.subscription, about, isOn: true });
	return device;
}
async function sendAt(moment: Date) {
	// What was asked for "now" is due at any time that a test turns the clock to.
	await db.execute(sql`update push_messages set next_attempt_at = '2026-01-01' where attempts = 0`);
	return sendPushes(db, config, (message) => pushWords(config.CITY_NAME, message), moment);
}
const move = (meetingId: string, startsAtLocal: string, more: Partial<MeetingInput> = {}) =>
	editMeeting(db, dana, {
		meetingId,
		meeting: { ...evening, startsAtLocal, endsAtLocal: startsAtLocal.replace('T18', 'T20'), ...more },
	});

describe('what is sent', () => {
	test('is sealed as in the example of RFC 8291, byte for byte', () => {
		const body = sealed(
			'When I grow up, I want to be a watermelon',
			{
				p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
				auth: 'BTBZMqHH6r4Tts7J_aSIgg',
			},
			{
				privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
				salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
				paddedTo: 0,
			},
		);
		expect(body.toString('base64url')).toBe(
			'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
		);
	});

	test('is as long as every other message, and opened by its device alone', () => {
		const pair = createECDH('prime256v1');
		pair.generateKeys();
		const keys = { p256dh: pair.getPublicKey('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') };
		const [short, long] = [sealed('a', keys), sealed('ü'.repeat(400), keys)];
		expect(short.length).toBe(long.length);
		expect(opened(long, pair, Buffer.alloc(16, 7))).toBe('ü'.repeat(400));
		expect(() => opened(long, pair, Buffer.alloc(16, 8))).toThrow();
		expect(() => sealed('x'.repeat(5_000), keys)).toThrow(/too long/);
	});

	test('says when, and neither which meeting nor who is reminded of it', async () => {
		const meetingId = await aMeeting();
		const device = await deviceOf(maria, meetingId);
		await remindDevices(db, at('2027-03-17T23:31:00Z'));
		await sendAt(at('2027-03-17T23:31:00Z'));
		expect(device.received).toEqual([
			{
				id: expect.any(String) as string,
				title: 'Porchlight Lindenfeld',
				body: 'A meeting you want to be reminded of begins Thu, Mar 18, 6:30 PM CDT.',
				path: expect.stringMatching(/^\/meetings\//) as string,
			},
		]);
		const { id } = device.received[0]!;
		const left = 23 * 3600 + 59 * 60;
		expect(device.heads[0]).toMatchObject({
			ttl: String(left),
			topic: id.replaceAll('-', ''),
			'content-encoding': 'aes128gcm',
		});
	});
});

describe('reminders', () => {
	test('each once, whole days by the clock on the wall also over the change of the clocks, in quiet hours none', async () => {
		const meetingId = await aMeeting();
		const device = await deviceOf(guest('ann'), meetingId);
		const moments: string[] = [];
		const halves = Array.from({ length: 48 }, (_, half) => half * 30 * 60_000);
		for (const day of ['11', '12', '14', '17', '18'])
			for (const half of halves) {
				const now = new Date(at(`2027-03-${day}T00:00:00Z`).getTime() + half);
				// Two processes at once, and each again.
				await Promise.all([remindDevices(db, now), remindDevices(db, now)]);
				const before = device.received.length;
				await sendAt(now);
				for (let n = before; n < device.received.length; n++) moments.push(now.toISOString());
			}
		// A week before the clocks stood an hour apart: 18:30 is 00:30 in UTC then, and 23:30 later.
		expect(moments).toEqual([
			'2027-03-12T00:30:00.000Z',
			'2027-03-17T23:30:00.000Z',
			'2027-03-18T22:30:00.000Z',
		]);
		expect(await db.$count(pushMessages)).toBe(3);
	});

	test('of a moved meeting none comes for the old time: the device is told, and reminded for the new one', async () => {
		const meetingId = await aMeeting();
		const device = await deviceOf(guest('ann'), meetingId);
		// Asked for and not sent yet when the meeting is moved.
		await remindDevices(db, at('2027-03-17T23:40:00Z'));
		await move(meetingId, '2027-03-25T18:30');
		await sendAt(at('2027-03-17T23:41:00Z'));
		expect(device.received.map(({ body }) => body)).toEqual([
			'A meeting you want to be reminded of has changed. It now begins Thu, Mar 25, 6:30 PM CDT.',
		]);
		// What else is changed meanwhile is no news, and takes none away.
		await move(meetingId, '2027-03-26T18:30');
		await move(meetingId, '2027-03-26T18:30', { title: 'Lights and crossings' });
		await sendAt(at('2027-03-17T23:50:00Z'));
		expect(device.received.at(-1)!.body).toContain('Fri, Mar 26');
		await remindDevices(db, at('2027-03-26T22:31:00Z'));
		await sendAt(at('2027-03-26T22:31:00Z'));
		expect(device.received.map(({ body }) => body).slice(2)).toEqual([
			'A meeting you want to be reminded of begins Fri, Mar 26, 6:30 PM CDT.',
		]);
		const outcomes = await db.select({ outcome: pushMessages.outcome }).from(pushMessages);
		expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['sent', 'sent', 'sent', 'void']);
	});

	test('moved twice before anything was sent, the last place alone is said; called off, that alone', async () => {
		const meetingId = await aMeeting();
		const device = await deviceOf(guest('ann'), meetingId);
		await move(meetingId, '2027-03-25T18:30');
		await move(meetingId, '2027-04-01T18:30');
		await sendAt(at('2027-03-01T18:00:00Z'));
		expect(device.received.length).toBe(1);
		expect(device.received[0]!.body).toContain('Thu, Apr 1');
		await move(meetingId, '2027-04-02T18:30');
		await cancelMeeting(db, dana, { meetingId, reason: 'The hall is closed.' });
		await cancelMeeting(db, dana, { meetingId, reason: 'The hall is closed.' });
		await remindDevices(db, at('2027-04-02T18:00:00Z'));
		await sendAt(at('2027-04-02T18:00:00Z'));
		expect(device.received.slice(1).map(({ body }) => body)).toEqual([
			'A meeting you wanted to be reminded of was called off (Fri, Apr 2, 6:30 PM CDT).',
		]);
	});

	test('at night a device stays quiet, unless the meeting is nearer than the morning', async () => {
		const far = await aMeeting();
		const near = await aMeeting({ startsAtLocal: '2027-03-18T08:15', endsAtLocal: '2027-03-18T09:15' });
		const [calm, urgent] = [await deviceOf(guest('ann'), far), await deviceOf(guest('bea'), near)];
		// Eleven at night in the city, the evening before.
		const night = at('2027-03-18T04:00:00Z');
		await move(far, '2027-03-25T18:30');
		await cancelMeeting(db, dana, { meetingId: near, reason: 'The hall is closed.' });
		await sendAt(night);
		expect([calm.received.length, urgent.received.length]).toEqual([0, 1]);
		await sendAt(at('2027-03-18T12:59:00Z'));
		expect(calm.received.length).toBe(0);
		await sendAt(at('2027-03-18T13:00:00Z'));
		expect(calm.received.length).toBe(1);
	});
});

describe('a push service', () => {
	test.each([404, 410])('that answers %i has no such device any more, so it is forgotten', async (status) => {
		const meetingId = await aMeeting();
		const device = await deviceOf(guest('ann'), meetingId);
		device.answer = { status };
		await move(meetingId, '2027-03-25T18:30');
		expect(await sendAt(at('2027-03-01T18:00:00Z'))).toEqual({ sent: 0, failed: 0 });
		expect([
			await db.$count(pushDevices),
			await db.$count(pushMessages),
			await db.$count(pushWishes),
		]).toEqual([0, 0, 0]);
	});

	test.each([429, 500, 503, 403])(
		'that answers %i is asked again later, at the earliest when it said',
		async (status) => {
			const meetingId = await aMeeting();
			const device = await deviceOf(guest('ann'), meetingId);
			device.answer = { status, headers: { 'retry-after': '300' } };
			await move(meetingId, '2027-03-25T18:30');
			expect(await sendAt(at('2027-03-01T18:00:00Z'))).toEqual({ sent: 0, failed: 1 });
			device.answer = { status: 201 };
			expect(await sendAt(at('2027-03-01T18:04:59Z'))).toEqual({ sent: 0, failed: 0 });
			expect(await sendAt(at('2027-03-01T18:05:01Z'))).toEqual({ sent: 1, failed: 0 });
			expect(device.received.length).toBe(1);
		},
	);

	test('that is away for good is given up after seven tries; the others are not held up', async () => {
		const meetingId = await aMeeting();
		const [away, other] = [await deviceOf(guest('ann'), meetingId), await deviceOf(guest('bea'), meetingId)];
		away.answer = { status: 503 };
		await move(meetingId, '2027-03-25T18:30');
		for (let day = 1; day < 10; day++) await sendAt(at(`2027-03-0${day}T18:00:00Z`));
		expect([away.posts, other.received.length]).toEqual([7, 1]);
	});

	test('that refuses a message is not asked again', async () => {
		const meetingId = await aMeeting();
		const device = await deviceOf(guest('ann'), meetingId);
		device.answer = { status: 413 };
		await move(meetingId, '2027-03-25T18:30');
		await sendAt(at('2027-03-01T18:00:00Z'));
		await sendAt(at('2027-03-02T18:00:00Z'));
		expect(device.posts).toBe(1);
		expect((await db.select().from(pushMessages))[0]).toMatchObject({ outcome: 'refused', lastError: '413' });
	});

	test('is asked by https and by name alone, and never where the name leads into a private network', () => {
		const city = { NODE_ENV: 'production' as const };
		for (const address of [
			'http://push.example.org/x',
			'https://127.0.0.1/x',
			'https://2130706433/x',
			'https://[::1]/x',
			'https://192.168.1.1/x',
			'https://8.8.8.8/x',
			'https://localhost/x',
			'https://printer.local/x',
			'https://intranet/x',
			'https://db.internal./x',
			'https://push.example.org:5432/x',
			'https://me:secret@push.example.org/x',
			'ftp://push.example.org/x',
			'push',
		])
			expect([address, isEndpoint(address, city)]).toEqual([address, false]);
		expect(isEndpoint('https://fcm.googleapis.com/fcm/send/abc', city)).toBe(true);
		for (const address of [
			...['10.1.2.3', '127.0.0.1', '169.254.169.254', '172.31.0.1', '192.168.0.1', '100.64.0.1', '0.0.0.0'],
			...[
				'224.0.0.1',
				'255.255.255.255',
				'::1',
				'::',
				'fe80::1',
				'fd00::1',
				'::ffff:127.0.0.1',
				'2002:7f00:1::',
			],
			...['64:ff9b::7f00:1', '2001:db8::1', 'nonsense'],
		])
			expect([address, isPublicAddress(address)]).toEqual([address, false]);
		for (const address of ['8.8.8.8', '142.250.1.95', '2a00:1450:4001:82b::200a'])
			expect([address, isPublicAddress(address)]).toEqual([address, true]);
	});
});

describe('a device', () => {
	test('is switched on and off by its browser; twice changes nothing, and what wants nothing is not kept', async () => {
		const meetingId = await aMeeting();
		const { subscription } = await deviceOf(guest('ann'));
		const on = () => setPush(db, guest('ann'), { subscription, about: meetingId, isOn: true });
		await Promise.all([on(), on(), on()]);
		expect(await on()).toEqual({ meetingIds: [meetingId], news: false });
		expect([await db.$count(pushDevices), await db.$count(pushWishes)]).toEqual([1, 1]);
		const off = () => setPush(db, guest('ann'), { subscription, about: meetingId, isOn: false });
		expect(await off()).toEqual({ meetingIds: [], news: false });
		expect(await off()).toEqual({ meetingIds: [], news: false });
		expect(await db.$count(pushDevices)).toBe(0);
	});

	test('is nobody’s without a guest cookie, hears of no draft, and of nothing at an address that is ours', async () => {
		const { id: draft } = await createMeeting(db, dana, evening);
		const meetingId = await aMeeting();
		const { subscription } = await deviceOf(guest('ann'));
		const set = (who: Actor, more: object) =>
			setPush(db, who, { subscription, about: meetingId, isOn: true, ...more });
		await expect(set(nobody, {})).rejects.toEqual(refused('sign-in-needed'));
		await expect(set(guest('ann'), { about: draft })).rejects.toEqual(refused('not-found'));
		await expect(set(guest('ann'), { about: 'news' })).rejects.toEqual(refused('sign-in-needed'));
		const elsewhere = { ...subscription, endpoint: 'https://10.0.0.1/x' };
		await expect(set(guest('ann'), { subscription: elsewhere })).rejects.toEqual(refused('bad-input'));
		const noPoint = { ...subscription, p256dh: Buffer.alloc(65, 4).toString('base64url') };
		await expect(set(guest('ann'), { subscription: noPoint })).rejects.toEqual(refused('bad-input'));
		await cancelMeeting(db, dana, { meetingId, reason: 'The hall is closed.' });
		await expect(set(guest('ann'), {})).rejects.toEqual(refused('meeting-state'));
		expect(await db.$count(pushDevices)).toBe(0);
	});

	test('keeps what it is told of when its browser gives it another address', async () => {
		const meetingId = await aMeeting();
		const old = await deviceOf(guest('ann'), meetingId);
		const fresh = service.newDevice('fresh');
		await renewPush(db, nobody, { before: old.subscription.endpoint, subscription: fresh.subscription });
		await renewPush(db, nobody, {
			before: 'https://push.example.org/unknown',
			subscription: old.subscription,
		});
		expect(await readPush(db, nobody, old.subscription.endpoint)).toEqual({ meetingIds: [], news: false });
		await move(meetingId, '2027-03-25T18:30');
		await sendAt(at('2027-03-01T18:00:00Z'));
		expect([old.posts, fresh.received.length]).toEqual([0, 1]);
	});

	test('tells news of an account only while it is signed in there', async () => {
		const device = await deviceOf(maria, 'news');
		const { endpoint } = device.subscription;
		expect((await readPush(db, maria, endpoint)).news).toBe(true);
		expect((await readPush(db, tom, endpoint)).news).toBe(false);
		await endPushNews(db, { ...tom, guest: maria.guest });
		expect((await readPush(db, maria, endpoint)).news).toBe(true);
		await endPushNews(db, maria);
		expect((await readPush(db, maria, endpoint)).news).toBe(false);
	});

	test('goes when the meetings it waited for are over', async () => {
		const meetingId = await aMeeting();
		await deviceOf(guest('ann'), meetingId);
		await cleanUp(db);
		expect(await db.$count(pushDevices)).toBe(1);
		await db.execute(sql`update meetings set starts_at = now() - interval '3 days', ends_at = now() - interval '2 days'
			where id = ${meetingId}`);
		await cleanUp(db);
		await cleanUp(db);
		expect([await db.$count(pushWishes), await db.$count(pushDevices)]).toEqual([0, 0]);
	});

	test('is joined with nothing that its browser has asked: its owner is found in no other column', async () => {
		const meetingId = await aMeeting();
		await deviceOf(guest('ann'), meetingId);
		const [row] = await db.select().from(pushDevices);
		const { rows } = await db.execute<{ table: string; column: string }>(sql`
			select table_name as table, column_name as column from information_schema.columns
			where table_schema = 'public' and data_type = 'text' and not (table_name = 'push_devices' and column_name = 'owner')`);
		for (const { table, column } of rows) {
			const where = sql`${sql.identifier(column)} = ${row!.owner}`;
			const found = await db.execute(sql`select 1 from ${sql.identifier(table)} where ${where}`);
			expect([table, column, found.rows.length]).toEqual([table, column, 0]);
		}
		expect(await db.$count(pushDevices, and(eq(pushDevices.id, row!.id)))).toBe(1);
	});
});
