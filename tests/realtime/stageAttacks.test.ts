// What hostile programs do to the stage: they are refused in words, and nobody else's sound or picture suffers.
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { moveSpeaker, raiseHand, takeStage } from '#db/stage.ts';
import type { CommandName } from '#domain/events.ts';
import type { Actor } from '#domain/people.ts';
import { dana, liveMeeting, maria, tom } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openLine, until, upTo, type Line } from './line.ts';
import { makeDice, mutated } from './mutations.ts';
import { makeTown, metric } from './town.ts';

const config = testConfig();
let db: Database;
let server: ServerProcess;
let meetingId: string;
let slug: string;
/** Dana on air, and somebody who watches her: they must not notice anything. */
let moderator: Line;
let watcher: Line;
let spoken: string;
let watched: string;
let workers: string[];

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start({ LOG_LEVEL: 'warn' });
});
beforeEach(async () => {
	({ id: meetingId, slug } = await liveMeeting(db, { stageOpen: true }));
	moderator = await enter(dana);
	watcher = await enter();
	await takeStage(db, dana, { meetingId });
	spoken = (await ok(moderator.send('stage:send', sound(await way(moderator, 'send'))))).producerId;
	watched = await receive(watcher, await way(watcher, 'receive'), spoken);
	workers = workersOf(server);
});
afterEach(async () => {
	await expectUndisturbed();
	for (const line of lines.splice(0)) line.close();
	await until(async () => (await Promise.all(things.map(open))).every((number) => number === 0));
	expect(server.output()).not.toMatch(/worker has died|unhandled|a command failed/i);
});

const lines: Line[] = [];
const things = ['peers', 'transports', 'producers', 'consumers'];
const open = (what: string) => metric(server, `porchlight_stage_open{what="${what}"}`);

async function enter(actor?: Actor): Promise<Line> {
	const cookie = actor ? await signedInBrowser(db, config, actor) : visitorBrowser(config);
	const line = await openLine(server.url, cookie);
	lines.push(line);
	await ok(line.join(slug));
	return line;
}

async function ok<T>(answer: Promise<{ ok: true; result: T } | { ok: false }>): Promise<T> {
	const got = await answer;
	expect(got).toMatchObject({ ok: true });
	return (got as { result: T }).result;
}

/** Somebody of the cast on air, with a line of their own. */
async function onAir(
	actor: Actor,
	{ until: last }: { until: 'green-room' | 'on-air' } = { until: 'on-air' },
) {
	const { id: speakerId } = await raiseHand(db, actor, { meetingId, name: 'x' });
	await moveSpeaker(db, dana, { speakerId, move: 'invite' });
	await moveSpeaker(db, actor, { speakerId, move: 'accept' });
	if (last === 'on-air') await moveSpeaker(db, dana, { speakerId, move: 'admit' });
	return { line: await enter(actor), speakerId };
}

const way = async (line: Line, direction: 'send' | 'receive', where = meetingId) =>
	((await ok(line.send('stage:transport', { meetingId: where, direction }))) as { id: string }).id;
const ssrc = () => randomBytes(4).readUInt32BE() || 1;
const opus = () => ({
	mid: String(ssrc() % 1000),
	codecs: [
		{
			mimeType: 'audio/opus',
			payloadType: 111,
			clockRate: 48_000,
			channels: 2,
			parameters: { minptime: 10, useinbandfec: 1 },
			rtcpFeedback: [{ type: 'transport-cc', parameter: '' }],
		},
	],
	headerExtensions: [
		{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' as const, id: 4, encrypt: false, parameters: {} },
	],
	encodings: [{ ssrc: ssrc(), dtx: false }],
	rtcp: { cname: 'test', reducedSize: true },
});
const vp8 = () => ({
	...opus(),
	codecs: [
		{
			mimeType: 'video/VP8',
			payloadType: 96,
			clockRate: 90_000,
			parameters: {},
			rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
		},
		{ mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 }, rtcpFeedback: [] },
	],
	encodings: ['q', 'h', 'f'].map((rid) => ({
		rid,
		scalabilityMode: 'L1T3',
		maxBitrate: 120_000,
		dtx: false,
	})),
});
const sound = (transportId: string, rtpParameters: object = opus()) => ({
	meetingId,
	transportId,
	source: 'microphone' as const,
	rtpParameters: rtpParameters as ReturnType<typeof opus>,
});
const fingerprint = (algorithm = 'sha-256', bytes = 32) => ({
	algorithm,
	value: Array.from(randomBytes(bytes), (byte) => byte.toString(16).padStart(2, '0')).join(':'),
});
const capabilities = async (line: Line) =>
	(await ok(line.send('stage:enter', { meetingId }))).rtpCapabilities as object;

