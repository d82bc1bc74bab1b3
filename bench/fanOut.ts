// From one browser's click to every other screen: a live hall beside rooms that only pass on what they hear.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { lastSeqs } from '#db/events.ts';
import { askQuestion } from '#db/questions.ts';
import { hallRoom, type Joined, type RoomEvent } from '#domain/events.ts';
import { guest, liveMeeting } from '#tests/cast.ts';
import { makeHistogram, type Histogram } from './histogram.ts';
import { openBenchLine, openMany, openPlainLine, type BenchLine } from './line.ts';
import { startBare, watcherCookie, type Place } from './place.ts';
import { ms, type Section } from './table.ts';

const crowds = [50, 500, 2_000];
const votesPerSecond = 300;
const votesInAll = 3_000;
/** What a hall says to all while it is voted in: four totals a second, and one question. */
const toldPerSecond = 5;

export async function fanOut(place: Place): Promise<Section> {
	const rows: string[][] = [];
	for (const count of crowds) {
		for (const kind of ['ws', 'socket.io'] as const) {
			const told = await bareRoom(kind, count);
			rows.push([count.toLocaleString('en-US'), `bare ${kind} room`, ...quantiles(told), '', '', '', '', '']);
		}
		const { asked, voted, lost, doubled, reconnected } = await hall(place, count);
		rows.push([
			count.toLocaleString('en-US'),
			'**Porchlight**',
			...quantiles(asked),
			...quantiles(voted),
			`${lost} / ${doubled}`,
			String(reconnected),
		]);
	}
	return {
		title: 'From a click to every other screen',
		text:
			`Each crowd is open sockets of one process; ${votesPerSecond} votes a second go up for ${votesInAll / votesPerSecond} s and are answered. ` +
			`“Told” is a question asked (Porchlight: committed, then on every screen) or a word said in the bare room, ${toldPerSecond} messages a ` +
			'second to all. “Vote” is from the click to the screen that shows a total with this vote in it: totals go out four times a second, so up ' +
			'to 250 ms of it are waited on purpose. Halfway a tenth of the largest crowd is cut off and comes back; lost and doubled are events ' +
			'missing or repeated on any screen at the end.',
		head: [
			'sockets',
			'room',
			'told p50',
			'p95',
			'p99',
			'vote p50',
			'p95',
			'p99',
			'lost / doubled',
			'reconnected',
		],
		rows,
	};
}

const quantiles = (times: Histogram) => [0.5, 0.95, 0.99].map((share) => ms(times.quantile(share)));

async function bareRoom(kind: 'ws' | 'socket.io', count: number): Promise<Histogram> {
	const server = await startBare(kind);
	const told = makeHistogram();
	const heard = (name: string, payload: unknown) => {
		if (name === 'told') told.add(performance.now() - (payload as { at: number }).at);
	};
	const open = () =>
		kind === 'ws' ? openPlainLine(server.url, heard) : openBenchLine(server.url, '', heard);
	const lines = await openMany(count, open);
	const words = 'x'.repeat(300);
	const saying = paced(votesInAll / votesPerSecond, toldPerSecond, (n) =>
		lines[n % count]!.send('say', { at: performance.now(), words }),
	);
	await paced(votesInAll / votesPerSecond, votesPerSecond, (n) =>
		lines[n % count]!.send('vote', randomUUID()),
	);
	await saying;
	for (const line of lines) line.cut();
	server.stop();
	return told;
}

/** A browser in the hall, as app/lib/hall/connection.svelte.ts is one: events in order, gaps noticed. */
type Screen = { line: BenchLine; seq: number; early: RoomEvent[] | null; totals: Map<string, number> };

