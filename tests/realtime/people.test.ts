// Roles and sessions on open lines: what is taken away is gone at once, without a new connection.
import { eq } from 'drizzle-orm';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { endSessionsOf, grantRole, revokeRole } from '#db/people.ts';
import { askQuestion } from '#db/questions.ts';
import { personRoles, sessions } from '#db/schema/index.ts';
import { signOut } from '#db/signIn.ts';
import { deskRoom } from '#domain/events.ts';
import { ada, dana, guest, liveMeeting, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig } from '#tests/signedIn.ts';
import { openLine, until, type Line } from './line.ts';

const config = testConfig();
let db: Database;
let dataDir: string;
let server: ServerProcess;
let hall: { id: string; slug: string };

beforeAll(async () => {
	const databaseUrl = await testDatabase();
	dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-people-'));
	db = openDatabase(databaseUrl);
	await settle(db);
	server = await startServer({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
	hall = await liveMeeting(db);
});
afterAll(async () => {
	await server?.stop();
	await closeDatabase(db);
	await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
	await db.insert(personRoles).values({ personId: 'dana', role: 'moderator' }).onConflictDoNothing();
});

const ask = (text: string) => askQuestion(db, guest('ann'), { meetingId: hall.id, text, anonymous: true });
const isModerator = async (line: Line) =>
	(await line.send('meeting:switch', { meetingId: hall.id, slowModeSeconds: 0 })).ok;
const heardAtDesk = (line: Line) => line.events.filter(({ room }) => room === deskRoom(hall.id)).length;

/** Dana's open line, at the desk, and how to take something away from her. */
async function atTheDesk() {
	const cookie = await signedInBrowser(db, config, dana);
	const line = await openLine(server.url, cookie);
	await line.join(hall.slug);
	expect(await isModerator(line)).toBe(true);
	return { line, cookie };
}

const takings: [what: string, take: (cookie: string) => Promise<unknown>][] = [
	['the role is taken away', () => revokeRole(db, ada, { personId: 'dana', role: 'moderator' })],
	['an admin ends the sessions', () => endSessionsOf(db, ada, { personId: 'dana' })],
	['she signs out in another tab', (cookie) => signOut(db, config, cookie)],
	['the session is deleted by hand', () => db.delete(sessions).where(eq(sessions.userId, 'dana'))],
];

test.each(takings)('when %s, an open line is no moderator’s any more', async (_what, take) => {
	const { line, cookie } = await atTheDesk();
	const told = new Promise<void>((resolve) => line.socket.once('actor:changed', resolve));
	await take(cookie);
	await told;
	expect(await isModerator(line)).toBe(false);
	const before = heardAtDesk(line);
	const { id } = await ask('Is anybody still listening at the desk?');
	await until(() =>
		line.events.some((event) => event.type === 'question:changed' && event.payload.question.id === id),
	);
	expect(heardAtDesk(line)).toBe(before);
	line.close();
});

test('a role that is given again is in force again on the same line', async () => {
	const { line } = await atTheDesk();
	await revokeRole(db, ada, { personId: 'dana', role: 'moderator' });
	await until(async () => !(await isModerator(line)));
	await grantRole(db, ada, { personId: 'dana', role: 'moderator' });
	await until(() => isModerator(line));
	line.close();
});

test('of many changes at once the last one counts', async () => {
	const { line } = await atTheDesk();
	for (let round = 0; round < 25; round++) {
		await grantRole(db, ada, { personId: 'dana', role: 'moderator' });
		await revokeRole(db, ada, { personId: 'dana', role: 'moderator' });
	}
	await until(async () => !(await isModerator(line)));
	await ask('Does a late answer bring the role back?');
	expect(await isModerator(line)).toBe(false);
	line.close();
});
