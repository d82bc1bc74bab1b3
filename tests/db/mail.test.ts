// Mail on its way: a real mail server takes it, refuses it, or is away.
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cleanUp } from '#db/cleaning.ts';
import { closeDatabase, openDatabase, type Database } from '#db/client.ts';
import { isMailSent, isMailShown, sendMails, writeMail } from '#db/mail.ts';
import { mails } from '#db/schema/index.ts';
import { startMailServer, type MailServer } from '#tests/setup/mailServer.ts';
import { testDatabase } from '#tests/setup/database.ts';
import { testConfig } from '#tests/signedIn.ts';

let db: Database;
let relay: MailServer;

beforeAll(async () => {
	db = openDatabase(await testDatabase());
	relay = await startMailServer((address) => address.startsWith('full'));
});
afterAll(async () => {
	await relay.close();
	await closeDatabase(db);
});
beforeEach(async () => {
	relay.received.length = 0;
	await db.delete(mails);
});

const write = (recipient: string, subject = 'Hola: ¿mañana?') =>
	db.transaction((tx) => writeMail(tx, { recipient, subject, text: 'Grüße', html: '<p>Grüße</p>' }));
const dueNow = () => db.update(mails).set({ nextAttemptAt: sql`now()` });

test('goes out once, as text and as HTML', async () => {
	await write('maria@example.org');
	const config = testConfig({ SMTP_URL: relay.url, MAIL_FROM: 'City <city@example.gov>' });
	expect(await sendMails(db, config)).toEqual({ sent: 1, failed: 0 });
	expect(await sendMails(db, config)).toEqual({ sent: 0, failed: 0 });
	expect(relay.received).toHaveLength(1);
	expect(relay.received[0]).toMatchObject({
		subject: 'Hola: ¿mañana?',
		from: { address: 'city@example.gov' },
		to: [{ address: 'maria@example.org' }],
	});
	expect(relay.received[0]!.text).toContain('Grüße');
	expect(relay.received[0]!.html).toContain('<p>Grüße</p>');
});

test('whoever waits for a mail hears that it went out, though another process sent it, or that it did not', async () => {
	await write('ada@example.org');
	const heard = isMailSent(db, 'Ada@example.org');
	await sendMails(db, testConfig({ SMTP_URL: relay.url }));
	expect(await heard).toBe(true);

	await write('full@example.org');
	await sendMails(db, testConfig({ SMTP_URL: relay.url }));
	expect(await isMailSent(db, 'full@example.org')).toBe(false);
});

test('goes out once when two processes send at the same time', async () => {
	for (let i = 0; i < 20; i++) await write(`resident${i}@example.org`);
	const config = testConfig({ SMTP_URL: relay.url });
	await Promise.all([sendMails(db, config), sendMails(db, config)]);
	expect(new Set(relay.received.map(({ to }) => to?.[0]?.address)).size).toBe(20);
	expect(relay.received).toHaveLength(20);
});

test('that is refused is tried again later, and the reason is kept without the address', async () => {
	await write('full@example.org');
	await write('tom@example.org');
	const config = testConfig({ SMTP_URL: relay.url });
	expect(await sendMails(db, config)).toEqual({ sent: 1, failed: 1 });
	expect(await sendMails(db, config)).toEqual({ sent: 0, failed: 0 });
	const [mail] = await db.select().from(mails).where(eq(mails.recipient, 'full@example.org'));
	expect(mail).toMatchObject({ attempts: 1, lastError: '452', sentAt: null });
	await dueNow();
	expect(await sendMails(db, config)).toEqual({ sent: 0, failed: 1 });
});

test('waits while the mail server is away, and is given up after seven tries', async () => {
	await write('maria@example.org');
	const away = testConfig({ SMTP_URL: 'smtp://127.0.0.1:9' });
	for (let tries = 0; tries < 7; tries++) {
		await dueNow();
		expect(await sendMails(db, away)).toEqual({ sent: 0, failed: 1 });
	}
	await dueNow();
	expect(await sendMails(db, testConfig({ SMTP_URL: relay.url }))).toEqual({ sent: 0, failed: 0 });
});

test('of a change that is rolled back never existed', async () => {
	await db
		.transaction(async (tx) => {
			await writeMail(tx, { recipient: 'maria@example.org', subject: 's', text: 't', html: 'h' });
			throw new Error('no');
		})
		.catch(() => {});
	expect(await db.select().from(mails)).toEqual([]);
});

test('stays in the table without a mail server, where only developers and the demo town see it', async () => {
	await write('maria@example.org');
	expect(await sendMails(db, testConfig())).toEqual({ sent: 0, failed: 0 });
	expect(isMailShown(testConfig({ NODE_ENV: 'development' }))).toBe(true);
	expect(isMailShown(testConfig({ NODE_ENV: 'production', DEMO: '1' }))).toBe(true);
	expect(isMailShown(testConfig({ NODE_ENV: 'production' }))).toBe(false);
	expect(
		isMailShown(testConfig({ NODE_ENV: 'production', DEMO: '1', DATABASE_URL: 'postgres://city/db' })),
	).toBe(false);
});

test('is deleted after a week', async () => {
	await write('maria@example.org');
	await write('tom@example.org');
	await db
		.update(mails)
		.set({ writtenAt: sql`now() - interval '8 days'` })
		.where(eq(mails.recipient, 'tom@example.org'));
	await cleanUp(db);
	expect((await db.select().from(mails)).map(({ recipient }) => recipient)).toEqual(['maria@example.org']);
});