async function receive(line: Line, transportId: string, producerId: string): Promise<string> {
	const input = { meetingId, transportId, producerId, rtpCapabilities: await capabilities(line) };
	return ((await ok(line.send('stage:receive', input))) as { id: string }).id;
}

function workersOf({ child }: ServerProcess): string[] {
	const found = execFileSync('pgrep', ['-P', String(child.pid), '-f', 'mediasoup-worker'], {
		encoding: 'utf8',
	});
	return found.trim().split('\n').sort();
}

/** The same workers, Dana still sends, her watcher still receives, and a newcomer can. */
async function expectUndisturbed() {
	expect(workersOf(server)).toEqual(workers);
	const want = (consumerId: string, want: 'nothing' | 'all') => ({ meetingId, consumerId, want });
	await ok(watcher.send('stage:want', want(watched, 'nothing')));
	await ok(watcher.send('stage:want', want(watched, 'all')));
	const newcomer = await enter();
	const { sent } = await ok(newcomer.send('stage:enter', { meetingId }));
	expect(sent.map(({ producerId }) => producerId)).toContain(spoken);
	const consumerId = await receive(newcomer, await way(newcomer, 'receive'), spoken);
	await ok(newcomer.send('stage:want', want(consumerId, 'all')));
}

test('a speaker does nothing through what belongs to others', async () => {
	const { line } = await onAir(tom);
	const others = [await way(moderator, 'receive'), await way(watcher, 'receive')];
	watched = await receive(watcher, others[1]!, spoken);
	await way(line, 'send');
	const refused = { ok: false, code: 'not-found' };
	const rtpCapabilities = await capabilities(line);
	for (const transportId of [...others, randomUUID(), '', '__proto__']) {
		const dtlsParameters = { fingerprints: [fingerprint() as { algorithm: 'sha-256'; value: string }] };
		expect(await line.send('stage:connect', { meetingId, transportId, dtlsParameters })).toMatchObject(
			refused,
		);
		expect(await line.send('stage:send', sound(transportId))).toMatchObject(refused);
		expect(
			await line.send('stage:receive', { meetingId, transportId, producerId: spoken, rtpCapabilities }),
		).toMatchObject(refused);
	}
	for (const consumerId of [watched, randomUUID(), '__proto__'])
		expect(await line.send('stage:want', { meetingId, consumerId, want: 'nothing' })).toMatchObject(refused);
	for (const producerId of [spoken, randomUUID(), '__proto__'])
		expect(await line.send('stage:unsend', { meetingId, producerId })).toMatchObject(refused);
	expect(await line.send('stage:stop', { speakerId: randomUUID() })).toMatchObject({ code: 'forbidden' });
});

test('a way that sends does not receive, and one that receives does not send', async () => {
	const { line } = await onAir(tom);
	const [send, take] = [await way(line, 'send'), await way(line, 'receive')];
	const input = { meetingId, producerId: spoken, rtpCapabilities: await capabilities(line) };
	expect(await line.send('stage:send', sound(take))).toMatchObject({ code: 'not-found' });
	expect(await line.send('stage:receive', { ...input, transportId: send })).toMatchObject({
		code: 'not-found',
	});
});

