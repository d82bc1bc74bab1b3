// Reminders, by letter and on devices, while the worker is killed again and again at every step, over a night in which the clocks change,
// a move and a cancelled meeting. The clock is the test's; mail server and push service are real ones.
import { sql } from 'drizzle-orm';
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import ICAL from 'ical.js';
import type { Email } from 'postal-mime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { createMeeting, editMeeting } from '#db/meetingPlans.ts';
import { cancelMeeting, publishMeeting } from '#db/meetings.ts';
import { setPush } from '#db/push.ts';
import { pushPublicKey } from '#db/pushMessages.ts';
import { register, setRegistration } from '#db/registrations.ts';
import { mails, pushMessages, registrationLetters } from '#db/schema/index.ts';
import type { MeetingInput } from '#domain/meetings.ts';
import { nobody } from '#domain/people.ts';
import { anEvening, dana, guest } from '#tests/cast.ts';
import { startMailServer, type MailServer } from '#tests/setup/mailServer.ts';
import { startPushService, type PushDevice, type PushService } from '#tests/setup/pushService.ts';
import { makeTown, type Town } from './town.ts';
import { kill, startWorker } from './workers.ts';

/** KILL_ROUNDS=50 was asked for once; so many at each step of the story are enough every day. */
const rounds = Number(process.env.KILL_ROUNDS ?? 2);
vi.setConfig({ testTimeout: 240_000 + rounds * 100_000 });

let town: Town;
let db: Database;
let service: PushService;
let mail: MailServer;
const steps = new EventEmitter();

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	service = await startPushService(pushPublicKey());
	mail = await startMailServer();
	for (const step of ['connected', 'arrived', 'taken']) {
		service.steps.on(step, () => steps.emit(`push ${step}`));
		mail.steps.on(step, () => steps.emit(`mail ${step}`));
	}
});
afterAll(async () => {
	await service.close();
	await mail.close();
});

const workerAt = (now: string) => startWorker(town, 'reminders-process.ts', { SMTP_URL: mail.url, NOW: now });

let moment = 0;
const lot = (most: number) => Math.floor(Math.random() * most);
/** The moments of the kills, in turn; a step that does not come any more because all is done is not waited for for ever. */
const moments: (() => Promise<unknown>)[] = [
	() => pause(lot(60)),
	() => step('push arrived', 1 + lot(3)),
	() => step('mail arrived', 1 + lot(3)),
	() => step('push taken', 1 + lot(3)),
	() => step('mail taken', 1 + lot(3)),
	() => step('push connected', 1 + lot(3)),
];
async function step(name: string, count: number): Promise<void> {
	for (let seen = 0; seen < count && !(await isThrough()); seen++)
		await once(steps, name, { signal: AbortSignal.timeout(2_000) }).catch(() => {});
}

/** The half minute until something is tried again has passed. */
async function dueAgain(): Promise<void> {
	await db
		.update(mails)
		.set({ nextAttemptAt: sql`now()` })
		.where(sql`sent_at is null`);
	await db
		.update(pushMessages)
		.set({ nextAttemptAt: new Date('2026-01-01') })
		.where(sql`done_at is null`);
}
async function isThrough(): Promise<boolean> {
	const waiting = [
		db.$count(registrationLetters, sql`done_at is null`),
		db.$count(mails, sql`sent_at is null`),
		db.$count(pushMessages, sql`done_at is null`),
	];
	return (await Promise.all(waiting)).every((count) => count === 0);
}

/** Lets workers live and die at a moment of the test's clock, then one finish. */
async function liveThrough(now: string, kills = rounds): Promise<void> {
	for (let round = 0; round < kills; round++) {
		await dueAgain();
		const worker = await workerAt(now);
		await moments[moment++ % moments.length]!();
		await kill(worker);
	}
	const worker = await workerAt(now);
	// Nothing waiting means that all is done only when somebody has asked what is due.
	await once(worker, 'message');
	do {
		await dueAgain();
		await pause(100);
	} while (!(await isThrough()));
	await kill(worker);
}

const people = ['ann', 'bea', 'cora', 'dora'];
/** A Sunday evening after the night in which the clocks are put forward: the day before it was 23 hours earlier. */
const evening: MeetingInput = {
	...{ ...anEvening, title: 'After the clocks changed', placeKind: 'hybrid', place: 'Lincoln School' },
	...{ startsAtLocal: '2027-03-14T18:30', endsAtLocal: '2027-03-14T20:00' },
};

