// Runs once before the browser tests; Playwright's workers inherit the environment.
import { startTestPostgres } from './postgres.ts';

export default async function setup() {
	const postgres = await startTestPostgres();
	process.env.TEST_TEMPLATE_URL = postgres.template;
	return () => postgres.stop();
}