test('somebody in the green room is heard by nobody in the hall, whatever is asked for', async () => {
	const { line, speakerId } = await onAir(maria, { until: 'green-room' });
	const { producerId } = await ok(line.send('stage:send', sound(await way(line, 'send'))));
	const listener = await enter();
	const transportId = await way(listener, 'receive');
	const input = { meetingId, transportId, producerId, rtpCapabilities: await capabilities(listener) };
	expect(await listener.send('stage:receive', input)).toMatchObject({ code: 'not-found' });
	// Heard on air, and no more after the way back: the consumer is gone with the producer.
	await moveSpeaker(db, dana, { speakerId, move: 'admit' });
	const consumer = (await ok(listener.send('stage:receive', input))) as { id: string };
	await moveSpeaker(db, dana, { speakerId, move: 'dismiss' });
	const want = { meetingId, consumerId: consumer.id, want: 'all' as const };
	await until(async () => !(await listener.send('stage:want', want)).ok);
});

const codec = (more: object) => ({ ...opus(), codecs: [{ ...opus().codecs[0], ...more }] });
const extension = (more: object) => ({
	...opus(),
	headerExtensions: [{ ...opus().headerExtensions[0], ...more }],
});
const badSound: [string, () => object][] = [
	['nothing', () => ({})],
	['no codec', () => ({ ...opus(), codecs: [] })],
	['a hundred codecs', () => ({ ...opus(), codecs: Array.from({ length: 100 }, () => opus().codecs[0]) })],
	['a payload type twice', () => ({ ...opus(), codecs: [...opus().codecs, ...opus().codecs] })],
	['a codec that is not spoken', () => codec({ mimeType: 'audio/PCMU', clockRate: 8_000 })],
	['pictures called sound', () => vp8()],
	['a clock that stands still', () => codec({ clockRate: 0 })],
	['a clock that runs backwards', () => codec({ clockRate: -48_000 })],
	['a payload type beyond all', () => codec({ payloadType: 128 })],
	['half a payload type', () => codec({ payloadType: 111.5 })],
	['no number', () => codec({ payloadType: NaN })],
	['256 channels', () => codec({ channels: 256 })],
	['a setting of a kind that mediasoup cannot write', () => codec({ parameters: { usedtx: true } })],
	['a list with nothing in it', () => codec({ rtcpFeedback: [null] })],
	['a deep setting', () => codec({ parameters: { a: { b: [{}] } } })],
	[
		'a thousand settings',
		() => codec({ parameters: Object.fromEntries(upTo(1000).map((n) => [`a${n}`, n])) }),
	],
	['feedback of a strange form', () => codec({ rtcpFeedback: [{ type: 5 }] })],
	['an unknown extension', () => extension({ uri: 'urn:mine' })],
	['an extension without number', () => extension({ id: 0 })],
	['an extension’s number beyond all', () => extension({ id: 256 })],
	[
		'an extension twice',
		() => ({ ...opus(), headerExtensions: [...opus().headerExtensions, ...opus().headerExtensions] }),
	],
	['no encoding', () => ({ ...opus(), encodings: [] })],
	['a hundred encodings', () => ({ ...opus(), encodings: upTo(100).map((n) => ({ ssrc: n })) })],
	['an SSRC twice', () => ({ ...opus(), encodings: [{ ssrc: 7 }, { ssrc: 7 }] })],
	['an SSRC that repairs itself', () => ({ ...opus(), encodings: [{ ssrc: 7, rtx: { ssrc: 7 } }] })],
	['an SSRC of zero', () => ({ ...opus(), encodings: [{ ssrc: 0 }] })],
	['an SSRC beyond all', () => ({ ...opus(), encodings: [{ ssrc: 2 ** 32 }] })],
	['a layer twice', () => ({ ...opus(), encodings: [{ rid: 'a' }, { rid: 'a' }] })],
	['layers without names', () => ({ ...opus(), encodings: [{}, {}] })],
	['a layer’s name of strange letters', () => ({ ...opus(), encodings: [{ rid: 'a;b\r\n' }] })],
	['a mode that is none', () => ({ ...opus(), encodings: [{ ssrc: 7, scalabilityMode: 'L99T99' }] })],
	['a mid with a line break', () => ({ ...opus(), mid: '0\r\na=x' })],
	['a mid of a mile', () => ({ ...opus(), mid: 'x'.repeat(5_000) })],
	['a cname that is none', () => ({ ...opus(), rtcp: { cname: { toString: 1 } } })],
];

