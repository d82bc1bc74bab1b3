// A backup of everything in the database, as of one moment, while the server runs. Own code, because the embedded PostgreSQL comes
// without pg_dump. Not in it: SECRET, and the job queue, which the server makes anew (what a job has to do stands in our tables).
import type { Client } from 'pg';
import { writeBackupFile, type BackupPart, type BackupRow } from './backup/file.ts';
import { connect, groupSize, quoted, schemaOf, sequencesOf, tablesOf, type Table } from './backup/tables.ts';

/**
 * Writes all rows into a new file.
 * @param version of this Porchlight, noted in the file
 * @returns how many rows were written
 */
export async function backUp(
	connectionString: string,
	file: string,
	version: string,
): Promise<{ rows: number; tables: number }> {
	const client = await connect(connectionString);
	try {
		await client.query('begin isolation level repeatable read read only');
		const tables = await tablesOf(client);
		const written = { rows: 0, tables: tables.length };
		await writeBackupFile(file, partsOf(client, tables, version, written));
		return written;
	} finally {
		await client.end();
	}
}

async function* partsOf(
	client: Client,
	tables: Table[],
	version: string,
	written: { rows: number },
): AsyncGenerator<BackupPart[]> {
	const schema = await schemaOf(client);
	const at = new Date().toISOString();
	const sequences = await sequencesOf(client);
	yield [{ backup: 'porchlight', format: 1, version, at, schema, sequences }];
	for (const table of tables) {
		yield [{ table: table.name, columns: table.columns.map(({ name }) => name) }];
		for await (const rows of rowsOf(client, table)) {
			written.rows += rows.length;
			yield rows;
		}
	}
}

async function* rowsOf(client: Client, { name, columns }: Table): AsyncGenerator<BackupRow[]> {
	const values = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
	await client.query(`declare backup no scroll cursor for select ${values} from ${quoted(name)}`);
	for (;;) {
		const { rows } = await client.query<BackupRow>({
			text: `fetch ${groupSize} from backup`,
			rowMode: 'array',
		});
		if (rows.length === 0) break;
		yield rows;
	}
	await client.query('close backup');
}
