// npm run restore -- <file> [--force]: puts a backup into an empty database, or with --force in place of what is there.
import { restore } from '#db/restore.ts';
import { withDatabase } from './database.ts';

await withDatabase('npm run restore -- <file> [--force]', ['--force'], async (url, file, options) => {
	const { rows, at } = await restore(url, file, { force: options.includes('--force') });
	return `${rows} rows are back as they were on ${at}.
Start Porchlight with the SECRET of that time (or its file DATA_DIR/secret): guests and second factors depend on it.`;
});
