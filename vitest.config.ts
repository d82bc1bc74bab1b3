// Two projects, both rooted here: `rules` needs nothing but the code, `server` gets a real PostgreSQL.
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

export default defineConfig({
	root,
	test: {
		passWithNoTests: true,
		reporters: ['default'],
		projects: [
			{
				root,
				test: { name: 'rules', include: ['tests/*.test.ts', 'tests/domain/**/*.test.ts'] },
			},
			{
				root,
				test: {
					name: 'server',
					include: ['tests/{db,realtime,media,scripts}/**/*.test.ts'],
					globalSetup: 'tests/setup/vitest.ts',
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});
