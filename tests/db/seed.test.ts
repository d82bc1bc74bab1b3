// The demo town moves into an empty database, once, and whole.
import { eq, ilike } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activitiesOf } from '#db/activities.ts';
import { cardFacts } from '#db/cardFacts.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { documentIn } from '#db/documents.ts';
import { readHall } from '#db/hall.ts';
import { currentMeetings, draftMeetings, pastMeetings } from '#db/meetingLists.ts';
import { readPublishedMinutes } from '#db/minutes.ts';
import { demoPassword } from '#db/people.ts';
import { publishedPins } from '#db/pinReads.ts';
import { readReplay } from '#db/replay.ts';
import { deskRounds } from '#db/roundDesk.ts';
import {
	boardCards,
	concernEvents,
	concerns,
	followupEvents,
	followups,
	meetings,
	people,
	pins,
	questions,
} from '#db/schema/index.ts';
import { demoSignIns, seedDemoTown, withDemoTown } from '#db/seed.ts';
import { firstColumns, readBoard } from '#domain/board.ts';
import { concernStates } from '#domain/concerns.ts';
import { followupStates, needsOf } from '#domain/followups.ts';
import { nobody, system } from '#domain/people.ts';
import { readPins } from '#domain/pins.ts';
import { isInside } from '#domain/places.ts';
import { questionStates } from '#domain/questions.ts';
import { chaptersIn, foundIn, momentIn } from '#domain/replayMoments.ts';
import { settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { testConfig } from '#tests/signedIn.ts';

const config = testConfig();
let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	expect(await seedDemoTown(db, config)).toBe(true);
});
afterAll(() => closeDatabase(db));

test('a second start changes nothing', async () => {
	const before = await db.$count(questions);
	expect(await seedDemoTown(db, config)).toBe(false);
	expect(await db.$count(questions)).toBe(before);
	expect(await db.$count(people)).toBe(5);
});

test('there is something on, something to come, and a past with outcomes', async () => {
	const { live, upcoming } = await currentMeetings(db);
	const past = await pastMeetings(db);
	expect(live).toHaveLength(1);
	expect(upcoming.map(({ state }) => state)).toContain('cancelled');
	expect(past.meetings.map(({ state }) => state)).toEqual(['ended', 'reported', 'reported', 'reported']);
	expect(await draftMeetings(db, system)).toHaveLength(1);
});

test('the live meeting has questions on every part of their way', async () => {
	const { live } = await currentMeetings(db);
	const hall = await readHall(db, system, live[0]!.slug);
	const states = new Set(hall.desk?.map(({ state }) => state));
	const afterwards = ['carried-over', 'unanswered'];
	expect([...states].sort()).toEqual(questionStates.filter((state) => !afterwards.includes(state)).sort());
	expect((await readHall(db, nobody, live[0]!.slug)).questions.length).toBeGreaterThan(8);
});

test('the live meeting’s board has cards from everywhere, in every column, and its map is open', async () => {
	const { live } = await currentMeetings(db);
	const [meeting] = await db.select().from(meetings).where(eq(meetings.slug, live[0]!.slug));
	expect(meeting).toMatchObject({ boardOpen: true, mapOpen: true });
	const doc = await db.transaction((tx) => documentIn(tx, { kind: 'board', id: meeting!.id }));
	const { cards, columns } = readBoard(doc);
	expect(columns.map(({ id }) => id)).toEqual(firstColumns);
	expect(new Set(cards.map(({ column }) => column))).toEqual(new Set(firstColumns));
	expect(new Set(cards.map(({ source }) => source.kind))).toEqual(new Set(['typed', 'question', 'pin']));
	expect(await db.$count(boardCards)).toBe(cards.length);
	const facts = await cardFacts(db, meeting!.id);
	expect(facts.some(({ supports }) => supports > 10)).toBe(true);
	expect(facts.some(({ concern }) => concern !== null)).toBe(true);
});

test('the minutes of the school evening are published, each item with its moment, the day after it', async () => {
	const [evening] = await db
		.select()
		.from(meetings)
		.where(ilike(meetings.title, 'Getting to school safely%'));
	const { minutes, versions } = await readPublishedMinutes(db, nobody, evening!.slug, null);
	expect(minutes.items.map(({ at }) => at)).toEqual([240, 1_260, 4_680]);
	expect(versions).toHaveLength(1);
	expect(Date.parse(minutes.publishedAt)).toBeGreaterThan(evening!.endsAt.getTime());
	expect(Date.parse(minutes.publishedAt)).toBeLessThan(Date.now());
});

test('everything happened in its time: nothing before its meeting, nothing in the future', async () => {
	const rows = await db
		.select({ question: questions, meeting: meetings })
		.from(questions)
		.innerJoin(meetings, eq(meetings.id, questions.meetingId));
	for (const { question, meeting } of rows) {
		const begun = meeting.state === 'scheduled' ? meeting.questionsFrom! : meeting.startsAt;
		expect(question.askedAt.getTime()).toBeGreaterThan(begun.getTime());
		for (const at of [question.askedAt, question.publishedAt, question.onAirAt, question.answeredAt])
			expect(at?.getTime() ?? 0).toBeLessThan(Date.now());
		if (question.publishedAt) expect(question.publishedAt > question.askedAt).toBe(true);
		if (question.answeredAt) expect(question.answeredAt > question.askedAt).toBe(true);
	}
});

