// The honest numbers of a year with both switches of the clock: what the SQL says is counted once more here, row by row, without any SQL.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { readHonestNumbers } from '#db/followupNumbers.ts';
import { areas, concernEvents, concerns, followupEvents, followups, units } from '#db/schema/index.ts';
import type { ConcernState } from '#domain/concerns.ts';
import type { FollowupState } from '#domain/followups.ts';
import { noneCounted, numbersFilterOf, numbersTables, type Counted } from '#domain/honestNumbers.ts';
import { testDatabase } from '#tests/setup/database.ts';

const zone = 'America/Chicago';
const now = new Date('2026-01-10T18:00:00Z');
const year = { from: '2025-01', until: '2025-12', area: null };

let db: Database;
let places: { id: string; name: string }[];
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	const shape = { type: 'Polygon' as const, coordinates: [] };
	places = await db
		.insert(areas)
		.values([
			{ name: 'Old Town', shape },
			{ name: 'Riverside', shape },
			{ name: 'Silent Hill', shape },
		])
		.returning();
	[unit] = await db.insert(units).values({ name: 'Public works' }).returning();
	await aYear();
});
afterAll(() => closeDatabase(db));
let unit: { id: string } | undefined;

let count = 0;
type Step<State> = [to: State, at: string, by?: string | null, text?: string];

/** A concern with its history; the first step is its capture. */
async function heard(
	[state, at, areaAt = null]: [ConcernState, string, (number | null)?],
	steps: Step<ConcernState>[] = [],
): Promise<string> {
	const number = `PL-2025-${String(++count).padStart(5, '0')}`;
	const areaId = areaAt === null ? null : places[areaAt]!.id;
	const [row] = await db
		.insert(concerns)
		.values({ number, title: `What ${count} said`, state, capturedAt: new Date(at), areaId })
		.returning();
	for (const [to, when, personId = 'sam', text = 'We are looking at it.'] of steps)
		await db
			.insert(concernEvents)
			.values({ concernId: row!.id, kind: 'moved', to, at: new Date(when), personId, text });
	return number;
}

type Promised = { due?: string; first?: string; area?: number; visibility?: 'public' | 'internal' };
/** A follow-up that stands where its last step left it. */
async function followed(
	steps: Step<FollowupState>[],
	{ due, first = due, area, visibility = 'public' }: Promised = {},
): Promise<string> {
	const number = `FU-2025-${String(++count).padStart(5, '0')}`;
	const state = steps.at(-1)![0];
	const claims = steps.filter(([to]) => to === 'done').length;
	const [row] = await db
		.insert(followups)
		.values({
			...{ number, title: `Promise ${count}`, state, visibility, claims, unitId: unit!.id },
			...{ dueOn: due, firstDueOn: first, areaId: area === undefined ? null : places[area]!.id },
			reviewOn: state === 'blocked' ? '2026-02-01' : null,
		})
		.returning();
	for (const [to, when, personId = 'sam', text = ''] of steps)
		await db.insert(followupEvents).values({
			...{ followupId: row!.id, kind: to === 'proposed' ? 'proposed' : 'moved', to, personId, text },
			at: new Date(when),
		});
	return number;
}

const promise = (at: string): Step<FollowupState>[] => [
	['proposed', at],
	['committed', at],
	['in-progress', at],
];

