// What happens without anybody asking: mail goes out, and what nobody needs any more is cleaned away. pg-boss keeps the clock, so
// that of several processes one does it.
import { PgBoss } from 'pg-boss';
import type { Config } from '#config';
import { cleanUp } from '#db/cleaning.ts';
import type { Database } from '#db/client.ts';
import type { Logger } from '#db/log.ts';
import { sendMails } from '#db/mail.ts';
import type { Feed } from './feed.ts';

const everyMinute = '* * * * *';
const everyHour = '7 * * * *';

export type Jobs = { close(): Promise<void> };

/** Starts the jobs of this process. Mail goes out at once when PostgreSQL says that there is some, and is tried again by the minute. */
export async function startJobs(
	db: Database,
	config: Config,
	connectionString: string,
	feed: Feed,
	log: Logger,
): Promise<Jobs> {
	const boss = new PgBoss({ connectionString, schema: 'jobs', max: 2, application_name: 'porchlight jobs' });
	boss.on('error', (error) =>
		log.warn({ err: error }, 'the jobs have trouble; they go on when the database is back'),
	);
	await boss.start();
	const deliver = oneAtATime(async () => {
		const { sent, failed } = await sendMails(db, config);
		if (sent + failed > 0) log.info({ sent, failed }, 'mail went out');
	});
	await repeat(boss, 'mail', everyMinute, deliver);
	await repeat(boss, 'clean', everyHour, () => cleanUp(db));
	feed.on(
		'mail',
		() =>
			void deliver().catch((error: unknown) => log.warn({ err: error }, 'mail waits for the next minute')),
	);
	return { close: () => boss.stop({ graceful: true, timeout: 5_000 }) };
}

async function repeat(boss: PgBoss, name: string, cron: string, run: () => Promise<void>): Promise<void> {
	await boss.createQueue(name, { policy: 'short', retryLimit: 2 });
	await boss.schedule(name, cron);
	await boss.work(name, run);
}

/** Asked again while it runs, it runs once more afterwards: what came in meanwhile is not left lying. */
function oneAtATime(run: () => Promise<void>): () => Promise<void> {
	let running: Promise<void> | undefined;
	let isAskedAgain = false;
	const runs = async () => {
		do {
			isAskedAgain = false;
			await run();
		} while (isAskedAgain);
	};
	return () => {
		isAskedAgain = running !== undefined;
		return (running ??= runs().finally(() => (running = undefined)));
	};
}