test('three maps lie one after the other: reported, closed, open; with what was done and what waits', async () => {
	const rounds = await deskRounds(db, system);
	expect(rounds.map(({ state }) => state)).toEqual(['open', 'closed', 'reported']);
	expect(rounds.map(({ previous }) => previous)).toEqual([rounds[1]!.slug, rounds[2]!.slug, null]);
	const [open, closed, reported] = rounds.map(({ numbers }) => numbers);
	expect(open!.pins).toBeGreaterThan(50);
	expect(open!.waiting).toBeGreaterThan(3);
	for (const { activities, pins, supports } of [closed!, reported!]) {
		expect(activities).toBeGreaterThan(2);
		expect(supports).toBeGreaterThan(pins);
	}
});

test('every pin lies in a neighborhood, in the right form, in the document and in its time', async () => {
	for (const { id, boundary } of await deskRounds(db, system)) {
		const shown = await publishedPins(db, id);
		const inDocument = readPins(await documentIn(db, { kind: 'map', id }));
		expect(inDocument.map((pin) => pin.id).sort()).toEqual(shown.map((pin) => pin.id).sort());
		for (const pin of shown) {
			expect(pin.area, pin.note).not.toBeNull();
			expect(isInside(pin, boundary!), pin.note).toBe(true);
			expect(Date.parse(pin.placedAt)).toBeLessThan(Date.now());
		}
		for (const { pins, untilDay } of await activitiesOf(db, id)) {
			expect(pins.length).toBeGreaterThan(0);
			expect(Date.parse(untilDay)).toBeLessThan(Date.now());
		}
	}
	expect(await db.$count(pins)).toBeGreaterThan(100);
});

test('the start says who can be signed in as, and only in the demo town', async () => {
	const shown = (await demoSignIns(db, await withDemoTown(db, config, () => {}))).join('\n');
	expect(shown).toContain(demoPassword);
	expect(shown).toMatch(/dana@lindenfeld\.example +moderator/);
	const city = testConfig({ DATABASE_URL: 'postgres://city', DEMO: '1' });
	expect(await demoSignIns(db, await withDemoTown(db, city, () => {}))).toEqual([]);
});

test('a database that holds anything is left as it is', async () => {
	const other = openDatabase(await testDatabase());
	await settle(other);
	expect(await seedDemoTown(other, config)).toBe(false);
	expect(await other.$count(meetings)).toBe(0);
	expect((await withDemoTown(other, config, () => {})).DEMO).toBe(false);
	await closeDatabase(other);
});

test('two processes that start at the same time fill it once', async () => {
	const other = openDatabase(await testDatabase());
	const filled = await Promise.all([seedDemoTown(other, config), seedDemoTown(other, config)]);
	expect(filled.sort()).toEqual([false, true]);
	expect(await other.$count(people)).toBe(5);
	await closeDatabase(other);
});

test('a seed that breaks off leaves nothing, and the next start begins anew', async () => {
	const other = openDatabase(await testDatabase());
	const city = testConfig({ DATABASE_URL: 'postgres://city' });
	await expect(seedDemoTown(other, city)).rejects.toThrow('embedded database only');
	expect(await other.$count(meetings)).toBe(0);
	expect(await seedDemoTown(other, config)).toBe(true);
	await closeDatabase(other);
});

test('the city has promised things in every state, and each happened in its time', async () => {
	const promises = await db.select().from(followups);
	expect(new Set(promises.map(({ state }) => state))).toEqual(new Set(followupStates));
	expect(await db.$count(followups, eq(followups.visibility, 'public'))).toBeGreaterThan(24);
	const stand = new Set((await db.select().from(concerns)).map(({ state }) => state));
	for (const state of concernStates) expect(stand, state).toContain(state);
	const moves = await db.select().from(followupEvents).where(eq(followupEvents.kind, 'moved'));
	for (const { from, to, at } of moves) {
		expect(needsOf(from!, to!), `${from} to ${to}`).not.toBeNull();
		expect(at.getTime()).toBeLessThan(Date.now());
	}
	const answers = await db
		.select()
		.from(concernEvents)
		.innerJoin(concerns, eq(concerns.id, concernEvents.concernId));
	for (const { concerns: concern, concern_events: event } of answers)
		expect(event.at > concern.capturedAt, `${concern.number} ${event.to}`).toBe(true);
});

test('an evening of the past can be replayed: questions, votes and polls come at their times', async () => {
	const { meetings: past } = await pastMeetings(db);
	const held = past.filter(({ title }) => title.includes('Elm Street'))[0]!;
	const replay = await readReplay(db, nobody, held.slug);
	expect(replay.seconds).toBeGreaterThan(3_600);
	const at = (part: number) => momentIn(replay, replay.seconds * part);
	const seen = (part: number) => at(part).questions.length;
	expect(seen(0)).toBeLessThan(seen(0.3));
	expect(seen(0.3)).toBeLessThan(seen(0.9));
	// At the end it says what the meeting's page says.
	const { questions: now } = await readHall(db, nobody, held.slug);
	const votes = Object.fromEntries(at(1).questions.map(({ number, votes }) => [number, votes]));
	for (const { number, votes: known, state } of now)
		if (state !== 'merged' && number in votes)
			expect({ number, votes: votes[number] }).toEqual({ number, votes: known });
	expect(at(1).questions.filter(({ state }) => state === 'answered').length).toBeGreaterThan(0);
	expect(replay.polls.length).toBe(2);
	expect(chaptersIn(replay).length).toBeGreaterThan(5);
	expect(replay.lines.length).toBeGreaterThan(3);
	const line = foundIn(replay, 'trailer').find(({ kind }) => kind === 'caption');
	expect(momentIn(replay, line!.at).questions[0]).toMatchObject({ state: 'on-air' });
});
