// What happens without anybody asking: letters are written, mail goes out, owners are reminded, and what nobody needs any more is
// cleaned away. pg-boss keeps the clock, so that of several processes one does it.
import { PgBoss } from 'pg-boss';
import type { Config } from '#config';
import { cleanUp } from '#db/cleaning.ts';
import type { Database } from '#db/client.ts';
import { gatherLetters } from '#db/digests.ts';
import { forgetVisits } from '#db/attendance.ts';
import { closeFeedback } from '#db/feedback.ts';
import type { Logger } from '#db/log.ts';
import { sendMails } from '#db/mail.ts';
import { gatherPushes } from '#db/pushNews.ts';
import { remindDevices, sendPushes } from '#db/pushMessages.ts';
import { remindOwners, writeOwnerLetters, type LetterWriters } from '#db/reminders.ts';
import { remindRegistered, writeRegistrationLetters } from '#db/registrationLetters.ts';
import { writeReportLetters } from '#db/reportLetters.ts';
import { passOffersOn } from '#db/registrations.ts';
import { removeDue } from '#db/retention.ts';
import type { Feed } from './feed.ts';

const everyMinute = '* * * * *';
const everyHour = '7 * * * *';
// More often than once a day: whatever hour the server is down, each is reminded on the day.
const everyQuarter = '1,16,31,46 * * * *';

export type Jobs = { close(): Promise<void> };

/** Starts the jobs of this process. Mail goes out at once when PostgreSQL says that there is some, and is tried again by the minute. */
export async function startJobs(
	db: Database,
	config: Config,
	connectionString: string,
	feed: Feed,
	log: Logger,
	/** None before the pages are there: letters wait for them. */
	letters: () => LetterWriters | undefined,
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
	const gather = oneAtATime(async () => {
		const writers = letters();
		if (!writers) return;
		const written =
			(await gatherLetters(db, writers.news)) +
			(await writeRegistrationLetters(db, writers.registered)) +
			(await writeReportLetters(db, writers.reported)) +
			(await gatherPushes(db));
		if (written > 0) log.info({ written }, 'letters were written');
	});
	await repeat(boss, 'letters', everyMinute, gather);
	await repeat(boss, 'reminders', everyQuarter, async () => {
		await remindOwners(db);
		const writers = letters();
		if (writers) await writeOwnerLetters(db, writers.owned);
	});
	await repeat(boss, 'registrations', everyMinute, async () => {
		await passOffersOn(db);
		await remindRegistered(db);
		await remindDevices(db);
	});
	const push = oneAtATime(async () => {
		const writers = letters();
		if (!writers) return;
		const { sent, failed } = await sendPushes(db, config, writers.push);
		if (sent + failed > 0) log.info({ sent, failed }, 'messages to devices went out');
	});
	await repeat(boss, 'push', everyMinute, push);
	await repeat(boss, 'clean', everyHour, () => cleanUp(db));
	await repeat(boss, 'retention', everyQuarter, async () => {
		await closeFeedback(db);
		await forgetVisits(db);
		const removed = await removeDue(db);
		if (removed > 0) log.info({ removed }, 'what was kept long enough was removed');
	});
	feed.on(
		'mail',
		() =>
			void deliver().catch((error: unknown) => log.warn({ err: error }, 'mail waits for the next minute')),
	);
	feed.on(
		'push',
		() =>
			void push().catch((error: unknown) =>
				log.warn({ err: error }, 'messages to devices wait for the next minute'),
			),
	);
	feed.on(
		'news',
		() =>
			void gather().catch((error: unknown) => log.warn({ err: error }, 'letters wait for the next minute')),
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