test('malformed parameters of sound are refused in words, and sound as it should be is taken after them', async () => {
	const { line } = await onAir(tom);
	const transportId = await way(line, 'send');
	for (const [name, parameters] of badSound) {
		const answer = await line.send('stage:send', sound(transportId, parameters()));
		expect([name, answer]).toEqual([name, expect.objectContaining({ ok: false, code: 'bad-input' })]);
	}
	await ok(line.send('stage:send', sound(transportId)));
	// What is well-formed and not possible: the same mid, and the same SSRC, as another producer on this way.
	const camera = { ...sound(transportId), source: 'camera' as const };
	const { encodings, ...first } = vp8();
	await ok(
		line.send('stage:send', { ...camera, rtpParameters: { ...first, encodings: [{ ssrc: 77 }] } as never }),
	);
	const screen = { ...camera, source: 'screen' as const };
	for (const again of [
		{ ...vp8(), mid: first.mid },
		{ ...vp8(), encodings: [{ ssrc: 77 }] },
	])
		expect(await line.send('stage:send', { ...screen, rtpParameters: again as never })).toMatchObject({
			code: 'bad-input',
		});
	await ok(line.send('stage:send', { ...screen, rtpParameters: { ...vp8(), encodings } as never }));
});

test('malformed fingerprints are refused in words; the first good ones count, and no second ones', async () => {
	const { line } = await onAir(tom);
	const transportId = await way(line, 'send');
	const connect = (dtlsParameters: unknown) =>
		line.send('stage:connect', { meetingId, transportId, dtlsParameters: dtlsParameters as never });
	for (const rubbish of [
		null,
		{},
		{ fingerprints: [] },
		{ fingerprints: {} },
		{ fingerprints: [fingerprint('sha-256', 20)] },
		{ fingerprints: [fingerprint('sha-1', 32)] },
		{ fingerprints: [fingerprint('sha-256', 66)] },
		{ fingerprints: [fingerprint('md5', 16)] },
		{ fingerprints: [{ ...fingerprint(), value: 'x'.repeat(95) }] },
		{ fingerprints: [fingerprint(), fingerprint()] },
		{ fingerprints: Array.from({ length: 200 }, () => fingerprint()) },
		{ role: 'both', fingerprints: [fingerprint()] },
		JSON.parse('{"__proto__":{"fingerprints":[]}}'),
	])
		expect([rubbish, await connect(rubbish)]).toEqual([
			rubbish,
			expect.objectContaining({ code: 'bad-input' }),
		]);
	await ok(connect({ role: 'client', fingerprints: [fingerprint('sha-512', 64)] }));
	expect(await connect({ role: 'client', fingerprints: [fingerprint()] })).toMatchObject({
		code: 'bad-input',
	});
});

test('malformed capabilities are refused in words', async () => {
	const line = await enter();
	const transportId = await way(line, 'receive');
	const good = (await capabilities(line)) as { codecs: object[]; headerExtensions: object[] };
	for (const rubbish of [
		null,
		{ codecs: 'all' },
		{ codecs: [null] },
		{ ...good, codecs: [{ ...good.codecs[0], clockRate: 0 }] },
		{ ...good, codecs: [{ ...good.codecs[0], preferredPayloadType: 1e9 }] },
		{ ...good, codecs: Array.from({ length: 100 }, () => good.codecs[0]) },
		{ ...good, headerExtensions: [{ ...good.headerExtensions[0], preferredId: -1 }] },
		{ ...good, headerExtensions: [{ ...good.headerExtensions[0], kind: 'smell' }] },
		{ ...good, codecs: [{ ...good.codecs[0], parameters: JSON.parse('{"a":{"__proto__":{"b":1}}}') }] },
	]) {
		const input = { meetingId, transportId, producerId: spoken, rtpCapabilities: rubbish as never };
		expect([rubbish, await line.send('stage:receive', input)]).toEqual([
			rubbish,
			expect.objectContaining({ code: 'bad-input' }),
		]);
	}
	// Nothing in common is no crash either.
	const none = { meetingId, transportId, producerId: spoken, rtpCapabilities: {} };
	expect(await line.send('stage:receive', none)).toMatchObject({ code: 'not-found' });
	await receive(line, transportId, spoken);
});

