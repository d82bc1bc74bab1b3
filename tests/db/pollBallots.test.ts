// The ballot on the dump: with every row of every table before them, in the order they lie on disk, nobody finds out who voted what.
import { sql } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteAttendance } from '#db/attendance.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { ballotMark, pseudonymsIn } from '#db/identity.ts';
import { closePoll, makePoll, openPoll } from '#db/polls.ts';
import { announceProgress, castPollBallots, voteInPoll } from '#db/pollVotes.ts';
import { people } from '#db/schema/index.ts';
import { askQuestion } from '#db/questions.ts';
import { announceTallies, castVotes } from '#db/votes.ts';
import type { Actor } from '#domain/people.ts';
import { dana, liveMeeting, maria, settle } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

const voters = 1_000;
const options = 4;
/** So many arrive together. */
const group = 25;

let db: Database;
let pollId: string;
let meetingId: string;
/** In the order they came. Every third has an account. */
let crowd: Actor[];
/** What each of them voted in the end. */
let choices: number[];
let whileOpen: Row[];
let afterwards: Row[];
let pollKey: string;

/** The same numbers on every run. */
function dice(seed: number) {
	let state = seed;
	return (below: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
	({ id: meetingId } = await liveMeeting(db));
	const roll = dice(1_000);
	crowd = Array.from({ length: voters }, (_, i): Actor => {
		const name = `voter ${i}`;
		const account = i % 3 === 0 ? { id: name, name, email: `${i}@example.org`, roles: [] } : null;
		return { guest: `guest secret of ${name}`, guestSince: 0, account };
	});
	choices = crowd.map(() => roll(options));
	await db
		.insert(people)
		.values(crowd.flatMap(({ account }) => (account ? [{ ...account, emailVerified: true }] : [])));
	({ pollId } = await makePoll(db, dana, {
		meetingId,
		poll: { kind: 'single', question: 'Which street first?', options: ['Oak', 'Elm', 'Ash', 'Bay'] },
	}));
	await openPoll(db, dana, { pollId });
	const question = await askQuestion(db, maria, { meetingId, text: 'And which one last?', anonymous: true });
	// One after the other, so that all is in order: they come, vote for a question and in the poll; every tenth changes their mind.
	for (const [i, actor] of crowd.entries()) {
		if (i % group === 0) {
			const arriving = crowd.slice(i, i + group);
			const seconds = arriving.map((one, n) => {
				const attends = pseudonymsIn(meetingId, one, 'attend');
				return [attends.account ?? attends.guest!, i + n + 1] as const;
			});
			await noteAttendance(db, meetingId, new Map(seconds), i);
			await castVotes(
				db,
				arriving.map((one) => ({ actor: one, questionId: question.id, on: true })),
			);
			await announceProgress(db);
			await announceTallies(db, meetingId);
		}
		if (i % 10 === 0) await voteInPoll(db, actor, { pollId, choice: [roll(options)] });
		await voteInPoll(db, actor, { pollId, choice: [choices[i]!] });
	}
	const { rows } = await db.$client.query<{ key: string }>('select key from poll_boxes');
	pollKey = rows[0]!.key;
	// What a simpler program would have kept: the attackers must be able to find something where there is something.
	await db.$client.query('create table naive_ballots (id uuid default gen_random_uuid(), choice int)');
	await db.transaction(async (tx) => {
		for (const choice of choices)
			await tx.execute(
				sql`savepoint one; insert into naive_ballots (choice) values (${sql.raw(String(choice))})`,
			);
	});
	whileOpen = await dump();
	await closePoll(db, dana, { pollId, show: true });
	afterwards = await dump();
}, 300_000);
afterAll(() => closeDatabase(db));

type Row = { table: string; xmin: number; values: Record<string, unknown>; text: string };

/** Every row of every table in the order it lies on disk, with the transaction that wrote it. */
async function dump(): Promise<Row[]> {
	const { rows: tables } = await db.$client.query<{ name: string }>(
		`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
		where schemaname not in ('pg_catalog', 'information_schema')`,
	);
	const all: Row[] = [];
	for (const { name } of tables) {
		const { rows } = await db.$client.query<{ xmin: string; text: string }>(
			`select xmin::text, to_jsonb(t)::text as text from ${name} t order by ctid`,
		);
		for (const { xmin, text } of rows)
			all.push({ table: name, xmin: Number(xmin), values: JSON.parse(text) as Row['values'], text });
	}
	return all;
}

