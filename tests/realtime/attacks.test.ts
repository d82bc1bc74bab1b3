// What hostile programs do to the sockets, and that nobody else in the hall notices.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket as TcpSocket } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import type { Socket } from 'socket.io-client';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import type { Database } from '#db/client.ts';
import { work } from '#db/command.ts';
import { createMeeting } from '#db/meetingPlans.ts';
import { personRoles, questions, sessions } from '#db/schema/index.ts';
import { deskRoom, hallRoom } from '#domain/events.ts';
import { system } from '#domain/people.ts';
import { maxPayloadBytes } from '#realtime/sockets.ts';
import { anEvening, dana, liveMeeting } from '#tests/cast.ts';
import type { ServerProcess } from '#tests/setup/server.ts';
import { signedInBrowser, testConfig, visitorBrowser } from '#tests/signedIn.ts';
import { numbersIn, openLine, until, upTo, type Line } from './line.ts';
import { makeTown, metric } from './town.ts';

vi.setConfig({ testTimeout: 60_000 });

const config = testConfig();
let db: Database;
let server: ServerProcess;
let meeting: { id: string; slug: string };
/** Well-behaved people in the hall, who must not notice anything. */
let asker: Line;
let watcher: Line;

beforeAll(async () => {
	const town = await makeTown();
	db = town.db;
	server = await town.start();
});
beforeEach(async () => {
	meeting = await liveMeeting(db);
	asker = await openLine(server.url, visitorBrowser(config));
	watcher = await openLine(server.url, visitorBrowser(config));
	for (const line of [asker, watcher]) await line.stayIn(meeting.slug);
});
afterEach(async () => {
	await expectUndisturbed();
	expect([asker.joins, watcher.joins]).toEqual([1, 1]);
	for (const line of [asker, watcher]) line.close();
});

/** Asks, and sees it on the other screen; nothing was missed or came twice, and no line was lost. */
async function expectUndisturbed() {
	const text = `When is the crossing on Elm Street built? ${randomUUID()}`;
	expect(await asker.send('question:ask', { meetingId: meeting.id, text, anonymous: true })).toMatchObject({
		ok: true,
	});
	await until(() => JSON.stringify(watcher.events.at(-1) ?? '').includes(text));
	const room = hallRoom(meeting.id);
	expect(numbersIn(watcher, room)).toEqual(upTo(watcher.seen[room]!));
}

