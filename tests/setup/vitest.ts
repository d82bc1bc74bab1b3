// Runs once before the tests that need a database, in vitest's own process.
import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		template: string;
	}
}

export default async function setup(project: TestProject) {
	const postgres = await startTestPostgres();
	project.provide('template', postgres.template);
	return () => postgres.stop();
}
