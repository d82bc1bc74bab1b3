// The baseline, a process of its own: Express and pg alone, which ask nobody who they are. Each page is one plain select and a list of the same rows.
import express from 'express';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.BARE_DATABASE_URL });
// The bench ends its PostgreSQL when it ends.
pool.on('error', () => {});
const cards = `select f.number, f.title, f.state, f.priority, f.due_on, u.name as unit, p.name as owner, a.name as area
	from followups f left join units u on u.id = f.unit_id left join people p on p.id = f.owner_id left join areas a on a.id = f.area_id`;
const pages: Record<string, string> = {
	'/board': `${cards} order by f.state, f.due_on`,
	'/followups': `${cards} where f.visibility = 'public' order by f.told_at desc limit 30`,
	'/replay': `select at, text from captions order by at`,
	'/numbers': `select state, count(*) from followups where visibility = 'public' group by state`,
};

const app = express();
for (const [path, statement] of Object.entries(pages))
	app.get(path, async (_, response) => {
		const { rows } = await pool.query<Record<string, unknown>>(statement);
		const list = rows.map((row) => `<li>${Object.values(row).map(plain).join(' · ')}</li>`).join('\n');
		response.type('html').send(`<!doctype html><title>Bare</title><ul>${list}</ul>`);
	});
const server = app.listen(0, '127.0.0.1', () => {
	process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => process.exit());

const plain = (value: unknown) =>
	(value instanceof Date ? value.toISOString() : String(value ?? '')).replaceAll('<', '&lt;');
