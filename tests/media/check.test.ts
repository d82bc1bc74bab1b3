// Ways that are only tried: one each, so many at once, and none stays open.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeChecks, TooMany } from '#media/check.ts';
import { NoSuchThing } from '#media/stage.ts';
import { startWorkers, type Workers } from '#media/workers.ts';

let workers: Workers;
beforeAll(async () => {
	workers = await startWorkers(
		{ address: '127.0.0.1', announcedAddress: undefined, port: undefined, workers: 1 },
		() => {},
	);
});
afterAll(() => workers.close());

const openWays = async () => (await workers.all()[0]!.server.dump()).webRtcTransportIds.length;

test('a peer has one way, so many have one at once, and who leaves leaves nothing behind', async () => {
	const checks = makeChecks(workers, { atOnce: 3, lifeMs: 60_000 });
	for (const peer of ['a', 'b', 'c', 'a', 'a']) await checks.open(peer);
	await expect(checks.open('d')).rejects.toBeInstanceOf(TooMany);
	expect([checks.count(), await openWays()]).toEqual([3, 3]);
	await expect(checks.connect('d', { fingerprints: [] })).rejects.toBeInstanceOf(NoSuchThing);
	// Also those who leave while it is made.
	const coming = [checks.open('a'), checks.open('b')];
	for (const peer of ['a', 'b', 'c', 'nobody']) checks.leave(peer);
	expect((await Promise.allSettled(coming)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect([checks.count(), await openWays()]).toEqual([0, 0]);
});

test('a way that is left open closes by itself', async () => {
	const checks = makeChecks(workers, { atOnce: 3, lifeMs: 50 });
	await checks.open('a');
	await expect.poll(async () => [checks.count(), await openWays()]).toEqual([0, 0]);
});