test('what is nested as deep as a message can be is refused, and its sender goes on', async () => {
	const { line } = await onAir(tom);
	const transportId = await way(line, 'send');
	const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
	for (const inside of [
		`"rtpParameters":${deep}`,
		`"rtpParameters":{"codecs":${deep}}`,
		`"rtpParameters":{"codecs":[{"mimeType":"audio/opus","payloadType":1,"clockRate":48000,"parameters":{"a":${deep}}}]}`,
	]) {
		const input = `{"meetingId":"${meetingId}","transportId":"${transportId}","source":"microphone",${inside}}`;
		// By hand, below socket.io's client: it could not write it.
		line.socket.io.engine.write(`2999["stage:send",${input},"${randomUUID()}"]`);
		await ok(line.send('stage:enter', { meetingId }));
	}
	await ok(line.send('stage:send', sound(transportId)));
	expect(line.socket.connected).toBe(true);
});

test('what is thrown at the workers’ ports themselves disturbs nobody', async () => {
	const line = await enter();
	type Candidates = {
		iceParameters: { usernameFragment: string };
		iceCandidates: { ip: string; port: number; protocol: string }[];
	};
	const ways = await Promise.all(
		upTo(8).map(
			async () => (await ok(line.send('stage:transport', { meetingId, direction: 'receive' }))) as Candidates,
		),
	);
	const dice = makeDice(1);
	const thrower = createSocket('udp4');
	// The first bytes decide whether a packet is taken for STUN, DTLS, RTP or RTCP.
	const beginnings = [
		'000100102112a442',
		'16fefd0000000000',
		'8060000100000001',
		'80c8000100000001',
		'ff',
		'',
	];
	for (const { iceCandidates, iceParameters } of ways)
		for (const _ of upTo(250)) {
			const packet = Buffer.concat([
				Buffer.from(dice.oneOf(beginnings), 'hex'),
				Buffer.from(dice.below(2) ? iceParameters.usernameFragment : ''),
				randomBytes(dice.below(1_400)),
			]);
			const { ip, port } = iceCandidates[0]!;
			await new Promise((sent) => thrower.send(packet, port, ip, sent));
		}
	thrower.close();
	const { ip, port } = ways[0]!.iceCandidates.find(({ protocol }) => protocol === 'tcp')!;
	const tcp = connect(port, ip);
	tcp.on('error', () => {});
	tcp.end(randomBytes(100_000));
	await once(tcp, 'close');
});

test('who asks again and again for ways and for the same picture has one of each', async () => {
	const before = Object.fromEntries(
		await Promise.all(things.map(async (what) => [what, await open(what)] as const)),
	);
	for (const _ of upTo(4)) {
		const line = await enter();
		await Promise.all(upTo(12).map(() => way(line, 'receive')));
		const transportId = await way(line, 'receive');
		const input = { meetingId, transportId, producerId: spoken, rtpCapabilities: await capabilities(line) };
		await Promise.all(upTo(35).map(() => line.send('stage:receive', input)));
	}
	expect(await open('transports')).toBe(before['transports']! + 4);
	expect(await open('consumers')).toBe(before['consumers']! + 4);
	const { line } = await onAir(tom);
	await Promise.all(upTo(20).map(() => way(line, 'send')));
	const transportId = await way(line, 'send');
	await Promise.all(upTo(25).map(() => line.send('stage:send', sound(transportId))));
	expect(await open('transports')).toBe(before['transports']! + 5);
	expect(await open('producers')).toBe(before['producers']! + 1);
});

