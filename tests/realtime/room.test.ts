// The room over sockets: several tablets count at once and see the same, a press whose answer was lost counts once, and who may not see the numbers hears nothing.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { setSwitches } from '#db/meetings.ts';
import { readHeads } from '#db/room.ts';
import { meetings } from '#db/schema/index.ts';
import { cityRoom } from '#domain/events.ts';
import { dana, liveMeeting, maria, sam } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo, type Line } from './line.ts';
import { makeTown } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let server: ServerProcess;

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});

async function evening() {
	const { id, slug } = await liveMeeting(db);
	await db.update(meetings).set({ placeKind: 'hybrid' }).where(eq(meetings.id, id));
	return { meetingId: id, slug };
}
const headsOn = (line: Line) =>
	line.events.findLast((event) => event.type === 'city:heads')?.payload.heads.walkIns;

test('two tablets press + and − at once: nothing is lost, nothing counts twice, both see the same', async () => {
	const { meetingId, slug } = await evening();
	const tablets = [
		await openLine(server.url, await signedInBrowser(db, config, sam)),
		await openLine(server.url, await signedInBrowser(db, config, dana)),
	];
	const resident = await openLine(server.url, await signedInBrowser(db, config, maria));
	for (const line of [...tablets, resident]) expect(await line.join(slug)).toMatchObject({ ok: true });
	const press = (line: Line, by: 1 | -1, id = randomUUID()) =>
		line.send('room:count', { meetingId, kind: 'walk-in', by }, id);
	const once = randomUUID();
	const answers = await Promise.all([
		...tablets.flatMap((line) => Array.from({ length: 5 }, () => press(line, 1))),
		press(tablets[0]!, 1, once),
		press(tablets[0]!, 1, once),
		press(tablets[1]!, -1),
	]);
	expect(answers.every(({ ok }) => ok)).toBe(true);
	// A − that came first, at zero, has changed nothing.
	const { walkIns } = await readHeads(db, meetingId);
	expect([10, 11]).toContain(walkIns);
	await until(() => tablets.every((line) => headsOn(line) === walkIns));
	expect(numbersIn(tablets[0]!, cityRoom(meetingId))).toEqual(upTo(12));
	expect(resident.events.filter(({ room }) => room === cityRoom(meetingId))).toEqual([]);
	for (const line of [...tablets, resident]) line.close();
});

test('a hand from the room and one from home reach every screen in one order; names from home stay with moderators', async () => {
	const { meetingId, slug } = await evening();
	await setSwitches(db, dana, { meetingId, stageOpen: true });
	const [desk, front] = [
		await openLine(server.url, await signedInBrowser(db, config, dana)),
		await openLine(server.url, await signedInBrowser(db, config, sam)),
	];
	const [home, phone, screen] = [
		await openLine(server.url, visitorBrowser(config)),
		await openLine(server.url, visitorBrowser(config)),
		await openLine(server.url, visitorBrowser(config)),
	];
	for (const line of [desk, front, home, phone, screen])
		expect(await line.join(slug)).toMatchObject({ ok: true });
	expect(await phone.send('room:check-in', { meetingId })).toMatchObject({ ok: true });
	expect(await home.send('stage:raise', { meetingId, name: 'Bo of Oak Street' })).toMatchObject({ ok: true });
	expect(await front.send('stage:add', { meetingId, name: 'Row 3' })).toMatchObject({ ok: true });
	expect(await phone.send('stage:raise', { meetingId, name: '' })).toMatchObject({
		ok: true,
		result: { channel: 'room', place: 3 },
	});
	const queueOn = (line: Line) =>
		line.events.findLast((event) => event.type === 'desk:stage')?.payload.speakers;
	await until(() => queueOn(desk)?.length === 3);
	const queue = queueOn(desk)!;
	expect(queue.map(({ name, channel }) => [name, channel])).toEqual([
		['Bo of Oak Street', 'online'],
		['Row 3', 'room'],
		['', 'room'],
	]);
	const ownOn = (line: Line) =>
		line.events.findLast((event) => event.type === 'own:speaker')?.payload.speaker;
	const stageOn = (line: Line) =>
		line.events.findLast((event) => event.type === 'stage:changed')?.payload.stage;
	await until(() => stageOn(screen)?.waiting === 3);
	expect(stageOn(screen)!.next).toEqual({ channel: 'online', name: null });
	expect(await desk.send('stage:move', { speakerId: queue[0]!.id, move: 'invite' })).toMatchObject({
		ok: true,
	});
	await until(() => stageOn(screen)?.next?.name === 'Row 3');
	expect(await front.send('stage:move', { speakerId: queue[1]!.id, move: 'call' })).toMatchObject({
		ok: false,
		code: 'forbidden',
	});
	expect(await desk.send('stage:move', { speakerId: queue[1]!.id, move: 'call' })).toMatchObject({
		ok: true,
	});
	await until(() => stageOn(screen)?.onAir[0]?.name === 'Row 3');
	// Whoever is called to the microphone in the room sends nothing from the phone in their hand.
	expect(await desk.send('stage:move', { speakerId: queue[2]!.id, move: 'call' })).toMatchObject({
		ok: true,
	});
	await until(() => ownOn(phone)?.state === 'on-air');
	expect(await phone.send('stage:transport', { meetingId, direction: 'send' })).toMatchObject({
		ok: false,
		code: 'not-on-stage',
	});
	// Whoever stands there makes way for the next, and is told.
	expect(await front.send('stage:add', { meetingId, name: 'Row 9' })).toMatchObject({ ok: true });
	await until(() => queueOn(desk)?.some(({ name }) => name === 'Row 9') ?? false);
	const last = queueOn(desk)!.find(({ name }) => name === 'Row 9')!;
	expect(await desk.send('stage:move', { speakerId: last.id, move: 'call' })).toMatchObject({ ok: true });
	await until(() => ownOn(phone) === null);
	expect(JSON.stringify(screen.events)).not.toContain('Oak Street');
	for (const line of [desk, front, home, phone, screen]) line.close();
});
