// From packets to a film: voices mixed, pictures as they came, whatever was lost or cut off on the way.
import { createDecoder, createEncoder } from 'libopus-wasm';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input, type InputTrack } from 'mediabunny';
import { appendFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { darkFrame } from '#media/recording/dark.ts';
import { writeLog, readLog, type LogKind } from '#media/recording/log.ts';
import { pictureOf } from '#media/recording/recorder.ts';
import { ahead, inOrder, readRtp, vp8Frames, type Frame, type RtpPacket } from '#media/recording/rtp.ts';
import { makeFilm } from '#media/recording/webm.ts';
import { rtp } from '#tests/rtp.ts';

let folder: string;
let logs = 0;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'porchlight-recording-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Said = { ms: number; kind: LogKind; source: number; packet: Buffer };

/** Writes what was said to a log, in the order of time. */
async function logOf(said: Said[]): Promise<string> {
	const file = path.join(folder, `${++logs}.log`);
	const log = await writeLog(file, (error) => expect.fail(String(error)));
	for (const record of said.toSorted((a, b) => a.ms - b.ms)) log.write(record);
	await log.close();
	return file;
}

/** A tone as a browser would send it, 20 ms per packet. `clock`: where its RTP time begins. */
async function voice(
	source: number,
	{ from, to, hertz, clock = 4_294_900_000 }: { from: number; to: number; hertz: number; clock?: number },
): Promise<Said[]> {
	const encoder = await createEncoder({ channels: 1 });
	const packets = Array.from({ length: (to - from) / 20 }, (_, i): Said => {
		const pcm = Float32Array.from({ length: 960 }, (_, n) => {
			const at = i * 960 + n;
			return 0.3 * Math.sin((2 * Math.PI * hertz * at) / 48_000);
		});
		return {
			ms: from + i * 20,
			kind: 'voice',
			source,
			packet: rtp(65_530 + i, clock + i * 960, encoder.encodeFloat(pcm)),
		};
	});
	encoder.free();
	return packets;
}

/** Made-up frames of a camera, 20 per second, a key frame each second, in two packets each. */
function camera(source: number, { from, to }: { from: number; to: number }): Said[] {
	return Array.from({ length: (to - from) / 50 }, (_, i) => {
		// The dark frame serves as a key frame; what follows only has to say that it is none.
		const data = i % 20 === 0 ? darkFrame : Buffer.concat([Buffer.from([1]), Buffer.alloc(40, i)]);
		const ms = from + i * 50;
		const timestamp = 90 * ms;
		const first = Buffer.concat([Buffer.from([0x10]), data.subarray(0, 20)]);
		// With the longest descriptor: picture id of 15 bits, TL0PICIDX, TID.
		const second = Buffer.concat([Buffer.from([0x80, 0xf0, 0x80, 0x01, 0x02, 0x40]), data.subarray(20)]);
		return [
			{ ms, kind: 'picture', source, packet: rtp(i * 2, timestamp, first) },
			{ ms, kind: 'picture', source, packet: rtp(i * 2 + 1, timestamp, second, true) },
		] satisfies Said[];
	}).flat();
}

const noPicture = (ms: number): Said => ({ ms, kind: 'no-picture', source: 0, packet: Buffer.alloc(0) });

async function film(said: Said[]) {
	return read(await logOf(said));
}

async function read(log: string) {
	const file = `${log}.webm`;
	const made = await makeFilm(log, file);
	const input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS });
	const video = await input.getPrimaryVideoTrack();
	const audio = await input.getPrimaryAudioTrack();
	return {
		made: made!,
		seconds: await input.computeDuration(),
		pictures: await packetsOf(video!),
		sounds: await packetsOf(audio!),
	};
}

async function packetsOf(track: InputTrack) {
	const packets = [];
	for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
	return packets;
}

/** How strong a tone is in a span of the film (Goertzel's algorithm: one term of the Fourier transform). */
async function strength(
	sounds: { data: Uint8Array }[],
	hertz: number,
	from: number,
	to: number,
): Promise<number> {
	const decoder = await createDecoder({ channels: 1 });
	const pcm = sounds.slice(0, Math.ceil(to * 50)).flatMap(({ data }) => [...decoder.decodeFloat(data)]);
	decoder.free();
	const span = pcm.slice(from * 48_000, to * 48_000);
	let [real, imaginary] = [0, 0];
	span.forEach((sample, n) => {
		real += sample * Math.cos((2 * Math.PI * hertz * n) / 48_000);
		imaginary += sample * Math.sin((2 * Math.PI * hertz * n) / 48_000);
	});
	return (2 * Math.hypot(real, imaginary)) / span.length;
}

