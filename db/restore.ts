// Puts a backup back, all or nothing: the file is read through before anything is touched, and one transaction holds the rest.
import type { Client } from 'pg';
import { checkBackupFile, readBackupFile, type BackupHead, type BackupRow } from './backup/file.ts';
import { connect, groupSize, quoted, schemaOf, tablesOf, type Table } from './backup/tables.ts';

/**
 * Fills a migrated, empty database from a backup file; with `force` whatever is in it is removed first.
 * @throws Error with a sentence that says what to do: damaged file, other schema, database in use or not empty
 */
export async function restore(
	connectionString: string,
	file: string,
	{ force = false } = {},
): Promise<{ rows: number; at: string }> {
	const { head, rows } = await checkBackupFile(file);
	const client = await connect(connectionString);
	try {
		await refuseOtherSchema(client, head);
		await refuseWhileInUse(client);
		await client.query('begin');
		const tables = await tablesOf(client);
		await makeRoom(client, tables, force);
		const links = await takeLinksOff(client);
		await fill(client, tables, file);
		for (const { table, name, definition } of links)
			await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
		for (const { name } of tables) await client.query(`alter table ${quoted(name)} enable trigger user`);
		for (const { name, last, isCalled } of head.sequences)
			await client.query('select setval($1::text::regclass, $2::bigint, $3)', [quoted(name), last, isCalled]);
		await client.query('commit');
		await client.query('analyze');
		return { rows, at: head.at };
	} finally {
		await client.end();
	}
}

async function refuseOtherSchema(client: Client, head: BackupHead) {
	const here = await schemaOf(client);
	if (here.join() === head.schema.join()) return;
	const isOlder = head.schema.every((hash, index) => hash === here[index]);
	throw new Error(
		isOlder
			? `The backup is older than this Porchlight (made by version ${head.version}, ${head.schema.length} of ${here.length} migrations): restore it with that version into an empty database, then start this one on it, which brings it up to date.`
			: `The backup was made with another schema (Porchlight ${head.version}, ${head.schema.length} migrations; here ${here.length}): restore it with the version that made it.`,
	);
}

async function refuseWhileInUse(client: Client) {
	const { rowCount } = await client.query(
		`select 1 from pg_stat_activity where datname = current_database() and application_name like 'porchlight%' limit 1`,
	);
	if (rowCount)
		throw new Error('Porchlight is running on this database: stop it, restore, and start it again.');
}

async function makeRoom(client: Client, tables: Table[], force: boolean) {
	const names = tables.map(({ name }) => quoted(name)).join(', ');
	await client.query(`lock table ${names} in access exclusive mode`);
	if (!force)
		for (const { name } of tables) {
			const { rowCount } = await client.query(`select 1 from ${quoted(name)} limit 1`);
			if (rowCount)
				throw new Error(
					`The database is not empty (there is something in ${name}): restore into a new one, or replace everything in this one with --force.`,
				);
		}
	await client.query(`truncate ${names}`);
	// What a trigger would tell happened long ago.
	for (const { name } of tables) await client.query(`alter table ${quoted(name)} disable trigger user`);
}

type Link = { table: string; name: string; definition: string };

// Rows come table by table, and some refer to rows that come later; put back, PostgreSQL checks every link at once.
async function takeLinksOff(client: Client): Promise<Link[]> {
	const { rows } = await client.query<Link>(
		`select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
		from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
	);
	for (const { table, name } of rows)
		await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
	return rows;
}

async function fill(client: Client, tables: Table[], file: string) {
	let table: Table | undefined;
	let group: BackupRow[] = [];
	const write = async () => {
		if (table && group.length > 0) await insert(client, table, group);
		group = [];
	};
	for await (const part of readBackupFile(file)) {
		if (Array.isArray(part)) {
			group.push(part);
			if (group.length === groupSize) await write();
		} else if ('table' in part) {
			await write();
			table = chosen(tables, part.table, part.columns);
		}
	}
	await write();
}

function chosen(tables: Table[], name: string, columns: string[]): Table {
	const table = tables.find((one) => one.name === name);
	if (!table || table.columns.map((column) => column.name).join() !== columns.join())
		throw new Error(`The database has no table ${name} with the columns of the backup.`);
	return table;
}

async function insert(client: Client, { name, columns }: Table, rows: BackupRow[]) {
	const names = columns.map((column) => quoted(column.name)).join(', ');
	const aliases = columns.map((_, index) => `c${index}`);
	const values = columns.map(({ type }, index) => `c${index}::${type}`).join(', ');
	const lists = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
	await client.query(
		`insert into ${quoted(name)} (${names}) overriding system value
		select ${values} from unnest(${lists}) as given(${aliases.join(', ')})`,
		columns.map((_, index) => rows.map((row) => row[index])),
	);
}
