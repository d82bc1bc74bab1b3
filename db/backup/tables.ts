// What a backup looks at in the database: its tables and their columns, its sequences, its migrations.
import pg from 'pg';

export type Column = { name: string; type: string };
export type Table = { name: string; columns: Column[] };

/** Rows that are in memory at the same time. */
export const groupSize = 500;

/** One connection that writes and reads values the same way whatever the server's settings are. */
export async function connect(connectionString: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString, application_name: 'backup of porchlight' });
	await client.connect();
	await client.query(
		`set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex';
		set extra_float_digits = 1; set statement_timeout = 0; set search_path = public`,
	);
	return client;
}

/** All tables of ours, with the columns that hold something of their own. The job queue's schema is not among them. */
export async function tablesOf(client: pg.Client): Promise<Table[]> {
	const { rows } = await client.query<{ table: string; name: string; type: string }>(
		`select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
		from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
			and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		order by c.relname, a.attnum`,
	);
	const tables = Map.groupBy(rows, (row) => row.table);
	return [...tables].map(([name, columns]) => ({
		name,
		columns: columns.map(({ name, type }) => ({ name, type })),
	}));
}

/** The migrations that made the database, oldest first. */
export async function schemaOf(client: pg.Client): Promise<string[]> {
	const { rows } = await client.query<{ hash: string }>(
		'select hash from drizzle.__drizzle_migrations order by created_at',
	);
	return rows.map(({ hash }) => hash);
}

export async function sequencesOf(client: pg.Client) {
	const { rows } = await client.query<{ name: string }>(
		`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by 1`,
	);
	const sequences = [];
	for (const { name } of rows) {
		const { rows: states } = await client.query<{ last: string; isCalled: boolean }>(
			`select last_value::text as last, is_called as "isCalled" from ${quoted(name)}`,
		);
		sequences.push({ name, ...states[0]! });
	}
	return sequences;
}

export const quoted = pg.escapeIdentifier;
