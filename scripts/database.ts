// For programs that work on the database: finds it as the server does, migrated, and gives it back.
import path from 'node:path';
import { readConfig } from '#config';
import { startEmbedded } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';

/**
 * Runs the work with the one file that must be named, and prints its last words; a failure is one sentence and exit code 1.
 * @param usage shown when there is not one file
 * @param allowed options that may be given
 */
export async function withDatabase(
	usage: string,
	allowed: string[],
	work: (connectionString: string, file: string, options: string[]) => Promise<string>,
): Promise<void> {
	const words = process.argv.slice(2);
	const options = words.filter((word) => word.startsWith('--'));
	const [name, ...more] = words.filter((word) => !word.startsWith('--'));
	try {
		if (!name || more.length > 0 || options.some((option) => !allowed.includes(option)))
			throw new Error(`Use it so: ${usage}`);
		// npm goes to the project's folder first; the file is meant from where it was called.
		const file = path.resolve(process.env.INIT_CWD ?? '.', name);
		const config = readConfig();
		const embedded = config.DATABASE_URL ? undefined : await startEmbedded({ dataDir: config.dataDir });
		try {
			const url = config.DATABASE_URL ?? embedded!.url;
			await migrate(url);
			process.stdout.write(`${await work(url, file, options)}\n`);
		} finally {
			await embedded?.stop();
		}
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