/** Something that says what one person voted, with all that could say whose it is. */
type Trace = { choice: number; id: string; xmin: number; time: string };

/** Whatever in a table could be one ballot each: its rows, what lies within one value, or as many as a row counts. */
function tracesIn(rows: Row[]): Trace[] {
	return rows.flatMap(({ values, xmin, text }) => {
		const time = /\d{4}-\d\d-\d\dT[\d:.+]+/.exec(text)?.[0] ?? '';
		const trace = (choice: unknown, id: string): Trace[] => {
			const number = Array.isArray(choice) ? (choice as unknown[])[0] : choice;
			return typeof number === 'number' && number < options ? [{ choice: number, id, xmin, time }] : [];
		};
		const within = Object.values(values).find(
			(value) => typeof value === 'object' && value !== null && Object.keys(value).length > voters / 2,
		);
		if (within) return Object.entries(within).flatMap(([key, value]) => trace(value, key));
		const times = typeof values.ballots === 'number' ? values.ballots : 1;
		return 'choice' in values
			? Array.from({ length: times }, () => trace(values.choice, String(values.id ?? ''))).flat()
			: [];
	});
}

const by =
	<T>(key: (one: T) => string | number) =>
	(list: T[]): T[] =>
		list
			.map((one) => ({ one, key: key(one) }))
			.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
			.map(({ one }) => one);
const traceOrders: Record<string, (traces: Trace[]) => Trace[]> = {
	'their order': (traces) => traces,
	'their order, backwards': (traces) => traces.toReversed(),
	'the transaction': by(({ xmin }) => xmin),
	'their times': by(({ time }) => time),
	'their ids': by(({ id }) => id),
};
const signed = (purpose: 'take-part' | 'attend') => (i: number) => {
	const { account, guest } = pseudonymsIn(meetingId, crowd[i]!, purpose);
	return account ?? guest!;
};
const everyone = Array.from({ length: voters }, (_, i) => i);
const voterOrders: Record<string, () => number[]> = {
	'who came when': () => everyone,
	'their votes for questions': () => by(signed('take-part'))(everyone),
	'their attendance': () => by(signed('attend'))(everyone),
	'their accounts': () => by((i: number) => crowd[i]!.account?.id ?? '~')(everyone),
};

/** How many of the thousand an attacker gets right who lays ballots and voters side by side. */
function hits(traces: Trace[], order: number[]): number {
	return traces.filter(({ choice }, at) => choice === choices[order[at]!]).length;
}

/** The most that luck gives in one try of two hundred thousand (4.4 standard deviations), if answers were handed out blindly. */
function luck(): number {
	const shares = Array.from(
		{ length: options },
		(_, at) => choices.filter((one) => one === at).length / voters,
	);
	const chance = shares.reduce((sum, share) => sum + share * share, 0);
	return voters * chance + 4.4 * Math.sqrt(voters * chance * (1 - chance));
}

const attacks = Object.keys(traceOrders).flatMap((trace) =>
	Object.keys(voterOrders).map((voter) => [trace, voter] as const),
);
const tablesOf = (rows: Row[]) => Map.groupBy(rows, ({ table }) => table);

