// A poll over the line: everybody hears that it is open and how many have voted, nobody what was voted, and everybody the result.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { makePoll } from '#db/polls.ts';
import { doneCommands, events, pollBoxes, rooms } from '#db/schema/index.ts';
import { deskRoom, hallRoom } from '#domain/events.ts';
import type { PollFormInput } from '#domain/polls.ts';
import { dana, liveMeeting, maria } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo, type Line } from './line.ts';
import { makeTown } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let servers: ServerProcess[];

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	servers = [await town.start(), await town.start()];
});

const streets: PollFormInput = { kind: 'single', question: 'Which street first?', options: ['Oak', 'Elm'] };
const heard = (line: Line, type: string) => line.events.filter((event) => event.type === type);

/** A hall with a draft, and dana in it. */
async function aHall() {
	const { id: meetingId, slug } = await liveMeeting(db);
	const { pollId } = await makePoll(db, dana, { meetingId, poll: streets });
	const desk = await openLine(servers[0]!.url, await signedInBrowser(db, config, dana));
	await desk.stayIn(slug);
	return { meetingId, slug, pollId, desk };
}

async function enter(slug: string, process: number, cookie: string): Promise<Line> {
	const line = await openLine(servers[process]!.url, cookie);
	await line.stayIn(slug);
	return line;
}

test('two residents on two processes vote, change, and see the result together; until then only how many', async () => {
	const { meetingId, slug, pollId, desk } = await aHall();
	const one = await enter(slug, 0, visitorBrowser(config));
	const other = await enter(slug, 1, await signedInBrowser(db, config, maria));
	expect(await desk.send('poll:open', { pollId })).toMatchObject({ ok: true });
	await until(() => [one, other].every((line) => heard(line, 'poll:opened').length === 1));

	expect(await one.send('poll:vote', { pollId, choice: [0] })).toMatchObject({ ok: true });
	expect(await other.send('poll:vote', { pollId, choice: [0] })).toMatchObject({ ok: true });
	expect(await other.send('poll:vote', { pollId, choice: [1] })).toMatchObject({ ok: true });
	expect(await one.send('poll:vote', { pollId, choice: [7] })).toMatchObject({
		ok: false,
		code: 'bad-input',
	});
	const voted = (line: Line) => heard(line, 'poll:progress').at(-1)?.payload;
	await until(() =>
		[one, other, desk].every((line) => JSON.stringify(voted(line))?.includes('"voted":2') ?? false),
	);

	expect(await desk.send('poll:close', { pollId, show: true })).toMatchObject({ ok: true });
	await until(() => [one, other].every((line) => heard(line, 'poll:closed').length === 1));
	expect(heard(one, 'poll:closed')[0]!.payload).toMatchObject({
		poll: { result: { votes: [1, 1] }, voted: 2 },
	});
	expect(await one.send('poll:vote', { pollId, choice: [1] })).toMatchObject({
		ok: false,
		code: 'poll-closed',
	});
	const room = hallRoom(meetingId);
	expect(numbersIn(one, room)).toEqual(
		upTo(one.seen[room]!, one.events.find((event) => event.room === room)!.seq),
	);
	expect(one.events.some((event) => event.room === deskRoom(meetingId))).toBe(false);
	for (const line of [desk, one, other]) line.close();
});

test('a ballot leaves no command, no event of its own and no room of its own behind, nor a line in the log', async () => {
	const { meetingId, slug, pollId, desk } = await aHall();
	await desk.send('poll:open', { pollId });
	const line = await enter(slug, 0, visitorBrowser(config));
	const count = async () => [await db.$count(doneCommands), await db.$count(rooms)];
	const before = await count();
	const id = randomUUID();
	expect(await line.send('poll:vote', { pollId, choice: [1] }, id)).toMatchObject({ ok: true });
	// Its answer was lost: sent again, it is still one ballot.
	expect(await line.send('poll:vote', { pollId, choice: [1] }, id)).toMatchObject({ ok: true });
	await until(() => heard(line, 'poll:progress').length === 1);
	expect(await count()).toEqual(before);
	const told = await db
		.select()
		.from(events)
		.where(eq(events.room, hallRoom(meetingId)));
	expect(told.filter(({ type }) => type.startsWith('poll:')).map(({ type }) => type)).toEqual([
		'poll:opened',
		'poll:progress',
	]);
	const [box] = await db.select().from(pollBoxes).where(eq(pollBoxes.pollId, pollId));
	expect(Object.values(box!.box)).toEqual([[1]]);
	expect(servers[0]!.output()).not.toContain(pollId);
	for (const one of [desk, line]) one.close();
});

test('who comes back hears what they missed: closed, and without a result that nobody has shown', async () => {
	const { slug, pollId, desk } = await aHall();
	const cookie = visitorBrowser(config);
	const line = await enter(slug, 1, cookie);
	await desk.send('poll:open', { pollId });
	await until(() => heard(line, 'poll:opened').length === 1);
	line.socket.disconnect();
	await desk.send('poll:close', { pollId, show: false });
	line.socket.connect();
	await until(() => heard(line, 'poll:closed').length === 1);
	expect(heard(line, 'poll:closed')[0]!.payload).toMatchObject({ poll: { state: 'closed', result: null } });
	await desk.send('poll:show', { pollId });
	await until(() => heard(line, 'poll:results').length === 1);
	for (const one of [desk, line]) one.close();
});
