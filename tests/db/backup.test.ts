// A backup brings back every row of every table, or says in a sentence why it does not.
import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#config';
import { backUp } from '#db/backup.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { captureQuestion } from '#db/concerns.ts';
import { mergeQuestions } from '#db/questionMerges.ts';
import { askQuestion } from '#db/questions.ts';
import { restore } from '#db/restore.ts';
import { secretOf } from '#db/secret.ts';
import { voteForQuestion } from '#db/votes.ts';
import { dana, guest, liveMeeting, maria, settle, tom } from '#tests/cast.ts';
import { testDatabase } from '#tests/setup/database.ts';

const nasty = `“Ñandú” says: it's 5 % \\N \\\\ {"a": [1,\t2]}, NULL\u2028\n🚲 'and' "so" on`;

let folder: string;
let town: string;
let file: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'porchlight-backup-'));
	town = await testDatabase();
	await live(town);
	file = path.join(folder, 'town.backup');
	await backUp(town, file, '0.1.0');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Something in the tables that matter, a question that refers to a later one among them. */
async function live(url: string) {
	const db = openDatabase(url);
	await settle(db);
	const { id: meetingId } = await liveMeeting(db);
	const merged = await ask(db, meetingId, nasty);
	const kept = await ask(db, meetingId, 'When is the crossing on Elm Street built?');
	await voteForQuestion(db, guest('one'), { questionId: merged, on: true });
	await voteForQuestion(db, tom, { questionId: kept, on: true });
	await captureQuestion(db, dana, { questionId: kept, title: 'Crossing on Elm Street' });
	await mergeQuestions(db, dana, { questionIds: [merged], into: kept });
	await closeDatabase(db);
}

async function ask(db: Database, meetingId: string, text: string): Promise<string> {
	return (await askQuestion(db, maria, { meetingId, text, anonymous: false })).id;
}

test('every table comes back row by row, and numbering goes on', async () => {
	const other = await testDatabase();
	const { rows } = await restore(other, file);

	const before = await everything(town);
	expect(await everything(other)).toEqual(before);
	expect(rows).toBe(Object.values(before).flat().length);
	for (const table of ['people', 'questions', 'votes', 'events', 'audit', 'concerns', 'question_acts'])
		expect(before[table], table).not.toEqual([]);
	expect(JSON.stringify(before['questions'])).toContain('Ñandú');

	const last = await query(town, 'select max(id)::int as id from audit');
	const [next] = await query(other, `insert into audit (verb, subject) values ('a', 'b') returning id::int`);
	expect(next!['id']).toBe(Number(last[0]!['id']) + 1);
	expect(await rules(other)).toEqual(await rules(town));
});

test('what is there is replaced only when asked to', async () => {
	const other = await testDatabase();
	await query(other, `insert into people (id, name, email) values ('eve', 'Eve', 'eve@example.org')`);
	await expect(restore(other, file)).rejects.toThrow('not empty (there is something in people)');
	expect(await query(other, 'select id from people')).toEqual([{ id: 'eve' }]);

	await restore(other, file, { force: true });
	expect(await everything(other)).toEqual(await everything(town));
});

test('a database on which Porchlight runs is left alone', async () => {
	const other = await testDatabase();
	const db = openDatabase(other);
	await db.$client.query('select 1');
	await expect(restore(other, file)).rejects.toThrow('Porchlight is running on this database');
	await closeDatabase(db);
	await restore(other, file);
});

test('a backup of another schema is refused', async () => {
	const newer = await testDatabase();
	await query(newer, `insert into drizzle.__drizzle_migrations (hash, created_at) values ('next', 9e15)`);
	await expect(restore(newer, file)).rejects.toThrow('older than this Porchlight (made by version 0.1.0');

	const strange = await testDatabase();
	await query(strange, `update drizzle.__drizzle_migrations set hash = 'other'`);
	await expect(restore(strange, file)).rejects.toThrow('made with another schema');
	expect(await query(strange, 'select 1 from people')).toEqual([]);
});

