// Letters on their way to a real mail server while the worker is killed, again and again, at every step; and the one click that ends them.
import { eq, sql } from 'drizzle-orm';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { work } from '#db/command.ts';
import { confirmFollow, followByEmail } from '#db/followers.ts';
import { stopToken } from '#db/letterTokens.ts';
import { tell } from '#db/news.ts';
import { concerns, followers, mails, news, notices } from '#db/schema/index.ts';
import { nobody, system } from '#domain/people.ts';
import { concernOf } from '#tests/promises.ts';
import { startMailServer, type MailServer } from '#tests/setup/mailServer.ts';
import { makeTown, type Town } from './town.ts';
import { kill, startWorker } from './workers.ts';

/** KILL_ROUNDS=50 was asked for once; so many are enough every day. */
const rounds = Number(process.env.KILL_ROUNDS ?? 10);
vi.setConfig({ testTimeout: 60_000 + rounds * 10_000 });

let town: Town;
let db: Database;
let number: string;
let mail: MailServer;

beforeAll(async () => {
	town = await makeTown();
	db = town.db;
	number = (await concernOf(db)).number;
	await db.delete(news);
	mail = await startMailServer();
});
afterAll(() => mail.close());

async function confirmed(email: string): Promise<string> {
	let token = '';
	await followByEmail(db, { email, kind: 'concern', subject: number }, (given) => {
		token = given;
		return { subject: 's', text: 't', html: 'h' };
	});
	await confirmFollow(db, nobody, { token, period: 'at-once' });
	await db.delete(mails).where(eq(mails.recipient, email));
	const [row] = await db.select().from(followers).where(eq(followers.email, email));
	return row!.id;
}

const newWorker = () => startWorker(town, 'letters-process.ts', { SMTP_URL: mail.url });
const lot = (most: number) => Math.floor(Math.random() * most);
/** The moments of the kills, in turn: somewhere while letters are written, and at each step of sending the first, second or third. */
const moments: (() => Promise<unknown>)[] = [
	() => pause(lot(40)),
	() => nth('connected', 1 + lot(3)),
	() => nth('arrived', 1 + lot(3)),
	() => nth('taken', 1 + lot(3)),
	() => pause(lot(150)),
];
async function nth(step: string, count: number): Promise<void> {
	for (let seen = 0; seen < count; seen++) await once(mail.steps, step);
}

test(`over ${rounds} kills each piece of news is put into one letter to each follower, and reaches everybody`, async () => {
	const emails = ['ann', 'bea', 'cora'].map((name) => `${name}@example.org`);
	for (const email of emails) await confirmed(email);
	const [concern] = await db.select().from(concerns).where(eq(concerns.number, number));
	const words: string[] = [];
	for (let round = 0; round < rounds; round++) {
		// The half minute until a letter is tried again has passed.
		await db
			.update(mails)
			.set({ nextAttemptAt: sql`now()` })
			.where(sql`sent_at is null`);
		const moment = moments[round % moments.length]!();
		const worker = await newWorker();
		for (let n = 0; n < 3; n++) {
			const text = `word-${round}-${n}.`;
			words.push(text);
			await work(db, system, (the) =>
				tell(the, { kind: 'concern-moved', concern: concern!, detail: { to: 'accepted', text } }),
			);
		}
		await moment;
		await kill(worker);
	}
	const worker = await newWorker();
	const isThrough = async () => {
		await db
			.update(mails)
			.set({ nextAttemptAt: sql`now()` })
			.where(sql`sent_at is null and next_attempt_at < now() + interval '25 seconds'`);
		const open = sql`${notices.channel} = 'email' and ${notices.doneAt} is null`;
		return (await db.$count(notices, open)) + (await db.$count(mails, sql`${mails.sentAt} is null`)) === 0;
	};
	await db
		.update(mails)
		.set({ nextAttemptAt: sql`now()` })
		.where(sql`sent_at is null`);
	while (!(await isThrough())) await pause(20);
	await kill(worker);

	const written = await db.select().from(mails);
	for (const email of emails) {
		const letters = written.filter(({ recipient }) => recipient === email);
		const inLetters = words.map((word) => letters.filter(({ text }) => text.includes(word)).length);
		expect(new Set(inLetters), email).toEqual(new Set([1]));
		const arrived = mail.received.filter(({ to }) => to?.[0]?.address === email);
		expect(words.filter((word) => !arrived.some(({ text }) => text?.includes(word)))).toEqual([]);
		// A letter that was sent twice is the same letter to a mail program.
		expect(new Set(arrived.map(({ messageId }) => messageId)).size).toBe(letters.length);
	}
	expect(await db.$count(notices)).toBe(words.length * emails.length);
	const twice = mail.received.length - written.length;
	process.stdout.write(`${rounds} kills: ${written.length} letters, ${twice} of them sent once more\n`);
});

test('a mail service ends the letters by one post to the address in their heads, without a cookie or an origin', async () => {
	const id = await confirmed('dora@example.org');
	const letter = mail.received[0]!;
	const head = (name: string) => letter.headers.find(({ key }) => key === name)?.value;
	expect(head('list-unsubscribe')).toMatch(/^<http:\/\/localhost:3000\/following\/stop\?token=[\w.-]+>$/);
	expect(head('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');

	const server = await town.start();
	const post = (token: string, headers: Record<string, string> = {}) =>
		fetch(`${server.url}/following/stop?token=${token}`, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
			body: 'List-Unsubscribe=One-Click',
		});
	const token = stopToken(id);
	const isThere = async () => (await db.$count(followers, eq(followers.id, id))) === 1;
	expect((await fetch(`${server.url}/following/stop?token=${token}`)).status).toBe(200);
	expect((await post(token, { origin: 'https://evil.example' })).status).toBe(403);
	expect((await post(`${token.slice(0, -4)}AAAA`)).status).toBe(410);
	expect((await post('')).status).toBe(410);
	expect(await isThere()).toBe(true);
	const answer = await post(token);
	expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
	expect(await isThere()).toBe(false);
	expect((await post(token)).status).toBe(200);
	// Nothing else is open to posts from nowhere.
	const elsewhere = await fetch(`${server.url}/following?/everything`, {
		method: 'POST',
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
	});
	expect(elsewhere.status).toBe(403);
});
