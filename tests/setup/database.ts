// A database for a test file of its own: migrated, empty, dropped when the file is through.
import { afterAll, inject } from 'vitest';
import { copyTemplate } from './postgres.ts';

/** Makes a database and resolves to its connection string. Call it at the top of a test file or in `beforeAll`. */
export async function testDatabase(): Promise<string> {
	const { url, drop } = await copyTemplate(inject('template'));
	afterAll(drop);
	return url;
}
