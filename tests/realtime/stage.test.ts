// The stage's calls from lines within the hall: hand-made clients get no further than their place on the stage.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { readHall } from '#db/hall.ts';
import { endMeeting } from '#db/meetings.ts';
import { grantRole, revokeRole } from '#db/people.ts';
import { recordingsOf } from '#db/recordings.ts';
import { moveSpeaker, raiseHand, stageOf, takeStage } from '#db/stage.ts';
import { ada, dana, liveMeeting, maria } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openLine, until, type Line } from './line.ts';
import { makeTown, type Town } from './town.ts';

const config = testConfig();
let db: Database;
let server: ServerProcess;
let town: Town;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	server = await town.start();
});

type Hall = { meetingId: string; slug: string; moderator: Line; resident: Line; watcher: Line };

async function openHall(): Promise<Hall> {
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true });
	const moderator = await openLine(server.url, await signedInBrowser(db, config, dana));
	const resident = await openLine(server.url, await signedInBrowser(db, config, maria));
	const watcher = await openLine(server.url, visitorBrowser(config));
	for (const line of [moderator, resident, watcher]) await line.join(slug);
	return { meetingId, slug, moderator, resident, watcher };
}

async function ok<T>(answer: Promise<{ ok: true; result: T } | { ok: false }>): Promise<T> {
	const got = await answer;
	expect(got).toMatchObject({ ok: true });
	return (got as { result: T }).result;
}

const transport = async (line: Line, meetingId: string, direction: 'send' | 'receive') =>
	(await ok(line.send('stage:transport', { meetingId, direction }))) as { id: string };

/** What a browser offers for a microphone. */
const opus = () => ({
	mid: '0',
	codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {} }],
	headerExtensions: [],
	encodings: [{ ssrc: randomBytes(4).readUInt32BE() }],
	rtcp: { cname: 'test' },
});

const sendSound = (line: Line, meetingId: string, transportId: string) =>
	line.send('stage:send', { meetingId, transportId, source: 'microphone', rtpParameters: opus() });

test('a watcher receives, and sends nothing', async () => {
	const { meetingId, moderator, watcher } = await openHall();
	await takeStage(db, dana, { meetingId });
	const theirs = await transport(moderator, meetingId, 'send');
	const { producerId } = await ok(sendSound(moderator, meetingId, theirs.id));
	const { rtpCapabilities, sent } = await ok(watcher.send('stage:enter', { meetingId }));
	expect(sent).toMatchObject([{ producerId, source: 'microphone' }]);
	expect(await watcher.send('stage:transport', { meetingId, direction: 'send' })).toMatchObject({
		code: 'not-on-stage',
	});
	const mine = await transport(watcher, meetingId, 'receive');
	// Neither through the line that receives, nor through somebody else's.
	for (const transportId of [mine.id, theirs.id, randomUUID()])
		expect(await sendSound(watcher, meetingId, transportId)).toMatchObject({ code: 'not-on-stage' });
	const receive = { meetingId, producerId, rtpCapabilities: rtpCapabilities as Record<string, unknown> };
	expect(await watcher.send('stage:receive', { ...receive, transportId: theirs.id })).toMatchObject({
		code: 'not-found',
	});
	const consumer = (await ok(watcher.send('stage:receive', { ...receive, transportId: mine.id }))) as {
		id: string;
	};
	expect(
		await moderator.send('stage:want', { meetingId, consumerId: consumer.id, want: 'all' }),
	).toMatchObject({
		code: 'not-found',
	});
	expect(await watcher.send('stage:want', { meetingId, consumerId: consumer.id, want: 'all' })).toMatchObject(
		{
			ok: true,
		},
	);
	expect(await watcher.send('stage:unsend', { meetingId, producerId })).toMatchObject({ code: 'not-found' });
});

