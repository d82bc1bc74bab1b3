// The server is killed under a stream of questions and votes, again and again: what was acknowledged is there, and there once.
import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { askQuestion } from '#db/questions.ts';
import { questions } from '#db/schema/index.ts';
import { hallRoom } from '#domain/events.ts';
import { guest, liveMeeting } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo, type Line } from './line.ts';
import { makeTown, type Town } from './town.ts';

/** STORM_ROUNDS asks for more, or fewer. */
const rounds = Number(process.env.STORM_ROUNDS ?? 20);
vi.setConfig({ testTimeout: 60_000 + rounds * 15_000 });

const config = testConfig();
let db: Database;
let town: Town;
let server: ServerProcess;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});

/** A resident who asks and votes without pause, and keeps sending what was not answered, with its id, until it is. */
type Busy = { line: Line; asked: Set<string>; voted: Map<string, boolean>; stop(): Promise<void> };

async function beBusy(meeting: { id: string; slug: string }, votable: string[]): Promise<Busy> {
	const line = await openLine(server.url, visitorBrowser(config));
	await line.stayIn(meeting.slug);
	const asked = new Set<string>();
	const voted = new Map<string, boolean>();
	let isStopping = false;
	const untilAnswered = async (send: (id: string) => Promise<{ ok: boolean }>) => {
		const id = randomUUID();
		for (;;) {
			const answer = await send(id).catch(() => ({ ok: false, code: 'lost' }));
			if (answer.ok) return;
			// Lost with the line, or too fast: nothing else may come.
			expect(answer).toMatchObject({ code: expect.stringMatching(/^(lost|too-fast)$/) });
			await until(() => line.socket.connected);
		}
	};
	const ask = async () => {
		for (let n = 0; !isStopping; n++) {
			const text = `Question ${n} of ${line.socket.id}: ${randomUUID()}`;
			await untilAnswered((id) =>
				line.send('question:ask', { meetingId: meeting.id, text, anonymous: true }, id),
			);
			asked.add(text);
		}
	};
	const vote = async () => {
		for (let n = 0; !isStopping; n++) {
			const questionId = votable[n % votable.length]!;
			const on = Math.floor(n / votable.length) % 2 === 0;
			await untilAnswered((id) => line.send('question:vote', { questionId, on }, id));
			voted.set(questionId, on);
		}
	};
	const done = Promise.all([ask(), vote()]);
	return {
		line,
		asked,
		voted,
		stop: async () => {
			isStopping = true;
			await done;
		},
	};
}

test(`after ${rounds} kills everything acknowledged is there, once, and the totals are what the rows say`, async () => {
	const meeting = await liveMeeting(db);
	const votable: string[] = [];
	for (const n of upTo(5)) {
		const ask = { meetingId: meeting.id, text: `To be voted for: ${n}`, anonymous: true };
		votable.push((await askQuestion(db, guest('ann'), ask)).id);
	}
	const residents = await Promise.all(upTo(4).map(() => beBusy(meeting, votable)));
	const answered = () => residents.reduce((sum, { asked, voted }) => sum + asked.size + voted.size, 0);

	for (let round = 0; round < rounds; round++) {
		const before = residents.map(({ asked }) => asked.size);
		await until(() => residents.every(({ asked }, i) => asked.size >= before[i]! + 3));
		const port = new URL(server.url).port;
		await server.kill();
		server = await town.start({ PORT: port });
	}
	await Promise.all(residents.map((resident) => resident.stop()));
	expect(answered()).toBeGreaterThan(rounds * 12);

	const rows = await db.select().from(questions);
	const texts = rows.map(({ text }) => text);
	expect(new Set(texts).size).toBe(texts.length);
	const acknowledged = residents.flatMap(({ asked }) => [...asked]);
	expect(acknowledged.filter((text) => !texts.includes(text))).toEqual([]);
	expect(rows).toHaveLength(acknowledged.length + votable.length);
	expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(upTo(rows.length));

	for (const questionId of votable) {
		const inFavour = residents.filter(({ voted }) => voted.get(questionId)).length;
		expect(rows.find(({ id }) => id === questionId)!.votes).toBe(inFavour);
	}
	expect(await wrongTotals()).toEqual([]);
	expect(await roomsWithGaps()).toEqual([]);
	// The residents' own screens have been told everything once, over all the restarts.
	const room = hallRoom(meeting.id);
	const { rows: last } = await db.execute<{ seq: string }>(sql`select seq from rooms where name = ${room}`);
	for (const { line } of residents) {
		await until(() => line.seen[room]! >= Number(last[0]!.seq));
		const [first] = numbersIn(line, room);
		expect(numbersIn(line, room)).toEqual(upTo(line.seen[room]!, first));
		line.close();
	}
});

async function wrongTotals() {
	const { rows } = await db.execute(sql`
		select q.id, q.votes, count(v.voter) from questions q left join votes v on v.question_id = q.id and not v.aside
		group by q.id having count(v.voter) <> q.votes`);
	return rows;
}

async function roomsWithGaps() {
	const { rows } = await db.execute(sql`
		select r.name from rooms r left join events e on e.room = r.name
		group by r.name, r.seq having count(e.seq) <> r.seq or min(e.seq) <> 1 or max(e.seq) <> r.seq`);
	return rows;
}
