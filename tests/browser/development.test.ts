// `npm run dev`, seen from a browser: pages change while they are edited, the server restarts when its code changes.
import { expect, test as base, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const test = base.extend<{ development: { url: string; output(): string; stop(): Promise<number | null> } }>({
	// Playwright reads what a fixture needs from this pattern.
	development: async ({}, use) => {
		const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-development-'));
		// PostgreSQL runs as another user when this runs as root.
		await chmod(dataDir, 0o755);
		const port = String(await freePort());
		const child = spawn(process.execPath, ['scripts/development.ts'], {
			cwd: root,
			env: {
				PATH: process.env.PATH,
				HOME: process.env.HOME,
				NODE_ENV: 'development',
				PORT: port,
				DATA_DIR: dataDir,
			},
			stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		});
		let output = '';
		child.stdout?.on('data', (chunk) => (output += chunk));
		child.stderr?.on('data', (chunk) => (output += chunk));
		const gone = once(child, 'exit');
		const stop = async () => {
			child.kill('SIGINT');
			await gone;
			return child.exitCode;
		};
		await expect.poll(() => output, { timeout: 60_000 }).toContain('listening on');
		await use({ url: `http://localhost:${port}`, output: () => output, stop });
		await stop();
		expect(await readdir(path.join(dataDir, 'postgres/users'))).toEqual([]);
		expect(await readdir(path.join(dataDir, 'postgres/cluster'))).not.toContain('postmaster.pid');
		await rm(dataDir, { recursive: true, force: true });
	},
});

test('an edited page comes through the websocket, edited server code through a restart', async ({
	page,
	development,
}) => {
	test.setTimeout(180_000);
	const complaints: string[] = [];
	page.on('console', (message) => {
		if (message.type() === 'error' && message.text().includes('Content Security Policy'))
			complaints.push(message.text());
	});
	const news = viteMessages(page);
	const loaded = page.waitForResponse(/\/lib\/ui\/button\.ts/, { timeout: 30_000 });
	await page.goto(development.url);
	await (await loaded).finished();
	await expect(page.locator('h1')).toBeVisible();
	await expect.poll(() => news.join('\n')).toContain('"type":"connected"');
	// A page that a restart catches while it fetches its modules is lost.
	await page.waitForLoadState('networkidle');

	// A save without a change is a save, and leaves the checkout as it was.
	const updated = page.waitForEvent('console', (message) =>
		message.text().includes('hot updated: /lib/ui/Button'),
	);
	await save('app/lib/ui/button.ts');
	await updated;
	expect(news.join('\n')).toContain('"path":"/lib/ui/Button.svelte"');

	const reloaded = page.waitForEvent('load', { timeout: 90_000 });
	await save('realtime/metrics.ts');
	await reloaded;
	await expect(page.locator('h1')).toBeVisible({ timeout: 60_000 });
	expect(development.output().match(/listening on/g)).toHaveLength(2);
	// Made once, kept through the restart.
	expect(development.output().match(/Making the database files/g)).toHaveLength(1);
	expect(complaints).toEqual([]);
	expect(await development.stop()).toBe(0);
});

function viteMessages(page: Page): string[] {
	const messages: string[] = [];
	page.on('websocket', (socket) =>
		socket.on('framereceived', ({ payload }) => messages.push(String(payload))),
	);
	return messages;
}

async function save(file: string) {
	await utimes(path.join(root, file), new Date(), new Date());
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
