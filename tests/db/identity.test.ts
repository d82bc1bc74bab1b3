// Nobody can join what a guest did in two meetings from the database alone: looked for in a dump of every row.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { pseudonymsIn } from '#db/identity.ts';
import { noteAttendance } from '#db/attendance.ts';
import { actOnQuestions } from '#db/questionActs.ts';
import { askQuestion } from '#db/questions.ts';
import { announceTallies, voteForQuestion } from '#db/votes.ts';
import type { Actor } from '#domain/people.ts';
import { dana, guest, liveMeeting, maria, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

let db: Database;
beforeAll(async () => {
	db = openDatabase(await testDatabase());
	await settle(db);
});
afterAll(() => closeDatabase(db));

/** Every row of every table, as JSON text. */
async function dump(): Promise<{ table: string; row: string }[]> {
	const { rows: tables } = await db.$client.query<{ name: string }>(
		`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
	);
	const all = await Promise.all(
		tables.map(async ({ name }) => {
			const { rows } = await db.$client.query<{ row: string }>(
				`select to_jsonb(t)::text as row from ${name} t`,
			);
			return rows.map(({ row }) => ({ table: name, row }));
		}),
	);
	return all.flat();
}

/** Ids, digests and pseudonyms in a row: what could join it to another one. */
function keysIn(row: string): string[] {
	return row.match(/[A-Za-z0-9_-]{16,}/g) ?? [];
}

/** All keys that can be reached from one key by going from row to row. */
function reachable(rows: { row: string }[], start: string, known: Set<string>): Set<string> {
	const keysOf = rows.map(({ row }) => keysIn(row).filter((key) => !known.has(key)));
	const found = new Set([start]);
	for (let grew = true; grew;) {
		grew = false;
		for (const keys of keysOf) {
			if (!keys.some((key) => found.has(key))) continue;
			for (const key of keys) if (!found.has(key)) grew = Boolean(found.add(key));
		}
	}
	return found;
}

async function takePart(actor: Actor, text: string): Promise<string> {
	const { id } = await liveMeeting(db);
	const other = await askQuestion(db, tom, { meetingId: id, text: `${text} (tom)`, anonymous: true });
	const own = await askQuestion(db, actor, { meetingId: id, text, anonymous: true }, crypto.randomUUID());
	await voteForQuestion(db, actor, { questionId: other.id, on: true });
	await announceTallies(db, id);
	await actOnQuestions(db, dana, { questionIds: [own.id], act: 'put-on-air' });
	await noteAttendance(db, id, new Map([[pseudonymsIn(id, actor, 'attend').all[0]!, 60]]), 1);
	return id;
}

test('a guest’s acts in two meetings cannot be joined by reading the database', async () => {
	const ann = guest('ann');
	const first = await takePart(ann, 'What about the lights at the park?');
	const second = await takePart(ann, 'What about the crossing at the school?');
	const rows = await dump();

	const [here, there] = [pseudonymsIn(first, ann).guest!, pseudonymsIn(second, ann).guest!];
	expect(rows.filter(({ row }) => row.includes(here)).length).toBeGreaterThan(1);
	expect(rows.filter(({ row }) => row.includes(ann.guest!))).toEqual([]);
	// Table and type names, and texts shared by all, join nothing.
	const words = new Set([
		'question:published',
		'anonymousAllowed',
		'votesWithAccount',
		'slowModeSeconds',
		'declineReason',
		'dispositionNote',
	]);
	const everywhere = rows
		.filter(({ row }) => !row.includes(first) && !row.includes(second))
		.flatMap(({ row }) => keysIn(row));
	const found = reachable(
		rows,
		here,
		new Set([...words, ...everywhere.filter((key) => !key.includes(here)), ...columnNames(rows)]),
	);
	expect(found.has(first)).toBe(true);
	expect(found.has(there)).toBe(false);
	expect(found.has(second)).toBe(false);
});

test('watching cannot be joined with asking or voting, even within a meeting', async () => {
	const ann = guest('bea');
	const meeting = await takePart(ann, 'Who watches the watchers here?');
	const attends = pseudonymsIn(meeting, ann, 'attend').guest!;
	const withIt = (await dump()).filter(({ row }) => row.includes(attends));
	expect(withIt.map(({ table }) => table)).toEqual(['public.attendance']);
	expect(withIt[0]!.row).not.toContain(pseudonymsIn(meeting, ann).guest!);
});

test('what a signed-in person asks anonymously is on no row with the account', async () => {
	const meeting = await takePart(maria, 'Why was the case of my neighbour closed?');
	const asGuest = pseudonymsIn(meeting, maria).guest!;
	const asAccount = pseudonymsIn(meeting, maria).account!;
	const rows = await dump();
	expect(rows.some(({ row }) => row.includes(asGuest))).toBe(true);
	expect(
		rows.filter(({ row }) => row.includes(asGuest) && (row.includes(asAccount) || row.includes('"maria"'))),
	).toEqual([]);
});

function columnNames(rows: { row: string }[]): string[] {
	const names = (value: unknown): string[] =>
		value && typeof value === 'object'
			? Object.entries(value).flatMap(([key, inner]) => [
					...(Array.isArray(value) ? [] : [key]),
					...names(inner),
				])
			: [];
	return [...new Set(rows.flatMap(({ row }) => names(JSON.parse(row))))];
}