test(`each reminder once on each way, over ${rounds} kills at each of six moments, a change of the clocks, a move and a cancelled meeting`, async () => {
	const { id: meetingId } = await createMeeting(db, dana, evening);
	await publishMeeting(db, dana, { meetingId });
	await setRegistration(db, dana, {
		...{ meetingId, isOpen: true, places: null, asks: [], reminders: [1440, 60] },
	});
	const devices = new Map<string, PushDevice>();
	for (const who of people) {
		await register(db, nobody, { meetingId, email: `${who}@example.org`, way: 'room', answers: {} });
		const device = service.newDevice(who);
		devices.set(who, device);
		const { subscription } = device;
		await setPush(db, guest(who), { subscription, about: meetingId, isOn: true });
	}
	// Registered long before; half past six the day before is half past midnight in UTC, after the change half past eleven the evening before.
	await liveThrough('2027-03-01T18:00:00Z');
	await liveThrough('2027-03-14T00:29:00Z', 0);
	expect(await db.$count(pushMessages)).toBe(0);
	await liveThrough('2027-03-14T00:31:00Z');
	const moved = { ...evening, startsAtLocal: '2027-03-21T18:30', endsAtLocal: '2027-03-21T20:00' };
	await editMeeting(db, dana, { meetingId, meeting: moved });
	await liveThrough('2027-03-14T15:00:00Z');
	// An hour before the old time nothing comes; the day before and an hour before the new one it does.
	await liveThrough('2027-03-14T22:31:00Z', 0);
	await liveThrough('2027-03-20T23:31:00Z');
	await liveThrough('2027-03-21T22:31:00Z');
	await cancelMeeting(db, dana, { meetingId, reason: 'The hall is closed.' });
	await liveThrough('2027-03-21T23:00:00Z');

	const say = (start: string) => `A meeting you want to be reminded of begins ${start}, 6:30 PM CDT.`;
	const wanted = [
		say('Sun, Mar 14'),
		'A meeting you want to be reminded of has changed. It now begins Sun, Mar 21, 6:30 PM CDT.',
		say('Sun, Mar 21'),
		say('Sun, Mar 21'),
		'A meeting you wanted to be reminded of was called off (Sun, Mar 21, 6:30 PM CDT).',
	];
	const subjects = [
		'You are registered: After the clocks changed',
		'Coming soon: After the clocks changed',
		'It has changed: After the clocks changed',
		'Coming soon: After the clocks changed',
		'Coming soon: After the clocks changed',
		'Called off: After the clocks changed',
	];
	let twice = 0;
	for (const who of people) {
		// A device puts a message with the same number in the place of the first; a mail program does so by the Message-ID.
		const shown = new Map(devices.get(who)!.received.map((message) => [message.id, message.body]));
		expect([...shown.values()], who).toEqual(wanted);
		const mine = mail.received.filter(({ to }) => to?.[0]?.address === `${who}@example.org`);
		const read = new Map(mine.map((letter) => [letter.messageId, letter]));
		expect(
			[...read.values()].map(({ subject }) => subject),
			who,
		).toEqual(subjects);
		twice += devices.get(who)!.received.length - shown.size + (mine.length - read.size);
		expect([...read.values()].flatMap(entriesOf), who).toEqual([
			['CONFIRMED', 0, '2027-03-14T18:30:00'],
			['CONFIRMED', 1, '2027-03-21T18:30:00'],
			['CANCELLED', 2, '2027-03-21T18:30:00'],
		]);
		expect(new Set([...read.values()].flatMap(uidsOf)).size).toBe(1);
	}
	// Never two rows, however often it was asked and whoever died.
	expect(await db.$count(pushMessages)).toBe(people.length * wanted.length);
	expect(await db.$count(mails)).toBe(people.length * subjects.length);
	process.stdout.write(`${rounds * 6} kills: ${twice} letters and messages were sent once more\n`);
});

test('the server takes a device from its own pages alone, asks only where it may, and tells it at once', async () => {
	const server = await town.start({ NODE_ENV: 'test' });
	const { id: meetingId } = await createMeeting(db, dana, evening);
	await publishMeeting(db, dana, { meetingId });
	const device = service.newDevice('web');
	const { endpoint, ...keys } = device.subscription;
	const ask = async (said: object, headers: Record<string, string> = {}, method = 'POST') =>
		fetch(`${server.url}/push`, {
			...{ method, body: JSON.stringify(said) },
			headers: { 'content-type': 'application/json', ...headers },
		});
	const on = { subscription: { endpoint, keys }, about: meetingId, isOn: true };
	const { key } = (await (await fetch(`${server.url}/push`)).json()) as { key: string };
	expect(key).toBe(pushPublicKey());
	// What a form of another site could send.
	for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
		expect((await ask(on, { 'content-type': type, origin: 'https://evil.example' })).status).toBeOneOf([
			400, 403,
		]);
	for (const said of [{}, { ...on, isOn: 'yes' }, { ...on, about: 'all' }, { ...on, subscription: null }])
		expect([said, (await ask(said, {}, 'PUT')).status]).toEqual([said, 400]);
	expect((await ask({ ...on, subscription: { endpoint: 'https://169.254.169.254/x', keys } })).status).toBe(
		400,
	);
	expect(await (await ask({ subscription: { endpoint } })).json()).toEqual({ meetingIds: [], news: false });

	const answer = await ask(on);
	expect(answer.status).toBe(200);
	expect(answer.headers.get('set-cookie')).toMatch(/^guest=.+HttpOnly/i);
	expect(await answer.json()).toEqual({ meetingIds: [meetingId], news: false });
	await cancelMeeting(db, dana, { meetingId, reason: 'The hall is closed.' });
	// At night it would wait: what is needed now does not.
	await db.execute(sql`update push_messages set needed_by = now() where done_at is null`);
	await db.execute(sql`select pg_notify('push', '')`);
	while (device.received.length === 0) await pause(20);
	expect(device.received.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/meetings\//)]);
	await server.stop();
});

const eventsOf = ({ attachments }: Email) =>
	attachments
		.filter(({ mimeType }) => mimeType === 'text/calendar')
		.slice(0, 1)
		.map(({ content }) => {
			const text = typeof content === 'string' ? content : new TextDecoder().decode(content as ArrayBuffer);
			return new ICAL.Event(
				new ICAL.Component(ICAL.parse(text) as unknown[]).getFirstSubcomponent('vevent')!,
			);
		});
const entriesOf = (mail: Email) =>
	eventsOf(mail).map((event) => [
		String(event.component.getFirstPropertyValue('status')),
		event.sequence,
		event.startDate.toString(),
	]);
const uidsOf = (mail: Email) => eventsOf(mail).map(({ uid }) => uid);