describe('a film', () => {
	test('has everybody who spoke at the same time, each when they did', async () => {
		const { seconds, sounds } = await film([
			noPicture(0),
			...(await voice(1, { from: 500, to: 2500, hertz: 440 })),
			...(await voice(2, { from: 1500, to: 3500, hertz: 1000, clock: 7 })),
			noPicture(4000),
		]);
		expect(seconds).toBeCloseTo(4, 1);
		expect(await strength(sounds, 440, 0, 0.4)).toBeLessThan(0.02);
		expect(await strength(sounds, 440, 0.8, 1.4)).toBeGreaterThan(0.15);
		expect(await strength(sounds, 1000, 0.8, 1.4)).toBeLessThan(0.02);
		for (const hertz of [440, 1000]) expect(await strength(sounds, hertz, 1.7, 2.4)).toBeGreaterThan(0.15);
		expect(await strength(sounds, 440, 2.8, 3.4)).toBeLessThan(0.02);
		expect(await strength(sounds, 1000, 2.8, 3.4)).toBeGreaterThan(0.15);
	});

	test('shows the pictures as they came, and dark where there were none', async () => {
		const { pictures, seconds } = await film([
			noPicture(0),
			...camera(1, { from: 1000, to: 3000 }),
			noPicture(3000),
			noPicture(5000),
		]);
		expect(seconds).toBeGreaterThanOrEqual(5);
		expect(pictures[0]).toMatchObject({ type: 'key', timestamp: 0 });
		const shown = pictures.filter(({ timestamp }) => timestamp >= 1 && timestamp < 2.99);
		expect(shown).toHaveLength(40);
		expect(shown.filter(({ type }) => type === 'key').map(({ timestamp }) => timestamp)).toEqual([1, 2]);
		expect(pictures.find(({ timestamp }) => timestamp >= 2.99)).toMatchObject({ type: 'key' });
	});

	test('goes from one camera to the next at a key frame', async () => {
		const late = camera(2, { from: 1900, to: 4000 }).slice(6);
		const { pictures } = await film([noPicture(0), ...camera(1, { from: 0, to: 3000 }), ...late]);
		// The second camera’s first frames are no key frames: the first is shown until 2.9 s.
		expect(pictures.filter(({ timestamp }) => timestamp > 1.9 && timestamp < 2.85)).toHaveLength(18);
		expect(
			pictures
				.filter(({ type, timestamp }) => type === 'key' && timestamp > 2.05)
				.map(({ timestamp }) => timestamp),
		).toEqual([2.901, 3.9]);
	});

	test('leaves out what a lost packet has spoilt, until the next key frame', async () => {
		const sent = camera(1, { from: 0, to: 3000 });
		const { pictures } = await film([noPicture(0), ...sent.filter((_, i) => i !== 50)]);
		const times = pictures.map(({ timestamp }) => timestamp);
		expect(times.filter((at) => at > 1.2 && at < 1.95)).toEqual([]);
		expect(times.filter((at) => at >= 1.95)).toHaveLength(20);
	});

	test('hears over a packet that was lost, and puts in order those that changed places', async () => {
		const said = await voice(1, { from: 0, to: 2000, hertz: 440 });
		const shuffled = said.map((one, i) => ({
			...one,
			packet: said[i % 4 === 1 ? i + 1 : i % 4 === 2 ? i - 1 : i]!.packet,
		}));
		const { sounds } = await film([
			noPicture(0),
			...shuffled.filter((_, i) => i % 25 !== 24),
			noPicture(2500),
		]);
		expect(await strength(sounds, 440, 0.3, 1.8)).toBeGreaterThan(0.2);
	});

	test('is made of what is there when the log was cut off in the middle', async () => {
		const log = await logOf([
			noPicture(0),
			...(await voice(1, { from: 0, to: 3000, hertz: 440 })),
			...camera(2, { from: 0, to: 3000 }),
		]);
		const whole = await readFile(log);
		await truncate(log, Math.floor(whole.length / 2) + 3);
		const { seconds, pictures } = await read(log);
		expect(seconds).toBeGreaterThan(1.2);
		expect(seconds).toBeLessThan(2.2);
		expect(pictures.length).toBeGreaterThan(20);
	});

	test('is none when nothing was recorded', async () => {
		expect(await makeFilm(await logOf([]), path.join(folder, 'nothing.webm'))).toBeNull();
	});

	test('is not troubled by packets that are rubbish', async () => {
		const rubbish = Array.from({ length: 300 }, (_, i): Said => {
			const packet = Buffer.from(Array.from({ length: i % 40 }, (_, n) => (n * 37 + i * 101) % 256));
			if (packet.length > 0) packet[0] = 0x80 | (packet[0]! & 0x3f);
			return { ms: i * 5, kind: i % 2 ? 'voice' : 'picture', source: i % 3, packet };
		});
		const { sounds, pictures } = await film([
			noPicture(0),
			...rubbish,
			...(await voice(9, { from: 0, to: 1500, hertz: 440 })),
			...camera(8, { from: 0, to: 1500 }),
		]);
		expect(await strength(sounds, 440, 0.3, 1.2)).toBeGreaterThan(0.15);
		expect(pictures.length).toBeGreaterThan(25);
	});
});