test('what is sent in one hall, or in its green room, is not there for others', async () => {
	const { meetingId, resident, watcher, moderator } = await openHall();
	const { id: speakerId } = await raiseHand(db, maria, { meetingId, name: 'Maria' });
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	expect(await resident.send('stage:transport', { meetingId, direction: 'send' })).toMatchObject({
		code: 'not-on-stage',
	});
	await moveSpeaker(db, maria, { speakerId, move: 'accept' });
	const way = await transport(resident, meetingId, 'send');
	const { producerId } = await ok(sendSound(resident, meetingId, way.id));
	const { rtpCapabilities } = await ok(watcher.send('stage:enter', { meetingId }));
	const elsewhere = await openHall();
	const asked = { producerId, rtpCapabilities: rtpCapabilities as Record<string, unknown> };
	for (const [line, meeting] of [
		[watcher, meetingId],
		[elsewhere.moderator, elsewhere.meetingId],
	] as const) {
		const { id: transportId } = await transport(line, meeting, 'receive');
		expect(await line.send('stage:receive', { ...asked, meetingId: meeting, transportId })).toMatchObject({
			code: 'not-found',
		});
	}
	// Nor by naming the other hall from outside it.
	expect(await elsewhere.moderator.send('stage:enter', { meetingId })).toMatchObject({ code: 'not-found' });
	expect((await ok(moderator.send('stage:enter', { meetingId }))).sent).toMatchObject([{ speakerId }]);
});

test('who is sent back is off the air on the server, whatever their browser does', async () => {
	const { meetingId, resident, watcher } = await openHall();
	const { id: speakerId } = await raiseHand(db, maria, { meetingId, name: 'Maria' });
	for (const [actor, move] of [
		[dana, 'invite'],
		[maria, 'accept'],
		[dana, 'admit'],
	] as const)
		await moveSpeaker(db, actor, { speakerId, move });
	const way = await transport(resident, meetingId, 'send');
	const gone: string[] = [];
	watcher.socket.on('stage:unsent', (one) => gone.push(one.producerId));
	const { producerId } = await ok(sendSound(resident, meetingId, way.id));
	await moveSpeaker(db, dana, { speakerId, move: 'dismiss' });
	await until(() => gone.includes(producerId));
	expect((await ok(watcher.send('stage:enter', { meetingId }))).sent).toEqual([]);
	expect(await sendSound(resident, meetingId, way.id)).toMatchObject({ code: 'not-on-stage' });
});

test('a moderator who loses the role is off the air at once', async () => {
	const { meetingId, moderator, watcher } = await openHall();
	await takeStage(db, dana, { meetingId });
	const way = await transport(moderator, meetingId, 'send');
	await ok(sendSound(moderator, meetingId, way.id));
	await revokeRole(db, ada, { personId: 'dana', role: 'moderator' });
	await until(async () => (await ok(watcher.send('stage:enter', { meetingId }))).sent.length === 0);
	expect(await sendSound(moderator, meetingId, way.id)).toMatchObject({ code: 'not-on-stage' });
	await grantRole(db, ada, { personId: 'dana', role: 'moderator' });
});

test('the end of the meeting is the end of its stage', async () => {
	const { meetingId, moderator, watcher } = await openHall();
	await takeStage(db, dana, { meetingId });
	const way = await transport(moderator, meetingId, 'send');
	const stopped: string[] = [];
	moderator.socket.on('stage:stopped', ({ sources }) => stopped.push(...sources));
	await ok(sendSound(moderator, meetingId, way.id));
	await endMeeting(db, dana, { meetingId });
	await until(() => stopped.includes('microphone'));
	expect(await watcher.send('stage:enter', { meetingId })).toMatchObject({ code: 'meeting-not-live' });
});

test('a line that closes takes what it sent with it', async () => {
	const { meetingId, moderator, watcher } = await openHall();
	await takeStage(db, dana, { meetingId });
	const way = await transport(moderator, meetingId, 'send');
	await ok(sendSound(moderator, meetingId, way.id));
	moderator.close();
	await until(async () => (await ok(watcher.send('stage:enter', { meetingId }))).sent.length === 0);
});