describe.each([
	['while the poll is open', () => whileOpen],
	['after it was closed', () => afterwards],
] as const)('on the dump %s', (_, rows) => {
	test('the ballots are there: all of them', () => {
		const found = [...tablesOf(rows())].filter(([, own]) => tracesIn(own).length === voters);
		expect(found.map(([table]) => table).toSorted()).toEqual([
			'public.naive_ballots',
			rows() === whileOpen ? 'public.poll_boxes' : 'public.poll_counts',
		]);
	});

	test.each(attacks)(
		'ballots by %s, laid beside voters by %s, fit no better than by chance',
		(trace, voter) => {
			for (const [table, own] of tablesOf(rows())) {
				const traces = tracesIn(own);
				if (table === 'public.naive_ballots' || traces.length < voters / 2) continue;
				expect(hits(traceOrders[trace]!(traces), voterOrders[voter]!())).toBeLessThan(luck());
			}
		},
	);

	test('the same attackers read all of a table with one row for each ballot', () => {
		const naive = tracesIn(tablesOf(rows()).get('public.naive_ballots')!);
		expect(hits(traceOrders['the transaction']!(naive), everyone)).toBe(voters);
		expect(hits(traceOrders['their order']!(naive), everyone)).toBe(voters);
		expect(hits(traceOrders['their ids']!(naive), everyone)).toBeLessThan(luck());
	});

	test('no text of a ballot stands anywhere else', () => {
		const ballots = new Set(['public.poll_boxes', 'public.poll_counts']);
		const keys = (row: Row) => row.text.match(/[A-Za-z0-9_-]{16,}/g) ?? [];
		const ofBallots = new Set(
			rows()
				.filter(({ table }) => ballots.has(table))
				.flatMap(keys),
		);
		ofBallots.delete(pollId);
		const elsewhere = rows()
			.filter(({ table }) => !ballots.has(table))
			.flatMap(keys);
		expect(elsewhere.filter((key) => ofBallots.has(key))).toEqual([]);
	});

	test('nothing was written of a single ballot: no command, no event with more than a number', () => {
		const tables = tablesOf(rows());
		// Commands of the desk that were given an id would be here; ballots never are.
		expect(tables.get('public.done_commands') ?? []).toEqual([]);
		const told = (tables.get('public.events') ?? []).filter(({ values }) =>
			String(values.type).startsWith('poll:progress'),
		);
		expect(told.length).toBeGreaterThan(10);
		for (const { values } of told)
			expect(Object.keys(values.payload as object).toSorted()).toEqual(['pollId', 'voted']);
	});
});

test('whoever has SECRET too finds nobody once the poll is closed', () => {
	const marks = new Set(
		crowd.flatMap((actor) => pseudonymsIn(meetingId, actor).all.map((one) => ballotMark(pollKey, one))),
	);
	const strings = (rows: Row[]) =>
		new Set(rows.flatMap(({ text }) => text.match(/[A-Za-z0-9_-]{16,}/g) ?? []));
	// While it is open a ballot can be changed, so it can be found: by who has the key, SECRET and the person's own secret.
	expect([...strings(whileOpen)].filter((one) => marks.has(one)).length).toBeGreaterThanOrEqual(voters);
	const left = strings(afterwards);
	expect(left.has(pollKey)).toBe(false);
	expect([...left].filter((one) => marks.has(one))).toEqual([]);
});

test('without SECRET a mark is no digest of anything in the dump', () => {
	const box = whileOpen.find(({ table }) => table === 'public.poll_boxes')!;
	const marks = new Set(Object.keys(box.values.box as object));
	const strings = [...new Set(whileOpen.flatMap(({ text }) => text.match(/[A-Za-z0-9_ -]{6,}/g) ?? []))];
	const digests = strings.flatMap((text) =>
		[text, `${pollKey}${text}`, `ballot\0${pollKey}\0${text}`].map((one) =>
			createHash('sha256').update(one).digest().subarray(0, 16).toString('base64url'),
		),
	);
	expect(digests.filter((one) => marks.has(one))).toEqual([]);
});

test('what is left is how many chose what', () => {
	const left = afterwards
		.filter(({ table }) => table === 'public.poll_counts')
		.map(({ values }) => [values.choice, values.ballots]);
	expect(left.toSorted()).toEqual(
		Array.from({ length: options }, (_, at) => [[at], choices.filter((one) => one === at).length]),
	);
});

test('a thousand at once are counted once each', async () => {
	const { id } = await liveMeeting(db);
	const { pollId } = await makePoll(db, dana, {
		meetingId: id,
		poll: { kind: 'scale', question: 'How safe do you feel?', to: 5, low: '', high: '' },
	});
	await openPoll(db, dana, { pollId });
	const groups = Array.from({ length: 10 }, (_, n) => crowd.filter((_, i) => i % 10 === n));
	await Promise.all(
		[...groups, ...groups].map((group) =>
			castPollBallots(
				db,
				group.map((actor) => ({ actor, pollId, choice: [3] })),
			),
		),
	);
	await closePoll(db, dana, { pollId, show: false });
	const { rows } = await db.$client.query('select choice, ballots from poll_counts where poll_id = $1', [
		pollId,
	]);
	expect(rows).toEqual([{ choice: [3], ballots: voters }]);
});