/** The edges by hand, then a few hundred of everything, spread over the year. */
async function aYear(): Promise<void> {
	// Half past eleven at night on the 31st; in winter that is six hours behind UTC, in summer five.
	await heard(['acknowledged', '2025-02-01T05:30:00Z', 0], [['acknowledged', '2025-02-03T05:30:00Z']]);
	await heard(['published', '2025-06-01T04:59:59Z', 0]);
	await heard(['published', '2025-06-01T05:00:00Z', 0]);
	// Over both nights in which the clock is set.
	await heard(['acknowledged', '2025-03-08T18:00:00Z', 1], [['acknowledged', '2025-03-09T18:00:00Z']]);
	await heard(['acknowledged', '2025-11-01T18:00:00Z', 1], [['acknowledged', '2025-11-02T18:00:00Z']]);
	// What follows by itself is no answer of a human; nor is what is merged counted beside what it became.
	await heard(['acknowledged', '2025-04-02T18:00:00Z', 1], [['acknowledged', '2025-04-03T18:00:00Z', null]]);
	await heard(['merged', '2025-04-04T18:00:00Z', 1], [['acknowledged', '2025-04-05T18:00:00Z']]);

	// Claimed at 23:59 and at 00:01 of the day after, in summer time.
	await followed([...promise('2025-06-01T15:00:00Z'), ['done', '2025-07-01T04:59:00Z']], {
		...{ due: '2025-06-30', area: 0 },
	});
	await followed([...promise('2025-06-01T15:00:00Z'), ['done', '2025-07-01T05:01:00Z']], {
		...{ due: '2025-06-30', area: 0 },
	});
	// On time by the day that stands, late by the one that was promised first.
	await followed([...promise('2025-05-01T15:00:00Z'), ['done', '2025-08-10T15:00:00Z']], {
		...{ due: '2025-08-31', first: '2025-06-15', area: 0 },
	});
	// Claimed on time, opened again: late when it is claimed again after its day, missed when it is not.
	const reopened: Step<FollowupState>[] = [
		...promise('2025-02-01T15:00:00Z'),
		['done', '2025-03-01T15:00:00Z'],
		['reopened', '2025-03-05T15:00:00Z', null],
	];
	await followed(reopened, { due: '2025-03-31', area: 1 });
	await followed(
		[
			...reopened,
			['in-progress', '2025-03-06T15:00:00Z'],
			['done', '2025-04-20T15:00:00Z'],
			['verified', '2025-05-01T04:30:00Z', null],
		],
		{ due: '2025-03-31', area: 1 },
	);
	await followed(
		[
			...promise('2025-02-01T15:00:00Z'),
			['done', '2025-02-05T15:00:00Z'],
			['verified', '2025-04-01T15:00:00Z'],
		],
		{ due: '2025-03-31', area: 1 },
	);
	// Dropped before its day: it was not kept either. Rejected: never promised. Internal: not public.
	await followed(
		[
			...promise('2025-02-01T15:00:00Z'),
			['dropped', '2025-02-09T15:00:00Z', 'sam', 'The street is the state’s.'],
		],
		{ due: '2025-10-31', area: 1 },
	);
	await followed([
		['proposed', '2025-02-01T15:00:00Z'],
		['rejected', '2025-02-02T15:00:00Z', 'sam', 'There is one already.'],
	]);
	await followed([...promise('2025-02-01T15:00:00Z'), ['done', '2025-02-09T15:00:00Z']], {
		...{ due: '2025-02-20', visibility: 'internal' },
	});
	// Due after today.
	await followed(promise('2025-12-01T15:00:00Z'), { due: '2026-01-10', area: 0 });

	const ends: Step<FollowupState>[][] = [
		[],
		[['blocked', '']],
		[['done', '']],
		[
			['done', ''],
			['verified', '', null],
		],
		[
			['done', ''],
			['verified', '', 'dana'],
		],
		[
			['done', ''],
			['reopened', '', null],
		],
		[['dropped', '', 'sam', 'No means.']],
	];
	// Every 31 hours and 17 minutes: all hours of the day, and no two alike.
	const pace = (31 * 60 + 17) * 60_000;
	const start = Date.parse('2024-12-28T00:00:00Z');
	for (let n = 0; n < 300; n++) {
		const at = (after: number) => new Date(start + n * pace + after * pace).toISOString();
		const area = n % 3 === 2 ? undefined : n % 3;
		if (n % 2)
			await heard(
				[n % 7 ? 'acknowledged' : 'published', at(0), area ?? null],
				n % 7 ? [['acknowledged', at(n % 11)]] : [],
			);
		else {
			const steps = ends[(n / 2) % ends.length]!.map(
				([to, , ...rest], i) => [to, at(5 + (n % 23) + i * 3), ...rest] as Step<FollowupState>,
			);
			const due = at(10 + (n % 19)).slice(0, 10);
			const first = n % 5 ? due : at(8).slice(0, 10);
			await followed([...promise(at(0)), ...steps], { due, first, area });
		}
	}
}

