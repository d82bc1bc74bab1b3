// Trying the way to the stage, from no hall: what hand-made clients can do with it, and what is handed out for it.
import { beforeAll, expect, test } from 'vitest';
import type { ServerProcess } from '#tests/setup/server.ts';
import { openLine } from './line.ts';
import { makeTown } from './town.ts';

let server: ServerProcess;
beforeAll(async () => {
	const town = await makeTown();
	server = await town.start({ TURN_URLS: 'turn:127.0.0.1:3478', TURN_SECRET: 'north' });
});

const fingerprint = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') } as const;

test('a visitor gets one end of a way and the TURN servers, and connects it once', async () => {
	const line = await openLine(server.url);
	expect(await line.send('stage:check', { dtlsParameters: { fingerprints: [fingerprint] } })).toMatchObject({
		code: 'not-found',
	});
	const answer = await line.send('stage:check', {});
	expect(answer).toMatchObject({
		ok: true,
		result: {
			transport: { iceCandidates: [{ protocol: 'udp' }, { protocol: 'tcp' }] },
			iceServers: [{ urls: ['turn:127.0.0.1:3478'] }],
		},
	});
	const dtlsParameters = { role: 'client' as const, fingerprints: [fingerprint] };
	expect(await line.send('stage:check', { dtlsParameters })).toMatchObject({ ok: true, result: null });
	expect(await line.send('stage:check', { dtlsParameters })).toMatchObject({ code: 'bad-input' });
	line.close();
});

test('rubbish is refused, and whoever asks too often waits', async () => {
	const line = await openLine(server.url);
	const rubbish = [null, 'way', 7, { dtlsParameters: null }, { dtlsParameters: { fingerprints: [] } }];
	for (const input of rubbish)
		expect(await line.send('stage:check', input as never)).toMatchObject({ code: 'bad-input' });
	const other = await openLine(server.url);
	const answers = await Promise.all(Array.from({ length: 12 }, () => other.send('stage:check', {})));
	expect(new Set(answers.map((answer) => (answer.ok ? 'ok' : answer.code)))).toContain('too-fast');
	// What was opened is of no use to anybody else.
	expect(await line.send('stage:check', { dtlsParameters: { fingerprints: [fingerprint] } })).toMatchObject({
		code: expect.stringMatching(/not-found|too-fast/),
	});
	for (const one of [line, other]) one.close();
});