describe('a log', () => {
	test('is read up to where it is damaged', async () => {
		const log = await logOf([noPicture(0), noPicture(10)]);
		await appendFile(log, Buffer.from([0xff, 0xff, 0xff, 0xff, 9, 9, 9, 9, 9, 9, 9, 9]));
		const times = [];
		for await (const { ms } of readLog(log)) times.push(ms);
		expect(times).toEqual([0, 10]);
	});
});

describe('RTP', () => {
	test('counters go over their end', () => {
		expect(ahead(65_535, 2, 16)).toBe(3);
		expect(ahead(2, 65_535, 16)).toBe(-3);
		expect(ahead(4_294_967_295, 959, 32)).toBe(960);
	});

	test('contributing sources, extensions and padding are no payload', () => {
		const payload = Buffer.from('said');
		const packet = Buffer.concat([
			Buffer.from([0xb2, 0xe4, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1]),
			Buffer.alloc(8),
			Buffer.from([0xbe, 0xde, 0, 1, 1, 2, 3, 4]),
			payload,
			Buffer.from([0, 0, 3]),
		]);
		expect(readRtp(packet, 5)).toEqual({ sequence: 7, timestamp: 9, marker: true, payload, ms: 5 });
		expect(readRtp(packet.subarray(0, 10), 5)).toBeNull();
	});

	test('a packet that never comes is given up, one that comes twice is taken once', () => {
		const taken: [number, boolean][] = [];
		const push = inOrder(30, ({ sequence }, isAfterGap) => taken.push([sequence, isAfterGap]));
		let at = 0;
		const packet = (sequence: number): RtpPacket => ({
			sequence,
			timestamp: 0,
			marker: false,
			payload: Buffer.alloc(0),
			ms: at++ * 10,
		});
		for (const sequence of [65_534, 65_535, 65_535, 2, 1, 3, 4, 0]) push(packet(sequence));
		expect(taken).toEqual([
			[65_534, false],
			[65_535, false],
			[1, true],
			[2, false],
			[3, false],
			[4, false],
		]);
	});

	test('a key frame is told from what only says that it is one', () => {
		const frames: Frame[] = [];
		const push = vp8Frames((frame) => frames.push(frame));
		push(readRtp(rtp(1, 0, Buffer.concat([Buffer.from([0x10]), darkFrame]), true), 0)!);
		push(readRtp(rtp(2, 3_000, Buffer.concat([Buffer.from([0x10]), Buffer.alloc(40)]), true), 30)!);
		expect(frames).toMatchObject([{ isKey: true, timestamp: 0, data: darkFrame }]);
	});
});

describe('the picture that is recorded', () => {
	const one = (speakerId: string, source: string) => ({
		producerId: `${speakerId}-${source}`,
		speakerId,
		source,
		peerId: speakerId,
	});
	const [dana, maria, screen] = [one('dana', 'camera'), one('maria', 'camera'), one('maria', 'screen')];

	test('is a screen, else who speaks, else the one before, else anybody’s', () => {
		expect(pictureOf([dana, maria, screen], 'dana', null)).toBe(screen);
		expect(pictureOf([dana, maria], 'maria', dana.producerId)).toBe(maria);
		expect(pictureOf([dana, maria], null, maria.producerId)).toBe(maria);
		expect(pictureOf([dana, maria], 'tom', 'gone')).toBe(dana);
		expect(pictureOf([one('dana', 'microphone')], 'dana', null)).toBeUndefined();
	});
});
