// A start that cannot be: one sentence that says what to do, no stack, and nothing is left behind.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { testDatabase } from '#tests/setup/database.ts';
import { startServer } from '#tests/setup/server.ts';

const refusal = (env: { DATABASE_URL: string } & Record<string, string>) =>
	startServer({ DATA_DIR: '/nonexistent', ...env }).then(
		() => 'it started',
		(error: Error) => error.message.replace(/^[^\n]*\n/, '').trim(),
	);

test('a port in use is named, and nothing else is begun', async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port } = other.address() as AddressInfo;
	expect(await refusal({ DATABASE_URL: await testDatabase(), PORT: String(port) })).toBe(
		`Porchlight could not start. The port ${port} is in use by another program: stop that one, or choose another with PORT=3001 npm start.`,
	);
	other.close();
});

test('an address of another machine is named', async () => {
	expect(await refusal({ DATABASE_URL: await testDatabase(), HOST: '192.0.2.1' })).toMatch(
		/^Porchlight could not start\. HOST=192\.0\.2\.1 is no address of this machine: [^\n]+$/,
	);
});

test('a database that is not there is named without its password', async () => {
	const url = new URL(await testDatabase());
	url.pathname = '/nowhere';
	const said = await refusal({ DATABASE_URL: url.href });
	expect(said).toMatch(
		/^Porchlight could not start\. The database nowhere at 127\.0\.0\.1:\d+ cannot be used: [^\n]+DATABASE_URL right\?$/,
	);
	expect(said).not.toContain(url.password);
	url.port = '1';
	expect(await refusal({ DATABASE_URL: url.href })).toMatch(/ECONNREFUSED/);
});
