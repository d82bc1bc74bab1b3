// What every browser test starts from: `import { test, expect } from './server.ts'`. Each Playwright worker has its own server
// process and its own database; `page.goto('/meetings')` goes there.
import { test as base } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { copyTemplate } from '#tests/setup/postgres.ts';
import { startServer, type ServerProcess } from '#tests/setup/server.ts';

export { expect } from '@playwright/test';

export type Town = { server: ServerProcess; databaseUrl: string; dataDir: string };

export const test = base.extend<{ tidy: void }, { town: Town; serverEnv: Record<string, string> }>({
	/** More settings for the server: `test.use({ serverEnv: … })`. */
	serverEnv: [{}, { option: true, scope: 'worker' }],
	town: [
		async ({ serverEnv }, use) => {
			const database = await copyTemplate(templateUrl());
			const dataDir = await mkdtemp(path.join(os.tmpdir(), 'porchlight-browser-'));
			const settings = { DATABASE_URL: database.url, DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...serverEnv };
			const server = await startServer(settings);
			await use({ server, databaseUrl: database.url, dataDir });
			await server.stop();
			await database.drop();
			await rm(dataDir, { recursive: true, force: true });
		},
		{ scope: 'worker', timeout: 60_000 },
	],
	baseURL: async ({ town }, use) => use(town.server.url),
	/** Pages that a test has left open would go on drawing, and slow down all that come after it. */
	tidy: [
		async ({ browser }, use) => {
			await use();
			await Promise.all(browser.contexts().map((context) => context.close()));
		},
		{ auto: true },
	],
});

function templateUrl(): string {
	const url = process.env.TEST_TEMPLATE_URL;
	if (!url) throw new Error('tests/setup/playwright.ts did not run');
	return url;
}
