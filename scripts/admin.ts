// npm run admin -- <email> [--force]: makes the first admin of a database and gives them a link to sign in with.
import { NotReady, readConfig, type Config } from '#config';
import { linkMinutes } from '#db/auth.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { startEmbedded } from '#db/embedded.ts';
import { isMailSent, sendMails } from '#db/mail.ts';
import { migrate } from '#db/migrate.ts';
import { makeFirstAdmin } from '#db/people.ts';
import { mailSignInLink } from '#db/signIn.ts';
import { isRefusal } from '#domain/errors.ts';
import { signInLetter } from '../app/lib/server/letters.ts';

const [email, ...words] = process.argv.slice(2).filter((word) => word !== '--force');
const isForced = process.argv.includes('--force');

if (!email || words.length > 0) {
	console.error('Say whose account it is: npm run admin -- you@example.gov');
	process.exit(2);
}

try {
	process.exitCode = await withDatabase(email);
} catch (error) {
	if (!isRefusal(error) && !(error instanceof NotReady)) throw error;
	const isNoAddress = isRefusal(error) && error.code === 'bad-input';
	console.error(isNoAddress ? `“${email}” is not a whole e-mail address.` : error.message);
	process.exitCode = 1;
}

async function withDatabase(email: string): Promise<number> {
	const config = readConfig();
	const embedded = config.DATABASE_URL
		? undefined
		: await startEmbedded({ dataDir: config.dataDir, say: () => {} });
	try {
		const url = config.DATABASE_URL ?? embedded!.url;
		await migrate(url);
		const db = openDatabase(url, 2);
		try {
			return await makeAdmin(db, config, email);
		} finally {
			await closeDatabase(db);
		}
	} finally {
		await embedded?.stop();
	}
}

async function makeAdmin(db: Database, config: Config, email: string): Promise<number> {
	if (!(await makeFirstAdmin(db, email, isForced))) {
		console.error('There is an admin already, who can give the role to others at /admin/people.');
		console.error('If nobody can sign in there any more: npm run admin -- <email> --force');
		return 1;
	}
	let link = '';
	await mailSignInLink(db, config, { email }, (token) => {
		const letter = signInLetter(config, 'en', token, '/account/second-factor');
		link = letter.text.match(/https?:\S+/)?.[0] ?? '';
		return letter;
	});
	console.log(
		`${email} is an admin now. The role comes into force with the second sign-in step, which the link leads to.`,
	);
	// A server that runs on this database may be faster.
	await sendMails(db, config);
	if (config.SMTP_URL && (await isMailSent(db, email)))
		console.log(`A link to sign in is in their mail; it works once, within ${linkMinutes} minutes.`);
	else console.log(`Sign in with this link; it works once, within ${linkMinutes} minutes:\n\n  ${link}\n`);
	return 0;
}