async function hall(place: Place, count: number) {
	const server = await place.serve();
	const meeting = await liveMeeting(place.db);
	const room = hallRoom(meeting.id);
	const questionIds: string[] = [];
	for (let n = 0; n < votesInAll / count; n++) {
		const ask = { meetingId: meeting.id, text: `To be voted for: ${n}`, anonymous: true };
		questionIds.push((await askQuestion(place.db, guest('ann'), ask)).id);
	}
	const asked = makeHistogram();
	const voted = makeHistogram();
	const askedAt = new Map<string, number>();
	const votedAt = new Map(questionIds.map((id) => [id, [] as number[]]));
	let doubled = 0;

	const show = (screen: Screen, event: RoomEvent, isLive: boolean) => {
		if (event.room !== room) return;
		if (event.seq <= screen.seq) doubled++;
		// A gap stays one: `seq` does not go past it, and the screen counts as behind at the end.
		if (event.seq !== screen.seq + 1) return;
		screen.seq = event.seq;
		const now = performance.now();
		if (event.type === 'question:changed') {
			const at = askedAt.get(event.payload.question.text);
			if (at !== undefined && isLive) asked.add(now - at);
		}
		if (event.type === 'question:counted')
			for (const { id, votes } of event.payload.tallies) {
				const before = screen.totals.get(id) ?? 0;
				if (isLive) for (let n = before; n < votes!; n++) voted.add(now - votedAt.get(id)![n]!);
				screen.totals.set(id, votes!);
			}
	};
	const enter = async (screen: Screen, cookie: string) => {
		screen.early = [];
		screen.line = await openBenchLine(server.url, cookie, (name, payload) => {
			if (name !== 'event') return;
			const event = payload as RoomEvent;
			if (screen.early) screen.early.push(event);
			else show(screen, event, true);
		});
		const input = { slug: meeting.slug, seen: { [room]: screen.seq } };
		const answer = (await screen.line.send('hall:join', input, randomUUID())) as { result: Joined };
		for (const event of answer.result.missed) show(screen, event, false);
		for (const event of screen.early) show(screen, event, false);
		screen.early = null;
		return screen;
	};
	const cookies = Array.from({ length: count }, watcherCookie);
	const screens = await openMany(count, (i) =>
		enter({ line: undefined as never, seq: 0, early: [], totals: new Map() }, cookies[i]!),
	);

	const seconds = votesInAll / votesPerSecond;
	const asking = paced(seconds, 1, async (n) => {
		const text = `Asked while all vote: ${n}`;
		askedAt.set(text, performance.now());
		await screens[count - 1 - ((n * 7) % count)]!.line.send(
			'question:ask',
			{ meetingId: meeting.id, text, anonymous: true },
			randomUUID(),
		);
	});
	const cutOff = count === crowds.at(-1) ? screens.slice(0, count / 10) : [];
	const reconnecting = wait((seconds / 2) * 1000).then(async () => {
		for (const { line } of cutOff) line.cut();
		await openMany(cutOff.length, (i) => enter(cutOff[i]!, cookies[i]!));
	});
	// From the end of the crowd on: those who are cut off vote at its beginning and its end.
	await paced(seconds, votesPerSecond, async (n) => {
		const questionId = questionIds[Math.floor(n / count)]!;
		const screen = screens[count - 1 - (n % count)]!;
		if (!screen.line.isOpen()) return;
		votedAt.get(questionId)!.push(performance.now());
		await screen.line.send('question:vote', { questionId, on: true }, randomUUID());
	});
	await Promise.all([asking, reconnecting]);

	const last = await settledSeq(place, room);
	for (let tries = 0; tries < 100 && screens.some(({ seq }) => seq < last); tries++) await wait(50);
	const lost = screens.reduce((sum, { seq }) => sum + (last - seq), 0);
	for (const { line } of screens) line.cut();
	await server.stop();
	return { asked, voted, lost, doubled, reconnected: cutOff.length };
}

/** The room's last number, once the last totals are out. */
async function settledSeq(place: Place, room: string): Promise<number> {
	for (let before = -1; ;) {
		const now = (await lastSeqs(place.db, [room]))[room]!;
		if (now === before) return now;
		before = now;
		await wait(600);
	}
}

/** Does something so many times a second for so many seconds, and waits until all of it is done. */
async function paced(
	seconds: number,
	perSecond: number,
	act: (n: number) => Promise<unknown>,
): Promise<void> {
	const began = performance.now();
	const doing: Promise<unknown>[] = [];
	for (let n = 0; n < seconds * perSecond;) {
		const due = Math.min(seconds * perSecond, ((performance.now() - began) / 1000) * perSecond);
		while (n < due) doing.push(act(n++));
		await wait(2);
	}
	await Promise.all(doing);
}
