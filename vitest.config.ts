// Two projects, both rooted here: `rules` needs nothing but the code, `server` gets a real PostgreSQL.
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

export default defineConfig({
	root,
	test: {
		passWithNoTests: true,
		reporters: ['default'],
		// The default leaves a core idle; tests that wait for processes leave room for a second one.
		maxWorkers: 2,
		projects: [
			{
				root,
				test: {
					name: 'rules',
					include: ['tests/*.test.ts', 'tests/domain/**/*.test.ts'],
					// Nothing here waits for anything, but a busy machine is slow.
					testTimeout: 30_000,
				},
			},
			{
				root,
				test: {
					name: 'server',
					include: ['tests/{db,realtime,media,scripts}/**/*.test.ts'],
					globalSetup: 'tests/setup/vitest.ts',
					// As with browsers (playwright.config.ts): what passes only the second time is listed at the end of `npm test`.
					retry: 1,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});