test('whoever speaks from two browsers is there once: the later one counts', async () => {
	const first = await onAir(tom);
	const stopped: unknown[] = [];
	first.line.socket.on('stage:stopped', (what) => stopped.push(what));
	await ok(first.line.send('stage:send', sound(await way(first.line, 'send'))));
	const second = await enter(tom);
	const { producerId } = await ok(second.send('stage:send', sound(await way(second, 'send'))));
	await until(() => stopped.length === 1);
	expect(stopped).toEqual([{ sources: ['microphone'], isByOwn: true }]);
	const { sent } = await ok(watcher.send('stage:enter', { meetingId }));
	expect(sent.filter(({ speakerId }) => speakerId === first.speakerId)).toMatchObject([{ producerId }]);
});

test(
	'ten thousand mutated messages of a speaker end nothing but their own',
	{ timeout: 120_000 },
	async () => {
		const seed = Number(process.env.FUZZ_SEED ?? randomBytes(4).readUInt32BE());
		onTestFailed(() => say(`The messages of this run come again with FUZZ_SEED=${seed}`));
		const dice = makeDice(seed);
		const { speakerId } = await onAir(tom);
		/** What is longer ends the line at once (tests/realtime/attacks.test.ts). */
		const messageFrom = (input: object): unknown => {
			const message = mutated(dice, input);
			return JSON.stringify(message ?? null).length < 60_000 ? message : messageFrom(input);
		};
		const outcomes = new Map<string, number>();
		let sent = 0;
		while (sent < 10_000) {
			const line = await enter(tom);
			const valid = await validMessages(line, speakerId);
			// A line may send sixty at once: then it is too fast, and another one is opened.
			const answers = upTo(48).map(async () => {
				const [name, input] = dice.oneOf(valid);
				const answer = await line.send(name, messageFrom(input()) as never);
				const outcome = answer.ok ? 'ok' : answer.code;
				outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
			});
			await Promise.all(answers);
			sent += answers.length;
			line.close();
		}
		expect([...outcomes.keys()].filter((code) => !expected.includes(code))).toEqual([]);
		// They were not all turned away at the door.
		expect(outcomes.get('ok')).toBeGreaterThan(500);
		say(`seed ${seed}: ${JSON.stringify(Object.fromEntries(outcomes))}`);
	},
);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const expected = ['ok', 'bad-input', 'not-found', 'too-fast', 'forbidden', 'not-on-stage'];

/** One of each call as a browser would make it, on ways that are this line's own; and a few that are not. */
async function validMessages(line: Line, speakerId: string): Promise<[CommandName, () => object][]> {
	const [send, take] = [await way(line, 'send'), await way(line, 'receive')];
	const { producerId } = await ok(line.send('stage:send', sound(send)));
	const consumerId = await receive(line, take, spoken);
	const rtpCapabilities = await capabilities(line);
	const picture = (source: string) => ({ ...sound(send, vp8()), source });
	const dtls = (transportId: string, one: object) => ({
		meetingId,
		transportId,
		dtlsParameters: { role: 'client', fingerprints: [one] },
	});
	return [
		['stage:enter', () => ({ meetingId })],
		['stage:transport', () => ({ meetingId, direction: 'receive' })],
		['stage:connect', () => dtls(send, fingerprint())],
		['stage:connect', () => dtls(take, fingerprint('sha-1', 20))],
		['stage:send', () => sound(send)],
		['stage:send', () => picture('camera')],
		['stage:send', () => picture('screen')],
		['stage:receive', () => ({ meetingId, transportId: take, producerId: spoken, rtpCapabilities })],
		['stage:want', () => ({ meetingId, consumerId, want: 2 })],
		['stage:want', () => ({ meetingId, consumerId: watched, want: 'nothing' })],
		['stage:unsend', () => ({ meetingId, producerId })],
		['stage:unsend', () => ({ meetingId, producerId: spoken })],
		['stage:stop', () => ({ speakerId, source: 'camera' })],
	];
}
