// What is sent twice happens once: the same vote from two tabs, a command whose answer was lost.
import { eq } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { askQuestion } from '#db/questions.ts';
import { questions, votes } from '#db/schema/index.ts';
import { guest, liveMeeting, maria } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { openLine, until } from './line.ts';
import { makeTown } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let server: ServerProcess;

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});

async function aQuestion() {
	const { id } = await liveMeeting(db);
	const text = 'When is the crossing on Elm Street built?';
	const asked = await askQuestion(db, guest('ann'), { meetingId: id, text, anonymous: true });
	return { meetingId: id, questionId: asked.id };
}

async function votesFor(questionId: string) {
	const rows = await db.select().from(votes).where(eq(votes.questionId, questionId));
	const [question] = await db.select().from(questions).where(eq(questions.id, questionId));
	return { rows: rows.length, total: question!.votes };
}

test('a guest’s vote counts once: sent twice with one id, from two tabs, and again on another day', async () => {
	const { questionId } = await aQuestion();
	const browser = visitorBrowser(config);
	const [tab, otherTab] = [await openLine(server.url, browser), await openLine(server.url, browser)];
	const id = randomUUID();
	const vote = { questionId, on: true };
	const answers = await Promise.all([
		tab.send('question:vote', vote, id),
		tab.send('question:vote', vote, id),
		otherTab.send('question:vote', vote),
		otherTab.send('question:vote', vote, id),
	]);
	expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
	tab.close();
	const again = await openLine(server.url, browser);
	expect(await again.send('question:vote', vote)).toMatchObject({ ok: true });
	expect(await votesFor(questionId)).toEqual({ rows: 1, total: 1 });
	otherTab.close();
	again.close();
});

test('a person on two devices, and in a tab from before they signed in, is one voter', async () => {
	const { questionId } = await aQuestion();
	const atHome = await signedInBrowser(db, config, maria);
	const onThePhone = await signedInBrowser(db, config, maria);
	const beforeSigningIn = atHome.split('; ').find((cookie) => cookie.startsWith('guest='))!;
	const lines = await Promise.all(
		[beforeSigningIn, atHome, onThePhone].map((cookie) => openLine(server.url, cookie)),
	);
	for (const line of lines)
		expect(await line.send('question:vote', { questionId, on: true })).toMatchObject({ ok: true });
	expect(await votesFor(questionId)).toEqual({ rows: 1, total: 1 });
	const [row] = await db.select().from(votes).where(eq(votes.questionId, questionId));
	expect(row!.withAccount).toBe(true);
	for (const line of lines) line.close();
});

test('a flurry of votes on and off by many at once ends with as many votes as the total says', async () => {
	const { questionId } = await aQuestion();
	const lines = await Promise.all(
		Array.from({ length: 20 }, () => openLine(server.url, visitorBrowser(config))),
	);
	await Promise.all(
		lines.flatMap((line, i) =>
			[true, false, true, i % 2 === 0].map((on) => line.send('question:vote', { questionId, on })),
		),
	);
	expect(await votesFor(questionId)).toEqual({ rows: 10, total: 10 });
	for (const line of lines) line.close();
});

test('a question whose answer was lost with the line is asked once, and the second answer is the first', async () => {
	const { meetingId } = await aQuestion();
	const browser = visitorBrowser(config);
	const line = await openLine(server.url, browser);
	const id = randomUUID();
	const ask = { meetingId, text: `Is the park lit at night? ${id}`, anonymous: true };
	void line.send('question:ask', ask, id).catch(() => {});
	// The line is cut as soon as the question has left; whether the answer is on its way by then does not matter.
	await until(async () => (await askedAs(ask.text)).length === 1);
	line.close();

	const back = await openLine(server.url, browser);
	const answer = await back.send('question:ask', ask, id);
	const [row, ...more] = await askedAs(ask.text);
	expect(more).toEqual([]);
	expect(answer).toMatchObject({ ok: true, result: { id: row!.id, number: row!.number } });
	back.close();
});

test('the same command sent many times at once, on two lines, is done once', async () => {
	const { meetingId } = await aQuestion();
	const browser = visitorBrowser(config);
	const lines = [await openLine(server.url, browser), await openLine(server.url, browser)];
	const id = randomUUID();
	const ask = { meetingId, text: `Who cleans the underpass? ${id}`, anonymous: true };
	const answers = await Promise.all(
		Array.from({ length: 10 }, (_, i) => lines[i % 2]!.send('question:ask', ask, id)),
	);
	expect(answers[0]).toMatchObject({ ok: true });
	for (const answer of answers) expect(answer).toEqual(answers[0]);
	expect(await askedAs(ask.text)).toHaveLength(1);
	for (const line of lines) line.close();
});

function askedAs(text: string) {
	return db.select().from(questions).where(eq(questions.text, text));
}
