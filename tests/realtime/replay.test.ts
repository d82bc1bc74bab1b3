// Who was away comes back to everything that happened: nothing missing, nothing twice, in order.
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { work } from '#db/command.ts';
import { lastSeqs } from '#db/events.ts';
import { pinQuestion } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { hallRoom } from '#domain/events.ts';
import { system } from '#domain/people.ts';
import { replayLimit } from '#realtime/feed.ts';
import { dana, guest, liveMeeting, maria } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo } from './line.ts';
import { makeTown, type Town } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let town: Town;
let server: ServerProcess;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});

async function hallWithQuestion() {
	const meeting = await liveMeeting(db);
	const asked = await askQuestion(db, guest('ann'), {
		meetingId: meeting.id,
		text: 'When is the crossing on Elm Street built?',
		anonymous: true,
	});
	return { ...meeting, room: hallRoom(meeting.id), questionId: asked.id };
}

/** Acts that everybody in the hall is told of. */
async function pin(questionId: string, times: number) {
	for (let i = 0; i < times; i++) await pinQuestion(db, dana, { questionId, pinned: i % 2 === 0 });
}

/** Three hundred events, ten at a time. */
async function aBusyMinute(room: string, questionId: string) {
	for (let i = 0; i < 30; i++)
		await work(db, system, async ({ record }) => {
			for (let n = 0; n < 10; n++) record(room, 'question:removed', { questionId, change: 'held' });
		});
}

const lastOf = async (room: string) => (await lastSeqs(db, [room]))[room]!;

test('a browser that was away while 300 things happened is told each of them once, in order', async () => {
	const { slug, room, questionId } = await hallWithQuestion();
	const line = await openLine(server.url, visitorBrowser(config));
	await line.stayIn(slug);
	await pin(questionId, 5);
	await until(async () => line.seen[room] === (await lastOf(room)));
	line.socket.disconnect();
	await aBusyMinute(room, questionId);
	line.socket.connect();
	await pin(questionId, 20);
	const last = await lastOf(room);
	await until(() => line.seen[room] === last);
	expect(numbersIn(line, room)).toEqual(upTo(last));
	line.close();
});

for (const [name, end] of [
	['is stopped', (running: ServerProcess) => running.stop()],
	['is killed', (running: ServerProcess) => running.kill()],
] as const)
	test(`the same when the server ${name} and started again`, async () => {
		const { slug, room, questionId } = await hallWithQuestion();
		const line = await openLine(server.url, visitorBrowser(config));
		await line.stayIn(slug);
		const port = new URL(server.url).port;
		await end(server);
		await aBusyMinute(room, questionId);
		server = await town.start({ PORT: port });
		await until(() => line.joins === 2);
		await pin(questionId, 5);
		const last = await lastOf(room);
		await until(() => line.seen[room] === last);
		expect(numbersIn(line, room)).toEqual(upTo(last));
		line.close();
	});

test('who comes back after too much has happened is told to load the page anew, and goes on from there', async () => {
	const { slug, room, questionId } = await hallWithQuestion();
	await work(db, system, async ({ record }) => {
		for (let i = 0; i <= replayLimit; i++) record(room, 'question:removed', { questionId, change: 'held' });
	});
	const line = await openLine(server.url, visitorBrowser(config));
	const answer = await line.join(slug);
	expect(answer).toMatchObject({ ok: true, result: { reload: true, missed: [] } });
	line.seen[room] = await lastOf(room);
	await pin(questionId, 3);
	await until(async () => line.seen[room] === (await lastOf(room)));
	expect(numbersIn(line, room)).toHaveLength(3);
	line.close();
});

test('a browser that knows more than the database (restored from a backup) loads the page anew', async () => {
	const { slug, room } = await hallWithQuestion();
	const line = await openLine(server.url, visitorBrowser(config));
	line.seen[room] = (await lastOf(room)) + 10;
	expect(await line.join(slug)).toMatchObject({ ok: true, result: { reload: true } });
	line.close();
});

test('twenty moderators at once leave no gap in any room, and every browser is told all of it in order', async () => {
	const { slug, room, questionId } = await hallWithQuestion();
	const watchers = await Promise.all(
		Array.from({ length: 5 }, () => openLine(server.url, visitorBrowser(config))),
	);
	for (const watcher of watchers) await watcher.stayIn(slug);
	const desk = await signedInBrowser(db, config, dana);
	const commanders = await Promise.all(Array.from({ length: 20 }, () => openLine(server.url, desk)));
	await Promise.all(
		commanders.map(async (line) => {
			for (const n of upTo(10)) {
				const answer = await line.send('question:pin', { questionId, pinned: n % 2 === 0 });
				expect(answer).toMatchObject({ ok: true });
			}
		}),
	);
	const last = await lastOf(room);
	for (const watcher of watchers) {
		await until(() => watcher.seen[room] === last);
		expect(numbersIn(watcher, room)).toEqual(upTo(last));
	}
	const { rows } = await db.execute(sql`
		select r.name from rooms r left join events e on e.room = r.name
		group by r.name, r.seq having count(e.seq) <> r.seq or min(e.seq) <> 1 or max(e.seq) <> r.seq`);
	expect(rows).toEqual([]);
	for (const line of [...watchers, ...commanders]) line.close();
});

test('an asker who was away hears of their own question, and of nobody else’s', async () => {
	const meeting = await liveMeeting(db, { vetting: true });
	const cookie = await signedInBrowser(db, config, maria);
	const line = await openLine(server.url, cookie);
	await line.stayIn(meeting.slug);
	const asked = await line.send('question:ask', {
		meetingId: meeting.id,
		text: 'May we have a second patrol?',
		anonymous: false,
	});
	expect(asked.ok).toBe(true);
	await until(() => line.events.some(({ type }) => type === 'own:question'));
	line.socket.disconnect();
	await askQuestion(db, guest('bea'), { meetingId: meeting.id, text: 'Who pays for it?', anonymous: true });
	line.socket.connect();
	await until(() => line.joins === 2);
	const own = line.events.filter(({ type }) => type === 'own:question');
	expect(own).toHaveLength(1);
	expect(line.events.filter(({ room }) => room.endsWith(':desk'))).toEqual([]);
	line.close();
});