test('a damaged file restores nothing', async () => {
	const other = await testDatabase();
	const text = gunzipSync(await readFile(file)).toString();
	const copy = path.join(folder, 'damaged.backup');
	const damages: [string, () => Promise<unknown>][] = [
		['cut off', async () => truncate(copy, Math.floor((await stat(copy)).size / 2))],
		['a word changed', () => writeFile(copy, gzipSync(text.replace('Crossing on Elm', 'Crossing on Oak')))],
		['a row missing', () => writeFile(copy, gzipSync(text.replace(/^\[.*\n/m, '')))],
		['the end missing', () => writeFile(copy, gzipSync(text.trimEnd().replace(/\n.*$/, '\n')))],
		['something after the end', () => writeFile(copy, gzipSync(`${text}["x"]\n`))],
		['bytes overwritten', () => overwrite(copy)],
	];
	for (const [damage, doIt] of damages) {
		await writeFile(copy, await readFile(file));
		await doIt();
		await expect(restore(other, copy), damage).rejects.toThrow('is damaged or incomplete');
	}
	for (const strange of ['# Notes\n', gzipSync('{"some":"json"}\n')]) {
		await writeFile(copy, strange);
		await expect(restore(other, copy)).rejects.toThrow(/is not a backup|is damaged/);
	}
	await expect(restore(other, path.join(folder, 'none'))).rejects.toThrow('There is no file');
	expect(await query(other, 'select 1 from people')).toEqual([]);
});

test('only its owner may read the file, and it never takes the place of another', async () => {
	expect((await stat(file)).mode & 0o077).toBe(0);
	const before = await readFile(file);
	await expect(backUp(town, file, '0.1.0')).rejects.toThrow('exists already');
	expect(await readFile(file)).toEqual(before);
});

test('the secret is not in it', async () => {
	const text = gunzipSync(await readFile(file)).toString();
	expect(text).toContain('maria@example.org');
	expect(text).not.toContain(secretOf(readConfig()));
	expect(text).not.toContain(maria.guest);
});

test('100,000 rows go through the two commands in 40 MB of memory', { timeout: 400_000 }, async () => {
	const [from, to] = [await testDatabase(), await testDatabase()];
	await query(
		from,
		`insert into audit (verb, subject, detail)
		select 'question:publish', n::text, jsonb_build_object('note', repeat(md5(n::text), 4))
		from generate_series(1, 100000) n`,
	);
	const big = path.join(folder, 'big.backup');
	expect(await command('scripts/backup.ts', from, big)).toContain('100000 rows');
	expect(await command('scripts/restore.ts', to, big)).toContain('100000 rows are back');
	const sum = 'select count(*), sum(hashtext(audit::text)::bigint) from audit';
	expect(await query(to, sum)).toEqual(await query(from, sum));
});

async function command(program: string, url: string, file: string): Promise<string> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		['--max-old-space-size=40', path.resolve(import.meta.dirname, '../..', program), file],
		{ env: { ...process.env, DATABASE_URL: url, DATA_DIR: folder } },
	);
	return stdout;
}

async function overwrite(target: string) {
	const handle = await open(target, 'r+');
	await handle.write(Buffer.alloc(40, 7), 0, 40, Math.floor((await handle.stat()).size / 2));
	await handle.close();
}

/** All rows of all tables, as text, sorted. */
async function everything(url: string): Promise<Record<string, string[]>> {
	const tables = await query(
		url,
		`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
	);
	const found: Record<string, string[]> = {};
	for (const { name } of tables) {
		const rows = await query(url, `select t::text as row from "${name}" t order by 1`);
		found[String(name)] = rows.map(({ row }) => String(row));
	}
	return found;
}

/** What the database enforces: keys, checks, triggers. */
async function rules(url: string) {
	return query(
		url,
		`select conrelid::regclass::text as on, conname as name, concat(pg_get_constraintdef(oid), convalidated) as rule
		from pg_constraint where connamespace = 'public'::regnamespace
		union all select tgrelid::regclass::text, tgname, concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
		order by 1, 2`,
	);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query(sql)).rows;
	} finally {
		await client.end();
	}
}