/** The city's day of a moment, by another way than the program's. */
const dayOf = (at: Date) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
const monthOf = (at: Date) => dayOf(at).slice(0, 7);

/** Counts once more what is in the database. @param isIn whether a fact of a month and an area counts */
async function countedByHand(isIn: (month: string, areaId: string | null) => boolean): Promise<Counted> {
	const counted = { ...noneCounted };
	const add = (name: Exclude<keyof Counted, 'medianDays'>, month: string, areaId: string | null) => {
		if (isIn(month, areaId)) counted[name]++;
	};
	const answers = await db.select().from(concernEvents);
	const waits: number[] = [];
	for (const { id, state, capturedAt, areaId } of await db.select().from(concerns)) {
		if (state === 'merged') continue;
		const month = monthOf(capturedAt);
		const first = answers
			.filter((event) => event.concernId === id && event.to === 'acknowledged' && event.personId !== null)
			.sort((a, b) => a.at.getTime() - b.at.getTime())[0];
		add('heard', month, areaId);
		add(first ? 'answered' : 'unanswered', month, areaId);
		if (first && isIn(month, areaId)) waits.push((first.at.getTime() - capturedAt.getTime()) / 86_400_000);
	}
	waits.sort((a, b) => a - b);
	const middle = (waits.length - 1) / 2;
	if (waits.length > 0)
		counted.medianDays = Math.round(((waits[Math.floor(middle)]! + waits[Math.ceil(middle)]!) / 2) * 10) / 10;
	const events = await db.select().from(followupEvents).orderBy(followupEvents.id);
	for (const { id, state, visibility, dueOn, firstDueOn, areaId } of await db.select().from(followups)) {
		if (visibility === 'internal') continue;
		const moves = events.filter((event) => event.followupId === id && event.kind === 'moved');
		for (const { to, at, personId } of moves) {
			const month = monthOf(at);
			if (to === 'committed') add('promised', month, areaId);
			if (to === 'done') add('claimed', month, areaId);
			if (to === 'verified') add(personId === null ? 'confirmed' : 'checked', month, areaId);
			if (to === 'reopened' || to === 'dropped' || to === 'rejected') add(to, month, areaId);
		}
		const claim = moves.findLast(({ to }) => to === 'done');
		const doneOn = claim && (state === 'done' || state === 'verified') ? dayOf(claim.at) : null;
		for (const [name, day] of [
			['due', dueOn],
			['first', firstDueOn],
		] as const) {
			if (day === null) continue;
			const month = day.slice(0, 7);
			if (doneOn !== null) add(doneOn <= day ? `${name}OnTime` : `${name}Late`, month, areaId);
			else if (state === 'dropped' || day < dayOf(now)) add(`${name}Missed`, month, areaId);
		}
	}
	return counted;
}