const address = () => `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
const headers = (more: Record<string, string> = {}) => ({
	origin: server.url,
	cookie: visitorBrowser(config),
	...more,
});

/** A WebSocket with socket.io's greeting done, and nothing of socket.io's manners. */
async function rawLine(): Promise<WebSocket> {
	const socket = new WebSocket(address(), { headers: headers() });
	socket.on('error', () => {});
	const greeted = new Promise<void>((resolve) => {
		socket.on('message', (data) => void (String(data).startsWith('40') && resolve()));
	});
	await once(socket, 'open');
	socket.send('40');
	await greeted;
	return socket;
}

const isClosed = (socket: WebSocket) => socket.readyState === WebSocket.CLOSED;

test.each([
	['from another site', { origin: 'https://evil.example' }],
	['from the same name on another port', { origin: 'http://localhost:1' }],
	['from a sandbox', { origin: 'null' }],
	['from no page at all', { origin: '' }],
])('a handshake %s is refused', async (_name, more) => {
	const given = headers(more);
	const socket = new WebSocket(address(), { headers: given.origin ? given : { cookie: given.cookie } });
	const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
	expect(response.statusCode).toBe(400);
	socket.on('error', () => {});
	socket.terminate();
});

test('events that only the server may send, unknown names and names of the language are answered and do nothing', async () => {
	const line = await openLine(server.url, visitorBrowser(config));
	await line.join(meeting.slug);
	const socket = line.socket as unknown as Socket;
	const forged = { room: hallRoom(meeting.id), seq: 1, at: '', type: 'question:removed', payload: {} };
	const before = watcher.events.length;
	const odd = [
		'event',
		'presence',
		'actor:changed',
		'no:such',
		'__proto__',
		'constructor',
		'toString',
		'error',
	];
	for (const name of odd)
		expect(await socket.timeout(10_000).emitWithAck(name, forged, randomUUID())).toMatchObject({
			ok: false,
			code: 'bad-input',
		});
	expect(watcher.events).toHaveLength(before);
	line.close();
});

test('commands with anything but what they expect are refused, and none is done', async () => {
	const line = await openLine(server.url, visitorBrowser(config));
	const socket = line.socket as unknown as Socket;
	const ask = { meetingId: meeting.id, text: 'Is this asked at all?', anonymous: true };
	const proto = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1}');
	const inputs: [string, unknown, unknown][] = [
		['question:ask', null, randomUUID()],
		['question:ask', 'text', randomUUID()],
		['question:ask', [ask], randomUUID()],
		['question:ask', { ...ask, anonymous: 'yes' }, randomUUID()],
		['question:ask', { ...ask, meetingId: { $ne: null } }, randomUUID()],
		['question:ask', { ...ask, text: ['a', 'b', 'c'] }, randomUUID()],
		['question:ask', { ...ask, text: 'x'.repeat(301) }, randomUUID()],
		['question:ask', ask, 12345678901234567],
		['question:ask', ask, null],
		['question:ask', ask, 'short'],
		['question:ask', ask, 'x'.repeat(65)],
		['question:vote', { questionId: '1 or 1=1', on: true }, randomUUID()],
		['question:vote', { questionId: randomUUID(), on: 1 }, randomUUID()],
		['question:vote', proto, randomUUID()],
		['hall:join', { slug: meeting.slug, seen: { [hallRoom(meeting.id)]: 1e308 } }, randomUUID()],
		['hall:join', { slug: meeting.slug, seen: { [hallRoom(meeting.id)]: -1 } }, randomUUID()],
		['hall:join', { slug: meeting.slug, seen: { [hallRoom(meeting.id)]: 0.5 } }, randomUUID()],
		['hall:join', { slug: meeting.slug, seen: 'all' }, randomUUID()],
		['hall:join', { slug: { toString: 1 }, seen: {} }, randomUUID()],
	];
	for (const [name, input, id] of inputs) {
		const answer = await socket.timeout(10_000).emitWithAck(name, input, id);
		expect([name, input, answer]).toEqual([name, input, expect.objectContaining({ code: 'bad-input' })]);
	}
	// Without a way to answer, without arguments, with too many.
	socket.emit('question:ask', ask, randomUUID());
	socket.emit('question:ask');
	socket.emit('question:ask', ask, randomUUID(), 'more', () => {});
	await line.send('question:similar', { meetingId: meeting.id, text: 'after all of these' });
	expect(await db.select().from(questions).where(eq(questions.text, ask.text))).toEqual([]);
	line.close();
});

test('64 KiB are too much by one byte: that line is closed, and 64 KiB are read', async () => {
	const line = await rawLine();
	line.send(`42["no:such","${'x'.repeat(maxPayloadBytes - 16)}"]`);
	line.ping();
	await once(line, 'pong');
	line.send('x'.repeat(maxPayloadBytes + 1));
	await until(() => isClosed(line));
});

test.each([
	['binary frames', (line: WebSocket) => line.send(randomBytes(1000))],
	[
		'attachments that never come',
		(line: WebSocket) => line.send('451-["question:ask",{"_placeholder":true,"num":0}]'),
	],
	['a second socket on one line', (line: WebSocket) => line.send('40')],
	['packets that are none', (line: WebSocket) => line.send('4[[[')],
])('%s end the line', async (name, attack) => {
	const line = await rawLine();
	attack(line);
	if (name.startsWith('attachments')) line.send(randomBytes(1000));
	await until(() => isClosed(line));
});

test('greeting a line many times at once makes one socket of it, or none', async () => {
	const before = await metric(server, 'porchlight_sockets');
	const socket = new WebSocket(address(), { headers: headers() });
	socket.on('error', () => {});
	await once(socket, 'open');
	for (let i = 0; i < 200; i++) socket.send('40');
	await until(() => isClosed(socket));
	await until(async () => (await metric(server, 'porchlight_sockets')) === before);
});

test('a socket that sends thousands of messages is cut off', async () => {
	const dropped = await metric(server, 'porchlight_sockets_dropped_total{reason="flood"}');
	const line = await rawLine();
	for (let i = 0; i < 4_000; i++)
		line.send(`42${i}["question:vote",{"questionId":"${randomUUID()}","on":true},"${randomUUID()}"]`);
	await until(() => isClosed(line));
	expect(await metric(server, 'porchlight_sockets_dropped_total{reason="flood"}')).toBe(dropped + 1);
});

test('one that is a little too fast is told so, and stays', async () => {
	const line = await openLine(server.url, visitorBrowser(config));
	const votes = upTo(100).map(() => line.send('question:vote', { questionId: randomUUID(), on: true }));
	const codes = (await Promise.all(votes)).map((answer) => (answer.ok ? 'ok' : answer.code));
	expect(new Set(codes)).toEqual(new Set(['not-found', 'too-fast']));
	expect(line.socket.connected).toBe(true);
	line.close();
});

test('a socket that never reads is dropped, and the server does not grow with it', async () => {
	const other = await liveMeeting(db);
	const open = await metric(server, 'porchlight_sockets');
	const deaf = await Promise.all(upTo(5).map(() => deafLine(other.slug)));
	const before = memoryOf(server);
	// Far more than the operating system keeps for a line, and than the server would.
	const text = 'x'.repeat(500_000);
	for (let i = 0; i < 60; i++)
		await work(db, system, async ({ record }) => {
			record(hallRoom(other.id), 'question:removed', { questionId: text, change: 'held' });
		});
	await until(async () => (await metric(server, 'porchlight_sockets')) === open);
	// Sixty half megabytes for each of five lines would be 150 MB.
	expect(memoryOf(server) - before).toBeLessThan(120_000_000);
	for (const socket of deaf) socket.destroy();
});

test('many requests that never finish their first line keep nobody else waiting', async () => {
	const slow = await Promise.all(
		upTo(200).map(async () => {
			const socket = tcp();
			await once(socket, 'connect');
			socket.resume();
			socket.write(
				`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nUpg`,
			);
			return socket;
		}),
	);
	await expectUndisturbed();
	expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
	// The server ends them by itself.
	await until(() => slow.every(({ closed, readableEnded }) => closed || readableEnded));
	for (const socket of slow) socket.destroy();
});

test('an upgrade to anything else is refused at once, whatever it calls itself', async () => {
	for (const protocol of ['', 'Sec-WebSocket-Protocol: vite-hmr\r\n']) {
		const socket = tcp();
		socket.write(
			`GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n${protocol}\r\n`,
		);
		const [answer] = await once(socket, 'data');
		expect(String(answer)).toMatch(/^HTTP\/1.1 404/);
		await once(socket, 'close');
	}
});

test('five hundred sockets that open, enter and leave at once leave nothing behind', async () => {
	const before = await kept();
	const opened = await Promise.all(
		upTo(500).map(async (n) => {
			const line = await openLine(server.url, visitorBrowser(config));
			// Some leave before they are in.
			const joined = line.join(meeting.slug).catch(() => {});
			if (n % 3) await joined;
			return line;
		}),
	);
	await expectUndisturbed();
	for (const line of opened) line.close();
	await until(async () => JSON.stringify(await kept()) === JSON.stringify(before));
	// Nobody is counted who is not there.
	await until(() => watcher.watching === 2);
});

const kept = async () => [
	await metric(server, 'porchlight_sockets'),
	await metric(server, 'porchlight_rooms'),
];

test('a moderator whose role is taken away hears nothing more of the desk, and can do nothing more', async () => {
	const moderator = await openLine(server.url, await signedInBrowser(db, config, dana));
	await moderator.stayIn(meeting.slug);
	const room = deskRoom(meeting.id);
	await asker.send('question:ask', {
		meetingId: meeting.id,
		text: 'Before it was taken away?',
		anonymous: true,
	});
	await until(() => numbersIn(moderator, room).length > 0);
	const told = once(moderator.socket as unknown as NodeJS.EventEmitter, 'actor:changed');
	await db.transaction(async (tx) => {
		await tx.delete(personRoles).where(eq(personRoles.personId, 'dana'));
		await tx.execute(sql`select pg_notify('person', 'dana')`);
	});
	await told;
	const before = numbersIn(moderator, room).length;
	await asker.send('question:ask', { meetingId: meeting.id, text: 'And afterwards?', anonymous: true });
	await until(() => JSON.stringify(moderator.events).includes('And afterwards?'));
	expect(numbersIn(moderator, room)).toHaveLength(before);
	expect(await moderator.send('meeting:end', { meetingId: meeting.id })).toMatchObject({ code: 'forbidden' });
	await db.insert(personRoles).values({ personId: 'dana', role: 'moderator' });
	moderator.close();
});

test('a session that ends while the hall is open is no session any more, also on its open line', async () => {
	const cookie = await signedInBrowser(db, config, dana);
	const moderator = await openLine(server.url, cookie);
	await moderator.stayIn(meeting.slug);
	const told = once(moderator.socket as unknown as NodeJS.EventEmitter, 'actor:changed');
	await db.transaction(async (tx) => {
		await tx.delete(sessions).where(eq(sessions.userId, 'dana'));
		await tx.execute(sql`select pg_notify('person', 'dana')`);
	});
	await told;
	expect(await moderator.send('meeting:end', { meetingId: meeting.id })).toMatchObject({
		code: 'sign-in-needed',
	});
	const { slug } = await createMeeting(db, dana, anEvening);
	expect(await moderator.join(slug)).toMatchObject({ code: 'not-found' });
	moderator.close();
});

function tcp(): TcpSocket {
	const { hostname, port } = new URL(server.url);
	const socket = connect({ host: hostname, port: Number(port) });
	socket.on('error', () => {});
	return socket;
}

/** A hand-made WebSocket that enters the hall and then stops reading for good. */
async function deafLine(slug: string): Promise<TcpSocket> {
	const socket = tcp();
	const { host } = new URL(server.url);
	socket.write(
		[
			'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
			`Host: ${host}`,
			`Origin: ${server.url}`,
			`Cookie: ${visitorBrowser(config)}`,
			'Upgrade: websocket',
			'Connection: Upgrade',
			`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
			'Sec-WebSocket-Version: 13',
			'\r\n',
		].join('\r\n'),
	);
	let read = '';
	socket.on('data', (chunk) => (read += chunk.toString('latin1')));
	await until(() => read.includes('101 Switching'));
	socket.write(maskedFrame('40'));
	await until(() => read.includes('40{'));
	socket.write(maskedFrame(`421["hall:join",${JSON.stringify({ slug, seen: {} })},"${randomUUID()}"]`));
	await until(() => read.includes('"ok":true'));
	socket.pause();
	return socket;
}

function maskedFrame(text: string): Buffer {
	const payload = Buffer.from(text);
	const length =
		payload.length < 126
			? Buffer.from([0x81, 0x80 | payload.length])
			: Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255]);
	// A mask of zeros changes nothing.
	return Buffer.concat([length, Buffer.alloc(4), payload]);
}

/** Bytes of memory of a process; 0 where the system does not tell. */
function memoryOf({ child }: ServerProcess): number {
	if (process.platform !== 'linux') return 0;
	const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
	return Number(kilobytes) * 1024;
}
