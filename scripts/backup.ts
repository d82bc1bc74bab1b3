// npm run backup -- <file>: everything in the database, while the server runs or not.
import { readConfig } from '#config';
import { backUp } from '#db/backup.ts';
import { withDatabase } from './database.ts';

await withDatabase('npm run backup -- <file>', [], async (url, file) => {
	const { rows, tables } = await backUp(url, file, readConfig().version);
	return `${rows} rows of ${tables} tables are in ${file}.
Keep ${secretPlace()} too, in another place: it is not in the backup on purpose (whoever has both can work out who
voted for what). Without it the browsers of guests are strangers after a restore, and second factors no longer work.`;
});

function secretPlace(): string {
	const { SECRET, DATA_DIR } = readConfig();
	return SECRET ? 'SECRET' : `${DATA_DIR}/secret`;
}
