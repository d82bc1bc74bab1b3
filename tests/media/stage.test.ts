// A stage without people: producers reach every worker once, and who leaves leaves nothing behind.
import type { types } from 'mediasoup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type MediaStage } from '#media/stage.ts';
import { startWorkers, type Workers } from '#media/workers.ts';

let workers: Workers;
let stage: MediaStage;
const unsent: string[] = [];

beforeAll(async () => {
	workers = await startWorkers(
		{ address: '127.0.0.1', announcedAddress: undefined, port: undefined, workers: 2 },
		() => {},
	);
	stage = await openStage(workers, {
		sent: () => {},
		unsent: ({ producerId }) => void unsent.push(producerId),
		lost: () => {},
		silent: () => {},
		speaking: () => {},
	});
});
afterAll(() => workers.close());

let ssrc = 1;
const opus = (): types.RtpParameters => ({
	mid: String(ssrc),
	codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {} }],
	encodings: [{ ssrc: ssrc++ }],
	rtcp: { cname: 'test' },
});

async function speak(peerId: string): Promise<string> {
	const { id } = await stage.openTransport(peerId, 'send');
	return stage.send(peerId, id, { speakerId: peerId, source: 'microphone' }, 'audio', opus());
}

async function watch(peerId: string, producerIds: string[]): Promise<void> {
	const { id } = await stage.openTransport(peerId, 'receive');
	await Promise.all(
		producerIds.map((producerId) => stage.receive(peerId, id, producerId, stage.rtpCapabilities)),
	);
}

test('a producer is piped once to the other worker, however many watch there', async () => {
	const spoken = [await speak('a'), await speak('b')];
	await Promise.all(Array.from({ length: 20 }, (_, n) => watch(`watcher ${n}`, spoken)));
	expect(stage.counts()).toEqual({ peers: 22, transports: 22, producers: 2, consumers: 40, pipes: 2 });
	expect(workers.all().map(({ load }) => load)).toEqual([10, 10]);
});

test('a hundred who come and go leave nothing behind, also those who go while they come', async () => {
	const before = stage.counts();
	const spoken = stage.sending().map(({ producerId }) => producerId);
	for (let n = 0; n < 100; n++) {
		const coming = watch('visitor', spoken);
		if (n % 2) await coming;
		stage.leave('visitor');
		await coming.catch(() => {});
	}
	expect(stage.counts()).toEqual(before);
});

test('when all have left, nothing is sent and nothing is open', async () => {
	const spoken = stage.sending().map(({ producerId }) => producerId);
	for (const peerId of ['a', 'b', ...Array.from({ length: 20 }, (_, n) => `watcher ${n}`)])
		stage.leave(peerId);
	expect(unsent).toEqual(spoken);
	expect(stage.counts()).toEqual({ peers: 0, transports: 0, producers: 0, consumers: 0, pipes: 0 });
	expect(workers.all().map(({ load }) => load)).toEqual([0, 0]);
	// The workers themselves say the same.
	for (const { server } of workers.all())
		expect(await server.dump()).toMatchObject({ webRtcTransportIds: [], localIceUsernameFragments: [] });
});