describe('the numbers of a seeded year', () => {
	test('are those that another way of counting finds, in all, by month and by area', async () => {
		const numbers = await readHonestNumbers(db, { filter: year, zone, now });
		const isInYear = (month: string) => month >= '2025-01' && month <= '2025-12';
		expect(numbers.total).toMatchObject(await countedByHand(isInYear));
		expect(numbers.months).toHaveLength(12);
		for (const { month, ...counted } of numbers.months)
			expect(counted, month).toMatchObject(await countedByHand((one) => one === month));
		expect(numbers.areas.map(({ area }) => area)).toEqual(['Old Town', 'Riverside', 'Silent Hill', null]);
		for (const { area, ...counted } of numbers.areas) {
			const id = places.find(({ name }) => name === area)?.id ?? null;
			expect(counted, String(area)).toMatchObject(
				await countedByHand((month, areaId) => isInYear(month) && areaId === id),
			);
		}
		// Not all of nothing: every number has something to count.
		for (const [name, number] of Object.entries(numbers.total)) expect(number, name).toBeGreaterThan(0);
	});

	test('add up: months and areas give the whole, and everything that was heard is answered or not', async () => {
		const { total, months, areas } = await readHonestNumbers(db, { filter: year, zone, now });
		for (const name of Object.keys(noneCounted) as (keyof Counted)[]) {
			if (name === 'medianDays') continue;
			const sum = (rows: Counted[]) => rows.reduce((all, row) => all + row[name]!, 0);
			expect([sum(months), sum(areas)], name).toEqual([total[name], total[name]]);
		}
		expect(total.answered + total.unanswered).toBe(total.heard);
	});

	test('of one area are those of its line in the table', async () => {
		const all = await readHonestNumbers(db, { filter: year, zone, now });
		const one = await readHonestNumbers(db, { filter: { ...year, area: places[1]!.id }, zone, now });
		expect(one.area).toEqual({ id: places[1]!.id, name: 'Riverside' });
		expect([{ area: 'Riverside', ...one.total }]).toEqual(
			all.areas.filter(({ area }) => area === 'Riverside'),
		);
		expect(one.areas).toHaveLength(1);
		expect(one.ended.every(({ area }) => area === 'Riverside')).toBe(true);
		expect(one.waiting.every(({ area }) => area === 'Riverside')).toBe(true);
	});

	test('what was dropped or turned down stands there with its reason, what is internal does not', async () => {
		const { ended, total } = await readHonestNumbers(db, { filter: year, zone, now });
		expect(ended).toHaveLength(total.dropped + total.rejected);
		expect(ended).toContainEqual(
			expect.objectContaining({
				...{ state: 'dropped', on: '2025-02-09', reason: 'The street is the state’s.', area: 'Riverside' },
			}),
		);
		expect(ended).toContainEqual(
			expect.objectContaining({ state: 'rejected', reason: 'There is one already.', area: null }),
		);
	});

	test('the ten oldest without a human answer are those, oldest first', async () => {
		const answered = new Set(
			(await db.select().from(concernEvents))
				.filter(({ to, personId }) => to === 'acknowledged' && personId !== null)
				.map(({ concernId }) => concernId),
		);
		const oldest = (await db.select().from(concerns))
			.filter(({ id, state }) => state !== 'merged' && !answered.has(id))
			.sort((a, b) => a.capturedAt.getTime() - b.capturedAt.getTime())
			.slice(0, 10);
		const { waiting } = await readHonestNumbers(db, { filter: year, zone, now });
		expect(waiting.map(({ number, capturedOn }) => [number, capturedOn])).toEqual(
			oldest.map(({ number, capturedAt }) => [number, dayOf(capturedAt)]),
		);
		expect(waiting[0]!.days).toBe(Math.floor((now.getTime() - oldest[0]!.capturedAt.getTime()) / 86_400_000));
	});

	test('as a table it holds the same', async () => {
		const numbers = await readHonestNumbers(db, { filter: year, zone, now });
		const [head, ...rows] = numbersTables.numbers(numbers).replace('\u{FEFF}', '').trim().split('\r\n');
		const columns = head!.split(',').map((name) => name.replaceAll('"', ''));
		const total = Object.fromEntries(rows[0]!.split(',').map((cell, n) => [columns[n], cell]));
		for (const [name, number] of Object.entries(numbers.total))
			expect(total[name], name).toBe(String(number));
		expect(rows).toHaveLength(1 + numbers.months.length + numbers.areas.length);
	});
});

test('where there is nothing, nothing is divided by it', async () => {
	const { total, waiting } = await readHonestNumbers(db, {
		...{ filter: { from: '2024-01', until: '2024-06', area: null }, zone, now },
	});
	expect(total).toMatchObject({ ...noneCounted, medianDays: null, duePercent: null, firstPercent: null });
	expect(waiting).toHaveLength(10);
});

test('an address that makes no sense shows the last twelve months of the whole city, none before the first that something happened in', async () => {
	const search = new URLSearchParams({ from: '2025-13', until: 'yesterday', area: 'x' });
	const plain = await readHonestNumbers(db, { filter: numbersFilterOf(search), zone, now });
	expect(plain).toMatchObject({ from: '2025-02', until: '2026-01', area: null });
	const nowhere = { from: '2025-12', until: '2025-03', area: randomUUID() };
	expect(await readHonestNumbers(db, { filter: nowhere, zone, now })).toMatchObject({
		...{ from: '2024-12', until: '2025-03', area: null },
	});
});
