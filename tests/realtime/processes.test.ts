// Two server processes on one database: what is done on one is on the screens of the other.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { count, eq } from 'drizzle-orm';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { readAttendance } from '#db/attendance.ts';
import type { Database } from '#db/client.ts';
import { guestCookieName, makeGuest } from '#db/guest.ts';
import { askQuestion } from '#db/questions.ts';
import { checkIn } from '#db/room.ts';
import { attendance, meetings, votes } from '#db/schema/index.ts';
import { hallRoom } from '#domain/events.ts';
import { dana, guest, liveMeeting } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo } from './line.ts';
import { makeTown, type Town } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let town: Town;
let servers: ServerProcess[];

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	servers = await Promise.all([town.start(), town.start()]);
});

const openOn = (server: { url: string }) => openLine(server.url, visitorBrowser(config));

test('a question asked on one is seen on the other, and both count everybody', async () => {
	const { id, slug } = await liveMeeting(db);
	const lines = await Promise.all([openOn(servers[0]!), openOn(servers[0]!), openOn(servers[1]!)]);
	for (const line of lines) await line.stayIn(slug);
	const asked = await lines[2]!.send('question:ask', {
		meetingId: id,
		text: 'When is the crossing on Elm Street built?',
		anonymous: true,
	});
	expect(asked.ok).toBe(true);
	for (const line of lines) {
		await until(() => line.events.some(({ type }) => type === 'question:changed'));
		await until(() => line.watching === 3);
	}
	lines[2]!.close();
	await until(() => lines[0]!.watching === 2);
	for (const line of lines) line.close();
});

test('votes on both are counted together and told at most four times a second', async () => {
	const { id, slug } = await liveMeeting(db);
	const asked = await askQuestion(db, guest('ann'), {
		meetingId: id,
		text: 'Who answers for the broken cameras?',
		anonymous: true,
	});
	const screens = await Promise.all(servers.map(openOn));
	for (const screen of screens) await screen.stayIn(slug);
	const voters = await Promise.all(upTo(40).map((n) => openOn(servers[n % 2]!)));
	// One after the other, so that they arrive over a while on both.
	for (const voter of voters)
		expect(await voter.send('question:vote', { questionId: asked.id, on: true })).toMatchObject({ ok: true });

	const room = hallRoom(id);
	for (const screen of screens) {
		const totals = () => screen.events.filter(({ type }) => type === 'question:counted');
		await until(() => JSON.stringify(totals().at(-1)?.payload ?? '').includes('"votes":40'));
		const times = totals().map(({ at }) => Date.parse(at));
		const pauses = times.slice(1).map((at, i) => at - times[i]!);
		expect(pauses.filter((ms) => ms < 250)).toEqual([]);
		expect(numbersIn(screen, room)).toEqual(upTo(screen.seen[room]!));
	}
	const [rows] = await db.select({ count: count() }).from(votes).where(eq(votes.questionId, asked.id));
	expect(rows!.count).toBe(40);
	for (const line of [...screens, ...voters]) line.close();
});

test('who was on a process that died is soon not counted any more', async () => {
	const { slug } = await liveMeeting(db);
	const [staying, dying] = await Promise.all([quickServer(), quickServer()]);
	const watcher = await openOn(staying);
	await watcher.stayIn(slug);
	const lost = await Promise.all([openOn(dying), openOn(dying)]);
	for (const line of lost) await line.stayIn(slug);
	await until(() => watcher.watching === 3);
	for (const line of lost) line.close();
	dying.child.kill('SIGKILL');
	await until(() => watcher.watching === 1);
	watcher.close();
	staying.child.kill('SIGKILL');
});

test('online at once are visitors who are not in the room, over all processes: no phone in the gym, no screen on its wall', async () => {
	const { id, slug } = await liveMeeting(db);
	const [one, two] = await Promise.all([quickServer(), quickServer()]);
	await db.update(meetings).set({ placeKind: 'hybrid' }).where(eq(meetings.id, id));
	const { guest: own, value } = makeGuest(config);
	await checkIn(db, { guest: own.secret, guestSince: own.since, account: null }, { meetingId: id });
	const lines = await Promise.all([
		...[openOn(one), openOn(two)],
		openLine(two.url, `${guestCookieName(config)}=${value}`),
		openLine(one.url),
	]);
	for (const line of lines) await line.stayIn(slug);
	await until(() => lines[0]!.watching === 4);
	const rows = () => db.select().from(attendance).where(eq(attendance.meetingId, id));
	// Written several times by each process, with everybody there.
	await vi.waitUntil(async () => (await rows()).filter(({ seconds }) => seconds >= 3).length === 3, {
		timeout: 30_000,
	});
	expect(await readAttendance(db, dana, id)).toMatchObject({ peak: 2, visitors: 2, room: 1 });
	for (const line of lines) line.close();
	for (const { child } of [one, two]) child.kill('SIGKILL');
});

/** A server whose presence forgets within a second instead of fifteen. */
async function quickServer() {
	const child = fork(path.join(import.meta.dirname, 'quick-server.ts'), [town.databaseUrl], {
		env: { PATH: process.env.PATH, SECRET: config.SECRET, LOG_LEVEL: 'silent' },
	});
	const [port] = (await once(child, 'message')) as [number];
	return { child, url: `http://localhost:${port}` };
}