test('after a cut the server says what may go on: pictures, and of the microphone only what it still holds', async () => {
	const { meetingId, slug, moderator, watcher } = await openHall();
	await takeStage(db, dana, { meetingId });
	const way = await transport(moderator, meetingId, 'send');
	await ok(sendSound(moderator, meetingId, way.id));
	const picture = {
		...opus(),
		codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
		mid: '1',
		encodings: [{ ssrc: 77 }],
	};
	const camera = { meetingId, transportId: way.id, source: 'camera' as const, rtpParameters: picture };
	await ok(moderator.send('stage:send', camera));
	const switchedOn = async (line: Line) => (await ok(line.send('stage:enter', { meetingId }))).switchedOn;
	// The line stood, only its media was lost.
	expect(await switchedOn(moderator)).toEqual(['microphone', 'camera']);
	expect(await switchedOn(watcher)).toEqual([]);
	// Another line, beside the first or after it.
	const cookie = await signedInBrowser(db, config, dana);
	const again = await openLine(server.url, cookie);
	await again.join(slug);
	expect(await switchedOn(again)).toEqual(['camera']);
	moderator.close();
	await until(async () => (await ok(watcher.send('stage:enter', { meetingId }))).sent.length === 0);
	expect(await switchedOn(again)).toEqual(['camera']);
	// What moderators switch off while the line is cut stays off.
	const [speaker] = (await stageOf(db, meetingId)).onAir;
	await ok(again.send('stage:stop', { speakerId: speaker!.id, source: 'camera' }));
	expect(await switchedOn(again)).toEqual([]);
});

test('rubbish is refused, and others do not notice', async () => {
	const { meetingId, moderator, watcher } = await openHall();
	await takeStage(db, dana, { meetingId });
	const way = await transport(moderator, meetingId, 'send');
	const rubbish = [
		null,
		0,
		'',
		[],
		{},
		{ fingerprints: [] },
		{ fingerprints: [{ algorithm: 'sha-256', value: 'x' }] },
	];
	for (const dtlsParameters of rubbish)
		expect(
			await moderator.send('stage:connect', {
				meetingId,
				transportId: way.id,
				dtlsParameters: dtlsParameters as never,
			}),
		).toMatchObject({ code: 'bad-input' });
	for (const rtpParameters of [
		{},
		{ codecs: [] },
		{ ...opus(), codecs: [{ mimeType: 'audio/none', payloadType: 999, clockRate: -1 }] },
		{ ...opus(), encodings: 'many' },
		{ ...opus(), headerExtensions: [{ uri: 'x'.repeat(5_000), id: 1e9 }] },
	])
		expect(
			await moderator.send('stage:send', {
				meetingId,
				transportId: way.id,
				source: 'microphone',
				rtpParameters: rtpParameters as never,
			}),
		).toMatchObject({ ok: false, code: 'bad-input' });
	await ok(sendSound(moderator, meetingId, way.id));
	expect((await ok(watcher.send('stage:enter', { meetingId }))).sent).toHaveLength(1);
});

test('a recording that the disk does not take is switched off, so that no page says it is recorded', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'porchlight-full-'));
	await writeFile(path.join(folder, 'recordings'), 'not a folder');
	const full = await town.start({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
	const { id: meetingId, slug } = await liveMeeting(db, { stageOpen: true, stageRecorded: true });
	await takeStage(db, dana, { meetingId });
	const moderator = await openLine(full.url, await signedInBrowser(db, config, dana));
	await moderator.join(slug);
	const theirs = await transport(moderator, meetingId, 'send');
	await ok(sendSound(moderator, meetingId, theirs.id));
	await until(async () => !(await readHall(db, dana, slug)).meeting.stageRecorded);
	expect(await recordingsOf(db, meetingId)).toEqual([]);
	moderator.close();
	await full.stop();
	await rm(folder, { recursive: true });
});
