// PostgreSQL goes away under a running server: killed and started again, or only not answering. Nothing is called saved that is
// not, lines stay open, and all comes back by itself.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { startEmbedded, type Embedded } from '#db/embedded.ts';
import { lastSeqs } from '#db/events.ts';
import { migrate } from '#db/migrate.ts';
import { askQuestion } from '#db/questions.ts';
import { questions } from '#db/schema/index.ts';
import { hallRoom } from '#domain/events.ts';
import { dana, guest, liveMeeting, settle } from '#tests/cast.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo, type Line } from './line.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const config = testConfig();
let folder: string;
let postgres: Embedded;
let db: Database;
let server: ServerProcess;
let meeting: { id: string; slug: string };
let resident: Line;
let moderator: Line;

const start = () =>
	startEmbedded({
		dataDir: path.join(folder, 'postgres'),
		settings: { fsync: 'off', full_page_writes: 'off' },
	});

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'porchlight-away-'));
	postgres = await start();
	await migrate(postgres.url);
	db = openDatabase(postgres.url);
	await settle(db);
	meeting = await liveMeeting(db);
	server = await startServer({ DATABASE_URL: postgres.url, DATA_DIR: folder, LOG_LEVEL: 'warn' });
	resident = await openLine(server.url, visitorBrowser(config));
	moderator = await openLine(server.url, await signedInBrowser(db, config, dana));
	for (const line of [resident, moderator]) await line.stayIn(meeting.slug);
});
afterAll(async () => {
	for (const line of [resident, moderator]) line?.close();
	await server?.stop();
	await closeDatabase(db);
	await postgres?.stop();
	await rm(folder, { recursive: true, force: true });
});

const ask = (text: string) => resident.send('question:ask', { meetingId: meeting.id, text, anonymous: true });
const vote = async () => {
	const [question] = await db.select().from(questions).limit(1);
	return question!.id;
};

/** What people meet while the database is away. */
async function expectAway(questionId: string) {
	const answers = await Promise.all([
		ask('Is this saved?'),
		resident.send('question:vote', { questionId, on: true }),
		moderator.send('question:pin', { questionId, pinned: true }),
	]);
	for (const answer of answers) expect(answer).toMatchObject({ ok: false, code: 'database-away' });
	const page = await fetch(`${server.url}/meetings/${meeting.slug}/hall`, {
		headers: { accept: 'text/html' },
	});
	expect(page.status).toBe(503);
	expect(await page.text()).toMatch(/database|try again/i);
	expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
	expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
}

/** Everything works again without anybody doing anything, and screens catch up with what others wrote first. */
async function expectBack(joins: number[]) {
	await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
	const text = `All is well again, is it not? ${Date.now()}`;
	expect(await ask(text)).toMatchObject({ ok: true });
	const room = hallRoom(meeting.id);
	const last = (await lastSeqs(db, [room]))[room]!;
	for (const line of [resident, moderator]) {
		await until(() => line.seen[room]! >= last);
		expect(numbersIn(line, room)).toEqual(upTo(line.seen[room]!));
	}
	const page = await fetch(`${server.url}/meetings/${meeting.slug}/hall`);
	expect(page.status).toBe(200);
	expect(await page.text()).toContain(text);
	// Every screen was told when nothing could be saved, and when that was over, without anybody trying.
	for (const line of [resident, moderator]) {
		await until(() => line.saving.length === 2);
		expect(line.saving.splice(0)).toEqual([false, true]);
	}
	// The lines were never closed: nobody had to come back.
	expect([resident.joins, moderator.joins]).toEqual(joins);
}

test('PostgreSQL is killed and started again: nothing is called saved, lines stay, all comes back', async () => {
	expect(await ask('Who pays for the street lights?')).toMatchObject({ ok: true });
	const questionId = await vote();
	const joins = [resident.joins, moderator.joins];
	// What `pg_ctl stop -m immediate` sends.
	process.kill(postgres.pid, 'SIGQUIT');
	await until(() => !isAlive(postgres.pid));
	await expectAway(questionId);

	postgres = await start();
	// Somebody else is faster than the server's own line to PostgreSQL.
	await askQuestion(db, guest('ann'), { meetingId: meeting.id, text: 'Who was first?', anonymous: true });
	await expectBack(joins);
	// What went wrong is in the log in words.
	expect(server.output()).toContain('listen again');
	expect(server.output()).not.toContain('[object');
});

// Only where the processes of PostgreSQL can be found and held.
test.runIf(process.platform === 'linux')(
	'PostgreSQL does not answer for a while: the same, and what was refused is not half done',
	async () => {
		expect(await ask('Who sweeps the market square?')).toMatchObject({ ok: true });
		const questionId = await vote();
		const joins = [resident.joins, moderator.joins];
		const held = [postgres.pid, ...childrenOf(postgres.pid)];
		for (const pid of held) process.kill(pid, 'SIGSTOP');
		try {
			await expectAway(questionId);
		} finally {
			for (const pid of held) process.kill(pid, 'SIGCONT');
		}
		await expectBack(joins);
		// An attempt may have been carried out after all, unheard; then all of it was, and once.
		const texts = (await db.select().from(questions)).map(({ text }) => text);
		expect(texts.filter((text) => text === 'Is this saved?').length).toBeLessThanOrEqual(1);
	},
);

function childrenOf(pid: number): number[] {
	const processes = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
	return processes.split('\n').flatMap((line) => {
		const [child, parent] = line.trim().split(/\s+/).map(Number);
		return parent === pid && child ? [child] : [];
	});
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !/^State:\s*Z/m.test(execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' }));
	} catch {
		return false;
	}
}
