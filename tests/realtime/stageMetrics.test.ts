// What the stages keep open can be read from outside, and is nothing when all have left.
import { expect, test } from 'vitest';
import { liveMeeting } from '#tests/cast.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openLine, until } from './line.ts';
import { makeTown, metric } from './town.ts';

test('the metrics tell how many transports are open, in as many workers as were asked for', async () => {
	const town = await makeTown();
	const server = await town.start({ MEDIA_WORKERS: '1' });
	const { id: meetingId, slug } = await liveMeeting(town.db, { stageOpen: true });
	const transports = () => metric(server, 'porchlight_stage_open{what="transports"}');
	expect(await transports()).toBe(0);
	const ports = new Set<number>();
	const lines = await Promise.all(
		[1, 2, 3].map(async () => {
			const line = await openLine(server.url, visitorBrowser(testConfig()));
			await line.join(slug);
			const answer = await line.send('stage:transport', { meetingId, direction: 'receive' });
			expect(answer).toMatchObject({ ok: true });
			const { result } = answer as unknown as { result: { iceCandidates: { port: number }[] } };
			for (const { port } of result.iceCandidates) ports.add(port);
			return line;
		}),
	);
	expect(await transports()).toBe(3);
	// One worker has one port for UDP and one for TCP.
	expect(ports.size).toBeLessThanOrEqual(2);
	for (const line of lines) line.close();
	await until(async () => (await transports()) === 0);
});
