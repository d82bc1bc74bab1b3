// One number leads from what somebody did to the SQL it caused; what they wrote is in no log.
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { liveMeeting, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { testConfig, visitorBrowser } from '#tests/signedIn.ts';

let db: Database;
let server: ServerProcess;
beforeAll(async () => {
	const url = await testDatabase();
	db = openDatabase(url);
	await settle(db);
	server = await startServer({ DATABASE_URL: url, DATA_DIR: '/nonexistent', LOG_LEVEL: 'debug' });
});
afterAll(async () => {
	await server.stop();
	await closeDatabase(db);
});

test('a question’s statements carry one request number and none of its words', async () => {
	const { id } = await liveMeeting(db);
	const cookie = visitorBrowser(testConfig());
	const socket = io(server.url, { transports: ['websocket'], extraHeaders: { origin: server.url, cookie } });
	const text = 'Is the unmistakable marmalade logged?';
	const answer = await socket.emitWithAck(
		'question:ask',
		{ meetingId: id, text, anonymous: true },
		crypto.randomUUID(),
	);
	expect(answer).toMatchObject({ ok: true });
	socket.close();
	await server.stop();

	type Line = { msg?: string; sql?: string; requestId?: string };
	const lines = server
		.output()
		.split('\n')
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as Line);
	const insert = lines.find(({ sql }) => sql?.startsWith('insert into "questions"'));
	expect(insert?.requestId).toMatch(/^[0-9a-f-]{36}$/);
	expect(lines.filter(({ requestId }) => requestId === insert!.requestId).length).toBeGreaterThan(3);
	expect(server.output()).not.toContain('marmalade');
	expect(server.output()).not.toMatch(/127\.0\.0\.1|user-agent/i);
});
